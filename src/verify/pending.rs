//! A token between the selection of its key and the check of its claims: the one step that a provider may answer later.

use alloc::{sync::Arc, vec::Vec};
use core::future::Future;

use super::error::VerifyError;
use crate::{jwk::Key, signature::VerifyingKey};

/// A token whose key is selected, and whose signature is not verified yet.
pub(super) struct PendingSignature<'t> {
    signing_input: &'t [u8],
    signature: Vec<u8>,
    payload: Vec<u8>,
    key: Arc<dyn VerifyingKey>,
}

/// A payload of which the signature was verified. Only a [`PendingSignature`] becomes one, by its key: there is no way to it
/// from a boolean.
pub(super) struct SignedPayload(Vec<u8>);

impl<'t> PendingSignature<'t> {
    /// The signature of a token, which must be at least as long as any of `key`.
    pub(super) fn new(
        (signing_input, signature, payload): (&'t [u8], Vec<u8>, Vec<u8>),
        key: &Key,
    ) -> Result<Self, VerifyError> {
        let least = key.algorithm.least_signature_bytes();
        if signature.len() < least {
            return Err(VerifyError::ShortSignature { bytes: signature.len(), least });
        }
        Ok(Self { signing_input, signature, payload, key: Arc::clone(&key.verifying) })
    }

    pub(super) fn verify(self) -> Result<SignedPayload, VerifyError> {
        let verified = self.key.verify(self.signing_input, &self.signature);
        verified.map(|()| SignedPayload(self.payload)).map_err(|_| VerifyError::Signature)
    }

    /// The token's text is not borrowed by the future: a provider takes what it needs of it before this returns.
    pub(super) fn verify_async(self) -> impl Future<Output = Result<SignedPayload, VerifyError>> + use<> {
        let Self { signing_input, signature, payload, key } = self;
        let verification = key.verify_async(signing_input, &signature);
        async move { verification.await.map(|()| SignedPayload(payload)).map_err(|_| VerifyError::Signature) }
    }
}

impl SignedPayload {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}
