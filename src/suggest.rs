//! What somebody probably meant: spelling differences and the nearest known name.

use alloc::{string::String, vec::Vec};
use core::str::Chars;

/// Names longer than this are not compared letter by letter, so that the work stays bounded.
const COMPARED_CHARS: usize = 128;

/// A difference between two texts that the eye passes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    Case,
    TrailingSlash,
    WhiteSpace,
}

impl Spelling {
    /// The difference, for people.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Case => "the values differ in case only, and case counts",
            Self::TrailingSlash => "the values differ in a `/` at the end only",
            Self::WhiteSpace => "the values differ in white space at an end only",
        }
    }
}

/// The one difference in spelling between two texts, if that is all that keeps them apart.
pub(crate) fn spelling(expected: &str, found: &str) -> Option<Spelling> {
    if expected == found {
        None
    } else if expected.trim_ascii() == found.trim_ascii() {
        Some(Spelling::WhiteSpace)
    } else if expected.strip_suffix('/') == Some(found) || found.strip_suffix('/') == Some(expected) {
        Some(Spelling::TrailingSlash)
    } else if expected.eq_ignore_ascii_case(found) {
        Some(Spelling::Case)
    } else {
        None
    }
}

/// The nearest of `candidates`, if `name` is probably a misspelling of it.
///
/// The distance counts letters that are inserted, deleted, replaced or swapped with their neighbour, whatever their case. A short
/// name may have one or two such mistakes, a long one three. Of two that are equally near, the first in the alphabet.
///
/// It serves hosts that have names of their own, such as those of options.
///
/// ```
/// let options = ["leeway", "max_age", "remote_keys"];
/// assert_eq!(claimgate::did_you_mean("leway", options), Some("leeway"));
/// assert_eq!(claimgate::did_you_mean("timeout", options), None);
/// ```
pub fn did_you_mean<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let mut nearest: Option<(usize, &str)> = None;
    for candidate in candidates {
        if let Some(distance) = distance(name, candidate, tolerated(candidate))
            && nearest.is_none_or(|nearest| (distance, candidate) < nearest)
        {
            nearest = Some((distance, candidate));
        }
    }
    nearest.map(|(_, candidate)| candidate)
}

/// Whether `found` is `expected` with a slip of the keyboard: one insertion, deletion, replacement or swap of
/// neighbours. Short words, and words that differ in their digits, are more likely to be meant.
pub(crate) fn is_typo(expected: &str, found: &str) -> bool {
    let first = |text: &str| {
        let mut characters = text.chars().map(|character| character.to_ascii_lowercase());
        [characters.next(), characters.next(), characters.next()]
    };
    let (left, right) = without_common_ends(expected, found);
    let is_slip = match (first(left), first(right)) {
        ([None, ..], [None, ..]) => false,
        ([_, None, _], [_, None, _]) => true,
        ([a, b, None], [c, d, None]) => a == d && b == c,
        _ => false,
    };
    let digits = |text: &'_ str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    is_slip && expected.len() > 4 && digits(expected) == digits(found)
}

/// Two texts without what both begin with and what both end with, case folded.
fn without_common_ends<'t>(left: &'t str, right: &'t str) -> (&'t str, &'t str) {
    let (mut left, mut right) = (left.chars(), right.chars());
    let mut strip = |next: fn(&mut Chars<'t>) -> Option<char>| loop {
        let (mut left_rest, mut right_rest) = (left.clone(), right.clone());
        match next(&mut left_rest).zip(next(&mut right_rest)) {
            Some((l, r)) if l.eq_ignore_ascii_case(&r) => (left, right) = (left_rest, right_rest),
            _ => return,
        }
    };
    strip(Chars::next);
    strip(Chars::next_back);
    (left.as_str(), right.as_str())
}

/// A slip in a short name, two or three in a long one.
fn tolerated(name: &str) -> usize {
    match name.chars().count() {
        0..=3 => 1,
        4..=11 => 2,
        _ => 3,
    }
}

