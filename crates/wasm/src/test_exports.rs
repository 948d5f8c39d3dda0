//! Bare signatures and their arithmetic for the tests and benchmarks, which the package must not have: there, a genuine
//! signature says nothing yet.

use claimgate::{
    Issuer, KeySet,
    signature::{Algorithm, rsa},
    test_exports,
};
use wasm_bindgen::prelude::*;

use crate::{
    algorithms::OWN,
    host::{Host, HostAlgorithm},
};

/// A public key, bound to one algorithm of the wasm's own.
#[wasm_bindgen]
pub struct SignatureKey(KeySet);

#[wasm_bindgen]
impl SignatureKey {
    /// None if the rules for keys refuse it. The JWK has the `kid` `key`. With a `host` it verifies, as
    /// in `Core`.
    pub fn parse(algorithm: &str, jwk: &str, host: Option<Host>) -> Option<SignatureKey> {
        let algorithm = Algorithm::from_name(algorithm);
        let own = *OWN.iter().find(|own| Some(own.algorithm()) == algorithm)?;
        let provided = HostAlgorithm::new(own, host.as_ref());
        let keys = KeySet::parse(&Issuer::github(), &format!("{{\"keys\":[{jwk}]}}"), &[&provided]).ok()?;
        test_exports::verifying_key(&keys, "key").is_some().then_some(Self(keys))
    }

    /// Whether `signature` is this key's for `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        test_exports::verifying_key(&self.0, "key").is_some_and(|key| key.verify(message, signature).is_ok())
    }
}

/// `base^e mod n`; none if `base` is not below `n` or not as long.
#[wasm_bindgen]
pub fn power(n: &[u8], e: u64, base: &[u8]) -> Option<Vec<u8>> {
    rsa::power(n, e, base)
}
