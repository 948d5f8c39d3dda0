//! The keys of a set that are not used, and why.

use alloc::string::String;
use core::fmt;

use crate::{error::Quoted, limits, signature::Algorithm};

/// A key of a set that is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SkippedKey {
    /// Its place in `keys`, counted from 0.
    pub index: usize,
    /// Its `kid`, if it has one.
    pub kid: Option<String>,
    /// Why it is not used.
    pub reason: KeyProblem,
}

/// Why a key of a set is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyProblem {
    /// It is not a JSON object.
    NotAnObject,
    /// A member is missing.
    Missing(&'static str),
    /// A member is not of its form.
    Malformed(&'static str),
    /// It has members of a private key: it was published, so it is no longer secret.
    Private,
    /// Its `use` or `key_ops` is not for verifying signatures.
    Use,
    /// Its `kty` is not supported; symmetric keys never are.
    Type(String),
    /// Its `crv` is not supported.
    Curve(String),
    /// The modulus is outside [`limits::RSA_MODULUS_BITS`].
    Modulus {
        /// The modulus' size.
        bits: usize,
    },
    /// The public exponent is even or outside [`limits::RSA_EXPONENT`].
    Exponent,
    /// The modulus has the fingerprint of ROCA (CVE-2017-15361): its factors can be found.
    Roca,
    /// The point is not on its curve, or its coordinates are not the ones that stand for it.
    Point,
    /// Its `alg` is none of those that the set is read for.
    Algorithm(String),
    /// It has no `alg`, and none or several of those that the set is read for fit it.
    NoAlgorithm,
    /// Its `alg` is for another kind of key.
    Mismatch(Algorithm),
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("the key is not a json object"),
            Self::Missing(name) => write!(f, "the member `{name}` is missing"),
            Self::Malformed(name) => write!(f, "the member `{name}` is malformed"),
            Self::Private => {
                f.write_str("the key contains members of a private key, publish the public one alone")
            }
            Self::Use => f.write_str("`use` or `key_ops` says that the key is not for verifying signatures"),
            Self::Type(found) => write!(f, "the key type {} is not supported", Quoted(found)),
            Self::Curve(found) => write!(f, "the curve {} is not supported", Quoted(found)),
            Self::Modulus { bits } => {
                let (least, most) = (limits::RSA_MODULUS_BITS.start(), limits::RSA_MODULUS_BITS.end());
                write!(f, "the modulus has {bits} bits, it must have {least} to {most}")
            }
            Self::Exponent => f.write_str("the public exponent must be odd, above 2^16 and below 2^33"),
            Self::Roca => f.write_str(
                "the modulus is of a kind that can be factored (ROCA, CVE-2017-15361), replace the key",
            ),
            Self::Point => f.write_str("`x` and `y` are not a point of the curve"),
            Self::Algorithm(found) => {
                write!(f, "`alg` is {}, which this verifier does not accept", Quoted(found))
            }
            Self::NoAlgorithm => {
                f.write_str("the key has no `alg`, and not exactly one accepted algorithm fits it")
            }
            Self::Mismatch(algorithm) => {
                write!(f, "`alg` is `{algorithm}`, which is for another kind of key")
            }
        }
    }
}

impl core::error::Error for KeyProblem {}
