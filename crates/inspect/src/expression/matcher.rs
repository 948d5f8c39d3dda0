//! How the value of a claim is compared.

use claimgate::ClaimCondition;
use serde_json::Value as Json;

use super::{Bound, Claims, Computed, Pattern, Shape, Truth, WorkflowPart, bound, flexible, shape::int32};
use crate::{document::Text, re2::Re2};

/// How a claim that is not a string is read where a language compares text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coercion {
    /// Nothing but a string matches.
    Strings,
    /// A string; what the vendor makes of anything else is not documented.
    Undocumented,
    /// A string, or a boolean by its name; nothing else matches.
    StringsAndBooleans,
    /// A string, or a list of strings of which any may match.
    AnyOfList,
}

/// How the value of a claim is compared.
#[derive(Clone, Debug)]
pub(crate) enum Matcher {
    /// Any of these patterns matches the text, or with `negated` none does.
    Text {
        /// The patterns. Of none, nothing matches.
        patterns: Vec<Pattern>,
        /// Whether it holds if no pattern matches.
        negated: bool,
        /// What is not a string.
        coercion: Coercion,
    },
    /// A regular expression matches the text.
    Regex {
        /// The expression, compiled, or why it cannot be decided or is invalid.
        regex: Result<Re2, Truth>,
        /// As it is written.
        source: Text,
        /// Whether it must match the whole text.
        whole: bool,
        /// What is not a string.
        coercion: Coercion,
    },
    /// The claim is there (`true`), or absent (`false`).
    Present(bool),
    /// The claim is an integer.
    Integer,
    /// The value is of this kind.
    Shape(Shape),
    /// The value is the text of this integer, however it is written.
    Int32(i32),
    /// The value equals one of these by type and value, as Vault compares bound claims.
    Bound(Vec<Bound>),
    /// A part of a reference to a workflow matches any of these patterns.
    Workflow {
        /// The part.
        part: WorkflowPart,
        /// The patterns.
        patterns: Vec<Pattern>,
    },
    /// Claimgate's own comparison.
    Native {
        /// What it decides by.
        condition: ClaimCondition,
        /// Further values, which the document does not hold.
        holes: Vec<String>,
    },
    /// A condition on what CEL computes. The claim of the test is the one that it is mainly about.
    Computed(Computed),
    /// A comparison of Azure's flexible credentials.
    Flexible(Pattern),
    /// A comparison that a language has and no one documents for claims like this one.
    Undocumented(String),
}

impl Matcher {
    /// Whether the value of a claim that is there matches.
    pub(crate) fn matches(&self, found: &Json, claims: &Claims) -> Truth {
        match self {
            Self::Text { patterns, negated: true, .. }
                if patterns.iter().any(|pattern| pattern.lacks_claim(claims)) =>
            {
                Truth::unknown(
                    "a variable has no value: what a negated comparison with it comes to is not documented",
                )
            }
            Self::Text { patterns, negated, coercion } => {
                let any = coercion.texts(found, |text| {
                    Truth::any(patterns.iter().map(|pattern| pattern.matches(text, claims)))
                });
                if *negated { any.negated() } else { any }
            }
            Self::Regex { regex: Ok(regex), whole, coercion, .. } => {
                coercion.texts(found, |text| regex.matches(text, *whole))
            }
            Self::Regex { regex: Err(truth), .. } => truth.clone(),
            Self::Present(present) => Truth::from(*present),
            Self::Integer => Truth::from(found.is_i64() || found.is_u64()),
            Self::Shape(shape) => Truth::from(shape.matches(found)),
            Self::Int32(expected) => Truth::from(int32(found) == Some(*expected)),
            Self::Bound(values) => bound::matches(values, found, claims),
            Self::Workflow { part, patterns } => match found.as_str().and_then(|text| part.of(text)) {
                Some(part) => Truth::any(patterns.iter().map(|pattern| pattern.matches(part, claims))),
                None => Truth::False,
            },
            Self::Native { condition, holes } => match found.as_str() {
                None => Truth::False,
                Some(text) if condition.matches(text) => Truth::True,
                Some(_) if holes.is_empty() => Truth::False,
                Some(_) => Truth::needs(holes.iter().map(String::as_str)),
            },
            Self::Computed(computed) => computed.truth(claims),
            Self::Flexible(pattern) => match found.as_str() {
                Some(text) => flexible::matches(pattern, text, claims),
                None => Truth::False,
            },
            Self::Undocumented(because) => Truth::unknown(because.as_str()),
        }
    }

    /// What is expected, for people: a text each.
    pub(crate) fn expected(&self) -> Vec<String> {
        match self {
            Self::Text { patterns, .. } | Self::Workflow { patterns, .. } => {
                patterns.iter().map(|pattern| pattern.text.shown()).collect()
            }
            Self::Regex { source, .. } => vec![source.shown()],
            Self::Present(true) => vec!["present".into()],
            Self::Present(false) => vec!["absent".into()],
            Self::Integer => vec!["an integer".into()],
            Self::Shape(shape) => vec![shape.shown().into()],
            Self::Int32(expected) => vec![expected.to_string()],
            Self::Bound(values) => values.iter().map(Bound::shown).collect(),
            Self::Native { condition, holes } => {
                let patterns = condition.patterns().iter().map(|pattern| pattern.as_str().to_owned());
                patterns.chain(holes.iter().map(|hole| format!("{{{hole}}}"))).collect()
            }
            Self::Computed(computed) => computed.expected(),
            Self::Flexible(pattern) => vec![pattern.text.shown()],
            Self::Undocumented(_) => Vec::new(),
        }
    }
}

impl Coercion {
    fn texts(self, found: &Json, matches: impl Fn(&str) -> Truth) -> Truth {
        match (self, found) {
            (_, Json::String(text)) => matches(text),
            (Self::StringsAndBooleans, Json::Bool(flag)) => matches(if *flag { "true" } else { "false" }),
            (Self::AnyOfList, Json::Array(items)) => {
                Truth::any(items.iter().filter_map(Json::as_str).map(matches))
            }
            (Self::Undocumented, _) => Truth::unknown(
                "the claim is not a string, and how such a claim is compared is not documented",
            ),
            _ => Truth::False,
        }
    }
}
