//! Which of many alternatives can hold of a token.
//!
//! An alternative that holds has all of its claims, so it is enough to find it by one of them: its
//! *pin*, the one whose text is the rarest in the policy. What is found is still evaluated: the index
//! decides nothing.

use alloc::{borrow::Cow, boxed::Box, sync::Arc, vec::Vec};
use hashbrown::HashTable;

use super::{
    interner::hash,
    pattern::{Patterns, fold},
};
use crate::claims::{ClaimName, GithubClaims};

/// So many alternatives are found faster than all are evaluated.
const MANY: usize = 32;

/// Where an entry has no parent.
const NONE: u32 = u32::MAX;

/// Alternatives by their pins. Those that have none are in no list.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pins: Box<[Pins]>,
    /// The positions of those without a pin.
    unpinned: Box<[u32]>,
}

/// The alternatives that one claim pins: either to whole values, or to their beginnings.
#[derive(Clone, Debug)]
struct Pins {
    claim: Arc<ClaimName>,
    /// Whether the claim is compared without case.
    ignores_case: bool,
    /// Sorted by their texts.
    entries: Box<[Entry]>,
    /// Of whole values, the entries by their texts: to look for one by halves among a million takes four
    /// times as long, as nothing of it is in the processor's cache.
    table: Option<HashTable<u32>>,
    /// The positions of the alternatives, entry by entry, ascending in each.
    positions: Box<[u32]>,
}

#[derive(Clone, Debug)]
struct Entry {
    text: Arc<str>,
    /// Where its positions end; they begin where those of the entry before end.
    end: u32,
    /// The longest other beginning of which this one is a continuation.
    parent: u32,
}

/// A condition on a claim that an alternative may be found by.
#[derive(Clone, Copy)]
pub(super) struct Pin<'c> {
    pub(super) claim: &'c Arc<ClaimName>,
    pub(super) patterns: &'c Patterns,
}

impl Pin<'_> {
    /// In how many places of the policy the texts stand: each is shared, so its count of references says so. None if
    /// some value is not pinned. Each claim that pins is a list to search, so custom properties and unknown claims,
    /// of which there may be any number, do not.
    pub(super) fn commonness(&self) -> Option<usize> {
        if let ClaimName::RepoProperty(_) | ClaimName::Other(_) = **self.claim {
            return None;
        }
        self.patterns.compared().iter().try_fold(0_usize, |sum, pattern| {
            let text = pattern.literal().filter(|text| pattern.is_exact() || !text.is_empty())?;
            Some(sum.saturating_add(Arc::strong_count(text)))
        })
    }
}

impl Index {
    /// Alternatives by their rarest pins, in their order. None if they are too few to be worth it.
    pub(super) fn new<'c>(alternatives: impl ExactSizeIterator<Item = Option<Pin<'c>>>) -> Option<Self> {
        if alternatives.len() < MANY || u32::try_from(alternatives.len()).is_err() {
            return None;
        }
        let mut builders: Vec<PinsBuilder<'_>> = Vec::new();
        let mut unpinned = Vec::new();
        for (position, pin) in (0_u32..).zip(alternatives) {
            let Some(pin) = pin else {
                unpinned.push(position);
                continue;
            };
            let (claim, ignores_case) = (pin.claim, pin.patterns.ignores_case());
            for pattern in pin.patterns.compared() {
                let Some(text) = pattern.literal() else { continue };
                let kind = (ignores_case, pattern.is_exact());
                let same = |builder: &&mut PinsBuilder<'_>| builder.kind() == kind && builder.claim == claim;
                match builders.iter_mut().find(same) {
                    Some(builder) => builder.texts.push((text, position)),
                    None => builders.push(PinsBuilder {
                        claim,
                        ignores_case,
                        is_whole: pattern.is_exact(),
                        texts: [(text, position)].into(),
                    }),
                }
            }
        }
        let pins = builders.into_iter().map(PinsBuilder::build).collect();
        Some(Self { pins, unpinned: unpinned.into() })
    }

    /// Shows `visit` the alternatives that can hold of `claims`, in groups of ascending positions.
    pub(super) fn each_group(&self, claims: &GithubClaims, visit: &mut dyn FnMut(&[u32])) {
        self.each_pinned(claims, visit);
        visit(&self.unpinned);
    }

    /// The same without those that have no pin.
    fn each_pinned(&self, claims: &GithubClaims, visit: &mut dyn FnMut(&[u32])) {
        for pins in &self.pins {
            let Some(value) = pins.value(claims) else { continue };
            let value = &*value;
            if let Some(table) = &pins.table {
                if let Some(place) =
                    table.find(hash(value), |place| pins.text(*place as usize) == Some(value))
                {
                    visit(pins.group(*place as usize));
                }
                continue;
            }
            // All beginnings of the value that are entries are parents of the one that is nearest before.
            let mut at = pins.count_up_to(value).checked_sub(1);
            while let Some((place, entry)) = at.and_then(|place| Some((place, pins.entries.get(place)?))) {
                if value.starts_with(&*entry.text) {
                    visit(pins.group(place));
                }
                at = (entry.parent != NONE).then_some(entry.parent as usize);
            }
        }
    }

    /// Shows `visit` the positions of alternatives that come near to hold of `claims`, until it has
    /// enough: those with the token's pins, then those whose pins are its neighbours in the order of
    /// texts, as they share the longest beginnings.
    pub(super) fn each_near(&self, claims: &GithubClaims, visit: &mut dyn FnMut(u32) -> bool) {
        let mut goes_on = true;
        let mut show = |positions: &[u32]| {
            goes_on = goes_on && positions.iter().all(|position| visit(*position));
            goes_on
        };
        self.each_pinned(claims, &mut |group| {
            show(group);
        });
        let places: Vec<(&Pins, usize)> = self
            .pins
            .iter()
            .filter_map(|pins| Some((pins, pins.count_up_to(&pins.value(claims)?))))
            .collect();
        let furthest = places.iter().map(|(pins, _)| pins.entries.len()).max().unwrap_or(0);
        for distance in 0..furthest {
            for (pins, place) in &places {
                let before = place.checked_sub(distance.saturating_add(1));
                let behind = place.saturating_add(distance);
                if !(before.is_none_or(|place| show(pins.group(place))) && show(pins.group(behind))) {
                    return;
                }
            }
        }
    }
}

