//! Why a token is not verified.

use alloc::{format, string::String, vec::Vec};
use core::{error::Error, fmt, time::Duration};

use crate::{
    claims::{ClaimsError, Contradiction, Issuer},
    error::{Code, Quoted, QuotedList},
    signature::Algorithm,
    suggest,
    time::UnixTime,
};

/// Why a well-formed token is not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The keys belong to another issuer than the validation's.
    Keys {
        /// The validation's issuer.
        expected: Issuer,
        /// The keys' issuer.
        found: Issuer,
    },
    /// The issuer has no usable key of that `kid`.
    UnknownKey {
        /// The header's `kid`.
        kid: String,
        /// The issuer whose keys were searched; none if that is not disclosed.
        issuer: Option<Issuer>,
        /// The token's `iss`, if it is another one; not verified.
        claimed_issuer: Option<String>,
    },
    /// The issuer has several usable keys of that `kid`.
    AmbiguousKey {
        /// The header's `kid`.
        kid: String,
    },
    /// The header's algorithm is not the key's.
    Algorithm {
        /// The key's.
        expected: Algorithm,
        /// The header's.
        found: Algorithm,
    },
    /// The signature does not hold.
    Signature,
    /// The signature is shorter than any signature of the algorithm.
    ShortSignature {
        /// Its length.
        bytes: usize,
        /// The length of the shortest one.
        least: usize,
    },
    /// The signed payload is not what it must be.
    Claims(ClaimsError),
    /// `iss` is another issuer.
    Issuer {
        /// The trusted one; none if that is not disclosed.
        expected: Option<Issuer>,
        /// The token's.
        found: String,
    },
    /// `aud` holds none of the expected audiences.
    Audience {
        /// The expected ones; empty if that is not disclosed.
        expected: Vec<String>,
        /// The token's.
        found: Vec<String>,
        /// Whether the token's is the one that GitHub takes when a job asks for none.
        is_default: bool,
    },
    /// The token has ended.
    Expired {
        /// When it ended.
        exp: UnixTime,
        /// When that was looked at.
        now: UnixTime,
    },
    /// The token has not begun.
    NotYetValid {
        /// When it begins.
        nbf: UnixTime,
        /// When that was looked at.
        now: UnixTime,
    },
    /// The token was issued in the future.
    IssuedInFuture {
        /// When it was issued.
        iat: UnixTime,
        /// When that was looked at.
        now: UnixTime,
    },
    /// The token was issued too long ago.
    TooOld {
        /// When it was issued.
        iat: UnixTime,
        /// When that was looked at.
        now: UnixTime,
        /// The maximum age.
        maximum: Duration,
    },
    /// `sub` contradicts another claim.
    Subject(Contradiction),
}

