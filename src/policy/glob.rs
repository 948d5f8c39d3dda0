//! Globs: `*` stays within one segment, `**` crosses, everything else is literal.

use alloc::{sync::Arc, vec};
use core::fmt;

use super::workflow;
use crate::claims::{ClaimName, Form};

/// A pattern for the whole of a claim. `*` stands for any characters but `/` and `:`, which
/// separate the segments of GitHub's values; `**` for any characters at all.
///
/// In `workflow_ref` and `job_workflow_ref` neither crosses the `@` between the file and its version, but a `**`
/// at the end of a pattern without `@` stands for any version, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Arc<Source>);

#[derive(Debug, PartialEq, Eq)]
struct Source {
    text: Arc<str>,
    /// What every match begins with.
    prefix: Arc<str>,
    /// Whether it is for a file with its version.
    is_workflow: bool,
}

const fn separates(byte: u8) -> bool {
    matches!(byte, b'/' | b':')
}

impl Glob {
    /// Reads a pattern for the values of `claim`; none if it has three `*` in a row, which means nothing.
    pub fn for_claim(claim: &ClaimName, source: &str) -> Option<Self> {
        Self::parse(source, claim.form() == Form::WorkflowRef)
    }

    /// Reads a pattern; none if it has three `*` in a row, which means nothing.
    pub(crate) fn parse(source: &str, is_workflow: bool) -> Option<Self> {
        Self::parse_sharing(source, is_workflow, |prefix| prefix.into())
    }

    /// The same, where `share` gives texts that may be shared.
    pub(crate) fn parse_sharing(
        source: &str,
        is_workflow: bool,
        share: impl FnOnce(&str) -> Arc<str>,
    ) -> Option<Self> {
        if source.as_bytes().windows(3).any(|three| three == b"***") {
            return None;
        }
        let prefix = source.split('*').next().unwrap_or_default();
        Some(Self(Arc::new(Source { text: source.into(), prefix: share(prefix), is_workflow })))
    }

    /// The same pattern with another text, if that is one.
    pub(crate) fn with_text(&self, source: &str) -> Option<Self> {
        Self::parse(source, self.0.is_workflow)
    }

    pub(crate) fn is_workflow(&self) -> bool {
        self.0.is_workflow
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// What every match begins with.
    pub(crate) fn literal_prefix(&self) -> &Arc<str> {
        &self.0.prefix
    }

    /// Whether the pattern has a wildcard at all.
    pub(crate) fn has_wildcard(&self) -> bool {
        self.as_str().contains('*')
    }

    /// Whether the whole of `text` matches.
    ///
    /// Whatever the pattern, each of its pieces goes over `text` once: nothing is tried again.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.matches_by(text, false)
    }

    /// The same, with every `*` crossing segments.
    pub(crate) fn matches_crossing(&self, text: &str) -> bool {
        self.matches_by(text, true)
    }

    fn matches_by(&self, text: &str, crosses: bool) -> bool {
        // Most patterns of a long list differ from the value in what they begin with.
        if !text.starts_with(&**self.literal_prefix()) {
            return false;
        }
        let pattern = self.as_str();
        if !self.is_workflow() {
            return matches(pattern, text, crosses);
        }
        match (workflow::split(pattern), workflow::split(text)) {
            (Some((path, version)), Some((found_path, found_version))) => {
                matches(path, found_path, crosses) && matches(version, found_version, crosses)
            }
            (None, found) => {
                pattern.ends_with("**") && matches(pattern, found.map_or(text, |(path, _)| path), crosses)
            }
            (Some(_), None) => false,
        }
    }
}

/// Whether `pattern` matches the whole of `text`; `*` crosses segments, too, if it `crosses`.
fn matches(pattern: &str, text: &str, crosses: bool) -> bool {
    let stars = pattern.find('*').zip(pattern.rfind('*'));
    let Some((first, last)) = stars else { return pattern == text };
    let (prefix, pattern, suffix) = (pattern.get(..first), pattern.get(first..=last), pattern.get(last..));
    let suffix = suffix.and_then(|suffix| suffix.strip_prefix('*'));
    // What stands before the first star and behind the last one has one place.
    let between = prefix
        .and_then(|prefix| text.strip_prefix(prefix))
        .zip(suffix)
        .and_then(|(text, suffix)| text.strip_suffix(suffix));
    let (Some(pattern), Some(text)) = (pattern, between) else { return false };
    let text = text.as_bytes();
    let mut reached = vec![false; text.len().saturating_add(1)];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    pieces(pattern.as_bytes(), crosses).all(|piece| piece.advance(&mut reached, text))
        && reached.last() == Some(&true)
}

