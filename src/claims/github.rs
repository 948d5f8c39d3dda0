//! The claims of a GitHub Actions token, typed.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{Claim, ClaimName, REPO_PROPERTY};
use crate::{
    error::{Code, Quoted},
    json::{self, JsonError, Number, Object, Value},
    limits,
    map::Map,
    time::UnixTime,
};

/// What a token of GitHub Actions says about its job.
///
/// All of GitHub's own claims are strings, ids and booleans included; a token in which one of
/// them is anything else is malformed. There is a method for each claim of GitHub's table;
/// [`get`](Self::get) finds one by name.
#[derive(Clone, Debug, PartialEq)]
pub struct GithubClaims {
    iss: String,
    sub: String,
    aud: Vec<String>,
    exp: UnixTime,
    nbf: Option<UnixTime>,
    iat: UnixTime,
    jti: String,
    table: [Option<String>; Claim::ALL.len()],
    repo_properties: Map<String>,
    other: Vec<(String, Value)>,
}

impl GithubClaims {
    /// `iss`: who issued the token.
    pub fn iss(&self) -> &str {
        &self.iss
    }

    /// `sub`: whom the token is about; see [`Subject`](super::Subject).
    pub fn sub(&self) -> &str {
        &self.sub
    }

    /// `aud`: whom the token is for; at least one.
    pub fn aud(&self) -> &[String] {
        &self.aud
    }

    /// `exp`: when the token ends.
    pub const fn exp(&self) -> UnixTime {
        self.exp
    }

    /// `nbf`: when the token begins.
    pub const fn nbf(&self) -> Option<UnixTime> {
        self.nbf
    }

    /// `iat`: when the token was issued.
    pub const fn iat(&self) -> UnixTime {
        self.iat
    }

    /// `jti`: the token's id, of use against replay.
    pub fn jti(&self) -> &str {
        &self.jti
    }

    /// The repository's custom properties: the claims `repo_property_<name>`, by name.
    pub fn repo_properties(&self) -> impl Iterator<Item = (&str, &str)> {
        self.repo_properties.iter().map(|(name, value)| (name, value.as_str()))
    }

    /// Claims that GitHub's table does not have, in the order of the token.
    pub fn other(&self) -> &[(String, Value)] {
        &self.other
    }

    /// The value of a claim that conditions may refer to.
    pub fn get(&self, name: &ClaimName) -> Option<&str> {
        match name {
            ClaimName::Subject => Some(&self.sub),
            ClaimName::Github(claim) => self.text(*claim),
            ClaimName::RepoProperty(property) => self.repo_properties.get(property).map(String::as_str),
        }
    }

    pub(super) fn text(&self, claim: Claim) -> Option<&str> {
        self.table.get(claim as usize).and_then(Option::as_deref)
    }

    /// Decodes a payload. Whether its signature holds is for the caller to know, and to say.
    pub(crate) fn decode(payload: &[u8]) -> Result<Self, ClaimsError> {
        json::parse_object(payload, limits::TOKEN_DEPTH)
            .map_err(ClaimsError::Json)
            .and_then(Self::from_members)
    }

    fn from_members(members: Object) -> Result<Self, ClaimsError> {
        let (mut iss, mut sub, mut jti) = (None, None, None);
        let (mut aud, mut exp, mut nbf, mut iat) = (None, None, None, None);
        let mut table = [const { None }; Claim::ALL.len()];
        let mut repo_properties = Map::new();
        let mut other = Vec::new();
        for (name, value) in members {
            match name.as_str() {
                "iss" => iss = Some(text("iss", value)?),
                "sub" => sub = Some(filled("sub", value)?),
                "jti" => jti = Some(filled("jti", value)?),
                "aud" => aud = Some(audience(value)?),
                "exp" => exp = Some(numeric_date("exp", &value)?),
                "nbf" => nbf = Some(numeric_date("nbf", &value)?),
                "iat" => iat = Some(numeric_date("iat", &value)?),
                _ => match (Claim::from_name(&name), name.strip_prefix(REPO_PROPERTY)) {
                    (Some(claim), _) => {
                        if let Some(slot) = table.get_mut(claim as usize) {
                            *slot = Some(text(&name, value)?);
                        }
                    }
                    (None, Some(property)) => {
                        repo_properties.insert(property.to_string(), text(&name, value)?);
                    }
                    (None, None) => other.push((name, value)),
                },
            }
        }
        let missing = |claim| ClaimsError::Missing { claim };
        Ok(Self {
            iss: iss.ok_or(missing("iss"))?,
            sub: sub.ok_or(missing("sub"))?,
            aud: aud.ok_or(missing("aud"))?,
            exp: exp.ok_or(missing("exp"))?,
            nbf,
            iat: iat.ok_or(missing("iat"))?,
            jti: jti.ok_or(missing("jti"))?,
            table,
            repo_properties,
            other,
        })
    }
}

