//! RSA signatures by Claimgate's own arithmetic on the wasm's SIMD, several times as fast there as
//! [`ring`](super::ring), whose RSA is plain C.
//!
//! It verifies and nothing else, so it has no secret that its timing could tell. Natively it works
//! too, on arrays, and `ring` is faster.

use alloc::boxed::Box;
use ring::digest;

mod digits;
mod lanes;
mod montgomery;
mod padding;
#[cfg(test)]
mod tests;

use self::{montgomery::Modulus, padding::Padding};
use super::{Algorithm, InvalidSignature, PublicKey, SignatureAlgorithm, VerifyingKey, bit_length};
use crate::limits;

/// RSASSA-PKCS1-v1_5 with SHA-256: all that GitHub's tokens need.
pub static RS256: &dyn SignatureAlgorithm =
    &Rsa { algorithm: Algorithm::Rs256, hashing: &digest::SHA256, padding: Padding::Pkcs1(SHA256) };
/// RSASSA-PKCS1-v1_5 with SHA-384.
pub static RS384: &dyn SignatureAlgorithm =
    &Rsa { algorithm: Algorithm::Rs384, hashing: &digest::SHA384, padding: Padding::Pkcs1(SHA384) };
/// RSASSA-PKCS1-v1_5 with SHA-512.
pub static RS512: &dyn SignatureAlgorithm =
    &Rsa { algorithm: Algorithm::Rs512, hashing: &digest::SHA512, padding: Padding::Pkcs1(SHA512) };
/// RSASSA-PSS with SHA-256.
pub static PS256: &dyn SignatureAlgorithm =
    &Rsa { algorithm: Algorithm::Ps256, hashing: &digest::SHA256, padding: Padding::Pss };
/// RSASSA-PSS with SHA-384.
pub static PS384: &dyn SignatureAlgorithm =
    &Rsa { algorithm: Algorithm::Ps384, hashing: &digest::SHA384, padding: Padding::Pss };
/// RSASSA-PSS with SHA-512.
pub static PS512: &dyn SignatureAlgorithm =
    &Rsa { algorithm: Algorithm::Ps512, hashing: &digest::SHA512, padding: Padding::Pss };

/// The `DigestInfo`s of RFC 8017, section 9.2, note 1, up to the hash.
const SHA256: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
const SHA384: &[u8] = b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30";
const SHA512: &[u8] = b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";

/// `base^e mod n` as signatures are raised to it, for the tests and fuzzers. `n` is odd and has 2048 to
/// 8192 bits without leading zeros, `e` is odd and at least 3; none if `base` is not below `n` or not
/// as long.
#[cfg(feature = "test-exports")]
#[must_use]
pub fn power(n: &[u8], e: u64, base: &[u8]) -> Option<alloc::vec::Vec<u8>> {
    Modulus::new(n).power(base, e)
}

#[derive(Clone, Copy)]
struct Rsa {
    algorithm: Algorithm,
    hashing: &'static digest::Algorithm,
    padding: Padding,
}

impl SignatureAlgorithm for Rsa {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey> {
        let PublicKey::Rsa { n, e } = key else { return Box::new(NoKey) };
        match exponent(&n, &e) {
            Some(exponent) => Box::new(RsaKey { rsa: *self, modulus: Modulus::new(&n), exponent }),
            None => Box::new(NoKey),
        }
    }
}

/// The exponent, if the arithmetic is made for such numbers. Those of a key set are, but anybody can
/// make a [`PublicKey`].
fn exponent(n: &[u8], e: &[u8]) -> Option<u64> {
    let has_form = |number: &[u8]| {
        number.first().is_some_and(|first| *first != 0) && number.last().is_some_and(|last| last % 2 == 1)
    };
    let exponent = e.iter().fold(0, |exponent, byte| exponent << 8 | u64::from(*byte));
    let fits = has_form(n)
        && has_form(e)
        && limits::RSA_MODULUS_BITS.contains(&bit_length(n))
        && e.len() <= 8
        && limits::RSA_EXPONENT.contains(&exponent);
    fits.then_some(exponent)
}

/// What a key is that does not fit: it verifies nothing.
struct NoKey;

impl VerifyingKey for NoKey {
    fn verify(&self, _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
        Err(InvalidSignature)
    }
}

struct RsaKey {
    rsa: Rsa,
    modulus: Modulus,
    exponent: u64,
}

impl VerifyingKey for RsaKey {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let Rsa { hashing, padding, .. } = self.rsa;
        let encoded = self.modulus.power(signature, self.exponent).ok_or(InvalidSignature)?;
        let hash = digest::digest(hashing, message);
        let holds = padding.encodes(&hash, hashing, &encoded, self.modulus.bits());
        if holds { Ok(()) } else { Err(InvalidSignature) }
    }
}
