//! That no column leaves its 32 bits, whatever the digits: computed from the largest digits that the
//! steps can leave, and tried with them.

#![allow(clippy::arithmetic_side_effects, clippy::expect_used, reason = "a test that panics has failed")]

use alloc::{vec, vec::Vec};

use super::{Factor, Lanes, Modulus};

/// The most that the digits of a number may be, either way, after the passes of `Modulus::carry`, and
/// the most that they hand on beyond the last of them.
fn carried(modulus: &Modulus, mut column: i64) -> (i64, i64) {
    let half = 1 << (modulus.digit_bits - 1);
    let mut beyond = 0;
    for _ in 0..modulus.passes {
        fits(column + half);
        let carry = (column + half) >> modulus.digit_bits;
        (column, beyond) = (half + carry, beyond + carry);
    }
    (column, beyond)
}

fn fits(column: i64) {
    assert!(i32::try_from(column).is_ok(), "{column} does not fit a lane");
}

/// The largest modulus with digits of 12 bits and the largest of all: fewer digits make smaller sums.
fn largest() -> [Modulus; 2] {
    [2780_usize, 8192].map(|bits| {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        if let Some(first) = bytes.first_mut() {
            *first >>= bits.next_multiple_of(8) - bits;
        }
        Modulus::new(&bytes)
    })
}

/// The most that a digit of any number between two products may be: what stays the same from one
/// product to the next, from the digits on that a base has at first.
fn largest_digit(modulus: &Modulus) -> i64 {
    let terms = 4 * i64::try_from(modulus.groups).expect("there are few");
    let (given, _) = carried(modulus, (1 << modulus.digit_bits) - 1);
    let mut digit = given;
    loop {
        let product = terms * digit * digit;
        let (low, from_low) = carried(modulus, product);
        let (quotient, _) = carried(modulus, terms * low * given);
        let both = low + terms * quotient * given;
        fits(both);
        // The three columns by which a reduction knows the multiple of R are a number of 64 bits, and all
        // below them less than half of R.
        let bits = modulus.digit_bits;
        assert!(both.ilog2() + 2 * bits < 62);
        assert!(both < 1 << (4 * bits - 2));
        let column = product + terms * quotient * given + from_low + (both >> bits) + 2;
        let (next, _) = carried(modulus, column);
        if next <= digit {
            return digit;
        }
        digit = next;
    }
}

#[test]
fn no_column_can_leave_its_lane() {
    for modulus in largest() {
        let digit = largest_digit(&modulus);
        // Halves of the lanes, and what `pair` takes.
        assert!(i16::try_from(digit).is_ok());
    }
}

/// Each addition is checked here, as in all debug builds.
#[test]
fn the_largest_digits_of_one_sign_and_of_both() {
    for modulus in largest() {
        let digit = i32::try_from(largest_digit(&modulus)).expect("it fits a lane");
        let alternating = [digit, -digit, digit, -digit];
        for lanes in [[digit; 4], [-digit; 4], alternating, [digit, digit, -digit, -digit]] {
            let columns: Vec<Lanes> = vec![Lanes::new(lanes); modulus.groups];
            let mut scratch = modulus.scratch();
            let mut number = modulus.factor(&[]);
            Factor::read(&mut number, &columns);
            let mut other = modulus.factor(&[]);
            Factor::read(&mut other, &columns);
            modulus.square(&mut number, &mut scratch);
            Factor::read(&mut number, &columns);
            modulus.multiply(&mut number, &other.lined_up, &mut scratch);
        }
    }
}

/// A base is cut at the last digit, which must be beyond the bytes that it may have.
#[test]
fn every_byte_of_a_base_has_a_digit() {
    for bits in 2048_usize..=8192 {
        let width = if bits <= 2780 { 48 } else { 44 };
        assert!(bits.next_multiple_of(8) <= (bits + 4).div_ceil(width) * width, "{bits} bits");
    }
}
