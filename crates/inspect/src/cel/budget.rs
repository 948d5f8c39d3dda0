//! How much work the evaluation of one expression may take.

use std::cell::Cell;

use crate::expression::Truth;

/// Steps of one evaluation: more than any text of 4,096 characters needs that does not multiply its own work.
const STEPS: u32 = 200_000;

/// The most bytes of a text that is computed.
pub(super) const TEXT_BYTES: usize = 1024 * 1024;

/// The steps that are left.
pub(super) struct Budget(Cell<u32>);

impl Budget {
    pub(super) const fn new() -> Self {
        Self(Cell::new(STEPS))
    }

    /// Counts work, which ends.
    pub(super) fn charge(&self, steps: usize) -> Result<(), Truth> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.0.get().checked_sub(steps));
        let left =
            left.ok_or_else(|| Truth::unknown("the expression takes more work than is done for one"))?;
        self.0.set(left);
        Ok(())
    }
}
