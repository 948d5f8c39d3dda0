//! Whether a point lies on its curve (SP 800-186, section 3.2.1): y² = x³ - 3x + b, modulo p.
//!
//! Providers refuse such a key with each signature, as if the signature were wrong. Asked once, while
//! the key is read, it can be said which key it is. So slow arithmetic will do.

use core::array;

/// A number of at most 384 bits, its least limb first: one length for both curves, because the code
/// for another would be half a kilobyte of the npm package's module.
type Number = [u64; 6];

pub(super) struct Curve {
    /// Of a coordinate.
    pub(super) bytes: usize,
    p: Number,
    b: Number,
}

pub(super) const P256: Curve = Curve {
    bytes: 32,
    p: [0xffff_ffff_ffff_ffff, 0xffff_ffff, 0, 0xffff_ffff_0000_0001, 0, 0],
    b: [0x3bce_3c3e_27d2_604b, 0x651d_06b0_cc53_b0f6, 0xb3eb_bd55_7698_86bc, 0x5ac6_35d8_aa3a_93e7, 0, 0],
};

pub(super) const P384: Curve = Curve {
    bytes: 48,
    p: [0xffff_ffff, 0xffff_ffff_0000_0000, 0xffff_ffff_ffff_fffe, u64::MAX, u64::MAX, u64::MAX],
    b: [
        0x2a85_c8ed_d3ec_2aef,
        0xc656_398d_8a2e_d19d,
        0x0314_088f_5013_875a,
        0x181d_9c6e_fe81_4112,
        0x988e_056b_e3f8_2d19,
        0xb331_2fa7_e23e_e7e4,
    ],
};

impl Curve {
    /// Of big-endian coordinates of [`Curve::bytes`]. One that is not below p is another spelling of
    /// one that is, and no point.
    pub(super) fn has(&self, x: &[u8], y: &[u8]) -> bool {
        let (x, y) = (number(x), number(y));
        let are_canonical = [x, y].iter().all(|coordinate| subtract(*coordinate, self.p).1);
        let three_x = self.add(self.add(x, x), x);
        let cube = self.multiply(self.multiply(x, x), x);
        are_canonical && self.add(self.multiply(y, y), three_x) == self.add(cube, self.b)
    }

    /// Of numbers below p.
    fn add(&self, a: Number, b: Number) -> Number {
        let (sum, overflows) = add(a, b);
        let (reduced, is_below) = subtract(sum, self.p);
        if overflows || !is_below { reduced } else { sum }
    }

    fn multiply(&self, a: Number, b: Number) -> Number {
        let bits = b.iter().rev().flat_map(|limb| (0..64).rev().map(move |bit| limb >> bit & 1 == 1));
        bits.fold([0; 6], |product, is_set| {
            let double = self.add(product, product);
            if is_set { self.add(double, a) } else { double }
        })
    }
}

fn number(bytes: &[u8]) -> Number {
    let mut limbs = bytes.rchunks(8);
    array::from_fn(|_| {
        limbs.next().unwrap_or_default().iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte))
    })
}

/// The sum, and whether it overflows.
fn add(a: Number, b: Number) -> (Number, bool) {
    limb_by_limb(a, b, u64::overflowing_add)
}

/// The difference, and whether `a` is below `b`.
fn subtract(a: Number, b: Number) -> (Number, bool) {
    limb_by_limb(a, b, u64::overflowing_sub)
}

/// The last carry is returned with the number.
fn limb_by_limb(mut a: Number, b: Number, step: impl Fn(u64, u64) -> (u64, bool)) -> (Number, bool) {
    let mut carries = false;
    for (a, b) in a.iter_mut().zip(b) {
        let (limb, first) = step(*a, b);
        let (limb, second) = step(limb, u64::from(carries));
        (*a, carries) = (limb, first || second);
    }
    (a, carries)
}
