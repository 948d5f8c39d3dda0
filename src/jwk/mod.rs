//! JWK Sets (RFC 7517): the keys of one issuer, each bound to one algorithm.

mod curve;
mod error;
pub(crate) mod public_key;
mod roca;

use alloc::{
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::fmt;

pub use self::error::KeySetError;
use self::public_key::{optional, public_key, required};
use crate::{
    claims::Issuer,
    error::Quoted,
    json::{self, Value},
    limits,
    map::Map,
    signature::{Algorithm, PublicKey, SignatureAlgorithm, VerifyingKey},
};

/// Reasons of each kind that an error about a set without a usable key repeats.
const REASONS: usize = 3;

/// The keys of one issuer by `kid`.
///
/// A key that cannot be used never spoils the others: it is left out, and [`KeySet::skipped`]
/// says why.
pub struct KeySet {
    issuer: Issuer,
    /// None where different usable keys share the `kid`.
    keys: Map<Option<Key>>,
    skipped: Vec<SkippedKey>,
}

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

/// A public key bound to its algorithm.
pub(crate) struct Key {
    pub(crate) algorithm: Algorithm,
    pub(crate) verifying: Arc<dyn VerifyingKey>,
}

/// What a set says of a `kid`.
pub(crate) enum Lookup<'k> {
    Found(&'k Key),
    Ambiguous,
    Unknown,
}

impl KeySet {
    /// Reads the JWK Set `json` of `issuer`, for signatures of these `algorithms` alone.
    ///
    /// A key is bound to its `alg`; one without `alg` to the only algorithm of the list that its
    /// kind fits. A key that is there twice, with the same `kid`, algorithm and numbers, is one key.
    /// Two different usable keys of one `kid` are ambiguous and neither is used. A set that is
    /// not strict JSON is refused whole, whichever key the fault is in: what is read of it would
    /// depend on the reader. Whether an Ed25519 point lies on its curve is checked with each signature.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use claimgate::{Issuer, KeySet, signature::ring::RS256};
    /// let set = r#"{"keys": [{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}]}"#;
    /// let keys = KeySet::parse(&Issuer::github(), set, &[RS256])?;
    /// assert_eq!(keys.skipped()[0].reason.to_string(), "the key type `oct` is not supported");
    /// # }
    /// # Ok::<(), claimgate::KeySetError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeySetError`] if the set as a whole cannot be read.
    pub fn parse<T: AsRef<[u8]> + ?Sized>(
        issuer: &Issuer,
        json: &T,
        algorithms: &[&dyn SignatureAlgorithm],
    ) -> Result<Self, KeySetError> {
        let json = json.as_ref();
        if json.len() > limits::KEY_SET_BYTES {
            return Err(KeySetError::TooLarge { bytes: json.len() });
        }
        let set = json::parse_object(json, limits::KEY_SET_DEPTH).map_err(|error| {
            let (line, column) = json::line_and_column(json, error.offset);
            KeySetError::Json { error, line, column }.of(json)
        })?;
        let Some(Value::Array(members)) = set.get("keys") else {
            return Err(KeySetError::NoKeys.of(json));
        };
        let (mut keys, mut skipped) = (Vec::new(), Vec::new());
        for (index, member) in members.iter().enumerate() {
            match usable(member, algorithms) {
                Ok((kid, key)) => keys.push((kid, Some(key))),
                Err(_) if skipped.len() == limits::SKIPPED_KEYS => {}
                Err(reason) => {
                    let kid = match member {
                        Value::Object(jwk) => jwk.get("kid").and_then(Value::as_str).map(ToString::to_string),
                        _ => None,
                    };
                    skipped.push(SkippedKey { index, kid, reason });
                }
            }
        }
        let keys = Map::from_entries(keys, |known, other| {
            if *known != other {
                *known = None;
            }
        });
        Ok(Self { issuer: issuer.clone(), keys: keys.map(|key| key.map(BoundKey::prepare)), skipped })
    }

    /// The issuer to whom the keys belong.
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The usable keys: `kid` and the algorithm that each is bound to.
    pub fn usable(&self) -> impl Iterator<Item = (&str, Algorithm)> {
        self.keys.iter().filter_map(|(kid, key)| Some((kid, key.as_ref()?.algorithm)))
    }

    /// Every `kid` that different usable keys share, so that none of them is used.
    pub fn ambiguous(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(|(_, key)| key.is_none()).map(|(kid, _)| kid)
    }

    /// The keys that are not used, and why: the first [`limits::SKIPPED_KEYS`] of them.
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    pub(crate) fn check_usable(&self) -> Result<(), KeySetError> {
        if self.usable().next().is_none() {
            return Err(KeySetError::NoUsableKey {
                skipped: self.skipped.iter().take(REASONS).cloned().collect(),
                ambiguous: self.ambiguous().take(REASONS).map(ToString::to_string).collect(),
            });
        }
        Ok(())
    }

    pub(crate) fn look_up(&self, kid: &str) -> Lookup<'_> {
        match self.keys.get(kid) {
            Some(Some(key)) => Lookup::Found(key),
            Some(None) => Lookup::Ambiguous,
            None => Lookup::Unknown,
        }
    }
}

