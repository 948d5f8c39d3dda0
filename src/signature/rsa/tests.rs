//! The arithmetic held against another library's, whole signatures against `ring`. In a debug build
//! each of these also shows that nothing overflows.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed"
)]

use alloc::{vec, vec::Vec};

use num_bigint::BigUint;
use proptest::prelude::*;

use super::montgomery::Modulus;

/// Each with the digits of its kernel: no multiple of a digit or of four, the last that has digits of
/// 12 bits and the first of 11, one bit more than whole bytes, and what keys have.
const SIZES: [u64; 13] = [2048, 2049, 2050, 2060, 2061, 2779, 2780, 2781, 3072, 4093, 4096, 8191, 8192];

/// The fewest and the most of what keys may have, and the fewest and most steps.
const EXPONENTS: [u64; 3] = [65_537, 65_539, (1 << 33) - 1];

fn one() -> BigUint {
    BigUint::from(1_u8)
}

fn whole_bytes(bits: u64) -> usize {
    usize::try_from(bits.div_ceil(8)).unwrap()
}

fn power_of_two(exponent: u64) -> BigUint {
    one() << exponent
}

/// As long as the modulus.
fn bytes(number: &BigUint, n: &BigUint) -> Vec<u8> {
    let digits = number.to_bytes_be();
    let length = whole_bytes(n.bits());
    let mut bytes = vec![0; length.saturating_sub(digits.len())];
    bytes.extend(digits);
    bytes
}

fn check(n: &BigUint, bases: &[BigUint], exponents: &[u64]) {
    let modulus = Modulus::new(&n.to_bytes_be());
    assert_eq!(modulus.bits() as u64, n.bits());
    for base in bases {
        for exponent in exponents {
            let power = modulus.power(&bytes(base, n), *exponent);
            if base >= n {
                assert_eq!(power, None, "{base:x} is not below {n:x}");
            } else {
                let expected = bytes(&base.modpow(&(*exponent).into(), n), n);
                assert!(power.as_ref() == Some(&expected), "{base:x}^{exponent} mod {n:x}");
            }
        }
    }
}

/// A number of so many bits whose bytes repeat, made odd.
fn repeated(bits: u64, pattern: &[u8]) -> BigUint {
    let bytes: Vec<u8> = pattern.iter().copied().cycle().take(whole_bytes(bits)).collect();
    let number = BigUint::from_bytes_be(&bytes) % power_of_two(bits - 1);
    number | power_of_two(bits - 1) | one()
}

/// A number of so many bits whose digits of `width` bits are all the same, made odd.
fn of_digits(bits: u64, width: u64, digit: u64) -> BigUint {
    let number = (0..bits / width).fold(BigUint::default(), |sum, _| (sum << width) + digit);
    number | power_of_two(bits - 1) | one()
}

/// Moduli that make carries long, digits large, or terms zero.
fn moduli(bits: u64) -> Vec<BigUint> {
    let width = if bits <= 2780 { 12 } else { 11 };
    let half = 1 << (width - 1);
    vec![
        power_of_two(bits) - one(),
        power_of_two(bits - 1) + one(),
        power_of_two(bits - 1) + power_of_two(bits / 2) + one(),
        power_of_two(bits) - power_of_two(bits / 2) - one(),
        of_digits(bits, width, half),
        of_digits(bits, width, half - 1),
        of_digits(bits, width, half + 1),
        of_digits(bits, width, 1),
        of_digits(bits, 2 * width, half << width | (half - 1)),
        repeated(bits, b"\xff\xff\xff\xff\x00\x00\x00\x00"),
        repeated(bits, b"\x9e\x37\x79\xb9\x7f\x4a\x7c\x15\xf3"),
    ]
}

fn bases(n: &BigUint) -> Vec<BigUint> {
    let bits = n.bits();
    let width = if bits <= 2780 { 12 } else { 11 };
    let mut bases = vec![
        BigUint::default(),
        one(),
        BigUint::from(2_u8),
        n - 2_u8,
        n - one(),
        n.clone(),
        n >> 1_u8,
        power_of_two(bits - 1),
        power_of_two(bits - 1) - one(),
        power_of_two(bits / 2) + one(),
        of_digits(bits - 1, width, (1 << (width - 1)) - 1),
        of_digits(bits - 1, width, 1 << (width - 1)),
    ];
    // The largest number of as many bytes.
    bases.push(power_of_two(bits.div_ceil(8) * 8) - one());
    if n + one() < power_of_two(bits.div_ceil(8) * 8) {
        bases.push(n + one());
    }
    bases
}

