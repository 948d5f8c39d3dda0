//! What crosses to JavaScript. The names are those of `types.d.ts`.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use serde::{Serialize, Serializer};
use wasm_bindgen::JsValue;

use crate::{
    claims::{ClaimsError, Issuer, RepositoryForm, SubjectCheck, SubjectSegment},
    error::Code,
    jwk::{KeySet, KeySetError},
    policy::{
        Authorized, ConditionOutcome, Denial, Explanation, Grant, NearestMiss, Pattern, PolicyError,
        RuleOutcome,
    },
    token::{ParseError, Segment, Untrusted},
    verify::{OptionError, VerifyError},
};

/// A value of JavaScript's. One type for all that crosses: a `Serialize` for each would be as many
/// copies of the serializer.
pub(super) enum Shape {
    Null,
    Flag(bool),
    Number(u64),
    Text(String),
    List(Vec<Shape>),
    Object(Vec<(&'static str, Shape)>),
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

fn text(text: &str) -> Shape {
    Shape::Text(text.into())
}

fn optional(text: Option<&str>) -> Shape {
    text.map_or(Shape::Null, self::text)
}

pub(super) fn list<T>(items: impl IntoIterator<Item = T>, shape: impl Fn(T) -> Shape) -> Shape {
    Shape::List(items.into_iter().map(shape).collect())
}

fn object<const N: usize>(members: [(&'static str, Shape); N]) -> Shape {
    Shape::Object(members.into())
}

/// What `ClaimgateError` is made of.
pub(super) struct Failure {
    code: Code,
    message: String,
    claim: Option<String>,
    place: Option<String>,
    suggestion: Option<String>,
    explanation: Shape,
}

impl Failure {
    pub(super) fn new(code: Code, message: String) -> Self {
        Self { code, message, claim: None, place: None, suggestion: None, explanation: Shape::Null }
    }
}

/// What is thrown: made where the error is, so that one word and not a [`Failure`] goes on.
pub(super) fn fail(error: impl Into<Failure>) -> JsValue {
    error.into().throw()
}

impl Failure {
    #[inline(never)]
    pub(super) fn throw(self) -> JsValue {
        let shape = object([
            ("code", text(self.code.as_str())),
            ("message", Shape::Text(self.message)),
            ("claim", optional(self.claim.as_deref())),
            ("place", optional(self.place.as_deref())),
            ("suggestion", optional(self.suggestion.as_deref())),
            ("explanation", self.explanation),
        ]);
        super::to_js(&shape).unwrap_or_else(|error| error)
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self { place: error.place(), ..Self::new(error.code(), error.to_string()) }
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        let place = match &error {
            VerifyError::Claims(ClaimsError::Json(_)) => Some(Segment::Payload.to_string()),
            _ => None,
        };
        Self { claim: error.claim(), place, ..Self::new(error.code(), error.to_string()) }
    }
}

impl From<Denial> for Failure {
    fn from(denial: Denial) -> Self {
        let suggestion = match &denial {
            Denial::UnknownRole { suggestion, .. } => suggestion.clone(),
            _ => None,
        };
        let explanation = denial.explanation().map_or(Shape::Null, rules);
        Self { suggestion, explanation, ..Self::new(denial.code(), denial.to_string()) }
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        Self {
            place: Some(error.place().into()),
            suggestion: error.suggestion().map(ToString::to_string),
            ..Self::new(error.code(), error.to_string())
        }
    }
}

impl From<KeySetError> for Failure {
    fn from(error: KeySetError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<OptionError> for Failure {
    fn from(error: OptionError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

pub(super) fn issuer((name, issuer): (&str, &Issuer)) -> Shape {
    object([
        ("name", text(name)),
        ("issuer", text(issuer.as_str())),
        ("discovery", Shape::Text(issuer.discovery_url())),
    ])
}

pub(super) fn key_set(keys: &KeySet) -> Shape {
    object([
        (
            "usable",
            list(keys.usable(), |(kid, algorithm)| {
                object([("kid", text(kid)), ("alg", text(algorithm.name()))])
            }),
        ),
        (
            "skipped",
            list(keys.skipped(), |key| {
                object([
                    ("index", Shape::Number(key.index as u64)),
                    ("kid", optional(key.kid.as_deref())),
                    ("reason", Shape::Text(key.reason.to_string())),
                ])
            }),
        ),
        ("ambiguous", list(keys.ambiguous(), text)),
    ])
}

pub(super) fn authorized(authorized: &Authorized) -> Shape {
    let verified = authorized.verified();
    object([
        ("role", text(authorized.role())),
        ("rule", text(authorized.rule())),
        ("issuer", text(verified.issuer().as_str())),
        ("audience", text(verified.audience())),
        // As text: `JSON.parse` is the fastest way to an object.
        ("claims", text(verified.claims_json())),
        ("subject", subject(verified.subject())),
        ("grant", authorized.grant().map_or(Shape::Null, grant)),
        ("explanation", rules(authorized.explanation())),
    ])
}

fn grant(grant: &Grant) -> Shape {
    object([
        ("audience", text(&grant.audience)),
        ("scope", list(&grant.scope, |token| text(token))),
        ("ttl", Shape::Number(grant.ttl)),
    ])
}

fn subject(check: &SubjectCheck) -> Shape {
    let subject = match check {
        SubjectCheck::Consistent(subject) => subject,
        SubjectCheck::Unchecked { key } => {
            return object([("check", text("unchecked")), ("from", text(key))]);
        }
    };
    let form = subject.repository_form().map(|form| match form {
        RepositoryForm::Classic => "classic",
        RepositoryForm::Immutable => "immutable",
    });
    object([
        ("check", text("consistent")),
        ("repository", optional(form)),
        ("customised", Shape::Flag(subject.is_customised())),
        ("segments", list(subject.segments(), segment)),
    ])
}

fn segment(segment: &SubjectSegment) -> Shape {
    let (key, value) = match segment {
        SubjectSegment::Repository { name, .. } => ("repo".into(), Some(name)),
        SubjectSegment::PullRequest => ("pull_request".into(), None),
        SubjectSegment::Claim { name, value } => (name.to_string(), Some(value)),
    };
    object([("key", Shape::Text(key)), ("value", optional(value.map(String::as_str)))])
}

fn rules(explanation: &Explanation) -> Shape {
    list(&explanation.rules, rule)
}

fn rule(rule: &RuleOutcome) -> Shape {
    object([
        ("rule", text(&rule.place)),
        ("effect", text(rule.effect.as_str())),
        ("matched", Shape::Flag(rule.matched)),
        ("conditions", list(&rule.conditions, condition)),
    ])
}

fn condition(condition: &ConditionOutcome) -> Shape {
    object([
        ("claim", text(&condition.claim)),
        ("matched", Shape::Flag(condition.matched)),
        (
            "expected",
            if condition.expected.is_empty() { Shape::Null } else { list(&condition.expected, pattern) },
        ),
        ("found", optional(condition.found.as_deref())),
        ("nearest", condition.nearest.as_ref().map_or(Shape::Null, nearest)),
    ])
}

fn pattern(pattern: &Pattern) -> Shape {
    match pattern {
        Pattern::Exact(exact) => text(exact),
        Pattern::Glob(glob) => object([("glob", text(glob.as_str()))]),
    }
}

fn nearest(miss: &NearestMiss) -> Shape {
    object([("kind", text(miss.kind.as_str())), ("hint", text(&miss.hint))])
}

pub(super) fn decoded(token: &Untrusted<'_>) -> Shape {
    let header = token.header();
    object([
        ("alg", text(header.alg.name())),
        ("kid", text(&header.kid)),
        // As text, which has been read as strict JSON.
        ("claims", text(core::str::from_utf8(token.payload_unverified()).unwrap_or_default())),
    ])
}
