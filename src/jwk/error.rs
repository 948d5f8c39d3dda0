//! Why a key set is not used.

use alloc::{string::String, vec::Vec};
use core::{error::Error, fmt};

use super::problem::SkippedKey;
use crate::{
    error::{Code, Quoted},
    input::InputKind,
    json::JsonError,
    limits,
};

/// Why a JWK Set cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeySetError {
    /// The set is longer than [`limits::KEY_SET_BYTES`].
    TooLarge {
        /// The set's length.
        bytes: usize,
    },
    /// The text is something else, such as a policy or a token.
    Input(InputKind),
    /// The set is not a strict JSON object.
    Json {
        /// What is wrong.
        error: JsonError,
        /// The line where that is, from one.
        line: usize,
        /// The column, from one, in characters.
        column: usize,
    },
    /// The set has no array `keys`.
    NoKeys,
    /// None of the set's keys is usable.
    NoUsableKey {
        /// The first keys that are not used, at most three: the cause is mostly the same for all.
        skipped: Vec<SkippedKey>,
        /// The first `kid`s that different keys share, at most three.
        ambiguous: Vec<String>,
    },
}

impl KeySetError {
    /// The same, unless the text is known to be something else.
    pub(super) fn of(self, text: &[u8]) -> Self {
        match InputKind::of(text) {
            Some(kind) if kind != InputKind::KeySet && kind.noun().is_some() => Self::Input(kind),
            _ => self,
        }
    }

    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::KeySetTooLarge,
            Self::Input(_) | Self::Json { .. } | Self::NoKeys | Self::NoUsableKey { .. } => {
                Code::KeySetMalformed
            }
        }
    }
}

impl fmt::Display for KeySetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => {
                write!(
                    f,
                    "the key set has {bytes} bytes, more than the {} that are read",
                    limits::KEY_SET_BYTES
                )
            }
            Self::Input(kind) => {
                write!(f, "expected a JWK Set, but this is {}", kind.noun().unwrap_or_default())
            }
            Self::Json { error, line, column } => {
                write!(f, "the key set is not strict JSON at line {line}, column {column}: {}", error.reason)
            }
            Self::NoKeys => f.write_str("the key set has no array `keys`"),
            Self::NoUsableKey { skipped, ambiguous } => {
                f.write_str("the key set has no usable key")?;
                let mut separator = ": ";
                for SkippedKey { index, reason, .. } in skipped {
                    write!(f, "{separator}{reason} (`keys[{index}]`)")?;
                    separator = "; ";
                }
                for kid in ambiguous {
                    write!(f, "{separator}different keys have the `kid` {}", Quoted(kid))?;
                    separator = "; ";
                }
                Ok(())
            }
        }
    }
}

impl Error for KeySetError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Json { error, .. } => Some(error),
            _ => None,
        }
    }
}
