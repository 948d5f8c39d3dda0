//! WebCrypto with the key that signs access tokens.

use std::sync::Arc;

use claimgate::{Signer, SigningFailed, SigningFuture, signature::Algorithm};
use js_sys::{Promise, Uint8Array};
use serde::{Deserialize, Serialize};
use web_sys::SubtleCrypto;

use crate::{promise::Settled, webcrypto::OperationKey};

/// The current one of the signing keys.
pub(crate) struct WebCryptoSigner(OperationKey);

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
        OperationKey::import(subtle, algorithm, &current, "sign").map(Self)
    }

    /// Expects that the import has ended. WebCrypto copies the message before it returns.
    fn sign_imported(&self, message: &[u8]) -> Option<Promise> {
        let OperationKey { subtle, parameters, .. } = &self.0;
        subtle.sign_with_object_and_u8_array(parameters, self.0.get()?, message).ok()
    }
}

impl Signer for WebCryptoSigner {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        Err(SigningFailed)
    }

    fn sign_async(self: Arc<Self>, message: &[u8]) -> SigningFuture {
        let message = message.to_vec();
        Box::pin(async move {
            self.0.imported().await;
            let signing = self.sign_imported(&message).ok_or(SigningFailed)?;
            let signature = Uint8Array::new(&Settled::from(signing).await).to_vec();
            // What was rejected has no bytes.
            if signature.is_empty() { Err(SigningFailed) } else { Ok(signature) }
        })
    }
}
