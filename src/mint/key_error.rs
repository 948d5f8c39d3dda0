//! What keeps a JWK from signing.

use core::fmt;

use crate::{jwk::KeyProblem, signature::Algorithm};

/// Why a JWK is no key to sign with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningKeyError {
    /// It is not strict JSON, or not an object.
    Json {
        /// The byte at which reading stopped. What stands there is not repeated: it may be the key.
        offset: usize,
    },
    /// A member is missing.
    Missing(&'static str),
    /// A member is not what it must be.
    Malformed(&'static str),
    /// It is of a kind that does not sign here.
    Kind,
    /// Its `alg` is not that of its curve, which is this one.
    Algorithm(Algorithm),
    /// Its parts are no key, or do not belong together.
    Rejected,
    /// The system has no randomness, which a key of P-256 needs from the beginning.
    NoRandomness,
}

impl From<KeyProblem> for SigningKeyError {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Missing(name) => Self::Missing(name),
            KeyProblem::Malformed(name) => Self::Malformed(name),
            KeyProblem::Point => Self::Rejected,
            _ => Self::Kind,
        }
    }
}

/// No part of the key is repeated, wherever it stands.
impl fmt::Display for SigningKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { offset } => write!(f, "the signing key is not strict JSON, at byte {offset}"),
            Self::Missing("d") => {
                f.write_str("the signing key has no `d`: it is a public key, and the private one is needed")
            }
            Self::Missing(name) => write!(f, "the signing key has no `{name}`"),
            Self::Malformed(name) => write!(f, "`{name}` of the signing key is malformed"),
            Self::Kind => f.write_str(
                "the signing key is of a kind that does not sign here: \
                 `kty` `OKP` with `crv` `Ed25519` and `EC` with `P-256` do",
            ),
            Self::Algorithm(expected) => write!(f, "`alg` of the signing key must be `{expected}`"),
            Self::Rejected => {
                f.write_str("the signing key is none, or its public part is not that of its private one")
            }
            Self::NoRandomness => f.write_str(
                "the system has no randomness, which a key of P-256 needs: \
                 in a worker read it while a request is answered",
            ),
        }
    }
}

impl core::error::Error for SigningKeyError {}
