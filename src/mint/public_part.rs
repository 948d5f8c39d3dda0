//! The public part of a key that signs access tokens: what is published of it, and what verifies
//! its tokens.

use alloc::{
    boxed::Box,
    string::{String, ToString},
};
use serde_json::{Value, json};

use super::key_error::SigningKeyError;
use crate::{
    base64url,
    json::Object,
    jwk::public_key::{optional, public_key, required},
    limits,
    signature::{Algorithm, PublicKey, VerifyingKey, ring},
};

pub(super) struct PublicPart {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    /// A JWK, with `kid`, `alg` and `use`.
    pub(super) jwk: String,
    /// The first segment of each of its tokens.
    pub(super) header: String,
    verifying: Box<dyn VerifyingKey>,
}

impl PublicPart {
    /// Reads a JWK; of a private one only the public members.
    pub(super) fn read(jwk: &Object) -> Result<Self, SigningKeyError> {
        let kid = required(jwk, "kid")?;
        if kid.is_empty() || kid.len() > limits::KEY_ID_BYTES {
            return Err(SigningKeyError::Malformed("kid"));
        }
        if optional(jwk, "use")?.is_some_and(|purpose| purpose != "sig") {
            return Err(SigningKeyError::Malformed("use"));
        }
        let key = public_key(jwk)?;
        let (algorithm, members) = match key {
            PublicKey::Ed25519(_) => (ring::EDDSA, &["crv", "kty", "x"][..]),
            PublicKey::P256(_) => (ring::ES256, &["crv", "kty", "x", "y"][..]),
            _ => return Err(SigningKeyError::Kind),
        };
        let name = algorithm.algorithm();
        if let Some(alg) = optional(jwk, "alg")?
            && Algorithm::from_name(alg) != Some(name)
        {
            return Err(SigningKeyError::Algorithm(name));
        }
        let mut published = serde_json::Map::new();
        for (member, value) in [("kid", kid), ("alg", name.name()), ("use", "sig")] {
            published.insert(member.into(), value.into());
        }
        for member in members {
            published.insert((*member).into(), required(jwk, member)?.into());
        }
        Ok(Self {
            kid: kid.into(),
            algorithm: name,
            jwk: Value::Object(published).to_string(),
            header: header(name, kid),
            verifying: algorithm.prepare(key),
        })
    }

    /// Whether `message` and `signature` are a token of this key; its header is known to be.
    pub(super) fn has_signed(&self, message: &str, signature: &str) -> bool {
        base64url::decode(signature.as_bytes())
            .is_ok_and(|signature| self.verify(message.as_bytes(), &signature))
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifying.verify(message, signature).is_ok()
    }
}

fn header(algorithm: Algorithm, kid: &str) -> String {
    let header = json!({ "typ": "at+jwt", "alg": algorithm.name(), "kid": kid });
    base64url::encode(header.to_string().as_bytes())
}