impl VerifyError {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Keys { .. } | Self::UnknownKey { .. } => Code::KeyUnknown,
            Self::AmbiguousKey { .. } => Code::KeyAmbiguous,
            Self::Algorithm { .. } => Code::AlgorithmMismatch,
            Self::Signature | Self::ShortSignature { .. } => Code::SignatureInvalid,
            Self::Claims(error) => error.code(),
            Self::Issuer { .. } => Code::IssuerMismatch,
            Self::Audience { .. } => Code::AudienceMismatch,
            Self::Expired { .. } => Code::TokenExpired,
            Self::NotYetValid { .. } => Code::TokenNotYetValid,
            Self::IssuedInFuture { .. } => Code::TokenIssuedInFuture,
            Self::TooOld { .. } => Code::TokenTooOld,
            Self::Subject(_) => Code::SubjectContradiction,
        }
    }

    /// The same for somebody who may see what their own token says, but not whom the policy trusts
    /// or which audience it expects.
    #[must_use]
    pub fn without_expectations(self) -> Self {
        match self {
            // The token's own issuer is named where it is not the trusted one: to say it is to say that.
            Self::UnknownKey { kid, .. } => Self::UnknownKey { kid, issuer: None, claimed_issuer: None },
            Self::Issuer { found, .. } => Self::Issuer { expected: None, found },
            Self::Audience { found, is_default, .. } => {
                Self::Audience { expected: Vec::new(), found, is_default }
            }
            other => other,
        }
    }

    /// The claim or header parameter that failed, if it was one.
    pub fn claim(&self) -> Option<String> {
        match self {
            Self::Keys { .. }
            | Self::Signature
            | Self::ShortSignature { .. }
            | Self::Claims(ClaimsError::Json(_)) => None,
            Self::UnknownKey { .. } | Self::AmbiguousKey { .. } => Some("kid".into()),
            Self::Algorithm { .. } => Some("alg".into()),
            Self::Claims(ClaimsError::Missing { claim }) => Some((*claim).into()),
            Self::Claims(ClaimsError::Malformed { claim, .. }) => Some(claim.clone()),
            Self::Issuer { .. } => Some("iss".into()),
            Self::Audience { .. } => Some("aud".into()),
            Self::Expired { .. } => Some("exp".into()),
            Self::NotYetValid { .. } => Some("nbf".into()),
            Self::IssuedInFuture { .. } | Self::TooOld { .. } => Some("iat".into()),
            Self::Subject(_) => Some("sub".into()),
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys { expected, found } => {
                write!(f, "the keys belong to `{found}`, but the token must be of `{expected}`")
            }
            Self::UnknownKey { kid, issuer, claimed_issuer } => {
                match issuer {
                    Some(issuer) => write!(f, "`{issuer}` has no usable key {}", Quoted(kid))?,
                    None => write!(f, "the trusted issuer has no usable key {}", Quoted(kid))?,
                }
                let Some(claimed) = claimed_issuer else { return Ok(()) };
                write!(f, "; the token says that it is of {}", Quoted(claimed))?;
                let hint = issuer.as_ref().and_then(|issuer| issuer_hint(issuer, claimed));
                hint.map_or(Ok(()), |hint| write!(f, " ({hint})"))
            }
            Self::AmbiguousKey { kid } => {
                write!(f, "the issuer has several keys {}, so none is used", Quoted(kid))
            }
            Self::Algorithm { expected, found } => {
                write!(f, "the token's header says `{found}`, but its key is for `{expected}`")
            }
            Self::Signature => f.write_str("the signature does not hold"),
            Self::ShortSignature { bytes, least } => {
                write!(
                    f,
                    "the signature is {bytes} bytes long, the shortest possible one is {least}: the token was probably cut off"
                )
            }
            Self::Claims(error) => error.fmt(f),
            Self::Issuer { expected, found } => {
                let Some(expected) = expected else {
                    return write!(f, "`iss` is {}, which is not the trusted issuer", Quoted(found));
                };
                write!(f, "`iss` must be `{expected}`, not {}", Quoted(found))?;
                issuer_hint(expected, found).map_or(Ok(()), |hint| write!(f, " ({hint})"))
            }
            Self::Audience { expected, found, is_default } => {
                if expected.is_empty() {
                    write!(f, "`aud` is {}, which is not the expected audience", QuotedList(found))?;
                } else {
                    write!(f, "`aud` must be {}, not {}", QuotedList(expected), QuotedList(found))?;
                }
                audience_hint(expected, found, *is_default).map_or(Ok(()), |hint| write!(f, " ({hint})"))
            }
            Self::Expired { exp, now } => {
                write!(f, "the token expired at {exp}, {} s before now ({now})", now.since(*exp).as_secs())
            }
            Self::NotYetValid { nbf, now } => {
                write!(
                    f,
                    "the token is not valid before {nbf}, {} s after now ({now})",
                    nbf.since(*now).as_secs()
                )
            }
            Self::IssuedInFuture { iat, now } => {
                write!(f, "the token was issued at {iat}, {} s after now ({now})", iat.since(*now).as_secs())
            }
            Self::TooOld { iat, now, maximum } => {
                write!(
                    f,
                    "the token was issued at {iat}, {} s before now, and may be at most {} s old",
                    now.since(*iat).as_secs(),
                    maximum.as_secs()
                )
            }
            Self::Subject(contradiction) => contradiction.fmt(f),
        }
    }
}

impl Error for VerifyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Claims(error) => Some(error),
            Self::Subject(contradiction) => Some(contradiction),
            _ => None,
        }
    }
}

fn issuer_hint(expected: &Issuer, found: &str) -> Option<&'static str> {
    match suggest::spelling(expected.as_str(), found) {
        Some(difference) => Some(difference.hint()),
        None if found.starts_with(&format!("{expected}/")) => {
            Some("the enterprise has an issuer of its own, name it in the policy")
        }
        None if expected.as_str().strip_prefix(found).is_some_and(|path| path.starts_with('/')) => Some(
            "the token is from the issuer that all enterprises share, and the policy names the enterprise's own",
        ),
        None => None,
    }
}

fn audience_hint(expected: &[String], found: &[String], is_default: bool) -> Option<&'static str> {
    let pairs = || expected.iter().flat_map(|expected| found.iter().map(move |found| (expected, found)));
    match pairs().find_map(|(expected, found)| suggest::spelling(expected, found)) {
        Some(difference) => Some(difference.hint()),
        None if is_default => {
            Some("that is github's default, let the job ask for its token with the audience")
        }
        None => None,
    }
}