impl Pins {
    /// The claim's value, as the entries have it.
    fn value<'c>(&self, claims: &'c GithubClaims) -> Option<Cow<'c, str>> {
        let value = claims.get(&self.claim)?;
        Some(if self.ignores_case { fold(&self.claim, value) } else { Cow::Borrowed(value) })
    }

    fn text(&self, place: usize) -> Option<&str> {
        self.entries.get(place).map(|entry| &*entry.text)
    }

    /// How many entries do not come behind `value`.
    fn count_up_to(&self, value: &str) -> usize {
        self.entries.partition_point(|entry| *entry.text <= *value)
    }

    fn group(&self, place: usize) -> &[u32] {
        let end = |place: usize| self.entries.get(place).map(|entry| entry.end as usize);
        let start = place.checked_sub(1).and_then(end).unwrap_or(0);
        end(place).and_then(|end| self.positions.get(start..end)).unwrap_or_default()
    }
}

/// [`Pins`] before they are sorted.
struct PinsBuilder<'c> {
    claim: &'c Arc<ClaimName>,
    ignores_case: bool,
    is_whole: bool,
    texts: Vec<(&'c Arc<str>, u32)>,
}

impl PinsBuilder<'_> {
    const fn kind(&self) -> (bool, bool) {
        (self.ignores_case, self.is_whole)
    }

    fn build(self) -> Pins {
        let mut sorted = self.texts;
        // A stable sort: the positions of equal texts stay ascending.
        sorted.sort_by_key(|(text, _)| &***text);
        let mut entries: Vec<Entry> = Vec::new();
        // Entries of which each is a beginning of the next, and the last one of the text at hand.
        let mut parents: Vec<u32> = Vec::new();
        for (end, (text, _)) in (1..).zip(&sorted) {
            if let Some(last) = entries.last_mut().filter(|last| last.text == **text) {
                last.end = end;
                continue;
            }
            let is_parent = |parent: &u32| {
                entries.get(*parent as usize).is_some_and(|parent| text.starts_with(&*parent.text))
            };
            while parents.last().is_some_and(|parent| !is_parent(parent)) {
                parents.pop();
            }
            let parent = parents.last().copied().unwrap_or(NONE);
            if !self.is_whole {
                parents.push(u32::try_from(entries.len()).unwrap_or(NONE));
            }
            entries.push(Entry { text: Arc::clone(text), end, parent });
        }
        Pins {
            claim: Arc::clone(self.claim),
            ignores_case: self.ignores_case,
            table: self.is_whole.then(|| hash_table(&entries)),
            entries: entries.into(),
            positions: sorted.iter().map(|(_, position)| *position).collect(),
        }
    }
}

/// The numbers of the entries by their texts, which are distinct.
fn hash_table(entries: &[Entry]) -> HashTable<u32> {
    let hash_of = |number: &u32| entries.get(*number as usize).map_or(0, |entry| hash(&entry.text));
    let mut table = HashTable::with_capacity(entries.len());
    for (number, entry) in (0..).zip(entries) {
        table.insert_unique(hash(&entry.text), number, hash_of);
    }
    table
}
