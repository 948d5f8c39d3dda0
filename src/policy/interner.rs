//! A string interner for policy loading: each text is kept once.

use alloc::{sync::Arc, vec::Vec};
use core::hash::BuildHasher as _;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::{glob::Glob, pattern::Pattern};
use crate::claims::ClaimName;

/// Hashes the text of a pattern.
///
/// The hash is not keyed, as the core has no randomness. Only texts of the policy, which its owner writes, are in hash
/// tables. Claims of a token are only looked up: an attacker can choose a text that collides with some of the policy's,
/// but cannot make more of these collide, so a look-up costs at most what the policy's own texts make it cost.
pub(super) fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// How many names of claims are looked for: as many as tokens have, with room for custom properties.
const SHARED_CLAIMS: usize = 64;

/// Patterns and names of claims that occurred already. The same text is the same allocation, so that a
/// repository of which a hundred rules speak is in memory once; and how often a text is shared is how
/// often the policy has it.
pub(super) struct Interner {
    patterns: Vec<Pattern>,
    /// The numbers of the patterns by their texts.
    table: HashTable<u32>,
    claims: Vec<Arc<ClaimName>>,
}

impl Interner {
    pub(super) fn new() -> Self {
        Self { patterns: Vec::new(), table: HashTable::new(), claims: Vec::new() }
    }

    /// The pattern that compares with `text` as it is.
    pub(super) fn exact(&mut self, text: &str) -> Pattern {
        let is_it = |known: &Pattern| known.is_exact() && known.as_str() == text;
        self.find(text, &is_it).unwrap_or_else(|| self.add(Pattern::Exact(text.into())))
    }

    /// The pattern of a glob; none if it is not one.
    pub(super) fn glob(&mut self, source: &str, is_workflow: bool) -> Option<Pattern> {
        let is_it = |known: &Pattern| matches!(known, Pattern::Glob(glob) if glob.is_workflow() == is_workflow && glob.as_str() == source);
        if let Some(known) = self.find(source, &is_it) {
            return Some(known);
        }
        let glob = Glob::parse_sharing(source, is_workflow, |prefix| self.text(prefix))?;
        Some(self.add(Pattern::Glob(glob)))
    }

    /// `text`, shared with the patterns that are it.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        match self.exact(text) {
            Pattern::Exact(text) => text,
            _ => text.into(),
        }
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

    fn find(&self, text: &str, is_it: &dyn Fn(&Pattern) -> bool) -> Option<Pattern> {
        let get = |number: &u32| self.patterns.get(*number as usize);
        self.table.find(hash(text), |number| get(number).is_some_and(is_it)).and_then(get).cloned()
    }

    /// Adds a pattern that is not there.
    fn add(&mut self, pattern: Pattern) -> Pattern {
        let number = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
        let hash_of =
            |number: &u32| self.patterns.get(*number as usize).map_or(0, |known| hash(known.as_str()));
        self.table.insert_unique(hash(pattern.as_str()), number, hash_of);
        self.patterns.push(pattern.clone());
        pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_kept_once() {
        let mut interner = Interner::new();
        let names: Vec<_> = (0..1000).map(|number| alloc::format!("octo-org/repository-{number}")).collect();
        for name in &names {
            interner.exact(name);
            let glob = alloc::format!("{name}*");
            assert_eq!(interner.glob(&glob, false).unwrap().as_str(), glob);
        }
        for name in &names {
            let known = interner.text(name);
            // The table's, the glob's, and the one here.
            assert_eq!((&*known, Arc::strong_count(&known)), (name.as_str(), 3));
        }
        assert_eq!(interner.patterns.len(), 2000);
        assert_eq!(interner.glob("a***", false), None);
    }
}
