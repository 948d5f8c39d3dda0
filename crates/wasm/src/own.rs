//! The algorithms as the module itself has them.

#[cfg(feature = "curves")]
use claimgate::signature::ring;
use claimgate::signature::{Algorithm, InvalidSignature, PublicKey, SignatureAlgorithm, VerifyingKey, rsa};

/// An algorithm of the module.
pub(crate) type Own = &'static dyn SignatureAlgorithm;

static OWN: &[&dyn SignatureAlgorithm] = &[
    rsa::RS256,
    rsa::RS384,
    rsa::RS512,
    rsa::PS256,
    rsa::PS384,
    rsa::PS512,
    #[cfg(feature = "curves")]
    ring::ES256,
    #[cfg(feature = "curves")]
    ring::ES384,
    #[cfg(feature = "curves")]
    ring::EDDSA,
];

/// None if the module leaves the algorithm to others.
pub(crate) fn find(algorithm: Algorithm) -> Option<Own> {
    OWN.iter().copied().find(|own| own.algorithm() == algorithm)
}

/// The module's own key for an algorithm that it may have; else one that verifies nothing.
pub(crate) fn key(own: Option<Own>, key: PublicKey) -> Box<dyn VerifyingKey> {
    own.map_or_else(|| Box::new(Unusable) as _, |own| own.prepare(key))
}

struct Unusable;

impl VerifyingKey for Unusable {
    fn verify(&self, _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
        Err(InvalidSignature)
    }
}
