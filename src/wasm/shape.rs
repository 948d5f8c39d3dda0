//! What crosses to JavaScript. The names are those of `types.d.ts`.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use wasm_bindgen::JsValue;

use crate::{
    claims::{ClaimsError, Issuer, RepositoryForm, SubjectCheck, SubjectSegment},
    error::Code,
    gate::Refusal,
    json,
    jwk::{KeySet, KeySetError},
    policy::{
        Authorized, ConditionOutcome, Denial, Explanation, Grant, NearestMiss, Pattern, PolicyError,
        RuleOutcome,
    },
    token::{ParseError, Segment, Untrusted},
    verify::{OptionError, VerifyError},
};

/// A value of JavaScript's, which crosses as JSON: `JSON.parse` is the fastest way to an object.
pub(super) enum Shape<'a> {
    Null,
    Flag(bool),
    Number(u64),
    Text(&'a str),
    Owned(String),
    /// JSON as it is written already.
    Json(&'a str),
    List(Vec<Shape<'a>>),
    Object(Vec<(&'static str, Shape<'a>)>),
}

impl Shape<'_> {
    pub(super) fn write(&self, json: &mut String) {
        match self {
            Self::Null => json.push_str("null"),
            Self::Flag(flag) => json.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => json.push_str(&number.to_string()),
            Self::Text(text) => json::write_string(text, json),
            Self::Owned(text) => json::write_string(text, json),
            Self::Json(written) => json.push_str(written),
            Self::List(items) => {
                json.push('[');
                for (index, item) in items.iter().enumerate() {
                    json.push_str(if index == 0 { "" } else { "," });
                    item.write(json);
                }
                json.push(']');
            }
            Self::Object(members) => {
                json.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    json.push_str(if index == 0 { "" } else { "," });
                    json.push('"');
                    json.push_str(name);
                    json.push_str("\":");
                    value.write(json);
                }
                json.push('}');
            }
        }
    }
}

pub(super) fn optional(text: Option<&str>) -> Shape<'_> {
    text.map_or(Shape::Null, Shape::Text)
}

pub(super) fn list<'a, T>(items: impl IntoIterator<Item = T>, shape: impl Fn(T) -> Shape<'a>) -> Shape<'a> {
    Shape::List(items.into_iter().map(shape).collect())
}

pub(super) fn object<'a, const N: usize>(members: [(&'static str, Shape<'a>); N]) -> Shape<'a> {
    Shape::Object(members.into())
}

/// What `ClaimgateError` is made of.
pub(super) struct Failure<'a> {
    code: Code,
    message: String,
    claim: Option<String>,
    place: Option<String>,
    offset: Option<usize>,
    suggestion: Option<String>,
    explanation: Shape<'a>,
}

impl Failure<'_> {
    pub(super) fn new(code: Code, message: String) -> Self {
        Self {
            code,
            message,
            claim: None,
            place: None,
            offset: None,
            suggestion: None,
            explanation: Shape::Null,
        }
    }
}

/// What is thrown: made where the error is, so that one word and not a [`Failure`] goes on.
pub(super) fn fail<'a>(error: impl Into<Failure<'a>>) -> JsValue {
    error.into().throw()
}

impl Failure<'_> {
    #[inline(never)]
    pub(super) fn throw(self) -> JsValue {
        super::to_js(&self.into())
    }
}

impl<'a> From<Failure<'a>> for Shape<'a> {
    fn from(failure: Failure<'a>) -> Self {
        object([
            ("code", Shape::Text(failure.code.as_str())),
            ("message", Shape::Owned(failure.message)),
            ("claim", failure.claim.map_or(Shape::Null, Shape::Owned)),
            ("place", failure.place.map_or(Shape::Null, Shape::Owned)),
            ("offset", failure.offset.map_or(Shape::Null, |offset| Shape::Number(offset as u64))),
            ("suggestion", failure.suggestion.map_or(Shape::Null, Shape::Owned)),
            ("explanation", failure.explanation),
        ])
    }
}

impl From<&ParseError> for Failure<'_> {
    fn from(error: &ParseError) -> Self {
        Self { place: error.place(), offset: error.offset(), ..Self::new(error.code(), error.to_string()) }
    }
}

impl From<&VerifyError> for Failure<'_> {
    fn from(error: &VerifyError) -> Self {
        let place = match error {
            VerifyError::Claims(ClaimsError::Json(_)) => Some(Segment::Payload.to_string()),
            _ => None,
        };
        Self { claim: error.claim(), place, ..Self::new(error.code(), error.to_string()) }
    }
}

impl<'a> From<&'a Refusal> for Failure<'a> {
    fn from(refusal: &'a Refusal) -> Self {
        match refusal {
            Refusal::Token(error) => error.into(),
            Refusal::NoKeys => Self::new(refusal.code(), refusal.to_string()),
            Refusal::Verify(error) => error.into(),
            Refusal::Denied(denial) => denial.into(),
        }
    }
}

impl<'a> From<&'a Denial> for Failure<'a> {
    fn from(denial: &'a Denial) -> Self {
        let suggestion = match denial {
            Denial::UnknownRole { suggestion, .. } => suggestion.clone(),
            _ => None,
        };
        let explanation = denial.explanation().map_or(Shape::Null, rules);
        Self { suggestion, explanation, ..Self::new(denial.code(), denial.to_string()) }
    }
}

