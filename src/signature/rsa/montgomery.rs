//! `base^exponent mod n` by Montgomery's multiplication, on digits that are multiplied eight at a time.
//!
//! A number is a list of columns, each of which counts a power of `2^digit_bits`. A product leaves
//! columns of up to 31 bits; [`Modulus::carry`] makes small signed digits of them, of which pairs
//! fit the lanes. Digits may be somewhat larger than half of their base: only their sum matters, so
//! carries need not run through all of the number, and there is one exact form at the very end.
//!
//! No time is hidden: a signature, its message and the key that verifies it are public.

#![allow(
    clippy::inline_always,
    reason = "each of these is a few instructions, and where the code should be small they would be calls"
)]
#![allow(
    clippy::arithmetic_side_effects,
    reason = "indices stay below twice the number of groups, sums below the bounds of `Modulus::new`"
)]

use alloc::{vec, vec::Vec};

use super::{super::bit_length, digits, lanes::Lanes};

/// A factor as vectors of pairs of digits, for each group of four digits two: those of the first half
/// are for the pairs that begin with a group's first digit, those of the second for its third. The
/// dot product of two vectors, one of a factor that is spread out (a pair of digits in all lanes) and
/// one of a factor that is lined up (in each lane a digit and the one below it), belongs to four
/// columns of the product.
type Halves = [Vec<Lanes>; 2];

/// The empty groups at the ends of a factor, so that no tile reaches beyond them.
const MARGIN: usize = 3;

/// An odd modulus, and what is worth knowing of it before the first base comes.
pub(super) struct Modulus {
    bits: usize,
    digit_bits: u32,
    /// How often carries are handed on until digits are small.
    passes: usize,
    /// Of four digits each.
    groups: usize,
    /// The modulus, its digits from 0 up.
    digits: Vec<u32>,
    lined_up: Halves,
    /// `-1/n mod R`, where `R` is the power of two behind the last digit.
    inverse: Halves,
    /// `R² mod n`.
    square: Halves,
}

/// A factor in both of its forms.
struct Factor {
    spread: Halves,
    lined_up: Halves,
}

/// What is written over and over. Behind the columns there is room for what is left of the last tile,
/// which stays zero or is not looked at.
struct Scratch {
    product: Vec<Lanes>,
    quotient: Vec<Lanes>,
    spread: Halves,
}

