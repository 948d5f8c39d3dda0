//! The host's own primitive: the synchronous `node:crypto` of JavaScript runtimes that have it.

use claimgate::signature::{Algorithm, InvalidSignature, PublicKey, SignatureAlgorithm, VerifyingKey};
#[cfg(feature = "exchange")]
use claimgate::{Signer, SigningFailed};
use wasm_bindgen::prelude::*;

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

/// An algorithm of the host, if there is one, and of the module for the keys that the host refuses:
/// so a key set reads the same everywhere, and such a key fails with its first signature.
pub(crate) struct HostAlgorithm {
    host: Option<Host>,
    own: &'static dyn SignatureAlgorithm,
}

impl SignatureAlgorithm for HostAlgorithm {
    fn algorithm(&self) -> Algorithm {
        self.own.algorithm()
    }

    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey> {
        match self.import(&key) {
            Some(key) => Box::new(key),
            None => self.own.prepare(key),
        }
    }
}

impl HostAlgorithm {
    pub(crate) fn new(own: &'static dyn SignatureAlgorithm, host: Option<&Host>) -> Self {
        Self { host: host.cloned(), own }
    }

    fn import(&self, key: &PublicKey) -> Option<ImportedKey> {
        let (first, second, signature_bytes): (&[u8], &[u8], usize) = match key {
            PublicKey::Rsa { n, e } => (n, e, n.len()),
            PublicKey::P256(point) | PublicKey::P384(point) => {
                let (_, coordinates) = point.split_first()?;
                let (x, y) = coordinates.split_at_checked(coordinates.len() / 2)?;
                (x, y, coordinates.len())
            }
            PublicKey::Ed25519(point) => (point, &[], 64),
            _ => return None,
        };
        let key = self.host.as_ref()?.import_key(self.algorithm().name(), first, second)?;
        Some(ImportedKey { key, signature_bytes })
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
