//! Bare signatures and their arithmetic for the tests and benchmarks, which the package must not have: there, a genuine
//! signature says nothing yet.

use std::sync::Arc;

use claimgate::{
    Issuer, KeySet,
    signature::{VerifyingKey, rsa},
    test_exports,
};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::SubtleCrypto;

use crate::{algorithms::Provider, host::Host, promise};

/// A public key, bound to one algorithm of one provider.
#[wasm_bindgen]
pub struct SignatureKey(Arc<dyn VerifyingKey>);

#[wasm_bindgen]
impl SignatureKey {
    /// None if the rules for keys refuse it. The JWK has the `kid` `key`. `host` or `subtle` verifies, as in `Core`.
    pub fn parse(
        algorithm: &str,
        jwk: &str,
        host: Option<Host>,
        subtle: Option<SubtleCrypto>,
    ) -> Option<SignatureKey> {
        let algorithm = Provider::new(host, subtle, false).algorithm(algorithm.parse().ok()?).ok()?;
        let keys = KeySet::parse(&Issuer::github(), &format!("{{\"keys\":[{jwk}]}}"), &[&*algorithm]).ok()?;
        test_exports::verifying_key(&keys, "key").map(Self)
    }

    /// Whether `signature` is this key's for `message`, by the host or the module.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(message, signature).is_ok()
    }

    /// The same by whichever provider it is.
    #[wasm_bindgen(js_name = verifyAsync)]
    pub fn verify_async(&self, message: &[u8], signature: &[u8]) -> Promise {
        let verification = Arc::clone(&self.0).verify_async(message, signature);
        promise::run(async move { Ok(verification.await.is_ok().into()) })
    }
}

/// `base^e mod n`; none if `base` is not below `n` or not as long.
#[wasm_bindgen]
pub fn power(n: &[u8], e: u64, base: &[u8]) -> Option<Vec<u8>> {
    rsa::power(n, e, base)
}
