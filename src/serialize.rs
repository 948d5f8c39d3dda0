//! `Serialize` (feature `serde`) for what programs log, answer with, or hand to another language. The names are those of the npm
//! package's types.

use alloc::{string::ToString, vec::Vec};
use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeStruct as _, Serializer};

use crate::{
    claims::{ClaimName, GithubClaims, Issuer, RepositoryForm, Subject, SubjectCheck, SubjectSegment},
    error::Code,
    json::{self, Number, Object, Value},
    jwk::{KeyProblem, KeySet},
    limits,
    policy::{ConditionOutcome, Effect, MissKind, Pattern, WarningCode},
    signature::Algorithm,
    time::UnixTime,
};

/// Types that are one text.
macro_rules! as_text {
    ($( $Type:ty: |$value:ident| $text:expr; )+) => { $(
        impl Serialize for $Type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $value = self;
                serializer.serialize_str($text)
            }
        }
    )+ };
}

as_text! {
    Algorithm: |algorithm| algorithm.name();
    ClaimName: |name| &name.to_string();
    Code: |code| code.as_str();
    Effect: |effect| effect.as_str();
    Issuer: |issuer| issuer.as_str();
    KeyProblem: |problem| &problem.to_string();
    MissKind: |kind| kind.as_str();
    WarningCode: |code| code.as_str();
}

impl Serialize for UnixTime {
    /// Seconds since 1970.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.as_secs())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => items.serialize(serializer),
            Self::Object(members) => members.serialize(serializer),
        }
    }
}

impl Serialize for Number {
    /// A number that is not an integer of 64 bits becomes the nearest double.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Negative(number) => serializer.serialize_i64(*number),
            Self::Other(text) => {
                let number = text.parse::<f64>().map_err(|_| S::Error::custom("the number is malformed"))?;
                serializer.serialize_f64(number)
            }
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for GithubClaims {
    /// All claims of the token, as its issuer wrote them.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let claims = json::parse_object(self.json().as_bytes(), limits::TOKEN_DEPTH);
        claims.map_err(|_| S::Error::custom("the claims are malformed"))?.serialize(serializer)
    }
}

impl Serialize for SubjectCheck {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Consistent(subject) => subject.serialize(serializer),
            Self::Unchecked { key } => {
                let mut check = serializer.serialize_struct("SubjectCheck", 2)?;
                check.serialize_field("check", "unchecked")?;
                check.serialize_field("from", key)?;
                check.end()
            }
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut subject = serializer.serialize_struct("Subject", 4)?;
        subject.serialize_field("check", "consistent")?;
        subject.serialize_field("repository", &self.repository_form())?;
        subject.serialize_field("customised", &self.is_customised())?;
        subject.serialize_field("segments", self.segments())?;
        subject.end()
    }
}

impl Serialize for RepositoryForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Classic => "classic",
            Self::Immutable => "immutable",
        })
    }
}

impl Serialize for SubjectSegment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (key, value) = match self {
            Self::Repository { name, .. } => ("repo".to_string(), Some(name)),
            Self::PullRequest => ("pull_request".to_string(), None),
            Self::Claim { name, value } => (name.to_string(), Some(value)),
        };
        let mut segment = serializer.serialize_struct("SubjectSegment", 2)?;
        segment.serialize_field("key", &key)?;
        segment.serialize_field("value", &value)?;
        segment.end()
    }
}

impl Serialize for KeySet {
    /// Which keys are used, which are not, and why.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Usable<'k> {
            kid: &'k str,
            alg: Algorithm,
        }
        let usable: Vec<_> = self.usable().map(|(kid, alg)| Usable { kid, alg }).collect();
        let ambiguous: Vec<&str> = self.ambiguous().collect();
        let mut report = serializer.serialize_struct("KeySet", 3)?;
        report.serialize_field("usable", &usable)?;
        report.serialize_field("skipped", self.skipped())?;
        report.serialize_field("ambiguous", &ambiguous)?;
        report.end()
    }
}

impl Serialize for ConditionOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_disclosed = !self.expected.is_empty() || self.omitted > 0;
        let mut condition = serializer.serialize_map(None)?;
        condition.serialize_entry("claim", &self.claim)?;
        condition.serialize_entry("matched", &self.matched)?;
        condition.serialize_entry("expected", &is_disclosed.then_some(&self.expected))?;
        if self.omitted > 0 {
            condition.serialize_entry("omittedPatterns", &self.omitted)?;
        }
        condition.serialize_entry("found", &self.found)?;
        condition.serialize_entry("nearest", &self.nearest)?;
        condition.end()
    }
}

impl Serialize for Pattern {
    /// A text that must be equal, `{"glob": …}` or `{"has": …}`, as in a policy.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, text): (_, &str) = match self {
            Self::Exact(text) => return serializer.serialize_str(text),
            Self::Glob(glob) => ("glob", glob.as_str()),
            Self::Has(element) => ("has", element),
        };
        let mut pattern = serializer.serialize_map(Some(1))?;
        pattern.serialize_entry(kind, text)?;
        pattern.end()
    }
}

/// Whether nothing was left out, so that there is nothing to say of it.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
pub(crate) const fn is_zero(count: &usize) -> bool {
    *count == 0
}
