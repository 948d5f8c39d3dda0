//! How the value of a claim is compared.

use serde_json::Value as Json;

use super::{Claims, Pattern, Truth};
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
    /// The value equals one of these by type and value, as Vault compares bound claims.
    Bound(Vec<Json>),
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
            Self::Bound(values) => Truth::from(values.iter().any(|value| bound(value, found))),
            Self::Undocumented(because) => Truth::unknown(because.as_str()),
        }
    }

    /// What is expected, for people: a text each.
    pub(crate) fn expected(&self) -> Vec<String> {
        match self {
            Self::Text { patterns, .. } => patterns.iter().map(|pattern| pattern.text.shown()).collect(),
            Self::Regex { source, .. } => vec![source.shown()],
            Self::Present(true) => vec!["present".into()],
            Self::Present(false) => vec!["absent".into()],
            Self::Integer => vec!["an integer".into()],
            Self::Bound(values) => values.iter().map(ToString::to_string).collect(),
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
            (Self::Undocumented, _) => {
                Truth::unknown("the claim is not a string, and how such a claim is compared is not documented")
            }
            _ => Truth::False,
        }
    }
}

/// Equality by type and value. Vault makes a number the text of its integer part and compares it with the text of the bound number;
/// numbers within a list claim never equal.
fn bound(value: &Json, found: &Json) -> bool {
    match found {
        Json::Array(items) => items.iter().any(|item| !item.is_number() && item == value),
        Json::Number(number) => {
            let whole = number.as_i64().map(|whole| whole.to_string()).or_else(|| {
                number.as_f64().map(|number| format!("{:.0}", number.trunc()))
            });
            value.is_number() && whole.is_some_and(|whole| whole == value.to_string())
        }
        other => other == value,
    }
}
