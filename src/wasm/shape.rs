//! What crosses to JavaScript. The names are those of `types.d.ts`.

use alloc::string::{String, ToString};
use wasm_bindgen::JsValue;

use super::json::Json;
use crate::{
    claims::{ClaimsError, Issuer, RepositoryForm, SubjectCheck, SubjectSegment},
    error::Code,
    gate::Refusal,
    jwk::{KeySet, KeySetError, SkippedKey},
    policy::{ConditionOutcome, Denial, Explanation, Grant, NearestMiss, Pattern, PolicyError, RuleOutcome},
    signature::Algorithm,
    token::{ParseError, Segment, Untrusted},
    verify::{OptionError, VerifyError},
};

/// What `ClaimgateError` is made of.
pub(super) struct Failure<'a> {
    code: Code,
    message: String,
    claim: Option<String>,
    place: Option<String>,
    offset: Option<usize>,
    line: Option<usize>,
    column: Option<usize>,
    suggestion: Option<&'a str>,
    explanation: Option<Explanation>,
}

/// What is thrown: made where the error is, so that one word and not a [`Failure`] goes on.
pub(super) fn fail<'a>(error: impl Into<Failure<'a>>) -> JsValue {
    error.into().throw()
}

impl Failure<'_> {
    pub(super) fn new(code: Code, message: String) -> Self {
        Self {
            code,
            message,
            claim: None,
            place: None,
            offset: None,
            line: None,
            column: None,
            suggestion: None,
            explanation: None,
        }
    }

    #[cfg(feature = "mint")]
    pub(super) fn at(self, place: Option<String>) -> Self {
        Self { place, ..self }
    }

    #[inline(never)]
    pub(super) fn throw(self) -> JsValue {
        Json::of(|json| self.write(json))
    }

    pub(super) fn write(&self, json: &mut Json) {
        json.object(|json| {
            json.name("code").text(self.code.as_str());
            json.name("message").text(&self.message);
            json.name("claim").optional(self.claim.as_deref());
            json.name("place").optional(self.place.as_deref());
            for (name, number) in [("offset", self.offset), ("line", self.line), ("column", self.column)] {
                json.name(name).maybe(number, |number, json| json.number(number as u64));
            }
            json.name("suggestion").optional(self.suggestion);
            match &self.explanation {
                Some(found) => explanation(found, json),
                None => json.name("explanation").null(),
            }
        });
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
            Refusal::Input { kind, .. } if kind.is_secret() => Self::new(refusal.code(), refusal.to_string()),
            Refusal::Input { refusal: inner, .. } => {
                Self { message: refusal.to_string(), ..Failure::from(&**inner) }
            }
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
            Denial::UnknownRole { suggestion, .. } => suggestion.as_deref(),
            _ => None,
        };
        let explanation = denial.explanation();
        let message = denial.message(explanation.as_ref()).to_string();
        Self { suggestion, explanation, ..Self::new(denial.code(), message) }
    }
}

impl<'a> From<&'a PolicyError> for Failure<'a> {
    fn from(error: &'a PolicyError) -> Self {
        Self {
            place: Some(error.place().into()),
            offset: error.offset(),
            line: error.line(),
            column: error.column(),
            suggestion: error.suggestion(),
            ..Self::new(error.code(), error.to_string())
        }
    }
}

impl From<&KeySetError> for Failure<'_> {
    fn from(error: &KeySetError) -> Self {
        let failure = Self::new(error.code(), error.to_string());
        match error {
            KeySetError::Json { error, line, column } => {
                Self { offset: Some(error.offset), line: Some(*line), column: Some(*column), ..failure }
            }
            _ => failure,
        }
    }
}

