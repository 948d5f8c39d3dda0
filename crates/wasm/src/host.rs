//! The host's own primitive: the synchronous `node:crypto` of JavaScript runtimes that have it.

use claimgate::signature::{Algorithm, InvalidSignature, PublicKey, SignatureAlgorithm, VerifyingKey};
#[cfg(feature = "exchange")]
use claimgate::{Signer, SigningFailed};
use wasm_bindgen::prelude::*;

use crate::{
    key_parts::{coordinates, signature_bytes},
    own::{self, Own},
};

#[wasm_bindgen]
extern "C" {
    /// `src/js/host.js`: none of its methods throws.
    #[derive(Clone)]
    pub type Host;
    type HostKey;

    #[wasm_bindgen(method, js_name = importKey)]
    fn import_key(this: &Host, algorithm: &str, first: &[u8], second: &[u8]) -> Option<HostKey>;

    #[wasm_bindgen(method)]
    fn verify(this: &HostKey, message: &[u8], signature: &[u8]) -> bool;
}

#[cfg(feature = "exchange")]
#[wasm_bindgen]
extern "C" {
    /// `src/js/exchange/host-signer.js`: it does not throw.
    pub type HostSigner;

    #[wasm_bindgen(method, js_name = sign)]
    fn sign_message(this: &HostSigner, message: &[u8]) -> Option<Vec<u8>>;
}

#[cfg(feature = "exchange")]
impl Signer for HostSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        self.sign_message(message).ok_or(SigningFailed)
    }
}

/// An algorithm of the host, and of the module for the keys that the host refuses: so a key set reads
/// the same everywhere, and such a key fails with its first signature.
pub(crate) struct HostAlgorithm {
    algorithm: Algorithm,
    own: Option<Own>,
    host: Host,
}

impl SignatureAlgorithm for HostAlgorithm {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey> {
        match self.import(&key) {
            Some(key) => Box::new(key),
            None => own::key(self.own, key),
        }
    }
}

impl HostAlgorithm {
    pub(crate) const fn new(algorithm: Algorithm, own: Option<Own>, host: Host) -> Self {
        Self { algorithm, own, host }
    }

    fn import(&self, key: &PublicKey) -> Option<ImportedKey> {
        let (first, second): (&[u8], &[u8]) = match key {
            PublicKey::Rsa { n, e } => (n, e),
            PublicKey::P256(point) | PublicKey::P384(point) => coordinates(point)?,
            PublicKey::Ed25519(point) => (point, &[]),
            _ => return None,
        };
        let key_of_host = self.host.import_key(self.algorithm().name(), first, second)?;
        Some(ImportedKey { key: key_of_host, signature_bytes: signature_bytes(key)? })
    }
}

struct ImportedKey {
    key: HostKey,
    /// What a signature must have: OpenSSL takes one of RSASSA-PSS without its leading zeros, which
    /// would be a second form of the same token (RFC 8017, section 8.1.2, step 1).
    signature_bytes: usize,
}

impl VerifyingKey for ImportedKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let holds = signature.len() == self.signature_bytes && self.key.verify(message, signature);
        if holds { Ok(()) } else { Err(InvalidSignature) }
    }
}