/// Up to 63 literal bytes of a pattern, and the stars before and behind each of them. A bit stands for so
/// many of them that have been matched: 64 ways to match are followed at once.
#[derive(Default)]
struct Piece {
    /// Which bytes follow, by the low half of a byte and by the high one: a byte is the one if both are.
    halves: [[u64; 16]; 2],
    /// Where a `**` stands, which any byte may follow.
    crossing: u64,
    /// Where a star of either kind stands, which any byte but a separator may follow.
    within: u64,
    /// All of them.
    end: u64,
}

/// The pieces of a pattern. They are found again for each match, because most patterns are never
/// reached, and would take more room in pieces.
fn pieces(mut rest: &[u8], crosses: bool) -> impl Iterator<Item = Piece> {
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut piece = Piece { end: 1, ..Piece::default() };
        loop {
            match rest {
                [b'*', behind @ ..] => {
                    let any = behind.strip_prefix(b"*");
                    if crosses || any.is_some() {
                        piece.crossing |= piece.end;
                    }
                    piece.within |= piece.end;
                    rest = any.unwrap_or(behind);
                }
                [byte, behind @ ..] if piece.end < 1 << 63 => {
                    for (table, half) in piece.halves.iter_mut().zip(halves(*byte)) {
                        if let Some(follows) = table.get_mut(half) {
                            *follows |= piece.end;
                        }
                    }
                    piece.end <<= 1;
                    rest = behind;
                }
                _ => return Some(piece),
            }
        }
    })
}

fn halves(byte: u8) -> [usize; 2] {
    [byte & 0xf, byte >> 4].map(usize::from)
}

