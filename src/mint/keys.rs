//! The keys of one issuer of access tokens, through their rotation: the one that signs, the one
//! that will, and those that did.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::{error::Error, fmt};

use super::{
    key::{Signer, SigningKey},
    key_error::SigningKeyError,
    public_part::PublicPart,
};
use crate::{
    error::Code,
    json::{self, JsonError, Number, Object, Value},
    limits,
    time::UnixTime,
};

/// The keys that access tokens are signed with, one after the other.
///
/// `current` signs. `next` is published beforehand, so that every verifier knows it when its turn
/// comes; `retired` ones are published for as long as there may be tokens of theirs.
#[derive(Debug)]
pub struct SigningKeys {
    current: SigningKey,
    next: Option<SigningKey>,
    retired: Vec<RetiredKey>,
}

struct RetiredKey {
    public: PublicPart,
    /// When it is published no more.
    expires: Option<UnixTime>,
}

impl From<SigningKey> for SigningKeys {
    fn from(current: SigningKey) -> Self {
        Self { current, next: None, retired: Vec::new() }
    }
}

impl SigningKeys {
    /// Reads what `npx claimgate keys` makes: an object of JSON with the private JWKs `current` and
    /// `next`, which may be left out, and the list `retired` of JWKs, each with the `exp` (seconds
    /// since 1970) after which it is published no more. Of retired keys only the public part is
    /// looked at.
    ///
    /// ```
    /// use claimgate::SigningKeys;
    ///
    /// let document = r#"{ "current": { "kty": "OKP", "crv": "Ed25519", "kid": "a",
    ///     "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" } }"#;
    /// assert_eq!(SigningKeys::parse(document)?.current().kid(), "a");
    /// # Ok::<(), claimgate::SigningKeysError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SigningKeysError`] says what is wrong and where, and repeats nothing of the keys.
    pub fn parse<T: AsRef<[u8]> + ?Sized>(document: &T) -> Result<Self, SigningKeysError> {
        let document = json::parse_object(document.as_ref(), limits::KEY_SET_DEPTH)
            .map_err(|JsonError { offset, .. }| SigningKeysError::Json { offset })?;
        if document.iter().any(|(name, _)| !["current", "next", "retired"].contains(&name)) {
            return Err(SigningKeysError::UnknownMember);
        }
        let current = document.get("current").ok_or(SigningKeysError::NoCurrent)?;
        let keys = Self {
            current: signing_key(SigningKeySlot::Current, current)?,
            next: document.get("next").map(|next| signing_key(SigningKeySlot::Next, next)).transpose()?,
            retired: match document.get("retired") {
                None => Vec::new(),
                Some(Value::Array(retired)) => {
                    retired.iter().enumerate().map(retired_key).collect::<Result<_, _>>()?
                }
                Some(_) => return Err(SigningKeysError::RetiredNoList),
            },
        };
        keys.check_distinct()?;
        Ok(keys)
    }

    /// A `kid` of two keys would leave it to each verifier which one it takes.
    fn check_distinct(&self) -> Result<(), SigningKeysError> {
        let kids: Vec<&str> = self.all().map(|(public, _)| public.kid.as_str()).collect();
        match kids.iter().enumerate().find(|(index, kid)| kids.iter().take(*index).any(|known| known == *kid))
        {
            None => Ok(()),
            Some(_) => Err(SigningKeysError::KidTwice),
        }
    }

    /// The key that signs.
    pub const fn current(&self) -> &SigningKey {
        &self.current
    }

    /// Has `signer` sign in place of the current key from now on, unless its first signature shows that it has another key.
    pub fn sign_by(&mut self, signer: Arc<dyn Signer>) {
        self.current.sign_by(signer);
    }

    /// The JWK Set (RFC 7517, section 5) of all that are not over at `now`, as JSON.
    pub fn public_jwks(&self, now: UnixTime) -> String {
        let keys: Vec<&str> = self.published(now).map(|public| public.jwk.as_str()).collect();
        ["{\"keys\":[", &keys.join(","), "]}"].concat()
    }

    pub(super) fn published(&self, now: UnixTime) -> impl Iterator<Item = &PublicPart> {
        let is_over = move |expires: Option<UnixTime>| expires.is_some_and(|expires| expires <= now);
        self.all().filter_map(move |(public, expires)| (!is_over(expires)).then_some(public))
    }

