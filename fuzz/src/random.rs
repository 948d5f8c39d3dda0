//! Inputs from a seed, for runs without libFuzzer.

/// SplitMix64: small, and good enough to choose inputs.
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.number() % limit
    }

    /// Bytes at random, most of them at an extreme, or long runs of one value: where carries are long
    /// and digits large.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        let kind = self.below(4);
        for chunk in bytes.chunks_mut(8) {
            let random = self.number().to_le_bytes();
            for (byte, random) in chunk.iter_mut().zip(random) {
                *byte = match (kind, random % 8) {
                    (0, 0 | 1) => 0,
                    (0, 2 | 3) => 0xff,
                    (0, 4) => 0x80,
                    (0, 5) => 0x7f,
                    (1, _) => 0xff,
                    (2, _) => 0,
                    _ => random,
                };
            }
        }
        if matches!(kind, 1 | 2) {
            for _ in 0..1 + self.below(3) {
                let at = self.below(bytes.len() as u64) as usize;
                bytes[at] ^= 1 << self.below(8);
            }
        }
        if self.below(4) == 0 {
            let from = self.below(bytes.len() as u64) as usize;
            let length = self.below((bytes.len() - from) as u64) as usize;
            bytes[from..from + length].fill([0, 0xff, 0x7f, 0x55][self.below(4) as usize]);
        }
    }
}
