//! The key that signs access tokens: a private JWK (RFC 7517), bound to its algorithm.

use alloc::{string::String, vec::Vec};
use core::fmt;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};

use super::write_member;
use crate::{
    base64url,
    error::Quoted,
    json::{self, JsonError, Object, Value},
    limits,
    signature::Algorithm,
};

/// A private key that signs access tokens: Ed25519 (`EdDSA`), or P-256 (`ES256`).
///
/// Nothing shows it: `Debug` names the `kid` alone, and there is no way back to a JWK with `d`.
pub struct SigningKey {
    kid: String,
    pair: Pair,
    public: String,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

/// Signing failed, which is said without detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningFailed;

impl SigningKey {
    /// Reads a private JWK: `kty` `OKP` with `crv` `Ed25519` (RFC 8037), or `EC` with `P-256` (RFC
    /// 7518, section 6.2), and in either case a `kid`. That public and private part belong together
    /// is checked.
    ///
    /// # Errors
    ///
    /// [`SigningKeyError`] says what is wrong, and repeats nothing of the key.
    pub fn from_jwk<T: AsRef<[u8]> + ?Sized>(jwk: &T) -> Result<Self, SigningKeyError> {
        let jwk = &json::parse_object(jwk.as_ref(), limits::KEY_SET_DEPTH).map_err(SigningKeyError::Json)?;
        let kid = text(jwk, "kid")?;
        if kid.is_empty() || kid.len() > limits::KEY_ID_BYTES {
            return Err(SigningKeyError::Malformed("kid"));
        }
        let (pair, algorithm, members) = match (text(jwk, "kty")?, text(jwk, "crv")?) {
            ("OKP", "Ed25519") => (ed25519(jwk)?, Algorithm::EdDsa, &["crv", "kty", "x"][..]),
            ("EC", "P-256") => (p256(jwk)?, Algorithm::Es256, &["crv", "kty", "x", "y"][..]),
            (kty, crv) => return Err(SigningKeyError::Kind { kty: kty.into(), crv: crv.into() }),
        };
        if let Some(alg) = optional(jwk, "alg")?
            && Algorithm::from_name(alg) != Some(algorithm)
        {
            return Err(SigningKeyError::Algorithm { alg: alg.into(), expected: algorithm });
        }
        let public = public_jwk(jwk, kid, algorithm, members)?;
        Ok(Self { kid: kid.into(), pair, public })
    }

    /// Its name in headers and key sets.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm that it signs with.
    pub const fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Ed25519(_) => Algorithm::EdDsa,
            Pair::P256(_) => Algorithm::Es256,
        }
    }

    /// Its public part as a JWK, with `kid`, `alg` and `use`.
    pub fn public_jwk(&self) -> &str {
        &self.public
    }

    /// The signature of a JWS over `message` (RFC 7515, section 5.1, step 5).
    ///
    /// # Errors
    ///
    /// [`SigningFailed`] if the system has no randomness, which `ES256` needs.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        match &self.pair {
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::P256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| SigningFailed)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

fn ed25519(jwk: &Object) -> Result<Pair, SigningKeyError> {
    let (seed, public) = (bytes(jwk, "d")?, bytes(jwk, "x")?);
    let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, &public);
    pair.map(Pair::Ed25519).map_err(|_| SigningKeyError::Rejected)
}

fn p256(jwk: &Object) -> Result<Pair, SigningKeyError> {
    let private = bytes(jwk, "d")?;
    let point = [&[4_u8][..], bytes(jwk, "x")?.as_slice(), &bytes(jwk, "y")?].concat();
    let pair = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        &private,
        &point,
        &SystemRandom::new(),
    );
    pair.map(Pair::P256).map_err(|_| SigningKeyError::Rejected)
}

/// With its members in the order of RFC 7638, section 3.2, the required ones first.
fn public_jwk(
    jwk: &Object,
    kid: &str,
    algorithm: Algorithm,
    members: &[&'static str],
) -> Result<String, SigningKeyError> {
    let mut json = String::from("{");
    for name in members {
        write_member(name, text(jwk, name)?, &mut json);
    }
    write_member("kid", kid, &mut json);
    write_member("alg", algorithm.name(), &mut json);
    json.push_str("\"use\":\"sig\"}");
    Ok(json)
}

fn bytes(jwk: &Object, name: &'static str) -> Result<Vec<u8>, SigningKeyError> {
    base64url::decode(text(jwk, name)?.as_bytes()).map_err(|_| SigningKeyError::Malformed(name))
}

fn text<'o>(jwk: &'o Object, name: &'static str) -> Result<&'o str, SigningKeyError> {
    optional(jwk, name)?.ok_or(SigningKeyError::Missing(name))
}

fn optional<'o>(jwk: &'o Object, name: &'static str) -> Result<Option<&'o str>, SigningKeyError> {
    match jwk.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(SigningKeyError::Malformed(name)),
    }
}

/// Why a JWK is no key to sign with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningKeyError {
    /// It is not strict JSON, or not an object.
    Json(JsonError),
    /// A member is missing.
    Missing(&'static str),
    /// A member is not what it must be.
    Malformed(&'static str),
    /// It is of a kind that does not sign here.
    Kind {
        /// Its `kty`.
        kty: String,
        /// Its `crv`.
        crv: String,
    },
    /// Its `alg` is not that of its curve.
    Algorithm {
        /// What it says.
        alg: String,
        /// What it must say.
        expected: Algorithm,
    },
    /// Its parts are no key, or do not belong together.
    Rejected,
}

impl fmt::Display for SigningKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Of JSON that is wrong no part is repeated: it may be the key.
            Self::Json(error) => write!(f, "the signing key is not strict json, at byte {}", error.offset),
            Self::Missing("d") => {
                f.write_str("the signing key has no `d`: it is a public key, and the private one is needed")
            }
            Self::Missing(name) => write!(f, "the signing key has no `{name}`"),
            Self::Malformed(name) => write!(f, "`{name}` of the signing key is malformed"),
            Self::Kind { kty, crv } => write!(
                f,
                "the signing key is of `kty` {} and `crv` {}; `OKP` with `Ed25519` and `EC` with `P-256` sign",
                Quoted(kty),
                Quoted(crv)
            ),
            Self::Algorithm { alg, expected } => {
                write!(f, "`alg` of the signing key is {}, and its curve signs `{expected}`", Quoted(alg))
            }
            Self::Rejected => {
                f.write_str("the signing key is none, or its public part is not that of its private one")
            }
        }
    }
}

impl core::error::Error for SigningKeyError {}

impl fmt::Display for SigningFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("signing failed: the system has no randomness")
    }
}

impl core::error::Error for SigningFailed {}
