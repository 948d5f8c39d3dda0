//! The kernel of RSA: `base^exponent mod n` against `num-bigint`, and changed signatures against `ring`.

use std::sync::LazyLock;

use ::ring::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{
        RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
        RsaEncoding,
    },
};
use claimgate::signature::{InvalidSignature, PublicKey, SignatureAlgorithm, ring, rsa};
use num_bigint::BigUint;
use serde_json::Value;

use crate::support::{KEYS, decode};

/// Odd, and of every length that keys may have.
const EXPONENTS: [u64; 4] = [65_537, 65_539, (1 << 33) - 1, 0x1_0000_0001];

/// The one or the other, as the first byte says.
pub fn check(data: &[u8]) {
    match data.split_first() {
        Some((choice, data)) if choice % 2 == 1 => check_signature(data),
        Some((_, data)) => check_power(data),
        None => {}
    }
}

/// A byte that chooses the exponent, two for the size of the modulus, then modulus and base, each
/// filled up with zeros where the input ends.
pub fn check_power(data: &[u8]) {
    let [choice, low, high] =
        data.get(..3).and_then(|head| <[u8; 3]>::try_from(head).ok()).unwrap_or_default();
    let exponent = EXPONENTS[usize::from(choice) % EXPONENTS.len()];
    // The size that keys have, or now and then any other, which takes up to sixteen times as long.
    let bits = match u16::from_le_bytes([low, high]) {
        size if size % 8 != 1 => 2048,
        size => 2048 + usize::from(size) % (8192 - 2048 + 1),
    };
    let length = bits.div_ceil(8);
    let mut rest = data.get(3..).unwrap_or_default().iter().copied().chain(std::iter::repeat(0));
    let mut n: Vec<u8> = rest.by_ref().take(length).collect();
    let base: Vec<u8> = rest.take(length).collect();
    let top = (bits - 1) % 8;
    n[0] = n[0] & ((1_u16 << (top + 1)) - 1) as u8 | 1 << top;
    n[length - 1] |= 1;
    power(&n, exponent, &base);
}

/// The kernel's arithmetic against another's.
pub fn power(n: &[u8], exponent: u64, base: &[u8]) {
    let (modulus, number) = (BigUint::from_bytes_be(n), BigUint::from_bytes_be(base));
    let found = rsa::power(n, exponent, base);
    if number >= modulus {
        assert_eq!(found, None, "a base that is not below the modulus");
        return;
    }
    let digits = number.modpow(&exponent.into(), &modulus).to_bytes_be();
    let mut expected = vec![0; n.len() - digits.len()];
    expected.extend(digits);
    assert!(found.as_deref() == Some(&*expected), "{number:x}^{exponent} mod {modulus:x}");
}

/// Signatures that hold until the input changes some of their bytes, or of the message: pairs of a
/// place and of what is flipped there. Both say the same of them.
pub fn check_signature(data: &[u8]) {
    let (choice, edits) = data.split_first().unwrap_or((&0, &[]));
    let (key, signed) = &*SIGNED;
    let (ring, kernel, original) = &signed[usize::from(*choice) % signed.len()];
    let (mut message, mut signature) = (MESSAGE.to_vec(), original.clone());
    for edit in edits.chunks_exact(2) {
        match (edit[0], edit[1]) {
            // Other lengths, too.
            (0, count) => signature.truncate(signature.len().saturating_sub(usize::from(count))),
            (1, byte) => signature.push(byte),
            (2, byte) => signature.insert(0, byte),
            (place, flipped) if place % 16 == 3 => message[usize::from(place >> 4)] ^= flipped,
            (place, flipped) => {
                if let Some(byte) = signature.get_mut(usize::from(place)) {
                    *byte ^= flipped;
                }
            }
        }
    }
    let verdicts =
        [ring, kernel].map(|algorithm| algorithm.prepare(key.clone()).verify(&message, &signature));
    let expected = if message == MESSAGE && signature == *original { Ok(()) } else { Err(InvalidSignature) };
    assert_eq!(verdicts, [expected; 2], "{}", ring.algorithm());
}

const MESSAGE: &[u8] = b"eyJhbGciOiJSUzI1NiJ9.e30";

type Signed = (&'static dyn SignatureAlgorithm, &'static dyn SignatureAlgorithm, Vec<u8>);

/// The tests' key, and a signature of each algorithm with `ring`'s and the kernel's form of it.
static SIGNED: LazyLock<(PublicKey, Vec<Signed>)> = LazyLock::new(|| {
    let key = &KEYS["rsa"];
    let decoded = |text: &Value| decode(text.as_str().unwrap());
    let pair = KeyPair::from_pkcs8(&decoded(&key["pkcs8"])).unwrap();
    let sign = |padding: &'static dyn RsaEncoding| {
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(padding, &SystemRandom::new(), MESSAGE, &mut signature).unwrap();
        signature
    };
    let public = PublicKey::Rsa { n: decoded(&key["jwk"]["n"]), e: decoded(&key["jwk"]["e"]) };
    let signed = vec![
        (ring::RS256, rsa::RS256, sign(&RSA_PKCS1_SHA256)),
        (ring::RS384, rsa::RS384, sign(&RSA_PKCS1_SHA384)),
        (ring::RS512, rsa::RS512, sign(&RSA_PKCS1_SHA512)),
        (ring::PS256, rsa::PS256, sign(&RSA_PSS_SHA256)),
        (ring::PS384, rsa::PS384, sign(&RSA_PSS_SHA384)),
        (ring::PS512, rsa::PS512, sign(&RSA_PSS_SHA512)),
    ];
    (public, signed)
});