/// The fewest insertions, deletions, replacements and swaps of neighbours between two texts
/// (the restricted Damerau–Levenshtein distance), case folded; none if it is more than `most`, or if one text is
/// too long to compare.
fn distance(left: &str, right: &str, most: usize) -> Option<usize> {
    let folded = |text: &str| -> Vec<char> {
        text.chars()
            .take(COMPARED_CHARS.saturating_add(1))
            .map(|character| character.to_ascii_lowercase())
            .collect()
    };
    let (left, right) = without_common_ends(left, right);
    let (left, right) = (folded(left), folded(right));
    if left.len().max(right.len()) > COMPARED_CHARS || left.len().abs_diff(right.len()) > most {
        return None;
    }
    // Cells as far from the diagonal as this are more than `most`: they are not computed.
    let far = most.saturating_add(1);
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut left_previous = None;
    for (row, &l) in left.iter().enumerate() {
        let mut current = alloc::vec![far; last.len()];
        if let Some(first) = current.first_mut() {
            *first = row.saturating_add(1);
        }
        let start = row.saturating_sub(most);
        let mut right_previous = start.checked_sub(1).and_then(|before| right.get(before)).copied();
        let near = right.iter().enumerate().skip(start).take(far.saturating_add(most));
        for (column, &r) in near {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(far);
            let replace = at(&last, column).saturating_add(usize::from(l != r));
            let remove = at(&last, column.saturating_add(1)).saturating_add(1);
            let insert = at(&current, column).saturating_add(1);
            let mut best = replace.min(remove).min(insert);
            if left_previous == Some(r) && right_previous == Some(l) {
                best = best.min(at(&before_last, column.saturating_sub(1)).saturating_add(1));
            }
            if let Some(cell) = current.get_mut(column.saturating_add(1)) {
                *cell = best;
            }
            right_previous = Some(r);
        }
        if current.iter().all(|cell| *cell >= far) {
            return None;
        }
        before_last = core::mem::replace(&mut last, current);
        left_previous = Some(l);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

/// ` (did you mean …)` for a message, or nothing.
pub(crate) fn suffix(suggestion: Option<&str>) -> String {
    suggestion
        .map_or_else(String::new, |name| alloc::format!(", did you mean {}?", crate::error::Quoted(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["repository", "repository_id", "environment", "ref", "sha"];
        for (typed, meant) in [
            ("repositry", Some("repository")),
            ("Repository", Some("repository")),
            ("enviroment", Some("environment")),
            ("reposiotry_id", Some("repository_id")),
            ("rfe", Some("ref")),
            ("branch", None),
            ("", None),
        ] {
            assert_eq!(did_you_mean(typed, names), meant, "{typed}");
        }
        assert_eq!(did_you_mean(&"x".repeat(1_000_000), names), None);
    }

    #[test]
    fn distances_are_those_of_the_textbook_up_to_a_limit() {
        for (left, right, expected) in [
            ("", "", 0),
            ("kitten", "sitting", 3),
            ("ab", "ba", 1),
            ("abc", "", 3),
            ("ca", "abc", 3),
            ("xabcdefgh", "abcdefghx", 2),
            ("badcfe", "abcdef", 3),
        ] {
            for most in 0..9 {
                let found = distance(left, right, most);
                assert_eq!(
                    found,
                    Some(expected).filter(|distance| *distance <= most),
                    "{left} {right} {most}"
                );
            }
        }
    }

    #[test]
    fn a_slip_of_the_keyboard_is_one_change() {
        for (expected, found, is_one) in [
            ("production", "prodution", true),
            ("production", "producttion", true),
            ("production", "produktion", true),
            ("production", "prodcution", true),
            ("production", "Productio", true),
            ("grünland", "grunland", true),
            ("production", "production", false),
            ("production", "Production", false),
            ("production", "prodoctian", false),
            ("production", "prodnoitcu", false),
            ("stage", "", false),
            ("prod", "prd", false),
            ("server-1", "server-2", false),
            ("server-1", "server-12", false),
        ] {
            assert_eq!(is_typo(expected, found), is_one, "{expected} {found}");
        }
    }
}
