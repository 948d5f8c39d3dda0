//! The claims of a GitHub Actions token, typed.

use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use core::{error::Error, fmt};

use super::{
    Claim, ClaimName, REPO_PROPERTY,
    names::claim_table,
    payload::{Payload, Span},
};
use crate::{
    error::{Code, Quoted},
    json::{self, JsonError, Number, Reader, Value},
    limits,
    time::UnixTime,
};

/// What a token of GitHub Actions says about its job.
///
/// All of GitHub's own claims are strings, ids and booleans included; a token in which one of
/// them is anything else is malformed. There is a method for each claim of GitHub's table;
/// [`get`](Self::get) finds one by name.
#[derive(Clone, PartialEq)]
pub struct GithubClaims {
    payload: Payload,
    iss: Span,
    sub: Span,
    aud: Vec<String>,
    exp: UnixTime,
    nbf: Option<UnixTime>,
    iat: UnixTime,
    jti: Span,
    table: [Option<Span>; Claim::ALL.len()],
    repo_properties: BTreeMap<String, String>,
    other: Vec<(String, Value)>,
}

impl GithubClaims {
    /// `iss`: who issued the token.
    pub fn iss(&self) -> &str {
        self.payload.get(self.iss)
    }

    /// `sub`: whom the token is about; see [`Subject`](super::Subject).
    pub fn sub(&self) -> &str {
        self.payload.get(self.sub)
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
        self.payload.get(self.jti)
    }

