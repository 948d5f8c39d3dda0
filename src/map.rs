//! A small map from names.

use alloc::{string::String, vec::Vec};

use crate::sort;

/// Values by name, in the order of the names.
///
/// A sorted list: it is searched as fast as a tree, and is a fraction of its code in the npm
/// package's module, where each type of values would have a tree of its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Map<V>(Vec<(String, V)>);

impl<V> Map<V> {
    /// A map of entries whose names are distinct.
    pub(crate) fn from_distinct(entries: Vec<(String, V)>) -> Self {
        Self::from_entries(entries, |_, _| {})
    }

    /// The same of any entries. The first of a name is in the map, and `again` gets it with each other one.
    pub(crate) fn from_entries(entries: Vec<(String, V)>, again: impl Fn(&mut V, V)) -> Self {
        let order = sort::by_text(entries.iter().map(|(name, _)| name.as_str()));
        let order: Vec<u32> = order.iter().map(|(_, place)| *place).collect();
        let mut entries: Vec<_> = entries.into_iter().map(Some).collect();
        let mut map: Vec<(String, V)> = Vec::with_capacity(entries.len());
        for entry in order.iter().filter_map(|place| entries.get_mut(*place as usize)?.take()) {
            match map.last_mut() {
                Some((name, value)) if *name == entry.0 => again(value, entry.1),
                _ => map.push(entry),
            }
        }
        Self(map)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.0.get(self.find(name).ok()?).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The same names with other values.
    pub(crate) fn map<W>(self, change: impl Fn(V) -> W) -> Map<W> {
        Map(self.0.into_iter().map(|(name, value)| (name, change(value))).collect())
    }

    /// At most `count` names around the place of `name`.
    pub(crate) fn names_near(&self, name: &str, count: usize) -> impl Iterator<Item = &str> {
        let (Ok(place) | Err(place)) = self.find(name);
        let start = place.saturating_sub(count / 2).min(self.0.len().saturating_sub(count));
        self.iter().skip(start).take(count).map(|(name, _)| name)
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn names_are_sorted_and_each_is_there_once() {
        let entries = |names: &str| names.chars().map(String::from).zip(1..).collect();
        let map = Map::from_distinct(entries("bdac"));
        assert_eq!(map.iter().collect::<Vec<_>>(), [("a", &3), ("b", &1), ("c", &4), ("d", &2)]);
        assert_eq!((map.get("b"), map.get("e")), (Some(&1), None));
        let counted = Map::from_entries(entries("babb"), |value, other| *value = *value * 10 + other);
        assert_eq!(counted.iter().collect::<Vec<_>>(), [("a", &2), ("b", &134)]);
        assert_eq!(counted.map(|value| value % 100).get("b"), Some(&34));
        let near = |name: &str, count| map.names_near(name, count).collect::<Vec<_>>();
        assert_eq!(
            (near("a", 2), near("bb", 2), near("x", 3)),
            (vec!["a", "b"], vec!["b", "c"], vec!["b", "c", "d"])
        );
        assert_eq!(near("x", 9), ["a", "b", "c", "d"]);
    }
}
