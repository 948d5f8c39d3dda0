//! What crosses to JavaScript. The names are those of `types.d.ts`.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::{
    claims::{ClaimsError, Issuer, RepositoryForm, SubjectCheck, SubjectSegment},
    error::Code,
    gate::Refusal,
    jwk::{KeySet, KeySetError},
    policy::{
        Authorized, ConditionOutcome, Denial, Explanation, NearestMiss, Pattern, PolicyError, RuleOutcome,
    },
    token::{ParseError, Segment, Untrusted},
    verify::{OptionError, VerifyError},
};

/// What `ClaimgateError` is made of.
#[derive(Serialize)]
pub(super) struct Failure {
    code: &'static str,
    message: String,
    claim: Option<String>,
    place: Option<String>,
    offset: Option<usize>,
    suggestion: Option<String>,
    explanation: Option<Vec<RuleShape>>,
}

impl Failure {
    pub(super) fn new(code: Code, message: String) -> Self {
        Self {
            code: code.as_str(),
            message,
            claim: None,
            place: None,
            offset: None,
            suggestion: None,
            explanation: None,
        }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        super::to_js(&failure).unwrap_or_else(|error| error)
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self { place: error.place(), offset: error.offset(), ..Self::new(error.code(), error.to_string()) }
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
        let explanation = denial.explanation().map(rules);
        Self { suggestion, explanation, ..Self::new(denial.code(), denial.to_string()) }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Token(error) => error.into(),
            Refusal::NoKeys => Self::new(refusal.code(), refusal.to_string()),
            Refusal::Verify(error) => error.into(),
            Refusal::Denied(denial) => denial.into(),
        }
    }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        Self {
            place: Some(error.place().into()),
            offset: error.offset(),
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

#[derive(Serialize)]
pub(super) struct IssuerShape<'a> {
    name: &'a str,
    issuer: &'a str,
    discovery: String,
}

impl<'a> IssuerShape<'a> {
    pub(super) fn new(name: &'a str, issuer: &'a Issuer) -> Self {
        Self { name, issuer: issuer.as_str(), discovery: issuer.discovery_url() }
    }
}

#[derive(Serialize)]
pub(super) struct KeySetShape<'a> {
    usable: Vec<UsableKey<'a>>,
    skipped: Vec<SkippedKey<'a>>,
    ambiguous: Vec<&'a str>,
}

#[derive(Serialize)]
struct UsableKey<'a> {
    kid: &'a str,
    alg: &'static str,
}

#[derive(Serialize)]
struct SkippedKey<'a> {
    index: usize,
    kid: Option<&'a str>,
    reason: String,
}