    /// The repository's custom properties: the claims `repo_property_<name>`, by name.
    pub fn repo_properties(&self) -> impl Iterator<Item = (&str, &str)> {
        self.repo_properties.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Claims that GitHub's table does not have, in the order of the token.
    pub fn other(&self) -> &[(String, Value)] {
        &self.other
    }

    /// The value of a claim that conditions may refer to.
    pub fn get(&self, name: &ClaimName) -> Option<&str> {
        match name {
            ClaimName::Subject => Some(self.sub()),
            ClaimName::Github(claim) => self.text(*claim),
            ClaimName::RepoProperty(property) => self.repo_properties.get(property).map(String::as_str),
            ClaimName::Other(name) => match self.other_claim(name) {
                Some(Value::String(text)) => Some(text),
                _ => None,
            },
        }
    }

    /// The value of a claim that GitHub's table does not have.
    pub(crate) fn other_claim(&self, name: &str) -> Option<&Value> {
        self.other.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    pub(super) fn text(&self, claim: Claim) -> Option<&str> {
        let span = self.table.get(claim as usize).copied().flatten()?;
        Some(self.payload.get(span))
    }

    /// The claims as the issuer wrote them: a strict JSON object.
    pub fn json(&self) -> &str {
        self.payload.json()
    }

    /// Reads a payload (RFC 7519, section 3), such as one that was verified earlier and kept as JSON. Claims prove
    /// nothing by themselves: only a [`Verified`](crate::Verified) token does.
    ///
    /// ```
    /// use claimgate::GithubClaims;
    /// let json = r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:o/r:pull_request","aud":"a","exp":2,"iat":1,"jti":"x"}"#;
    /// assert_eq!(GithubClaims::parse(json)?.sub(), "repo:o/r:pull_request");
    /// # Ok::<(), claimgate::ClaimsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ClaimsError`] if they are not the claims of a GitHub Actions token.
    pub fn parse<T: AsRef<[u8]> + ?Sized>(json: &T) -> Result<Self, ClaimsError> {
        Self::decode(json.as_ref().to_vec())
    }

    /// The same of bytes that are kept: the claims are pieces of them.
    pub(crate) fn decode(payload: Vec<u8>) -> Result<Self, ClaimsError> {
        let mut builder = ClaimsBuilder { json_bytes: payload.len(), ..ClaimsBuilder::default() };
        json::read_object(&payload, limits::TOKEN_DEPTH, |reader, name| builder.read_member(reader, name))
            .map_err(ClaimsError::Json)?;
        builder.finish(payload)
    }
}

impl fmt::Debug for GithubClaims {
    /// What identifies the token and its job, and not the whole payload.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubClaims")
            .field("iss", &self.iss())
            .field("sub", &self.sub())
            .field("jti", &self.jti())
            .field("exp", &self.exp)
            .finish_non_exhaustive()
    }
}

macro_rules! accessors {
    ($( $group:literal { $( #[doc = $doc:literal] $variant:ident $method:ident $($name:literal)? : $form:expr, )+ } )+) => {
        impl GithubClaims {
            $( $( #[doc = $doc] pub fn $method(&self) -> Option<&str> { self.text(Claim::$variant) } )+ )+
        }
    };
}

claim_table!(accessors);

/// The claims that were read so far.
#[derive(Default)]
struct ClaimsBuilder {
    json_bytes: usize,
    /// The strings with escapes, without these.
    unescaped: String,
    iss: Option<Span>,
    sub: Option<Span>,
    aud: Vec<String>,
    exp: Option<UnixTime>,
    nbf: Option<UnixTime>,
    iat: Option<UnixTime>,
    jti: Option<Span>,
    table: [Option<Span>; Claim::ALL.len()],
    repo_properties: BTreeMap<String, String>,
    other: Vec<(String, Value)>,
    /// The first claim that is malformed. What follows is read all the same, because no claim counts
    /// in what is not strict JSON.
    problem: Option<ClaimsError>,
}

impl ClaimsBuilder {
    fn read_member(&mut self, reader: &mut Reader<'_>, name: Cow<'_, str>) -> Result<(), JsonError> {
        match name.as_ref() {
            "iss" => self.iss = self.text(reader, "iss")?,
            "sub" => self.sub = self.filled(reader, "sub")?,
            "jti" => self.jti = self.filled(reader, "jti")?,
            "aud" => {
                let aud = audience(reader.value()?);
                self.aud = self.checked(aud).unwrap_or_default();
            }
            "exp" => self.exp = self.numeric_date(reader, "exp")?,
            "nbf" => self.nbf = self.numeric_date(reader, "nbf")?,
            "iat" => self.iat = self.numeric_date(reader, "iat")?,
            other => match (Claim::from_name(other), other.strip_prefix(REPO_PROPERTY)) {
                (Some(claim), _) => {
                    let text = self.text(reader, other)?;
                    if let Some(slot) = self.table.get_mut(claim as usize) {
                        *slot = text;
                    }
                }
                (None, Some(property)) => {
                    if reader.token() == Some(b'"') {
                        self.repo_properties.insert(property.to_string(), reader.string()?.into_owned());
                    } else {
                        self.text(reader, other)?;
                    }
                }
                (None, None) => self.other.push((name.into_owned(), reader.value()?)),
            },
        }
        Ok(())
    }

    fn text(&mut self, reader: &mut Reader<'_>, claim: &str) -> Result<Option<Span>, JsonError> {
        if reader.token() == Some(b'"') {
            let text = reader.string()?;
            return Ok(Some(Span::of(text, reader.offset(), self.json_bytes, &mut self.unescaped)));
        }
        let found = reader.value()?;
        Ok(self.checked(Err(malformed(claim, "a string", &found))))
    }

    /// An empty `sub` is about nobody, and an empty `jti` would make all tokens one.
    fn filled(&mut self, reader: &mut Reader<'_>, claim: &str) -> Result<Option<Span>, JsonError> {
        let text = self.text(reader, claim)?;
        if text.is_some_and(Span::is_empty) {
            let (expected, found) = ("a string that is not empty", "an empty one");
            let claim = claim.to_string();
            return Ok(self.checked(Err(ClaimsError::Malformed { claim, expected, found })));
        }
        Ok(text)
    }

    fn numeric_date(&mut self, reader: &mut Reader<'_>, claim: &str) -> Result<Option<UnixTime>, JsonError> {
        let date = numeric_date(claim, &reader.value()?);
        Ok(self.checked(date))
    }

    fn checked<T>(&mut self, claim: Result<T, ClaimsError>) -> Option<T> {
        claim.map_err(|problem| self.problem.get_or_insert(problem).code()).ok()
    }

    fn finish(self, payload: Vec<u8>) -> Result<GithubClaims, ClaimsError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let missing = |claim| ClaimsError::Missing { claim };
        Ok(GithubClaims {
            iss: self.iss.ok_or(missing("iss"))?,
            sub: self.sub.ok_or(missing("sub"))?,
            aud: if self.aud.is_empty() { Err(missing("aud")) } else { Ok(self.aud) }?,
            exp: self.exp.ok_or(missing("exp"))?,
            nbf: self.nbf,
            iat: self.iat.ok_or(missing("iat"))?,
            jti: self.jti.ok_or(missing("jti"))?,
            table: self.table,
            repo_properties: self.repo_properties,
            other: self.other,
            payload: Payload::new(payload, &self.unescaped),
        })
    }
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

impl Error for ClaimsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            _ => None,
        }
    }
}