fn text(claim: &str, value: Value) -> Result<String, ClaimsError> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(malformed(claim, "a string", &other)),
    }
}

/// An empty `sub` is about nobody, and an empty `jti` would make all tokens one.
fn filled(claim: &str, value: Value) -> Result<String, ClaimsError> {
    let text = text(claim, value)?;
    if text.is_empty() {
        let (expected, found) = ("a string that is not empty", "an empty one");
        return Err(ClaimsError::Malformed { claim: claim.to_string(), expected, found });
    }
    Ok(text)
}

/// A `NumericDate` (RFC 7519, section 2). The RFC allows fractions; GitHub has none, and a reader
/// that rounds is a reader that disagrees with another one.
fn numeric_date(claim: &str, value: &Value) -> Result<UnixTime, ClaimsError> {
    match value {
        Value::Number(Number::Unsigned(seconds)) if *seconds <= limits::NUMERIC_DATE => {
            Ok(UnixTime::from_secs(*seconds))
        }
        other => Err(malformed(claim, "whole seconds between 1970 and the year 9999", other)),
    }
}

fn audience(value: Value) -> Result<Vec<String>, ClaimsError> {
    const EXPECTED: &str = "a string, or an array of at least one string";
    match value {
        Value::String(one) => Ok([one].into()),
        Value::Array(items) => {
            let malformed =
                |found| Err(ClaimsError::Malformed { claim: "aud".into(), expected: EXPECTED, found });
            let mut audiences = Vec::new();
            for item in items {
                match item {
                    Value::String(text) => audiences.push(text),
                    Value::Null => return malformed("an array with null"),
                    Value::Bool(_) => return malformed("an array with a boolean"),
                    Value::Number(_) => return malformed("an array with a number"),
                    _ => return malformed("an array with a nested value"),
                }
            }
            if audiences.is_empty() { malformed("an empty array") } else { Ok(audiences) }
        }
        other => Err(malformed("aud", EXPECTED, &other)),
    }
}

fn malformed(claim: &str, expected: &'static str, found: &Value) -> ClaimsError {
    let found = match found {
        Value::Number(Number::Negative(_)) => "a negative number",
        Value::Number(Number::Other(_)) => "a number with a fraction or an exponent, or one too large",
        other => other.kind(),
    };
    ClaimsError::Malformed { claim: claim.to_string(), expected, found }
}

/// Why a signed payload is not the claims of a GitHub Actions token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimsError {
    /// The payload is not a strict JSON object; the offset counts from its start.
    Json(JsonError),
    /// A required claim is absent.
    Missing {
        /// Which claim.
        claim: &'static str,
    },
    /// A claim has a type or a value that it may not have.
    Malformed {
        /// Which claim.
        claim: String,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
}

impl ClaimsError {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Json(_) => Code::TokenJson,
            Self::Missing { .. } => Code::ClaimMissing,
            Self::Malformed { .. } => Code::ClaimMalformed,
        }
    }
}

impl fmt::Display for ClaimsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "the token's payload is {error}"),
            Self::Missing { claim } => write!(f, "the token has no claim `{claim}`, which is required"),
            Self::Malformed { claim, expected, found } => {
                write!(f, "the claim {} must be {expected}, not {found}", Quoted(claim))
            }
        }
    }
}

impl core::error::Error for ClaimsError {}
