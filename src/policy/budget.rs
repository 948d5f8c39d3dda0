//! What one explanation may cost: bytes that it shows, and bytes that it compares.

use crate::limits;

/// What one pattern adds to the work, whatever the length of the value.
const PATTERN_WORK: usize = 256;

/// What is left of [`limits::EXPLANATION_BYTES`], and of [`limits::EXPLANATION_WORK`] for both of its purposes.
pub(super) struct Budget {
    pub(super) text: usize,
    matches: usize,
    near_misses: usize,
}

impl Budget {
    pub(super) const fn new() -> Self {
        Self {
            text: limits::EXPLANATION_BYTES,
            matches: limits::EXPLANATION_WORK,
            near_misses: limits::EXPLANATION_WORK,
        }
    }

    /// Whether so much text fits. It is taken if so.
    pub(super) fn take_text(&mut self, bytes: usize) -> bool {
        take(&mut self.text, bytes)
    }

    /// Whether a value may be compared with so many patterns that are not texts: texts are found without work
    /// that is worth counting. The work is taken if so.
    ///
    /// How long the patterns are does not count: an answer that does not disclose them must not depend on it.
    pub(super) fn take_matches(&mut self, patterns: usize, value: &str) -> bool {
        take(&mut self.matches, patterns.saturating_mul(PATTERN_WORK.saturating_add(value.len())))
    }

    /// Whether so many patterns may be examined for near misses, where the value is read so often.
    pub(super) fn take_near_misses(&mut self, patterns: usize, value: &str) -> bool {
        take(&mut self.near_misses, patterns.saturating_mul(PATTERN_WORK.saturating_add(value.len())))
    }
}

fn take(left: &mut usize, much: usize) -> bool {
    let rest = left.checked_sub(much);
    *left = rest.unwrap_or(*left);
    rest.is_some()
}

/// What an explanation takes as JSON, the form that the npm package gives it.
pub(super) mod json_bytes {
    /// With the count of what is left out, for which there is always room.
    pub(in super::super) const RULE: usize =
        r#"{"rule":"","effect":"allow","matched":false,"conditions":[],"omittedConditions":1000000},"#.len();
    pub(in super::super) const CONDITION: usize =
        r#"{"claim":"","matched":false,"expected":null,"omittedPatterns":1000000,"found":"","nearest":null},"#.len();
    pub(in super::super) const DESCRIPTION: usize = r#""description":"","#.len();
    pub(in super::super) const TEXT: usize = r#""","#.len();
    pub(in super::super) const GLOB: usize = r#"{"glob":""},"#.len();
    pub(in super::super) const MISS: usize = r#"{"kind":"","hint":""}"#.len();

    /// A text, without quotation marks.
    pub(in super::super) fn of(text: &str) -> usize {
        text.bytes().fold(0_usize, |sum, byte| {
            sum.saturating_add(match byte {
                b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x8 | 0xc => 2,
                0..=0x1f => 6,
                _ => 1,
            })
        })
    }
}
