//! Numbers as digits of 11 or 12 bits, digit by digit: what a key needs once, and each signature at
//! its start and end.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "a digit has at most 12 bits, and sums of their products, of at most 748 digits, fit 64"
)]

use alloc::{vec, vec::Vec};

/// The `count` lowest digits of a big-endian number, from 0 up.
pub(super) fn from_bytes(bytes: &[u8], digit_bits: u32, count: usize) -> Vec<u32> {
    let mut bytes = bytes.iter().rev();
    let (mut bits, mut held) = (0_u32, 0);
    let next = || {
        while held < digit_bits {
            bits |= u32::from(bytes.next().copied().unwrap_or_default()) << held;
            held += 8;
        }
        let digit = bits & mask(digit_bits);
        bits >>= digit_bits;
        held -= digit_bits;
        Some(digit)
    };
    core::iter::from_fn(next).take(count).collect()
}

/// A number between `-n` and `n`, in columns, as the big-endian bytes of what it is modulo `n`.
pub(super) fn to_bytes(columns: &[i32], n: &[u32], digit_bits: u32, length: usize) -> Vec<u8> {
    let (mut digits, carry) = exact(columns.iter().copied(), digit_bits);
    if carry < 0 {
        let sums = digits.iter().zip(n).map(|(digit, n)| (digit + n).cast_signed());
        digits = exact(sums, digit_bits).0;
    }
    let mut bytes = vec![0; length];
    let mut digits = digits.into_iter();
    let (mut bits, mut held) = (0_u32, 0);
    for byte in bytes.iter_mut().rev() {
        if held < 8 {
            bits |= digits.next().unwrap_or_default() << held;
            held += digit_bits;
        }
        [*byte, ..] = bits.to_le_bytes();
        bits >>= 8;
        held -= 8;
    }
    bytes
}

/// Digits that are none below zero, and what is carried beyond the last: less than zero if the
/// number is.
fn exact(columns: impl Iterator<Item = i32>, digit_bits: u32) -> (Vec<u32>, i32) {
    let mut carry = 0;
    let digits = columns.map(|column| {
        let sum = column + carry;
        carry = sum >> digit_bits;
        sum.cast_unsigned() & mask(digit_bits)
    });
    (digits.collect(), carry)
}

/// `-1/n` modulo the power of two behind the last digit, for an odd `n`: the digits that make, each
/// in its turn, the lowest digit of `1 + x·n` zero.
pub(super) fn negated_inverse(n: &[u32], digit_bits: u32) -> Vec<u32> {
    let lowest = n.first().copied().unwrap_or_default();
    // By Newton's iteration: an odd number is its own inverse modulo 8, and each step doubles the bits.
    let inverse = (0..2).fold(lowest, |x, _| x.wrapping_mul(2_u32.wrapping_sub(lowest.wrapping_mul(x))));
    let mut rest = vec![0_u64; n.len()];
    if let Some(first) = rest.first_mut() {
        *first = 1;
    }
    let mut rest = rest.as_mut_slice();
    let mut digits = Vec::with_capacity(n.len());
    while let Some((first, above)) = rest.split_first_mut() {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are what is asked for")]
        let digit = (*first as u32).wrapping_neg().wrapping_mul(inverse) & mask(digit_bits);
        let carry = (*first + u64::from(digit) * u64::from(lowest)) >> digit_bits;
        for (sum, n) in above.iter_mut().zip(n.iter().skip(1)) {
            *sum += u64::from(digit) * u64::from(*n);
        }
        if let Some(next) = above.first_mut() {
            *next += carry;
        }
        digits.push(digit);
        rest = above;
    }
    digits
}

/// `2^to mod n` from `2^from`, which is below `n`, by doubling.
pub(super) fn doubled(n: &[u32], digit_bits: u32, from: usize, to: usize) -> Vec<u32> {
    let width = digit_bits as usize;
    let mut number = vec![0_u32; n.len()];
    if let Some(digit) = number.get_mut(from / width) {
        *digit = 1 << (from % width);
    }
    let mut reduced = number.clone();
    for _ in from..to {
        let (mut carry, mut borrow) = (0, 0);
        for ((digit, n), reduced) in number.iter_mut().zip(n).zip(&mut reduced) {
            let double = *digit << 1 | carry;
            carry = double >> digit_bits;
            *digit = double & mask(digit_bits);
            let difference = digit.wrapping_sub(n + borrow);
            borrow = difference >> 31;
            *reduced = difference & mask(digit_bits);
        }
        // There is room for one more bit than `n` has, so nothing is carried beyond the last digit.
        if borrow == 0 {
            core::mem::swap(&mut number, &mut reduced);
        }
    }
    number
}

const fn mask(digit_bits: u32) -> u32 {
    (1 << digit_bits) - 1
}