impl Piece {
    /// From the positions that are reached to those behind this piece. Whether any is.
    fn advance(&self, reached: &mut [bool], text: &[u8]) -> bool {
        let mut any = false;
        let mut matched = 0;
        let bytes = core::iter::once(None).chain(text.iter().map(Some));
        for (here, byte) in reached.iter_mut().zip(bytes) {
            if let Some(byte) = byte {
                let [low, high] = halves(*byte);
                let [by_low, by_high] = &self.halves;
                let follows = by_low.get(low).zip(by_high.get(high)).map_or(0, |(low, high)| low & high);
                let stays = if separates(*byte) { self.crossing } else { self.within };
                matched = (matched & follows) << 1 | matched & stays;
            }
            matched |= u64::from(*here);
            *here = matched & self.end != 0;
            any |= *here;
        }
        any
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use alloc::{
        format,
        string::{String, ToString},
        vec::Vec,
    };

    use proptest::collection::vec;

    use super::*;

    #[test]
    fn stars_stay_within_a_segment_and_double_stars_cross() {
        for (pattern, text, expected) in [
            ("octo-org/*", "octo-org/octo-repo", true),
            ("octo-org/*", "octo-org/", true),
            ("octo-org/*", "octo-org/a/b", false),
            ("octo-org/**", "octo-org/a/b:c", true),
            ("octo-org/*", "octo-org-evil/x", false),
            ("refs/tags/v*", "refs/tags/v1.2", true),
            ("refs/tags/v*", "refs/tags/v1/x", false),
            ("repo:o/r:environment:*", "repo:o/r:environment:prod:x", false),
            ("**@refs/tags/v*", "o/a/.github/workflows/x.yml@refs/tags/v1", true),
            ("*a*b", "xaxab", true),
            ("*a/*b", "xa/yb", true),
            ("*a/*b", "x/a/b", false),
            ("**", "", true),
            ("", "", true),
            ("", "a", false),
            ("a?[b]", "a?[b]", true),
            ("a?", "ab", false),
            ("é*", "éa", true),
        ] {
            assert_eq!(Glob::parse(pattern, false).unwrap().matches(text), expected, "{pattern} {text}");
        }
        assert_eq!(Glob::parse("a***", false), None);
        let glob = Glob::parse("a/*b", false).unwrap();
        assert_eq!((glob.to_string().as_str(), glob.has_wildcard()), ("a/*b", true));
        assert!(!Glob::parse("a/b", false).unwrap().has_wildcard());
        assert_eq!(["a/x/b", "a/x/c", "b/x/b"].map(|text| glob.matches_crossing(text)), [true, false, false]);
    }

    #[test]
    fn no_wildcard_crosses_the_version_of_a_workflow() {
        let at = |path: &str, version: &str| format!("octo-org/octo-repo/.github/workflows/{path}@{version}");
        for (pattern, text, expected) in [
            ("octo-org/octo-repo/**@refs/tags/v*", at("x.yml", "refs/tags/v1"), true),
            ("octo-org/octo-repo/**@refs/tags/v*", at("x.yml", "refs/heads/x@refs/tags/v1"), false),
            ("octo-org/**/deploy.yml@refs/heads/main", at("deploy.yml", "refs/heads/main"), true),
            (
                "octo-org/**/deploy.yml@refs/heads/main",
                at("x.yml", "refs/heads/x/deploy.yml@refs/heads/main"),
                false,
            ),
            ("octo-org/**/deploy.yml@**", at("x.yml", "refs/heads/deploy.yml@x"), false),
            ("octo-org/**", at("x.yml", "refs/heads/main"), true),
            ("octo-org/octo-repo/.github/workflows/x**", at("x.yml", "refs/heads/main"), true),
            ("octo-org/octo-repo/.github/workflows/y**", at("x.yml", "refs/heads/y"), false),
            ("octo-org/**/main", at("x.yml", "refs/heads/main"), false),
        ] {
            assert_eq!(Glob::parse(pattern, true).unwrap().matches(&text), expected, "{pattern} {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_agrees_with_a_slow_reference(pattern in "[ab/:*]{0,10}", text in "[ab/:]{0,10}") {
            if let Some(glob) = Glob::parse(&pattern, false) {
                proptest::prop_assert_eq!(glob.matches(&text), slow(pattern.as_bytes(), text.as_bytes()));
            }
        }

        /// Literals as long as a piece of a pattern and longer, and what may stand between them, or almost.
        #[test]
        fn long_ones_agree_too(parts in vec(("[ab]{0,2}|a{50,70}", 0..3_usize, "[ab/]{0,2}"), 1..6)) {
            let pattern: String = parts.iter().flat_map(|(literal, stars, _)| [literal.clone(), "*".repeat(*stars)]).collect();
            let text: String = parts.iter().flat_map(|(literal, _, between)| [literal.as_str(), between]).collect();
            if let Some(glob) = Glob::parse(&pattern, false) {
                proptest::prop_assert_eq!(glob.matches(&text), slow(pattern.as_bytes(), text.as_bytes()));
                let crossing = pattern.replace("**", "*").replace('*', "**");
                proptest::prop_assert_eq!(glob.matches_crossing(&text), slow(crossing.as_bytes(), text.as_bytes()));
            }
        }
    }

    fn slow(pattern: &[u8], text: &[u8]) -> bool {
        matching(pattern, text)[0]
    }

    /// The definition, word for word: whether the pattern matches what is behind each position of the text.
    fn matching(pattern: &[u8], text: &[u8]) -> Vec<bool> {
        match pattern {
            [] => (0..=text.len()).map(|position| position == text.len()).collect(),
            [b'*', b'*', rest @ ..] => skipping(matching(rest, text), text, |_| true),
            [b'*', rest @ ..] => skipping(matching(rest, text), text, |byte| !separates(byte)),
            [first, rest @ ..] => {
                let behind = matching(rest, text);
                let next = text.iter().zip(&behind[1..]);
                next.map(|(byte, matches)| byte == first && *matches).chain([false]).collect()
            }
        }
    }

    fn skipping(mut matches: Vec<bool>, text: &[u8], passes: fn(u8) -> bool) -> Vec<bool> {
        let mut next = matches[text.len()];
        for (here, byte) in matches.iter_mut().zip(text).rev() {
            *here |= next && passes(*byte);
            next = *here;
        }
        matches
    }
}