impl From<&OptionError> for Failure<'_> {
    fn from(error: &OptionError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

pub(super) fn issuer((name, issuer): (&str, &Issuer), json: &mut Json) {
    json.object(|json| {
        json.name("name").text(name);
        json.name("issuer").text(issuer.as_str());
        json.name("discovery").text(&issuer.discovery_url());
    });
}

pub(super) fn key_set(keys: &KeySet, json: &mut Json) {
    json.object(|json| {
        json.name("usable").list(keys.usable(), usable);
        json.name("skipped").list(keys.skipped(), skipped);
        json.name("ambiguous").list(keys.ambiguous(), text);
    });
}

fn usable((kid, algorithm): (&str, Algorithm), json: &mut Json) {
    json.object(|json| {
        json.name("kid").text(kid);
        json.name("alg").text(algorithm.name());
    });
}

fn skipped(key: &SkippedKey, json: &mut Json) {
    json.object(|json| {
        json.name("index").number(key.index as u64);
        json.name("kid").optional(key.kid.as_deref());
        json.name("reason").text(&key.reason.to_string());
    });
}

pub(super) fn text(text: &str, json: &mut Json) {
    json.text(text);
}

pub(super) fn authorized(
    explained: &Explanation,
    audience: Option<&String>,
    check: &SubjectCheck,
    granted: Option<&Grant>,
    json: &mut Json,
) {
    json.object(|json| {
        json.name("rule").optional(explained.matched().map(|rule| rule.place.as_str()));
        json.name("audience").optional(audience.map(String::as_str));
        subject(check, json.name("subject"));
        json.name("grant").maybe(granted, grant);
        explanation(explained, json);
    });
}

fn grant(grant: &Grant, json: &mut Json) {
    json.object(|json| {
        json.name("audience").text(&grant.audience);
        json.name("scope").list(grant.scope.iter().map(String::as_str), text);
        json.name("ttl").number(grant.ttl);
    });
}

pub(super) fn subject(check: &SubjectCheck, json: &mut Json) {
    json.object(|json| match check {
        SubjectCheck::Consistent(subject) => {
            let form = subject.repository_form().map(|form| match form {
                RepositoryForm::Classic => "classic",
                RepositoryForm::Immutable => "immutable",
            });
            json.name("check").text("consistent");
            json.name("repository").optional(form);
            json.name("customised").flag(subject.is_customised());
            json.name("segments").list(subject.segments(), segment);
        }
        SubjectCheck::Unchecked { key } => {
            json.name("check").text("unchecked");
            json.name("from").text(key);
        }
    });
}

fn segment(segment: &SubjectSegment, json: &mut Json) {
    let (key, value) = match segment {
        SubjectSegment::Repository { name, .. } => ("repo".into(), Some(name)),
        SubjectSegment::PullRequest => ("pull_request".into(), None),
        SubjectSegment::Claim { name, value } => (name.to_string(), Some(value)),
    };
    json.object(|json| {
        json.name("key").text(&key);
        json.name("value").optional(value.map(String::as_str));
    });
}

/// The member `explanation`, and next to it how many rules it leaves out, if it does.
pub(super) fn explanation(explanation: &Explanation, json: &mut Json) {
    json.name("explanation").list(&explanation.rules, rule);
    omitted("omittedRules", explanation.omitted, json);
}

fn omitted(name: &str, count: usize, json: &mut Json) {
    if count > 0 {
        json.name(name).number(count as u64);
    }
}

fn rule(rule: &RuleOutcome, json: &mut Json) {
    json.object(|json| {
        json.name("rule").text(&rule.place);
        if let Some(description) = &rule.description {
            json.name("description").text(description);
        }
        json.name("effect").text(rule.effect.as_str());
        json.name("matched").flag(rule.matched);
        json.name("conditions").list(&rule.conditions, condition);
        omitted("omittedConditions", rule.omitted, json);
    });
}

fn condition(condition: &ConditionOutcome, json: &mut Json) {
    json.object(|json| {
        json.name("claim").text(&condition.claim);
        json.name("matched").flag(condition.matched);
        if condition.expected.is_empty() && condition.omitted == 0 {
            json.name("expected").null();
        } else {
            json.name("expected").list(&condition.expected, pattern);
        }
        omitted("omittedPatterns", condition.omitted, json);
        json.name("found").optional(condition.found.as_deref());
        json.name("nearest").maybe(condition.nearest.as_ref(), nearest);
    });
}

fn pattern(pattern: &Pattern, json: &mut Json) {
    match pattern {
        Pattern::Exact(exact) => json.text(exact),
        Pattern::Glob(glob) => json.object(|json| json.name("glob").text(glob.as_str())),
        Pattern::Has(element) => json.object(|json| json.name("has").text(element)),
    }
}

fn nearest(miss: &NearestMiss, json: &mut Json) {
    json.object(|json| {
        json.name("kind").text(miss.kind.as_str());
        json.name("hint").text(&miss.hint);
    });
}

pub(super) fn decoded(token: &Untrusted<'_>, json: &mut Json) {
    let header = token.header();
    json.object(|json| {
        json.name("alg").text(header.alg.name());
        json.name("kid").text(&header.kid);
        // They have been read as strict JSON.
        json.name("claims").written(core::str::from_utf8(token.payload_unverified()).unwrap_or("null"));
    });
}
