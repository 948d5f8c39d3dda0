//! The fingerprint of the RSA keys that a library of Infineon made until 2017, which can be factored
//! (CVE-2017-15361; Nemec et al., "The Return of Coppersmith's Attack", section 3.1): modulo small
//! primes such a modulus is a power of 65537. Of moduli that were made otherwise one in 2^27 is.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "no prime is zero, and numbers below them have small products"
)]

/// The primes of that key generation modulo which not every number is a power of 65537.
const PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// Whether the big-endian `modulus` has the fingerprint.
pub(super) fn has_fingerprint(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| {
        let residue = modulus.iter().fold(0, |rest, byte| (rest << 8 | u32::from(*byte)) % prime);
        let mut powers = (0..*prime).scan(1, |power, _| {
            let this = *power;
            *power = this * 65_537 % prime;
            Some(this)
        });
        powers.any(|power| power == residue)
    })
}