impl Modulus {
    /// Prepares an odd modulus of 2048 to 8192 bits: big-endian, without leading zeros.
    ///
    /// A column of two products (the number's and the modulus's) has twice as many terms as there
    /// are digits, each of at most 2174² with 12 bits: up to 2780 bits that is less than 2^31. With 11
    /// bits, and one pass more, it is up to 8192. The tests in `bounds` compute it.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let bits = bit_length(bytes);
        let (digit_bits, passes) = if bits <= 2780 { (12, 2) } else { (11, 3) };
        // Four bits more than the modulus has, so that products come out below it by themselves.
        let groups = (bits + 4).div_ceil(4 * digit_bits as usize);
        let digits = digits::from_bytes(bytes, digit_bits, 4 * groups);
        let mut modulus = Self {
            bits,
            digit_bits,
            passes,
            groups,
            lined_up: Halves::default(),
            inverse: Halves::default(),
            square: Halves::default(),
            digits,
        };
        modulus.lined_up = modulus.factor(&modulus.digits).lined_up;
        modulus.inverse = modulus.factor(&digits::negated_inverse(&modulus.digits, digit_bits)).lined_up;
        // R·2^t by doubling, then R·2^2t, R·2^4t, … by squaring, up to R·R.
        let shift = digit_bits as usize * 4 * groups;
        let doublings = shift >> shift.trailing_zeros();
        let start = digits::doubled(&modulus.digits, digit_bits, bits - 1, shift + doublings);
        let mut power = modulus.factor(&start);
        let mut scratch = modulus.scratch();
        for _ in 0..shift.trailing_zeros() {
            modulus.square(&mut power, &mut scratch);
        }
        modulus.square = power.lined_up;
        modulus
    }

    pub(super) const fn bits(&self) -> usize {
        self.bits
    }

    /// `base^exponent mod n`; none unless `base` has as many bytes as the modulus, and is below it.
    /// The exponent is odd and at least 3.
    pub(super) fn power(&self, base: &[u8], exponent: u64) -> Option<Vec<u8>> {
        if base.len() != self.bits.div_ceil(8) {
            return None;
        }
        let digits = digits::from_bytes(base, self.digit_bits, self.digits.len());
        if digits.iter().rev().ge(self.digits.iter().rev()) {
            return None;
        }
        let mut scratch = self.scratch();
        let plain = self.factor(&digits);
        let mut times_r = Factor { spread: plain.spread.clone(), lined_up: self.square.clone() };
        self.multiply(&mut times_r, &self.square, &mut scratch);
        let mut power = Factor { spread: times_r.spread.clone(), lined_up: times_r.lined_up.clone() };
        for bit in (1..exponent.ilog2()).rev() {
            self.square(&mut power, &mut scratch);
            if exponent >> bit & 1 == 1 {
                self.multiply(&mut power, &times_r.lined_up, &mut scratch);
            }
        }
        self.square(&mut power, &mut scratch);
        // The last factor without `R` takes it from the product, too.
        self.multiply(&mut power, &plain.lined_up, &mut scratch);
        let columns: Vec<i32> = self.high(&scratch).iter().flat_map(|lanes| lanes.to_array()).collect();
        Some(digits::to_bytes(&columns, &self.digits, self.digit_bits, base.len()))
    }

    fn scratch(&self) -> Scratch {
        Scratch {
            product: vec![Lanes::splat(0); 2 * self.groups + MARGIN],
            quotient: vec![Lanes::splat(0); self.groups + MARGIN],
            spread: halves(self.groups),
        }
    }

    /// The forms of a number below `R`, or, if it is one of all `R`, of what is left of it there.
    fn factor(&self, digits: &[u32]) -> Factor {
        let mut columns: Vec<Lanes> = digits.chunks(4).map(lanes_of).collect();
        self.carry(&mut columns);
        let mut factor =
            Factor { spread: halves(self.groups + MARGIN), lined_up: halves(self.groups + 1 + 2 * MARGIN) };
        factor.read(&columns);
        factor
    }

    fn high<'s>(&self, scratch: &'s Scratch) -> &'s [Lanes] {
        scratch.product.get(self.groups..2 * self.groups).unwrap_or_default()
    }

    /// `number = number · other / R mod n`
    fn multiply(&self, number: &mut Factor, other: &Halves, scratch: &mut Scratch) {
        scratch.product.fill(Lanes::splat(0));
        self.add_product(&number.spread, other, 0, &mut scratch.product);
        self.reduce(scratch);
        number.read(self.high(scratch));
    }

    /// `number = number² / R mod n`
    fn square(&self, number: &mut Factor, scratch: &mut Scratch) {
        for (index, blocks) in scratch.product.as_chunks_mut().0.iter_mut().enumerate() {
            self.square_tile(number, index, blocks);
        }
        self.reduce(scratch);
        number.read(self.high(scratch));
    }

    /// Adds the columns of `spread · lined_up` from the block of four columns on that is `first`.
    #[inline(never)]
    fn add_product(&self, spread: &Halves, lined_up: &Halves, first: usize, columns: &mut [Lanes]) {
        for (index, blocks) in columns.as_chunks_mut().0.iter_mut().enumerate() {
            let (from, start) = self.tile_start(first + 4 * index);
            for (spread, lined_up) in spread.iter().zip(lined_up) {
                let (spread, lined_up) = (spread.get(from..), lined_up.get(start..));
                add_tile(spread.unwrap_or_default(), lined_up.unwrap_or_default(), blocks);
            }
        }
    }

    /// Where the factors of the tile begin whose first block is `block`.
    fn tile_start(&self, block: usize) -> (usize, usize) {
        (block.saturating_sub(self.groups), self.groups.saturating_sub(block))
    }

    /// Four blocks of columns of a square: each product of two digits is made once and doubled, but
    /// for those around the middle, which are made as they are.
    #[inline(never)]
    fn square_tile(&self, number: &Factor, index: usize, blocks: &mut [Lanes; 4]) {
        let middle = 2 * index;
        let (from, start) = self.tile_start(4 * index);
        *blocks = [Lanes::splat(0); 4];
        for (spread, lined_up) in number.spread.iter().zip(&number.lined_up) {
            let (below, above) = (spread.get(from..middle), lined_up.get(start..));
            add_tile(below.unwrap_or_default(), above.unwrap_or_default(), blocks);
        }
        let ([xs, us], [ys, vs]) = (&number.spread, &number.lined_up);
        let start = self.groups - middle;
        let (
            Some([x0, x1, x2, ..]),
            Some([u0, u1, u2, ..]),
            Some([y3, y2, y1, y0, ..]),
            Some([v3, v2, v1, v0, ..]),
        ) = (xs.get(middle..), us.get(middle..), ys.get(start..), vs.get(start..))
        else {
            return;
        };
        let [a, b, c, d] = *blocks;
        let c = add(add(c, x0, y2), u0, v2);
        let d = add(add(d, x0, y3), u0, v3);
        let [a, b, c, d] = [a.plus(a), b.plus(b), c.plus(c), d.plus(d)];
        // Without the digits of the groups below.
        let (mask, upper_mask) = (Lanes::new([0xffff, -1, -1, -1]), Lanes::new([0, 0, 0xffff, -1]));
        let (own, upper_own) = (&y0.and(mask), &v0.and(upper_mask));
        let (next, upper_next) = (&y1.and(mask), &v1.and(upper_mask));
        *blocks = [
            add(add(a, x0, own), u0, upper_own),
            add(add(add(add(b, x0, y1), u0, v1), x1, own), u1, upper_own),
            add(add(c, x1, next), u1, upper_next),
            add(add(add(add(d, x1, y2), u1, v2), x2, next), u2, upper_next),
        ];
    }

    /// Montgomery's reduction: adds the multiple of `n` that makes the lower half of the product
    /// zero. What is left in its upper half is small, between `-0.6 n` and `0.6 n`.
    #[inline(never)]
    fn reduce(&self, scratch: &mut Scratch) {
        let Scratch { product, quotient, spread } = scratch;
        let Some(low) = product.get_mut(..self.groups) else { return };
        let from_low = self.carry(low);
        spread_out(low, spread);
        quotient.fill(Lanes::splat(0));
        self.add_product(spread, &self.inverse, 0, quotient);
        // What is carried out of the quotient is a multiple of R.
        let Some(quotient) = quotient.get_mut(..self.groups) else { return };
        self.carry(quotient);
        spread_out(quotient, spread);
        let last = self.groups - 1;
        let Some(upper) = product.get_mut(last..) else { return };
        self.add_product(spread, &self.lined_up, last, upper);
        // The lower half is now a multiple of R, so it is known by its last three columns: those
        // below count less than 2^31 / 2^44 of it. A fourth would not fit the sum.
        if let [block, first, ..] = upper {
            let [_, columns @ ..] = block.to_array();
            let columns = columns.into_iter().rev();
            let sum = columns.fold(0, |sum: i64, column| (sum << self.digit_bits) + i64::from(column));
            let bits = 3 * self.digit_bits;
            #[expect(clippy::cast_possible_truncation, reason = "a column has 31 bits, so this has 20")]
            let from_multiple = ((sum + (1 << (bits - 1))) >> bits) as i32;
            *first = first.plus(Lanes::new([from_low + from_multiple, 0, 0, 0]));
        }
        if let Some(high) = product.get_mut(self.groups..2 * self.groups) {
            self.carry_within(high);
        }
    }

    /// Makes small digits of columns, and returns what goes beyond the last of them.
    fn carry(&self, columns: &mut [Lanes]) -> i32 {
        self.hand_all_on(columns, Lanes::splat(-1))
    }

    /// The same for a number that is known to fit: its last digit keeps all that there is.
    fn carry_within(&self, columns: &mut [Lanes]) {
        self.hand_all_on(columns, Lanes::new([-1, -1, -1, 0]));
    }

    /// Of the last columns, those in `last_mask` are handed on.
    #[inline(never)]
    fn hand_all_on(&self, columns: &mut [Lanes], last_mask: Lanes) -> i32 {
        let Some((last, columns)) = columns.split_last_mut() else { return 0 };
        let mut beyond = 0;
        for _ in 0..self.passes {
            let mut carried = Lanes::splat(0);
            for column in &mut *columns {
                *column = self.hand_on(*column, Lanes::splat(-1), &mut carried);
            }
            *last = self.hand_on(*last, last_mask, &mut carried);
            let [.., left] = carried.to_array();
            beyond += left;
        }
        beyond
    }

    #[inline(always)]
    fn hand_on(&self, column: Lanes, mask: Lanes, carried: &mut Lanes) -> Lanes {
        let half = Lanes::splat(1 << (self.digit_bits - 1));
        let carry = column.plus(half).shifted_right(self.digit_bits).and(mask);
        let digit = column.minus(carry.shifted_left(self.digit_bits));
        let sum = digit.plus(carry.behind::<1>(*carried));
        *carried = carry;
        sum
    }
}

