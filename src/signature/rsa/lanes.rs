//! Four lanes of 32 bits, or eight of 16: one register of the wasm's SIMD. Elsewhere an array does
//! the same, so that the arithmetic above can be held against other implementations natively.

#![allow(
    clippy::inline_always,
    reason = "each of these is one instruction, and where the code should be small they would be calls"
)]

#[cfg(target_feature = "simd128")]
pub(super) use simd::Lanes;

#[cfg(not(target_feature = "simd128"))]
pub(super) use array::Lanes;

#[cfg(target_feature = "simd128")]
mod simd {
    use core::arch::wasm32::{
        i32x4, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane, i32x4_shl, i32x4_shr, i32x4_shuffle,
        i32x4_splat, i32x4_sub, v128, v128_and, v128_or,
    };

    #[derive(Clone, Copy)]
    pub(in super::super) struct Lanes(v128);

    impl Lanes {
        #[inline(always)]
        pub(in super::super) fn new([a, b, c, d]: [i32; 4]) -> Self {
            Self(i32x4(a, b, c, d))
        }

        #[inline(always)]
        pub(in super::super) fn splat(value: i32) -> Self {
            Self(i32x4_splat(value))
        }

        #[inline(always)]
        pub(in super::super) fn to_array(self) -> [i32; 4] {
            [
                i32x4_extract_lane::<0>(self.0),
                i32x4_extract_lane::<1>(self.0),
                i32x4_extract_lane::<2>(self.0),
                i32x4_extract_lane::<3>(self.0),
            ]
        }

        #[inline(always)]
        pub(in super::super) fn plus(self, other: Self) -> Self {
            Self(i32x4_add(self.0, other.0))
        }

        #[inline(always)]
        pub(in super::super) fn minus(self, other: Self) -> Self {
            Self(i32x4_sub(self.0, other.0))
        }

        #[inline(always)]
        pub(in super::super) fn and(self, other: Self) -> Self {
            Self(v128_and(self.0, other.0))
        }

        #[inline(always)]
        pub(in super::super) fn or(self, other: Self) -> Self {
            Self(v128_or(self.0, other.0))
        }

        #[inline(always)]
        pub(in super::super) fn shifted_left(self, bits: u32) -> Self {
            Self(i32x4_shl(self.0, bits))
        }

        /// The sign fills what becomes free.
        #[inline(always)]
        pub(in super::super) fn shifted_right(self, bits: u32) -> Self {
            Self(i32x4_shr(self.0, bits))
        }

        /// In each lane the sum of the two products of its halves, which are signed.
        #[inline(always)]
        pub(in super::super) fn dot(self, other: Self) -> Self {
            Self(i32x4_dot_i16x8(self.0, other.0))
        }

        /// The last `COUNT` lanes of `before`, then the first ones of this.
        #[inline(always)]
        pub(in super::super) fn behind<const COUNT: usize>(self, before: Self) -> Self {
            Self(match COUNT {
                1 => i32x4_shuffle::<3, 4, 5, 6>(before.0, self.0),
                2 => i32x4_shuffle::<2, 3, 4, 5>(before.0, self.0),
                _ => i32x4_shuffle::<1, 2, 3, 4>(before.0, self.0),
            })
        }

        /// One of the lanes in all of them.
        #[inline(always)]
        pub(in super::super) fn spread<const LANE: usize>(self) -> Self {
            Self(match LANE {
                0 => i32x4_shuffle::<0, 0, 0, 0>(self.0, self.0),
                _ => i32x4_shuffle::<2, 2, 2, 2>(self.0, self.0),
            })
        }
    }
}

/// Its sums overflow like all others: where debug builds check them, each test that goes through here
/// also shows that no column leaves its 32 bits.
#[cfg(not(target_feature = "simd128"))]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "the sums stay within the bounds of `Modulus::new`, and the arithmetic is checked in debug builds"
)]
mod array {
    use core::array::from_fn;

    #[derive(Clone, Copy)]
    pub(in super::super) struct Lanes([i32; 4]);

    impl Lanes {
        pub(in super::super) fn new(lanes: [i32; 4]) -> Self {
            Self(lanes)
        }

        pub(in super::super) fn splat(value: i32) -> Self {
            Self([value; 4])
        }

        pub(in super::super) fn to_array(self) -> [i32; 4] {
            self.0
        }

        pub(in super::super) fn plus(self, other: Self) -> Self {
            self.with(other, |a, b| a + b)
        }

        pub(in super::super) fn minus(self, other: Self) -> Self {
            self.with(other, |a, b| a - b)
        }

        pub(in super::super) fn and(self, other: Self) -> Self {
            self.with(other, |a, b| a & b)
        }

        pub(in super::super) fn or(self, other: Self) -> Self {
            self.with(other, |a, b| a | b)
        }

        pub(in super::super) fn shifted_left(self, bits: u32) -> Self {
            Self(self.0.map(|lane| lane.wrapping_shl(bits)))
        }

        pub(in super::super) fn shifted_right(self, bits: u32) -> Self {
            Self(self.0.map(|lane| lane.wrapping_shr(bits)))
        }

        pub(in super::super) fn dot(self, other: Self) -> Self {
            let low = |lane: i32| lane.wrapping_shl(16).wrapping_shr(16);
            let high = |lane: i32| lane.wrapping_shr(16);
            self.with(other, |a, b| low(a) * low(b) + high(a) * high(b))
        }

        pub(in super::super) fn behind<const COUNT: usize>(self, before: Self) -> Self {
            let mut lanes = before.0.into_iter().chain(self.0).skip(4_usize.saturating_sub(COUNT));
            Self(from_fn(|_| lanes.next().unwrap_or_default()))
        }

        pub(in super::super) fn spread<const LANE: usize>(self) -> Self {
            let [first, _, third, _] = self.0;
            Self([if LANE == 0 { first } else { third }; 4])
        }

        fn with(self, other: Self, operation: impl Fn(i32, i32) -> i32) -> Self {
            let mut pairs = self.0.into_iter().zip(other.0);
            Self(from_fn(|_| pairs.next().map_or(0, |(a, b)| operation(a, b))))
        }
    }
}