impl From<&PolicyError> for Failure<'_> {
    fn from(error: &PolicyError) -> Self {
        Self {
            place: Some(error.place().into()),
            offset: error.offset(),
            suggestion: error.suggestion().map(ToString::to_string),
            ..Self::new(error.code(), error.to_string())
        }
    }
}

impl From<&KeySetError> for Failure<'_> {
    fn from(error: &KeySetError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<&OptionError> for Failure<'_> {
    fn from(error: &OptionError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

pub(super) fn issuer<'a>((name, issuer): (&'a str, &'a Issuer)) -> Shape<'a> {
    object([
        ("name", Shape::Text(name)),
        ("issuer", Shape::Text(issuer.as_str())),
        ("discovery", Shape::Owned(issuer.discovery_url())),
    ])
}

pub(super) fn key_set(keys: &KeySet) -> Shape<'_> {
    object([
        (
            "usable",
            list(keys.usable(), |(kid, algorithm)| {
                object([("kid", Shape::Text(kid)), ("alg", Shape::Text(algorithm.name()))])
            }),
        ),
        (
            "skipped",
            list(keys.skipped(), |key| {
                object([
                    ("index", Shape::Number(key.index as u64)),
                    ("kid", optional(key.kid.as_deref())),
                    ("reason", Shape::Owned(key.reason.to_string())),
                ])
            }),
        ),
        ("ambiguous", list(keys.ambiguous(), Shape::Text)),
    ])
}

pub(super) fn authorized(authorized: &Authorized) -> Shape<'_> {
    let verified = authorized.verified();
    object([
        ("role", Shape::Text(authorized.role())),
        ("rule", Shape::Text(authorized.rule())),
        ("issuer", Shape::Text(verified.issuer().as_str())),
        ("audience", Shape::Text(verified.audience())),
        ("claims", Shape::Json(verified.claims_json())),
        ("subject", subject(verified.subject())),
        ("grant", authorized.grant().map_or(Shape::Null, grant)),
        ("explanation", rules(authorized.explanation())),
    ])
}

fn grant(grant: &Grant) -> Shape<'_> {
    object([
        ("audience", Shape::Text(&grant.audience)),
        ("scope", list(&grant.scope, |token| Shape::Text(token))),
        ("ttl", Shape::Number(grant.ttl)),
    ])
}

pub(super) fn subject(check: &SubjectCheck) -> Shape<'_> {
    let subject = match check {
        SubjectCheck::Consistent(subject) => subject,
        SubjectCheck::Unchecked { key } => {
            return object([("check", Shape::Text("unchecked")), ("from", Shape::Text(key))]);
        }
    };
    let form = subject.repository_form().map(|form| match form {
        RepositoryForm::Classic => "classic",
        RepositoryForm::Immutable => "immutable",
    });
    object([
        ("check", Shape::Text("consistent")),
        ("repository", optional(form)),
        ("customised", Shape::Flag(subject.is_customised())),
        ("segments", list(subject.segments(), segment)),
    ])
}

fn segment(segment: &SubjectSegment) -> Shape<'_> {
    let (key, value) = match segment {
        SubjectSegment::Repository { name, .. } => ("repo".into(), Some(name)),
        SubjectSegment::PullRequest => ("pull_request".into(), None),
        SubjectSegment::Claim { name, value } => (name.to_string(), Some(value)),
    };
    object([("key", Shape::Owned(key)), ("value", optional(value.map(String::as_str)))])
}

pub(super) fn rules(explanation: &Explanation) -> Shape<'_> {
    list(&explanation.rules, rule)
}

fn rule(rule: &RuleOutcome) -> Shape<'_> {
    object([
        ("rule", Shape::Text(&rule.place)),
        ("effect", Shape::Text(rule.effect.as_str())),
        ("matched", Shape::Flag(rule.matched)),
        ("conditions", list(&rule.conditions, condition)),
    ])
}

fn condition(condition: &ConditionOutcome) -> Shape<'_> {
    object([
        ("claim", Shape::Text(&condition.claim)),
        ("matched", Shape::Flag(condition.matched)),
        (
            "expected",
            if condition.expected.is_empty() { Shape::Null } else { list(&condition.expected, pattern) },
        ),
        ("found", optional(condition.found.as_deref())),
        ("nearest", condition.nearest.as_ref().map_or(Shape::Null, nearest)),
    ])
}

fn pattern(pattern: &Pattern) -> Shape<'_> {
    match pattern {
        Pattern::Exact(exact) => Shape::Text(exact),
        Pattern::Glob(glob) => object([("glob", Shape::Text(glob.as_str()))]),
    }
}

fn nearest(miss: &NearestMiss) -> Shape<'_> {
    object([("kind", Shape::Text(miss.kind.as_str())), ("hint", Shape::Text(&miss.hint))])
}

pub(super) fn decoded<'a>(token: &'a Untrusted<'_>) -> Shape<'a> {
    let header = token.header();
    object([
        ("alg", Shape::Text(header.alg.name())),
        ("kid", Shape::Text(&header.kid)),
        // They have been read as strict JSON.
        ("claims", Shape::Json(core::str::from_utf8(token.payload_unverified()).unwrap_or("null"))),
    ])
}
