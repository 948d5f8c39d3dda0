//! What any error of this crate says, as fields: for logs, answers and other languages.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString},
    vec::Vec,
};
use serde::{Serialize, Serializer};

#[cfg(feature = "mint")]
use crate::mint::{MintError, SigningKeysError};
use crate::{
    claims::ClaimsError,
    error::Code,
    jwk::KeySetError,
    policy::{Denial, Explanation, PolicyError, RuleOutcome},
    serialize::is_zero,
    signature::UnknownAlgorithm,
    token::{ParseError, Segment},
    verifier::Refusal,
    verify::{OptionError, VerifyError},
};

/// What an error says, as fields. Every error of this crate converts to it, and serializes as it.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use claimgate::{ErrorDetails, Untrusted};
/// let error = Untrusted::parse("a.b").err().unwrap();
/// let details = serde_json::to_value(ErrorDetails::from(&error)).unwrap();
/// assert_eq!(details["code"], "token_segments");
/// assert_eq!(details["message"], "the token has 2 segments, a signed one has 3, joined by `.`");
/// # }
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ErrorDetails {
    /// The stable code.
    pub code: Code,
    /// The error's message, for people.
    pub message: String,
    /// The claim that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// Where it is wrong: `payload`, `header.typ`, `roles.deploy.allow[0].ref`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// At which byte of the text or, for the JSON of a token, of the decoded segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// In which line of the text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// In which column, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// The rules that were evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Vec<RuleOutcome>>,
    /// How many more there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub omitted_rules: usize,
}

impl ErrorDetails {
    /// An error with no more to say than its message.
    pub const fn new(code: Code, message: String) -> Self {
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
            omitted_rules: 0,
        }
    }

    /// The same, with its place.
    #[must_use]
    pub fn at(self, place: &str) -> Self {
        Self { place: Some(place.to_owned()), ..self }
    }
}

impl From<&ParseError> for ErrorDetails {
    fn from(error: &ParseError) -> Self {
        Self { place: error.place(), offset: error.offset(), ..Self::new(error.code(), error.to_string()) }
    }
}

impl From<&VerifyError> for ErrorDetails {
    fn from(error: &VerifyError) -> Self {
        let place = match error {
            VerifyError::Claims(ClaimsError::Json(_)) => Some(Segment::Payload.to_string()),
            _ => None,
        };
        Self { claim: error.claim(), place, ..Self::new(error.code(), error.to_string()) }
    }
}

impl From<&Refusal> for ErrorDetails {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Input { kind, .. } if kind.is_secret() => Self::new(refusal.code(), refusal.to_string()),
            Refusal::Input { refusal: inner, .. } => {
                Self { message: refusal.to_string(), ..Self::from(&**inner) }
            }
            Refusal::Token(error) => error.into(),
            Refusal::NoKeys => Self::new(refusal.code(), refusal.to_string()),
            Refusal::Verify(error) => error.into(),
            Refusal::Denied(denial) => denial.into(),
        }
    }
}

impl From<&Denial> for ErrorDetails {
    fn from(denial: &Denial) -> Self {
        let suggestion = match denial {
            Denial::UnknownRole { suggestion, .. } => suggestion.clone(),
            _ => None,
        };
        let explanation = denial.explanation();
        let message = denial.message(explanation.as_ref()).to_string();
        let omitted_rules = explanation.as_ref().map_or(0, |explanation| explanation.omitted);
        let explanation = explanation.map(|Explanation { rules, .. }| rules);
        Self { suggestion, explanation, omitted_rules, ..Self::new(denial.code(), message) }
    }
}

impl From<&PolicyError> for ErrorDetails {
    fn from(error: &PolicyError) -> Self {
        Self {
            place: Some(error.place().to_owned()),
            offset: error.offset(),
            line: error.line(),
            column: error.column(),
            suggestion: error.suggestion().map(ToOwned::to_owned),
            ..Self::new(error.code(), error.to_string())
        }
    }
}

impl From<&KeySetError> for ErrorDetails {
    fn from(error: &KeySetError) -> Self {
        let details = Self::new(error.code(), error.to_string());
        match error {
            KeySetError::Json { error, line, column } => {
                Self { offset: Some(error.offset), line: Some(*line), column: Some(*column), ..details }
            }
            _ => details,
        }
    }
}

impl From<&OptionError> for ErrorDetails {
    fn from(error: &OptionError) -> Self {
        Self::new(error.code(), error.to_string()).at("leeway")
    }
}

impl From<&UnknownAlgorithm> for ErrorDetails {
    fn from(error: &UnknownAlgorithm) -> Self {
        let suggestion = error.suggestion().map(ToOwned::to_owned);
        Self { suggestion, ..Self::new(error.code(), error.to_string()).at("algorithms") }
    }
}

#[cfg(feature = "mint")]
impl From<&MintError> for ErrorDetails {
    fn from(error: &MintError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

#[cfg(feature = "mint")]
impl From<&SigningKeysError> for ErrorDetails {
    fn from(error: &SigningKeysError) -> Self {
        let place = error.slot().map(|slot| slot.to_string());
        Self { place, ..Self::new(error.code(), error.to_string()) }
    }
}

macro_rules! serialize_as_details {
    ($( $( #[$attribute:meta] )* $Error:ty, )+) => { $(
        $( #[$attribute] )*
        impl Serialize for $Error {
            /// As its [`ErrorDetails`].
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ErrorDetails::from(self).serialize(serializer)
            }
        }
    )+ };
}

serialize_as_details! {
    ParseError,
    VerifyError,
    Refusal,
    Denial,
    PolicyError,
    KeySetError,
    OptionError,
    UnknownAlgorithm,
    #[cfg(feature = "mint")]
    MintError,
    #[cfg(feature = "mint")]
    SigningKeysError,
}
