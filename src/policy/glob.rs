//! Globs: `*` stays within one segment, `**` crosses, everything else is literal.

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::fmt;

/// A pattern for the whole of a claim. `*` stands for any characters but `/` and `:`, which
/// separate the segments of GitHub's values; `**` for any characters at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    source: String,
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(String),
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
        let mut tokens = Vec::new();
        let mut rest = source;
        while let Some(start) = rest.find('*') {
            let (literal, stars) = rest.split_at_checked(start)?;
            if !literal.is_empty() {
                tokens.push(Token::Literal(literal.to_string()));
            }
            rest = stars.trim_start_matches('*');
            tokens.push(match stars.len().saturating_sub(rest.len()) {
                1 => Token::Segment,
                2 => Token::Any,
                _ => return None,
            });
        }
        if !rest.is_empty() {
            tokens.push(Token::Literal(rest.to_string()));
        }
        Some(Self { source: source.to_string(), tokens })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// What every match begins with.
    pub(crate) fn literal_prefix(&self) -> &str {
        match self.tokens.first() {
            Some(Token::Literal(prefix)) => prefix,
            _ => "",
        }
    }

    /// Whether the pattern has a wildcard at all.
    pub(crate) fn has_wildcard(&self) -> bool {
        self.source.contains('*')
    }

    /// The same pattern with every `*` crossing segments.
    pub(crate) fn crossing(&self) -> Self {
        let cross = |token: &Token| match token {
            Token::Segment => Token::Any,
            other => other.clone(),
        };
        Self { source: self.source.clone(), tokens: self.tokens.iter().map(cross).collect() }
    }

    /// Whether the whole of `text` matches.
    ///
    /// The work is at most the product of both lengths, whatever the pattern: all positions that
    /// can be reached in `text` are carried from token to token, nothing is tried again.
    pub(crate) fn matches(&self, text: &str) -> bool {
        if !text.starts_with(self.literal_prefix()) {
            return false;
        }
        let text = text.as_bytes();
        let mut reached = vec![false; text.len().saturating_add(1)];
        if let Some(start) = reached.first_mut() {
            *start = true;
        }
        for token in &self.tokens {
            let any = match token {
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
        f.write_str(&self.source)
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