    fn all(&self) -> impl Iterator<Item = (&PublicPart, Option<UnixTime>)> {
        let signing = core::iter::once(&self.current).chain(&self.next).map(|key| (&*key.public, None));
        signing.chain(self.retired.iter().map(|key| (&key.public, key.expires)))
    }
}

fn signing_key(slot: SigningKeySlot, value: &Value) -> Result<SigningKey, SigningKeysError> {
    let wrong = |error| SigningKeysError::Key { slot, error };
    SigningKey::read(object(slot, value)?).map_err(wrong)
}

fn retired_key((index, value): (usize, &Value)) -> Result<RetiredKey, SigningKeysError> {
    let slot = SigningKeySlot::Retired(index);
    let wrong = |error| SigningKeysError::Key { slot, error };
    let jwk = object(slot, value)?;
    let expires = match jwk.get("exp") {
        None => None,
        // More are milliseconds, and a key that would never go.
        Some(Value::Number(Number::Unsigned(seconds))) if *seconds <= limits::NUMERIC_DATE => {
            Some(UnixTime::from_secs(*seconds))
        }
        Some(_) => return Err(wrong(SigningKeyError::Malformed("exp"))),
    };
    Ok(RetiredKey { public: PublicPart::read(jwk).map_err(wrong)?, expires })
}

fn object(slot: SigningKeySlot, value: &Value) -> Result<&Object, SigningKeysError> {
    match value {
        Value::Object(jwk) => Ok(jwk),
        _ => Err(SigningKeysError::NotAnObject(slot)),
    }
}

impl fmt::Debug for RetiredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetiredKey")
            .field("kid", &self.public.kid)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Which key of a document of signing keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningKeySlot {
    /// `current`
    Current,
    /// `next`
    Next,
    /// `retired`, counted from 0
    Retired(usize),
}

impl fmt::Display for SigningKeySlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => f.write_str("current"),
            Self::Next => f.write_str("next"),
            Self::Retired(index) => write!(f, "retired[{index}]"),
        }
    }
}

/// Why a document is not one of signing keys.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningKeysError {
    /// It is not strict JSON, or not an object.
    Json {
        /// The byte at which reading stopped. What stands there is not repeated: it may be a key.
        offset: usize,
    },
    /// It has a member that is not known.
    UnknownMember,
    /// It has no `current`.
    NoCurrent,
    /// Its `retired` is not a list.
    RetiredNoList,
    /// What should be a key is not an object.
    NotAnObject(SigningKeySlot),
    /// A key is none to sign with.
    Key {
        /// Which key.
        slot: SigningKeySlot,
        /// Why.
        error: SigningKeyError,
    },
    /// Two keys have the same `kid`.
    KidTwice,
}

impl SigningKeysError {
    /// The stable code.
    pub const fn code(&self) -> Code {
        Code::SigningKeysInvalid
    }

    /// Which key is wrong, if it is one.
    pub const fn slot(&self) -> Option<SigningKeySlot> {
        match self {
            Self::NotAnObject(slot) | Self::Key { slot, .. } => Some(*slot),
            _ => None,
        }
    }
}

/// No part of the document is repeated: it may be a key.
impl fmt::Display for SigningKeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { offset } => write!(
                f,
                "the signing keys are not an object of strict json, at byte {offset}: make them with `npx claimgate keys`"
            ),
            Self::UnknownMember => f.write_str(
                "the signing keys may have the members `current`, `next` and `retired` alone: \
                     a single key belongs into `current`",
            ),
            Self::NoCurrent => f.write_str(
                "the signing keys have no `current`, which signs: make them with `npx claimgate keys`",
            ),
            Self::RetiredNoList => f.write_str("`retired` of the signing keys must be a list of jwks"),
            Self::NotAnObject(slot) => write!(f, "`{slot}` of the signing keys must be a jwk"),
            Self::Key { slot, error } => write!(f, "`{slot}`: {error}"),
            Self::KidTwice => f.write_str("two of the signing keys have the same `kid`"),
        }
    }
}

impl Error for SigningKeysError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Key { error, .. } => Some(error),
            _ => None,
        }
    }
}
