//! Where a text is in a hash table with open addressing. `alloc` has no table of its own.

/// The places for `text` in a table of `size` slots, a power of two that is larger than the number of
/// texts in it: to be tried in this order, up to the first that is free.
pub(super) fn slots(text: &str, size: usize) -> impl Iterator<Item = usize> + use<> {
    let mask = size.saturating_sub(1);
    let first = hash(text.as_bytes());
    (0..size).map(move |step| first.wrapping_add(step) & mask)
}

/// Spreads texts evenly. Nobody gains by texts that meet: what is in a table is of the policy.
#[expect(clippy::cast_possible_truncation, reason = "some of the bits are enough")]
fn hash(bytes: &[u8]) -> usize {
    // 2^64 over the golden ratio.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = bytes.len() as u64;
    for part in bytes.chunks(8) {
        let mut word = [0; 8];
        for (to, from) in word.iter_mut().zip(part) {
            *to = *from;
        }
        hash = (hash.rotate_left(29) ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
    }
    (hash ^ hash >> 32) as usize
}