impl Factor {
    #[inline(never)]
    fn read(&mut self, columns: &[Lanes]) {
        spread_out(columns, &mut self.spread);
        let [lower, upper] = &mut self.lined_up;
        let mut vectors = lower.iter_mut().zip(upper).rev().skip(MARGIN);
        let (mut before, mut below) = (Lanes::splat(0), Lanes::splat(0));
        // One more than there are columns: the last digit stands below a zero.
        for column in columns.iter().chain([&Lanes::splat(0)]) {
            let pairs = pair(*column, column.behind::<1>(before));
            if let Some((lower, upper)) = vectors.next() {
                (*lower, *upper) = (pairs, pairs.behind::<2>(below));
            }
            (before, below) = (*column, pairs);
        }
    }
}

fn halves(length: usize) -> Halves {
    [vec![Lanes::splat(0); length], vec![Lanes::splat(0); length]]
}

#[inline(never)]
fn spread_out(columns: &[Lanes], [first, third]: &mut Halves) {
    for (column, (first, third)) in columns.iter().zip(first.iter_mut().zip(third)) {
        let pairs = pair(*column, column.behind::<3>(*column));
        (*first, *third) = (pairs.spread::<0>(), pairs.spread::<2>());
    }
}

/// Small digits as halves of the lanes.
#[inline(always)]
fn pair(low: Lanes, high: Lanes) -> Lanes {
    low.and(Lanes::splat(0xffff)).or(high.shifted_left(16))
}