/// The numbers of a key and the algorithm that it is for.
struct BoundKey<'a> {
    algorithm: &'a dyn SignatureAlgorithm,
    public: PublicKey,
}

impl PartialEq for BoundKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm.algorithm() == other.algorithm.algorithm() && self.public == other.public
    }
}

impl BoundKey<'_> {
    fn prepare(self) -> Key {
        Key { algorithm: self.algorithm.algorithm(), verifying: self.algorithm.prepare(self.public).into() }
    }
}

fn usable<'a>(
    member: &Value,
    algorithms: &[&'a dyn SignatureAlgorithm],
) -> Result<(String, BoundKey<'a>), KeyProblem> {
    let Value::Object(jwk) = member else {
        return Err(KeyProblem::NotAnObject);
    };
    // RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1: what only the owner of a key may know.
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth"] {
        if jwk.get(name).is_some() {
            return Err(KeyProblem::Private);
        }
    }
    match optional(jwk, "use")? {
        None | Some("sig") => {}
        Some(_) => return Err(KeyProblem::Use),
    }
    if !jwk.get("key_ops").is_none_or(is_to_verify) {
        return Err(KeyProblem::Use);
    }
    let public = public_key(jwk)?;
    let algorithm = *if let Some(name) = optional(jwk, "alg")? {
        let named =
            algorithms.iter().find(|algorithm| Some(algorithm.algorithm()) == Algorithm::from_name(name));
        named.ok_or_else(|| KeyProblem::Algorithm(name.to_string()))?
    } else {
        let mut fitting = algorithms.iter().filter(|algorithm| public.fits(algorithm.algorithm()));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => only,
            _ => return Err(KeyProblem::NoAlgorithm),
        }
    };
    if !public.fits(algorithm.algorithm()) {
        return Err(KeyProblem::Mismatch(algorithm.algorithm()));
    }
    let kid = required(jwk, "kid")?;
    if kid.is_empty() || kid.len() > limits::KEY_ID_BYTES {
        return Err(KeyProblem::Malformed("kid"));
    }
    Ok((kid.to_string(), BoundKey { algorithm, public }))
}

/// RFC 7517, section 4.3: an array without duplicates, and no operation that has nothing to do with
/// signatures.
fn is_to_verify(operations: &Value) -> bool {
    let Value::Array(operations) = operations else { return false };
    let names: Vec<_> = operations.iter().map(Value::as_str).collect();
    matches!(
        names.as_slice(),
        [Some("verify")] | [Some("verify"), Some("sign")] | [Some("sign"), Some("verify")]
    )
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
    /// It has members of a private key: whoever published it lost it.
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
