//! The texts of a policy while it is read, each kept once.

use alloc::{sync::Arc, vec::Vec};

use super::{Glob, condition::Pattern, slots::slots};
use crate::claims::ClaimName;

/// How many names of claims are looked for: as many as tokens have, with room for custom properties.
const SHARED_CLAIMS: usize = 64;

/// Patterns and names of claims that occurred already. The same text is the same allocation, so that a
/// repository of which a hundred rules speak is in memory once; and how often a text is shared is how
/// often the policy has it.
pub(super) struct Texts {
    /// By their [`slots`], at most half of which are taken.
    patterns: Vec<Option<Pattern>>,
    count: usize,
    claims: Vec<Arc<ClaimName>>,
}

impl Texts {
    pub(super) const fn new() -> Self {
        Self { patterns: Vec::new(), count: 0, claims: Vec::new() }
    }

    /// The pattern that compares with `text` as it is.
    pub(super) fn exact(&mut self, text: &str) -> Pattern {
        self.find(text, false).unwrap_or_else(|| self.add(Pattern::Exact(text.into())))
    }

    /// The pattern of a glob; none if it is not one.
    pub(super) fn glob(&mut self, source: &str) -> Option<Pattern> {
        if let Some(known) = self.find(source, true) {
            return Some(known);
        }
        let glob = Glob::parse_sharing(source, |prefix| self.text(prefix))?;
        Some(self.add(Pattern::Glob(glob)))
    }

    /// `text`, shared with the patterns that are it.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        Arc::clone(self.exact(text).literal())
    }

    pub(super) fn claim(&mut self, claim: ClaimName) -> Arc<ClaimName> {
        if let Some(known) = self.claims.iter().find(|known| ***known == claim) {
            return Arc::clone(known);
        }
        let claim = Arc::new(claim);
        if self.claims.len() < SHARED_CLAIMS {
            self.claims.push(Arc::clone(&claim));
        }
        claim
    }

    fn find(&self, text: &str, is_glob: bool) -> Option<Pattern> {
        slots(text, self.patterns.len()).map_while(|slot| self.patterns.get(slot)?.as_ref()).find_map(
            |known| {
                (matches!(known, Pattern::Glob(_)) == is_glob && known.as_str() == text)
                    .then(|| known.clone())
            },
        )
    }

    /// Adds a pattern that is not there.
    fn add(&mut self, pattern: Pattern) -> Pattern {
        self.count = self.count.saturating_add(1);
        if self.count > self.patterns.len() / 2 {
            let larger = alloc::vec![None; self.patterns.len().saturating_mul(2).max(64)];
            for known in core::mem::replace(&mut self.patterns, larger).into_iter().flatten() {
                self.put(known);
            }
        }
        self.put(pattern.clone());
        pattern
    }

    fn put(&mut self, pattern: Pattern) {
        let mut slots = slots(pattern.as_str(), self.patterns.len());
        let free = slots.find(|slot| matches!(self.patterns.get(*slot), Some(None)));
        if let Some(place) = free.and_then(|slot| self.patterns.get_mut(slot)) {
            *place = Some(pattern);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_kept_once() {
        let mut texts = Texts::new();
        let names: Vec<_> = (0..1000).map(|number| alloc::format!("octo-org/repository-{number}")).collect();
        for name in &names {
            texts.exact(name);
            let glob = alloc::format!("{name}*");
            assert_eq!(texts.glob(&glob).unwrap().as_str(), glob);
        }
        for name in &names {
            let known = texts.text(name);
            // The table's, the glob's, and the one here.
            assert_eq!((&*known, Arc::strong_count(&known)), (name.as_str(), 3));
        }
        assert_eq!(texts.count, 2000);
        assert_eq!(texts.glob("a***"), None);
    }
}