/// All of them for 2048 bits; of the others the fewer the longer they take.
#[test]
fn extremes_of_every_size() {
    for bits in SIZES {
        let (moduli, bases) = match bits {
            2048 => (1, 1),
            2049..4000 => (3, 2),
            4000..8000 => (5, 3),
            _ => (5, 7),
        };
        for n in self::moduli(bits).iter().step_by(moduli) {
            assert_eq!(n.bits(), bits);
            let chosen: Vec<BigUint> = self::bases(n).into_iter().step_by(bases).collect();
            check(n, &chosen, &EXPONENTS[..1]);
        }
    }
}

#[test]
fn every_length_of_an_exponent() {
    let n = repeated(2048, b"\xd5\x37\x79\xb9\x7f");
    let base = n.clone() / 3_u8;
    let sparse = (1..33).map(|bits| (1 << bits) + 1);
    let dense = (2..=33).step_by(3).map(|bits| (1 << bits) - 1);
    check(&n, core::slice::from_ref(&base), &sparse.chain(dense).collect::<Vec<u64>>());
    check(&n, &[base, n.clone() - 1_u8], &EXPONENTS);
}

#[test]
fn what_is_not_as_long_as_the_modulus_is_refused() {
    let n = repeated(2049, b"\xc3\x5a");
    let modulus = Modulus::new(&n.to_bytes_be());
    for length in [0, 1, 256, 258, 300, 10_000] {
        assert_eq!(modulus.power(&vec![0; length], 65_537), None, "{length} bytes");
    }
    assert_eq!(modulus.power(&[0; 257], 65_537), Some(vec![0; 257]));
}

fn number(bits: u64) -> impl Strategy<Value = BigUint> {
    // Bytes that are often at an extreme, and bytes at random.
    let byte = prop_oneof![Just(0_u8), Just(0xff), Just(0x80), Just(0x7f), any::<u8>(), any::<u8>()];
    let length = whole_bytes(bits);
    let bytes = prop_oneof![prop::collection::vec(byte, length), prop::collection::vec(any::<u8>(), length)];
    bytes.prop_map(move |bytes| BigUint::from_bytes_be(&bytes) % power_of_two(bits))
}

fn odd(bits: u64) -> impl Strategy<Value = BigUint> {
    number(bits).prop_map(move |number| number | power_of_two(bits - 1) | one())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_number_of_2048_bits(n in odd(2048), base in number(2048), exponent in 32_768_u64..1 << 32) {
        check(&n, &[base % &n], &[2 * exponent + 1]);
    }

    #[test]
    fn any_number_of_any_size((n, base) in (2048_u64..3200).prop_flat_map(|bits| (odd(bits), number(bits)))) {
        check(&n, &[base], &[65_537]);
    }
}

/// Found by solving for the quotient of the first reduction, which anybody can: its digits have the
/// signs of the modulus's, so that the last column below `R` is 2^28 and the columns from it on count
/// more than 64 bits.
#[test]
fn a_quotient_of_one_sign_with_the_modulus() {
    let hex = |text: &[u8]| BigUint::parse_bytes(text, 16).unwrap();
    let n = hex(
        b"b57f62ca94b934a2de3d0ea48ddfb65a81cb79ff7748ecae8df1efe69dde363b6c74d2b75af50a1f6cd393233ea125a5\
         b35cad7f04e7e9841d883672011067a218477c0e2386e36995ad4e835249c727fd8b6559a7a0d7d0e43d6f65b2bfc97b\
         e3dd2ece7ca9f8f77a147181c30307c687d2fdc37883a82673d33733d23aa44b14926f0df42e9c71e28b87a0d4841e53\
         a199e73402224b496c34ca17aedc3240630a3d7eea6a030cb715960d153fcfcec589ce398eac9129e1ad2d35cc95a25c\
         797477a1ca22f5225de00822bb15fa2e9937d73146151ca1af106129f86b192c7ff7cefc90cb99849e84f85c2daea993\
         8221174b64016781ee17062373d549dd",
    );
    let base = hex(
        b"a1a383c2f36a0eb54eb1c51c5323a8f17329403d161b32d2989c17638ed221f19ee2297052450659c66fbcc972c201bc\
         a37569fbe0b7fd34c42ce396e735d5ba5d18a8fe8812e85d5b5377597275be7c1c6b32971723984688eaa2cff6fa725b\
         c876529ed1f13e5c48ad8bfc9ce3011fae57532c84ae922a09adbd08749bf725828a5011756fdbcec7a67bf7758afc0d\
         e245eba804b291e1a9281874a625e96fc2b219297a240498ce8620dfb2051da6758d07d675c6d13e42741b9361357c30\
         f6fac491675e97cc8068ce6970bf6e42959f71b612564438c5d3abaa4dc2ba3c7704fff89527a1c701468098de608e1e\
         98a58074843e7679168def045482c19b",
    );
    check(&n, &[base], &[65_537]);
}
