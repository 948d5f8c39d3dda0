//! WebCrypto as a provider: <https://w3c.github.io/webcrypto/>. It answers by promises, and is what most runtimes have that
//! have no `node:crypto`.

use std::{
    cell::Cell,
    sync::{Arc, OnceLock},
};

use claimgate::{
    base64url,
    signature::{Algorithm, InvalidSignature, PublicKey, SignatureAlgorithm, SignatureFuture, VerifyingKey},
};
use js_sys::{Object, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::{
    cross::to_js,
    key_parts::{coordinates, signature_bytes},
    own::{self, Own},
    promise::{Settled, without_rejection},
};

/// An algorithm of WebCrypto, and of the module for the keys that WebCrypto refuses.
pub(crate) struct WebCryptoAlgorithm {
    algorithm: Algorithm,
    own: Option<Own>,
    subtle: SubtleCrypto,
}

impl WebCryptoAlgorithm {
    pub(crate) const fn new(algorithm: Algorithm, own: Option<Own>, subtle: SubtleCrypto) -> Self {
        Self { algorithm, own, subtle }
    }
}

impl SignatureAlgorithm for WebCryptoAlgorithm {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey> {
        let import = self.import(&key);
        let own = own::key(self.own, key);
        let Some((key, signature_bytes)) = import else { return own };
        let missing = self.own.is_none().then_some(self.algorithm);
        Box::new(WebCryptoKey { key, signature_bytes, own, missing })
    }
}

impl WebCryptoAlgorithm {
    fn import(&self, key: &PublicKey) -> Option<(OperationKey, usize)> {
        let imported = OperationKey::import(&self.subtle, self.algorithm, &Jwk::of(key)?, "verify")?;
        Some((imported, signature_bytes(key)?))
    }
}

thread_local! {
    static MISSING: Cell<Option<Algorithm>> = const { Cell::new(None) };
}

/// The algorithm of the last verification, if neither WebCrypto nor the module has it: then a signature is not invalid, but was
/// not verified. To be asked for as soon as a verification has ended.
pub(crate) fn missing_algorithm() -> Option<Algorithm> {
    MISSING.take()
}

/// A key of WebCrypto for one operation, imported once.
pub(crate) struct OperationKey {
    pub(crate) subtle: SubtleCrypto,
    /// Of the import, and of each operation.
    pub(crate) parameters: Object,
    importing: Promise,
    /// None if WebCrypto refuses it.
    imported: OnceLock<Option<CryptoKey>>,
}

impl OperationKey {
    /// Begins to import a JWK for `verify` or `sign`; none if WebCrypto cannot be given it.
    pub(crate) fn import<T: Serialize>(
        subtle: &SubtleCrypto,
        algorithm: Algorithm,
        jwk: &T,
        operation: &str,
    ) -> Option<Self> {
        let parameters = to_js(&Parameters::of(algorithm)).ok()?.unchecked_into::<Object>();
        let jwk = to_js(jwk).ok()?.unchecked_into::<Object>();
        let usages = js_sys::Array::of1(&operation.into());
        let importing = subtle.import_key_with_object("jwk", &jwk, &parameters, false, &usages).ok()?;
        let importing = without_rejection(&importing);
        Some(Self { subtle: subtle.clone(), parameters, importing, imported: OnceLock::new() })
    }

    /// Waits until the import has ended.
    pub(crate) async fn imported(&self) {
        if self.imported.get().is_none() {
            let imported = Settled::from(self.importing.clone()).await;
            // It is not asked for its class: a key may be of another realm.
            let key = imported.is_object().then(|| imported.unchecked_into());
            let _is_first = self.imported.set(key);
        }
    }

    /// None until it is imported, and if WebCrypto refuses it.
    pub(crate) fn get(&self) -> Option<&CryptoKey> {
        self.imported.get()?.as_ref()
    }
}

/// A public key that WebCrypto imports once, for all signatures.
struct WebCryptoKey {
    key: OperationKey,
    /// Checked here, as for the host: some runtimes accept a signature of RSASSA-PSS without its leading zeros.
    signature_bytes: usize,
    own: Box<dyn VerifyingKey>,
    /// The algorithm, if the module does not have it.
    missing: Option<Algorithm>,
}

impl VerifyingKey for WebCryptoKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.own.verify(message, signature)
    }

    fn verify_async(self: Arc<Self>, message: &[u8], signature: &[u8]) -> SignatureFuture {
        if signature.len() != self.signature_bytes {
            return Box::pin(async { Err(InvalidSignature) });
        }
        // Most often the key is imported, and WebCrypto need not wait for the first poll.
        let started = self.start(message, signature);
        let (message, signature) = (message.to_vec(), signature.to_vec());
        Box::pin(async move {
            self.key.imported().await;
            let verified = match started.or_else(|| self.start(&message, &signature)) {
                Some(verification) => Settled::from(verification).await.as_bool(),
                None => None,
            };
            match verified {
                Some(true) => Ok(()),
                Some(false) => Err(InvalidSignature),
                // WebCrypto does not have the algorithm, or refuses the key, some runtimes only now, by a rejection. It has decided
                // nothing.
                None => {
                    MISSING.set(self.missing);
                    self.own.verify(&message, &signature)
                }
            }
        })
    }
}

