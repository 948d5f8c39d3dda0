//! Globs: `*` stays within one segment, `**` crosses, everything else is literal.

use alloc::{sync::Arc, vec, vec::Vec};
use core::fmt;

/// A pattern for the whole of a claim. `*` stands for any characters but `/` and `:`, which
/// separate the segments of GitHub's values; `**` for any characters at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Arc<Source>);

#[derive(Debug, PartialEq, Eq)]
struct Source {
    text: Arc<str>,
    /// What every match begins with.
    prefix: Arc<str>,
}

/// A part of a pattern.
#[derive(Clone, Copy)]
enum Token<'s> {
    Literal(&'s str),
    /// `*`
    Segment,
    /// `**`
    Any,
}

const fn separates(byte: u8) -> bool {
    matches!(byte, b'/' | b':')
}

impl Glob {
    /// Reads a pattern; none if it has three `*` in a row, which means nothing.
    pub(crate) fn parse(source: &str) -> Option<Self> {
        Self::parse_sharing(source, |prefix| prefix.into())
    }

    /// The same, where `share` gives texts that may be shared.
    pub(crate) fn parse_sharing(source: &str, share: impl FnOnce(&str) -> Arc<str>) -> Option<Self> {
        if source.as_bytes().windows(3).any(|three| three == b"***") {
            return None;
        }
        let prefix = source.split('*').next().unwrap_or_default();
        Some(Self(Arc::new(Source { text: source.into(), prefix: share(prefix) })))
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
    /// The work is at most the product of both lengths, whatever the pattern: all positions that
    /// can be reached in `text` are carried from token to token, nothing is tried again.
    pub(crate) fn matches(&self, text: &str) -> bool {
        text.starts_with(&**self.literal_prefix()) && self.matches_by(text, |token| token)
    }

    /// The same, with every `*` crossing segments.
    pub(crate) fn matches_crossing(&self, text: &str) -> bool {
        self.matches_by(text, |token| if let Token::Segment = token { Token::Any } else { token })
    }

    fn matches_by<'s>(&'s self, text: &str, read: impl Fn(Token<'s>) -> Token<'s>) -> bool {
        let text = text.as_bytes();
        let mut reached = vec![false; text.len().saturating_add(1)];
        if let Some(start) = reached.first_mut() {
            *start = true;
        }
        for token in tokens(self.as_str()) {
            let any = match read(token) {
                Token::Literal(literal) => advance(&mut reached, text, literal.as_bytes()),
                Token::Segment => spread(&mut reached, text, separates),
                Token::Any => spread(&mut reached, text, |_| false),
            };
            if !any {
                return false;
            }
        }
        reached.last() == Some(&true)
    }
}

/// The parts of a pattern. They are found again for each match, because most patterns are never
/// reached, and would take more room in parts.
fn tokens(mut rest: &str) -> impl Iterator<Item = Token<'_>> {
    core::iter::from_fn(move || {
        let star = rest.find('*').unwrap_or(rest.len());
        let (token, length) = match rest.split_at_checked(star)? {
            ("", "") => return None,
            ("", stars) if stars.starts_with("**") => (Token::Any, 2),
            ("", _) => (Token::Segment, 1),
            (literal, _) => (Token::Literal(literal), star),
        };
        rest = rest.get(length..)?;
        Some(token)
    })
}

/// From each position that is reached, over `literal`. Whether any is reached behind it.
fn advance(reached: &mut Vec<bool>, text: &[u8], literal: &[u8]) -> bool {
    let mut next = vec![false; reached.len()];
    let mut any = false;
    for (position, _) in reached.iter().enumerate().filter(|(_, reached)| **reached) {
        if text.get(position..).is_some_and(|rest| rest.starts_with(literal))
            && let Some(behind) = next.get_mut(position.saturating_add(literal.len()))
        {
            *behind = true;
            any = true;
        }
    }
    *reached = next;
    any
}

/// From each position that is reached, over any characters that do not stop it. Always reaches.
fn spread(reached: &mut [bool], text: &[u8], stops: impl Fn(u8) -> bool) -> bool {
    let mut running = false;
    for (position, here) in reached.iter_mut().enumerate() {
        let over = position.checked_sub(1).and_then(|before| text.get(before));
        running = *here || running && over.is_some_and(|byte| !stops(*byte));
        *here = running;
    }
    true
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
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
            assert_eq!(Glob::parse(pattern).unwrap().matches(text), expected, "{pattern} {text}");
        }
        assert_eq!(Glob::parse("a***"), None);
    }

    proptest::proptest! {
        #[test]
        fn it_agrees_with_a_slow_reference(pattern in "[ab/:*]{0,10}", text in "[ab/:]{0,10}") {
            if let Some(glob) = Glob::parse(&pattern) {
                proptest::prop_assert_eq!(glob.matches(&text), slow(pattern.as_bytes(), text.as_bytes()));
            }
        }
    }

    /// The definition, word for word, and exponential.
    fn slow(pattern: &[u8], text: &[u8]) -> bool {
        match pattern {
            [] => text.is_empty(),
            [b'*', b'*', rest @ ..] => (0..=text.len()).any(|skip| slow(rest, &text[skip..])),
            [b'*', rest @ ..] => (0..=text.len())
                .take_while(|skip| text[..*skip].iter().all(|byte| !separates(*byte)))
                .any(|skip| slow(rest, &text[skip..])),
            [first, rest @ ..] => text.first() == Some(first) && slow(rest, &text[1..]),
        }
    }
}
