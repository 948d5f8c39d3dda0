//! The key that signs access tokens: a private JWK (RFC 7517), bound to its algorithm.

use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::{
    fmt,
    future::{Future, ready},
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
};
use ring::{
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};

use super::{key_error::SigningKeyError, public_part::PublicPart};
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
    pair: Arc<Pair>,
    pub(super) public: Arc<PublicPart>,
    /// What signs in place of `ring`.
    delegate: Option<Arc<Delegate>>,
}

/// A [`Signer`] that should have the same key.
struct Delegate {
    signer: Arc<dyn Signer>,
    /// Whether one of its signatures was verified: then it has.
    is_checked: AtomicBool,
}

impl Delegate {
    fn accepts(&self, public: &PublicPart, message: &[u8], signature: &[u8]) -> bool {
        if !self.is_checked.load(Ordering::Relaxed) {
            self.is_checked.store(public.verify(message, signature), Ordering::Relaxed);
        }
        self.is_checked.load(Ordering::Relaxed)
    }
}

/// What signs with a private key that it holds itself: the host's cryptography, or a key management service.
pub trait Signer: Send + Sync {
    /// The signature of a JWS over `message`, as [`SigningKey::sign`] makes it.
    ///
    /// # Errors
    ///
    /// [`SigningFailed`], and then the key itself signs.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningFailed>;

    /// The same for signers that answer later, such as WebCrypto. By default it is what [`sign`](Self::sign) returns.
    fn sign_async(self: Arc<Self>, message: &[u8]) -> SigningFuture {
        Box::pin(ready(self.sign(message)))
    }
}

/// What [`Signer::sign_async`] returns.
pub type SigningFuture = Pin<Box<dyn Future<Output = Result<Vec<u8>, SigningFailed>>>>;

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
        Ok(Self { pair: Arc::new(pair), public: Arc::new(public), delegate: None })
    }

    /// Has `signer` sign from now on, unless its first signature shows that it has another key.
    pub(super) fn sign_by(&mut self, signer: Arc<dyn Signer>) {
        self.delegate = Some(Arc::new(Delegate { signer, is_checked: AtomicBool::new(false) }));
    }

    /// Its name in headers and key sets.
    pub fn kid(&self) -> &str {
        &self.public.kid
    }

    /// The algorithm that it signs with.
    pub fn algorithm(&self) -> Algorithm {
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
        if let Some(delegate) = &self.delegate
            && let Ok(signature) = delegate.signer.sign(message)
            && delegate.accepts(&self.public, message, &signature)
        {
            return Ok(signature);
        }
        self.pair.sign(message)
    }

    /// The same by a [`Signer`] that answers later. The future borrows nothing.
    pub(super) fn sign_async(
        &self,
        message: &[u8],
    ) -> impl Future<Output = Result<Vec<u8>, SigningFailed>> + use<> {
        let signing = self.delegate.clone().map(|delegate| {
            let signature = Arc::clone(&delegate.signer).sign_async(message);
            (delegate, signature)
        });
        let (pair, public, message) = (Arc::clone(&self.pair), Arc::clone(&self.public), message.to_vec());
        async move {
            if let Some((delegate, signature)) = signing
                && let Ok(signature) = signature.await
                && delegate.accepts(&public, &message, &signature)
            {
                return Ok(signature);
            }
            pair.sign(&message)
        }
    }
}

impl Pair {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        match self {
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Self::P256(pair) => {
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
