//! A hash table of texts, which `alloc` has none of.

use alloc::{boxed::Box, vec};

/// A slot that is free.
const FREE: u32 = u32::MAX;

/// The numbers of texts by their hashes, with open addressing; the texts are elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Table(Box<[u32]>);

impl Table {
    /// With room for `capacity` texts, of which these are the first; they are distinct, and numbered from
    /// nought.
    pub(super) fn new(capacity: usize, texts: &mut dyn Iterator<Item = &str>) -> Self {
        // At most half of the slots are taken when it is full.
        let size = capacity.saturating_mul(2).next_power_of_two();
        let mut table = Self(vec![FREE; size].into());
        for (number, text) in (0..).zip(texts) {
            table.insert(text, number);
        }
        table
    }

    /// How many texts it has room for.
    pub(super) const fn capacity(&self) -> usize {
        self.0.len() / 2
    }

    /// The number with this text that `is_it`.
    pub(super) fn find(&self, text: &str, is_it: &dyn Fn(u32) -> bool) -> Option<u32> {
        self.probe(text, is_it).and_then(|slot| self.0.get(slot).copied()).filter(|number| *number != FREE)
    }

    /// Adds a text that is not there. There must be room.
    pub(super) fn insert(&mut self, text: &str, number: u32) {
        if let Some(slot) = self.probe(text, &|_| false).and_then(|slot| self.0.get_mut(slot)) {
            *slot = number;
        }
    }

    /// The slot of the number that `is_it`, or else the free one where it would be.
    fn probe(&self, text: &str, is_it: &dyn Fn(u32) -> bool) -> Option<usize> {
        // The size is a power of two.
        let mask = self.0.len().saturating_sub(1);
        let mut slot = hash(text.as_bytes()) & mask;
        loop {
            let number = *self.0.get(slot)?;
            if number == FREE || is_it(number) {
                return Some(slot);
            }
            slot = slot.wrapping_add(1) & mask;
        }
    }
}

/// Spreads texts evenly. Nobody gains by texts that meet: what is in a table is of the policy.
#[expect(clippy::cast_possible_truncation, reason = "some of the bits are enough")]
fn hash(bytes: &[u8]) -> usize {
    // 2^64 over the golden ratio.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = bytes.len() as u64;
    for part in bytes.chunks(8) {
        let word = part.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        hash = (hash.rotate_left(29) ^ word).wrapping_mul(FACTOR);
    }
    (hash ^ hash >> 32) as usize
}
