//! The algorithms as [`ring`](https://docs.rs/ring) implements them.

use alloc::boxed::Box;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

use super::{Algorithm, InvalidSignature, PublicKey, SignatureAlgorithm, VerifyingKey};

/// RSASSA-PKCS1-v1_5 with SHA-256: all that GitHub's tokens need.
pub static RS256: &dyn SignatureAlgorithm =
    &Ring(Algorithm::Rs256, Primitive::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256));
/// RSASSA-PKCS1-v1_5 with SHA-384.
pub static RS384: &dyn SignatureAlgorithm =
    &Ring(Algorithm::Rs384, Primitive::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384));
/// RSASSA-PKCS1-v1_5 with SHA-512.
pub static RS512: &dyn SignatureAlgorithm =
    &Ring(Algorithm::Rs512, Primitive::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512));
/// RSASSA-PSS with SHA-256.
pub static PS256: &dyn SignatureAlgorithm =
    &Ring(Algorithm::Ps256, Primitive::Rsa(&signature::RSA_PSS_2048_8192_SHA256));
/// RSASSA-PSS with SHA-384.
pub static PS384: &dyn SignatureAlgorithm =
    &Ring(Algorithm::Ps384, Primitive::Rsa(&signature::RSA_PSS_2048_8192_SHA384));
/// RSASSA-PSS with SHA-512.
pub static PS512: &dyn SignatureAlgorithm =
    &Ring(Algorithm::Ps512, Primitive::Rsa(&signature::RSA_PSS_2048_8192_SHA512));
/// ECDSA on P-256 with SHA-256.
pub static ES256: &dyn SignatureAlgorithm =
    &Ring(Algorithm::Es256, Primitive::Other(&signature::ECDSA_P256_SHA256_FIXED));
/// ECDSA on P-384 with SHA-384.
pub static ES384: &dyn SignatureAlgorithm =
    &Ring(Algorithm::Es384, Primitive::Other(&signature::ECDSA_P384_SHA384_FIXED));
/// Ed25519.
pub static EDDSA: &dyn SignatureAlgorithm = &Ring(Algorithm::EdDsa, Primitive::Other(&signature::ED25519));

/// Every algorithm there is, for verifiers of more issuers than GitHub.
pub static ALL: &[&dyn SignatureAlgorithm] = &[RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EDDSA];

struct Ring(Algorithm, Primitive);

#[derive(Clone, Copy)]
enum Primitive {
    Rsa(&'static signature::RsaParameters),
    Other(&'static dyn signature::VerificationAlgorithm),
}

impl SignatureAlgorithm for Ring {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey> {
        Box::new(RingKey { key, primitive: self.1 })
    }
}

struct RingKey {
    key: PublicKey,
    primitive: Primitive,
}

impl VerifyingKey for RingKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        match (&self.key, self.primitive) {
            (PublicKey::Rsa { n, e }, Primitive::Rsa(parameters)) => {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            (
                PublicKey::P256(key) | PublicKey::P384(key) | PublicKey::Ed25519(key),
                Primitive::Other(algorithm),
            ) => UnparsedPublicKey::new(algorithm, key).verify(message, signature),
            // A key that does not fit verifies nothing.
            _ => return Err(InvalidSignature),
        }
        .map_err(|_| InvalidSignature)
    }
}
