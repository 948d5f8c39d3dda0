//! WebCrypto with the key that signs access tokens.

use std::sync::{Arc, OnceLock};

use claimgate::{Signer, SigningFailed, SigningFuture, signature::Algorithm};
use js_sys::{Array, Object, Promise, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::{
    cross::to_js,
    promise::{Settled, without_rejection},
    webcrypto::{Parameters, imported_key},
};

/// The current one of the signing keys, imported once.
pub(crate) struct WebCryptoSigner {
    subtle: SubtleCrypto,
    algorithm: Object,
    importing: Promise,
    /// None if WebCrypto refuses it.
    imported: OnceLock<Option<CryptoKey>>,
}

/// The document of signing keys, as far as it is needed here. The core has read it strictly before.
#[derive(Deserialize)]
struct Document {
    current: PrivateJwk,
}

/// Only what belongs to the key: WebCrypto refuses a JWK whose `use`, `key_ops` or `ext` does not fit.
#[derive(Deserialize, Serialize)]
struct PrivateJwk {
    kty: String,
    crv: String,
    d: String,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

impl WebCryptoSigner {
    /// None if WebCrypto cannot be given the key; then the module signs.
    pub(crate) fn new(subtle: &SubtleCrypto, document: &str, algorithm: Algorithm) -> Option<Self> {
        let Document { current } = serde_json::from_str(document).ok()?;
        let jwk = to_js(&current).ok()?.unchecked_into::<Object>();
        let algorithm = to_js(&Parameters::of(algorithm)).ok()?.unchecked_into::<Object>();
        let usages = Array::of1(&"sign".into());
        let importing = subtle.import_key_with_object("jwk", &jwk, &algorithm, false, &usages).ok()?;
        let importing = without_rejection(&importing);
        Some(Self { subtle: subtle.clone(), algorithm, importing, imported: OnceLock::new() })
    }

    /// Expects that the import has ended. WebCrypto copies the message before it returns.
    fn sign_imported(&self, message: &[u8]) -> Option<Promise> {
        let key = self.imported.get()?.as_ref()?;
        self.subtle.sign_with_object_and_u8_array(&self.algorithm, key, message).ok()
    }
}

impl Signer for WebCryptoSigner {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        Err(SigningFailed)
    }

    fn sign_async(self: Arc<Self>, message: &[u8]) -> SigningFuture {
        let message = message.to_vec();
        Box::pin(async move {
            if self.imported.get().is_none() {
                let imported = Settled::from(self.importing.clone()).await;
                let _is_first = self.imported.set(imported_key(imported));
            }
            let signing = self.sign_imported(&message).ok_or(SigningFailed)?;
            let signature = Uint8Array::new(&Settled::from(signing).await).to_vec();
            // What was rejected has no bytes.
            if signature.is_empty() { Err(SigningFailed) } else { Ok(signature) }
        })
    }
}
