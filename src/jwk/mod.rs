//! JWK Sets (RFC 7517): the keys of one issuer, each bound to one algorithm.

mod curve;
mod error;
mod problem;
pub(crate) mod public_key;
mod roca;

use alloc::{
    collections::{BTreeMap, btree_map::Entry},
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use self::public_key::{optional, public_key, required};
pub use self::{
    error::KeySetError,
    problem::{KeyProblem, SkippedKey},
};
use core::fmt;

use crate::{
    claims::Issuer,
    json::{self, Value},
    limits,
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
    keys: BTreeMap<String, Option<Key>>,
    skipped: Vec<SkippedKey>,
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
        let (mut keys, mut skipped) = (BTreeMap::new(), Vec::new());
        for (index, member) in members.iter().enumerate() {
            match usable(member, algorithms) {
                Ok((kid, key)) => match keys.entry(kid) {
                    Entry::Vacant(entry) => {
                        entry.insert(Some(key));
                    }
                    Entry::Occupied(mut entry) if *entry.get() != Some(key) => {
                        entry.insert(None);
                    }
                    Entry::Occupied(_) => {}
                },
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
        let keys = keys.into_iter().map(|(kid, key)| (kid, key.map(BoundKey::prepare))).collect();
        Ok(Self { issuer: issuer.clone(), keys, skipped })
    }

    /// The issuer to whom the keys belong.
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The usable keys: `kid` and the algorithm that each is bound to.
    pub fn usable(&self) -> impl Iterator<Item = (&str, Algorithm)> {
        self.keys.iter().filter_map(|(kid, key)| Some((kid.as_str(), key.as_ref()?.algorithm)))
    }

    /// Every `kid` that different usable keys share, so that none of them is used.
    pub fn ambiguous(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(|(_, key)| key.is_none()).map(|(kid, _)| kid.as_str())
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

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet")
            .field("issuer", &self.issuer)
            .field("usable", &self.usable().collect::<Vec<_>>())
            .field("ambiguous", &self.ambiguous().collect::<Vec<_>>())
            .field("skipped", &self.skipped)
            .finish_non_exhaustive()
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