/// Adds four blocks of columns, in which each vector of `spread` meets four neighbours of `lined_up`.
///
/// A function of its own, so that the sums stay in registers, and the neighbours too: each is loaded
/// once. Most of the time is spent here.
#[inline(never)]
fn add_tile(spread: &[Lanes], lined_up: &[Lanes], blocks: &mut [Lanes; 4]) {
    let [mut a, mut b, mut c, mut d] = *blocks;
    let [y0, y1, y2, lined_up @ ..] = lined_up else { return };
    let (mut y0, mut y1, mut y2) = (*y0, *y1, *y2);
    let (mut spread, mut lined_up) = (spread, lined_up);
    while let ([x0, x1, x2, x3, xs @ ..], [y3, y4, y5, y6, ys @ ..]) = (spread, lined_up) {
        (a, b, c, d) = (a.plus(x0.dot(*y3)), b.plus(x0.dot(y2)), c.plus(x0.dot(y1)), d.plus(x0.dot(y0)));
        (a, b, c, d) = (a.plus(x1.dot(*y4)), b.plus(x1.dot(*y3)), c.plus(x1.dot(y2)), d.plus(x1.dot(y1)));
        (a, b, c, d) = (a.plus(x2.dot(*y5)), b.plus(x2.dot(*y4)), c.plus(x2.dot(*y3)), d.plus(x2.dot(y2)));
        (a, b, c, d) = (a.plus(x3.dot(*y6)), b.plus(x3.dot(*y5)), c.plus(x3.dot(*y4)), d.plus(x3.dot(*y3)));
        (y0, y1, y2) = (*y4, *y5, *y6);
        (spread, lined_up) = (xs, ys);
    }
    while let ([x, xs @ ..], [y3, ys @ ..]) = (spread, lined_up) {
        (a, b, c, d) = (a.plus(x.dot(*y3)), b.plus(x.dot(y2)), c.plus(x.dot(y1)), d.plus(x.dot(y0)));
        (y0, y1, y2) = (y1, y2, *y3);
        (spread, lined_up) = (xs, ys);
    }
    *blocks = [a, b, c, d];
}

#[inline(always)]
fn add(sum: Lanes, spread: &Lanes, lined_up: &Lanes) -> Lanes {
    sum.plus(spread.dot(*lined_up))
}

fn lanes_of(digits: &[u32]) -> Lanes {
    let mut digits = digits.iter().map(|digit| digit.cast_signed());
    Lanes::new(core::array::from_fn(|_| digits.next().unwrap_or_default()))
}

#[cfg(test)]
mod bounds;