impl<'a> KeySetShape<'a> {
    pub(super) fn new(keys: &'a KeySet) -> Self {
        let skipped = keys.skipped().iter().map(|key| SkippedKey {
            index: key.index,
            kid: key.kid.as_deref(),
            reason: key.reason.to_string(),
        });
        Self {
            usable: keys.usable().map(|(kid, algorithm)| UsableKey { kid, alg: algorithm.name() }).collect(),
            skipped: skipped.collect(),
            ambiguous: keys.ambiguous().collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct AuthorizedShape<'a> {
    role: &'a str,
    rule: &'a str,
    issuer: &'a str,
    audience: &'a str,
    /// As text: `JSON.parse` is the fastest way to an object.
    claims: &'a str,
    subject: SubjectShape<'a>,
    grant: Option<GrantShape<'a>>,
    explanation: Vec<RuleShape>,
}

#[derive(Serialize)]
struct GrantShape<'a> {
    audience: &'a str,
    scope: &'a [String],
    ttl: u64,
}

impl<'a> AuthorizedShape<'a> {
    pub(super) fn new(authorized: &'a Authorized) -> Self {
        let verified = authorized.verified();
        Self {
            role: authorized.role(),
            rule: authorized.rule(),
            issuer: verified.issuer().as_str(),
            audience: verified.audience(),
            claims: verified.claims_json(),
            subject: SubjectShape::new(verified.subject()),
            grant: authorized.grant().map(|grant| GrantShape {
                audience: &grant.audience,
                scope: &grant.scope,
                ttl: grant.ttl,
            }),
            explanation: rules(authorized.explanation()),
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "check", rename_all = "snake_case")]
pub(super) enum SubjectShape<'a> {
    Consistent { repository: Option<&'static str>, customised: bool, segments: Vec<SegmentShape<'a>> },
    Unchecked { from: &'a str },
}

#[derive(Serialize)]
pub(super) struct SegmentShape<'a> {
    key: String,
    value: Option<&'a str>,
}

impl<'a> SubjectShape<'a> {
    pub(super) fn new(check: &'a SubjectCheck) -> Self {
        let subject = match check {
            SubjectCheck::Consistent(subject) => subject,
            SubjectCheck::Unchecked { key } => return Self::Unchecked { from: key },
        };
        let segments = subject.segments().iter().map(|segment| match segment {
            SubjectSegment::Repository { name, .. } => SegmentShape { key: "repo".into(), value: Some(name) },
            SubjectSegment::PullRequest => SegmentShape { key: "pull_request".into(), value: None },
            SubjectSegment::Claim { name, value } => {
                SegmentShape { key: name.to_string(), value: Some(value) }
            }
        });
        Self::Consistent {
            repository: subject.repository_form().map(|form| match form {
                RepositoryForm::Classic => "classic",
                RepositoryForm::Immutable => "immutable",
            }),
            customised: subject.is_customised(),
            segments: segments.collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct RuleShape {
    rule: String,
    effect: &'static str,
    matched: bool,
    conditions: Vec<ConditionShape>,
}

#[derive(Serialize)]
struct ConditionShape {
    claim: String,
    matched: bool,
    expected: Option<Vec<PatternShape>>,
    found: Option<String>,
    nearest: Option<NearestShape>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum PatternShape {
    Exact(String),
    Glob { glob: String },
}

#[derive(Serialize)]
struct NearestShape {
    kind: &'static str,
    hint: String,
}

pub(super) fn rules(explanation: &Explanation) -> Vec<RuleShape> {
    explanation.rules.iter().map(RuleShape::new).collect()
}

impl RuleShape {
    fn new(rule: &RuleOutcome) -> Self {
        Self {
            rule: rule.place.clone(),
            effect: rule.effect.as_str(),
            matched: rule.matched,
            conditions: rule.conditions.iter().map(ConditionShape::new).collect(),
        }
    }
}

impl ConditionShape {
    fn new(condition: &ConditionOutcome) -> Self {
        let pattern = |pattern: &Pattern| match pattern {
            Pattern::Exact(text) => PatternShape::Exact(text.clone()),
            Pattern::Glob(glob) => PatternShape::Glob { glob: glob.to_string() },
        };
        let nearest = |miss: &NearestMiss| NearestShape { kind: miss.kind.as_str(), hint: miss.hint.clone() };
        Self {
            claim: condition.claim.clone(),
            matched: condition.matched,
            expected: (!condition.expected.is_empty())
                .then(|| condition.expected.iter().map(pattern).collect()),
            found: condition.found.clone(),
            nearest: condition.nearest.as_ref().map(nearest),
        }
    }
}

#[derive(Serialize)]
pub(super) struct DecodedShape<'a> {
    alg: &'static str,
    kid: &'a str,
    /// As text, which has been read as strict JSON.
    claims: Cow<'a, str>,
}

impl<'a> DecodedShape<'a> {
    pub(super) fn new(token: &'a Untrusted<'_>) -> Self {
        let header = token.header();
        Self {
            alg: header.alg.name(),
            kid: &header.kid,
            claims: String::from_utf8_lossy(token.payload_unverified()),
        }
    }
}
