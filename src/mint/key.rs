//! The key that signs access tokens: a private JWK (RFC 7517), bound to its algorithm.

use alloc::vec::Vec;
use core::fmt;
use ring::{
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};

use super::{key_error::SigningKeyError, public_part::PublicPart};
#[cfg(all(feature = "wasm", target_arch = "wasm32"))]
use crate::signature::host::HostSigner;
use crate::{
    json::{self, JsonError, Object},
    jwk::public_key::bytes,
    limits,
    signature::Algorithm,
};

/// A private key that signs access tokens: Ed25519 (`EdDSA`), or P-256 (`ES256`).
///
/// Nothing shows it: `Debug` names the `kid` alone, and there is no way back to a JWK with `d`.
pub struct SigningKey {
    pair: Pair,
    pub(super) public: PublicPart,
    /// The host's own primitive, with the same key.
    #[cfg(all(feature = "wasm", target_arch = "wasm32"))]
    host: Option<HostSigner>,
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
        let jwk = json::parse_object(jwk.as_ref(), limits::KEY_SET_DEPTH)
            .map_err(|JsonError { offset, .. }| SigningKeyError::Json { offset })?;
        Self::read(&jwk)
    }

    pub(super) fn read(jwk: &Object) -> Result<Self, SigningKeyError> {
        let public = PublicPart::read(jwk)?;
        let pair = if public.algorithm == Algorithm::EdDsa { ed25519(jwk)? } else { p256(jwk)? };
        Ok(Self {
            pair,
            public,
            #[cfg(all(feature = "wasm", target_arch = "wasm32"))]
            host: None,
        })
    }

    /// Has the host sign from now on, if what it signs is this key's.
    #[cfg(all(feature = "wasm", target_arch = "wasm32"))]
    pub(super) fn sign_by(&mut self, host: HostSigner) {
        let signature = host.sign(b"the same key");
        if signature.is_some_and(|signature| self.public.verify(b"the same key", &signature)) {
            self.host = Some(host);
        }
    }

    /// Its name in headers and key sets.
    pub fn kid(&self) -> &str {
        &self.public.kid
    }

    /// The algorithm that it signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm
    }

    /// Its public part as a JWK, with `kid`, `alg` and `use`.
    pub fn public_jwk(&self) -> &str {
        &self.public.jwk
    }

    /// The signature of a JWS over `message` (RFC 7515, section 5.1, step 5).
    ///
    /// # Errors
    ///
    /// [`SigningFailed`] if the system has no randomness, which `ES256` needs.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        #[cfg(all(feature = "wasm", target_arch = "wasm32"))]
        if let Some(signature) = self.host.as_ref().and_then(|host| host.sign(message)) {
            return Ok(signature);
        }
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
        f.debug_struct("SigningKey").field("kid", &self.kid()).finish_non_exhaustive()
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
    let random = SystemRandom::new();
    // Asked for first: `ring` would call the key wrong.
    random.fill(&mut [0]).map_err(|_| SigningKeyError::NoRandomness)?;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        &private,
        &point,
        &random,
    );
    pair.map(Pair::P256).map_err(|_| SigningKeyError::Rejected)
}

impl fmt::Display for SigningFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("signing failed: the system has no randomness")
    }
}

impl core::error::Error for SigningFailed {}
