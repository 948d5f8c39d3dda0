//! The arithmetic held against plain long multiplication, and whole signatures against `ring`.

use alloc::{vec, vec::Vec};
use proptest::prelude::*;

use super::montgomery::Modulus;

/// `base^exponent mod n`, bit by bit and byte by byte.
fn reference(base: &[u8], exponent: u64, n: &[u8]) -> Vec<u8> {
    let (mut power, n) = (vec![1_u32], limbs(n));
    let base = limbs(base);
    for bit in (0..=exponent.ilog2()).rev() {
        power = product(&power, &power, &n);
        if exponent >> bit & 1 == 1 {
            power = product(&power, &base, &n);
        }
    }
    let mut bytes: Vec<u8> = power.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    bytes.resize(n.len() * 4, 0);
    bytes.reverse();
    bytes
}

fn limbs(bytes: &[u8]) -> Vec<u32> {
    bytes.rchunks(4).map(|chunk| chunk.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte))).collect()
}

/// `a · b mod n`, by a row of the product and a subtraction for each bit.
fn product(a: &[u32], b: &[u32], n: &[u32]) -> Vec<u32> {
    let mut sum = vec![0_u32; n.len() + 1];
    for limb in a.iter().rev() {
        for bit in (0..32).rev() {
            let mut carry = 0;
            for digit in &mut sum {
                let double = u64::from(*digit) << 1 | carry;
                (*digit, carry) = (double as u32, double >> 32);
            }
            subtract_if_less(&mut sum, n);
            if limb >> bit & 1 == 1 {
                let mut carry = 0;
                for (index, digit) in sum.iter_mut().enumerate() {
                    let total = u64::from(*digit) + u64::from(b.get(index).copied().unwrap_or(0)) + carry;
                    (*digit, carry) = (total as u32, total >> 32);
                }
                subtract_if_less(&mut sum, n);
            }
        }
    }
    sum.truncate(n.len());
    sum
}

fn subtract_if_less(sum: &mut Vec<u32>, n: &[u32]) {
    let mut borrow = 0;
    let difference: Vec<u32> = sum
        .iter()
        .enumerate()
        .map(|(index, digit)| {
            let total = i64::from(*digit) - i64::from(n.get(index).copied().unwrap_or(0)) - borrow;
            borrow = i64::from(total < 0);
            total as u32
        })
        .collect();
    if borrow == 0 {
        *sum = difference;
    }
}

fn check(n: &[u8], base: &[u8], exponent: u64) {
    let power = Modulus::new(n).power(base, exponent).expect("the base is below the modulus");
    assert_eq!(power, reference(base, exponent, n), "{base:x?}^{exponent} mod {n:x?}");
}

#[test]
fn it_agrees() {
    let n: Vec<u8> = (0..256).map(|i| (i * 7 + 131) as u8 | 1).collect();
    let base: Vec<u8> = (0..256).map(|i| (i * 5) as u8 & 0x7f).collect();
    check(&n, &base, 65_537);
}
