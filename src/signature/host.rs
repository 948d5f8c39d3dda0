//! The host's own primitive: the synchronous `node:crypto` of JavaScript runtimes that have it.

use alloc::boxed::Box;
use wasm_bindgen::prelude::*;

use super::{Algorithm, InvalidSignature, PublicKey, SignatureAlgorithm, VerifyingKey};

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

/// An algorithm of the host, if there is one, and of the wasm for the keys that the host refuses:
/// so a key set reads the same everywhere, and such a key fails with its first signature.
pub(crate) struct HostAlgorithm {
    pub(crate) host: Option<Host>,
    pub(crate) own: &'static dyn SignatureAlgorithm,
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
    fn import(&self, key: &PublicKey) -> Option<HostKey> {
        let (first, second): (&[u8], &[u8]) = match key {
            PublicKey::Rsa { n, e } => (n, e),
            PublicKey::P256(point) | PublicKey::P384(point) => {
                let (_, coordinates) = point.split_first()?;
                coordinates.split_at_checked(coordinates.len() / 2)?
            }
            PublicKey::Ed25519(point) => (point, &[]),
        };
        self.host.as_ref()?.import_key(self.algorithm().name(), first, second)
    }
}

impl VerifyingKey for HostKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        if self.verify(message, signature) { Ok(()) } else { Err(InvalidSignature) }
    }
}