impl WebCryptoKey {
    /// Begins to verify, once the key is imported. WebCrypto copies message and signature before it returns.
    fn start(&self, message: &[u8], signature: &[u8]) -> Option<Promise> {
        let OperationKey { subtle, parameters, .. } = &self.key;
        let key = self.key.get()?;
        let verification =
            subtle.verify_with_object_and_u8_array_and_u8_array(parameters, key, signature, message);
        verification.ok()
    }
}

/// A public key as a JWK (RFC 7517).
#[derive(Default, Serialize)]
struct Jwk {
    kty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

impl Jwk {
    fn of(key: &PublicKey) -> Option<Self> {
        let encoded = |bytes: &[u8]| Some(base64url::encode(bytes));
        let point = |crv, point: &[u8]| {
            let (x, y) = coordinates(point)?;
            Some(Self { kty: "EC", crv: Some(crv), x: encoded(x), y: encoded(y), ..Self::default() })
        };
        match key {
            PublicKey::Rsa { n, e } => {
                Some(Self { kty: "RSA", n: encoded(n), e: encoded(e), ..Self::default() })
            }
            PublicKey::P256(bytes) => point("P-256", bytes),
            PublicKey::P384(bytes) => point("P-384", bytes),
            PublicKey::Ed25519(bytes) => {
                Some(Self { kty: "OKP", crv: Some("Ed25519"), x: encoded(bytes), ..Self::default() })
            }
            _ => None,
        }
    }
}

/// The parameters of an algorithm: those of the import and of each operation in one object, of which WebCrypto reads what it
/// needs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    named_curve: Option<&'static str>,
}

impl Parameters {
    /// RFC 7518, section 3; the salt of RSASSA-PSS is as long as the hash (section 3.5).
    const fn of(algorithm: Algorithm) -> Self {
        let (name, hash, salt_length, named_curve) = match algorithm {
            Algorithm::Rs256 => ("RSASSA-PKCS1-v1_5", Some("SHA-256"), None, None),
            Algorithm::Rs384 => ("RSASSA-PKCS1-v1_5", Some("SHA-384"), None, None),
            Algorithm::Rs512 => ("RSASSA-PKCS1-v1_5", Some("SHA-512"), None, None),
            Algorithm::Ps256 => ("RSA-PSS", Some("SHA-256"), Some(32), None),
            Algorithm::Ps384 => ("RSA-PSS", Some("SHA-384"), Some(48), None),
            Algorithm::Ps512 => ("RSA-PSS", Some("SHA-512"), Some(64), None),
            Algorithm::Es256 => ("ECDSA", Some("SHA-256"), None, Some("P-256")),
            Algorithm::Es384 => ("ECDSA", Some("SHA-384"), None, Some("P-384")),
            _ => ("Ed25519", None, None, None),
        };
        Self { name, hash, salt_length, named_curve }
    }
}
