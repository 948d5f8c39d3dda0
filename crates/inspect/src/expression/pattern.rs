//! Patterns for the text of a claim, with holes.

use super::{evaluate::Claims, truth::Truth};
use crate::document::{Hole, Piece, Span, Text};

/// How the text of a pattern is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Byte for byte.
    Exact,
    /// Without regard to ASCII case, which is the only case that GitHub's names have.
    Folded,
    /// `*` is any run of characters, also of none.
    Star,
    /// `*` is any run of characters, also of none, and `?` exactly one.
    StarQuestion,
    /// The same without regard to ASCII case.
    StarQuestionFolded,
    /// `*` is any run of at least one character, and `?` exactly one.
    PlusQuestion,
}

impl Syntax {
    const fn folds(self) -> bool {
        matches!(self, Self::Folded | Self::StarQuestionFolded)
    }
}

/// A text that a claim is compared with.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// The text.
    pub(crate) text: Text,
    /// How it is read.
    pub(crate) syntax: Syntax,
    /// Where it stands.
    pub(crate) span: Span,
}

/// A part of a pattern as it is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Glyph {
    One(char),
    AnyOne,
    AnyRun,
}

impl Pattern {
    /// A pattern at a place.
    pub(crate) const fn new(text: Text, syntax: Syntax, span: Span) -> Self {
        Self { text, syntax, span }
    }

    /// Whether it matches the whole of `value`.
    ///
    /// A hole may hold anything, so what does not match with `*` in its place never matches; what does is unknown.
    pub(crate) fn matches(&self, value: &str, claims: &Claims) -> Truth {
        let (glyphs, holes) = match self.glyphs(claims) {
            Ok(read) => read,
            Err(truth) => return truth,
        };
        let value = if self.syntax.folds() { value.to_ascii_lowercase() } else { value.to_owned() };
        if !matches(&glyphs, &value) {
            Truth::False
        } else if holes.is_empty() {
            Truth::True
        } else {
            Truth::needs(holes)
        }
    }

    /// Whether a claim that is part of it is absent from the token, and has no default.
    pub(crate) fn lacks_claim(&self, claims: &Claims) -> bool {
        self.text.pieces().iter().any(|piece| match piece {
            Piece::Claim { name, default: None } => claims.text(name).is_none(),
            _ => false,
        })
    }

    fn glyphs(&self, claims: &Claims) -> Result<(Vec<Glyph>, Vec<&str>), Truth> {
        let mut glyphs = Vec::new();
        let mut holes = Vec::new();
        let literal = |text: &str, glyphs: &mut Vec<Glyph>| {
            let fold = |character: char| {
                if self.syntax.folds() { character.to_ascii_lowercase() } else { character }
            };
            glyphs.extend(text.chars().map(fold).map(Glyph::One));
        };
        for piece in self.text.pieces() {
            match piece {
                Piece::Literal(text) => match self.syntax {
                    Syntax::Exact | Syntax::Folded => literal(text, &mut glyphs),
                    _ => {
                        for character in text.chars() {
                            match character {
                                '*' if self.syntax == Syntax::PlusQuestion => {
                                    glyphs.extend([Glyph::AnyOne, Glyph::AnyRun]);
                                }
                                '*' => glyphs.push(Glyph::AnyRun),
                                '?' if self.syntax != Syntax::Star => glyphs.push(Glyph::AnyOne),
                                other => literal(other.encode_utf8(&mut [0; 4]), &mut glyphs),
                            }
                        }
                    }
                },
                Piece::Verbatim(text) => literal(text, &mut glyphs),
                Piece::Hole(Hole { name, .. }) => {
                    glyphs.push(Glyph::AnyRun);
                    holes.push(name.as_str());
                }
                // What stands for a claim is literal, whatever characters it has.
                Piece::Claim { name, default } => match (claims.text(name), default) {
                    (Some(value), _) => literal(value, &mut glyphs),
                    (None, Some(default)) => literal(default, &mut glyphs),
                    (None, None) => return Err(Truth::False),
                },
            }
        }
        Ok((glyphs, holes))
    }
}

/// Whether the glyphs match all of `value`: what stands between two runs is found at its first place, which is always the right one.
fn matches(glyphs: &[Glyph], value: &str) -> bool {
    let value: Vec<char> = value.chars().collect();
    let parts: Vec<&[Glyph]> = glyphs.split(|glyph| *glyph == Glyph::AnyRun).collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        // Without a run, all is one part.
        return fits(glyphs, &value);
    };
    let Some((start, rest)) = value.split_at_checked(first.len()) else { return false };
    if !fits(first, start) {
        return false;
    }
    let Some((mut between, end)) =
        rest.len().checked_sub(last.len()).and_then(|at| rest.split_at_checked(at))
    else {
        return false;
    };
    if !fits(last, end) {
        return false;
    }
    for part in middle {
        let Some(at) = find(part, between) else { return false };
        between = between.get(at.saturating_add(part.len())..).unwrap_or_default();
    }
    true
}

fn fits(part: &[Glyph], value: &[char]) -> bool {
    part.len() == value.len() && part.iter().zip(value).all(|(glyph, found)| fit(*glyph, *found))
}

fn fit(glyph: Glyph, found: char) -> bool {
    match glyph {
        Glyph::One(expected) => expected == found,
        Glyph::AnyOne | Glyph::AnyRun => true,
    }
}

/// The first place at which a part fits. Its states are the bits of words, 64 glyphs at a time, so that a hostile pattern costs a
/// sixty-fourth of the product of both lengths.
fn find(part: &[Glyph], value: &[char]) -> Option<usize> {
    if part.len() > value.len() {
        return None;
    }
    if part.is_empty() {
        return Some(0);
    }
    let words = part.len().div_ceil(64);
    let mut masks: std::collections::HashMap<char, Vec<u64>> = std::collections::HashMap::new();
    let mut any = vec![0_u64; words];
    for (index, glyph) in part.iter().enumerate() {
        let (word, bit) = (index / 64, 1_u64 << (index % 64));
        let mask = match glyph {
            Glyph::One(character) => masks.entry(*character).or_insert_with(|| vec![0; words]),
            Glyph::AnyOne | Glyph::AnyRun => &mut any,
        };
        if let Some(mask) = mask.get_mut(word) {
            *mask |= bit;
        }
    }
    let last = part.len().saturating_sub(1) % 64;
    let mut states = vec![0_u64; words];
    for (index, found) in value.iter().enumerate() {
        let mask = masks.get(found);
        let mut carry = 1;
        for (word, state) in states.iter_mut().enumerate() {
            let next_carry = *state >> 63;
            let fitting = any.get(word).copied().unwrap_or_default()
                | mask.and_then(|mask| mask.get(word)).copied().unwrap_or_default();
            *state = ((*state << 1) | carry) & fitting;
            carry = next_carry;
        }
        if states.last().is_some_and(|state| state >> last & 1 == 1) {
            return index.saturating_add(1).checked_sub(part.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn like(pattern: &str, value: &str) -> Truth {
        let pattern = Pattern::new(Text::new(pattern), Syntax::StarQuestion, Span::default());
        pattern.matches(value, &Claims::default())
    }

    /// The definition, written down as it is read.
    fn reference(pattern: &[char], value: &[char]) -> bool {
        match pattern.split_first() {
            None => value.is_empty(),
            Some(('*', rest)) => (0..=value.len()).any(|at| reference(rest, &value[at..])),
            Some(('?', rest)) => value.split_first().is_some_and(|(_, value)| reference(rest, value)),
            Some((expected, rest)) => {
                value.split_first().is_some_and(|(found, value)| found == expected && reference(rest, value))
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn wildcards_match_as_they_are_defined(pattern in "[ab*?é]{0,8}", value in "[abé]{0,10}") {
            let [p, v]: [Vec<char>; 2] = [&pattern, &value].map(|text| text.chars().collect());
            prop_assert_eq!(like(&pattern, &value), Truth::from(reference(&p, &v)));
        }

        #[test]
        fn long_parts_are_found(before in "[ab]{0,80}", part in "[ab?]{60,140}", after in "[ab]{0,80}") {
            let value = format!("{before}{}{after}", part.replace('?', "a"));
            prop_assert_eq!(like(&format!("*{part}*"), &value), Truth::True);
            prop_assert_eq!(like(&format!("*{part}c*"), &value), Truth::False);
        }
    }

    #[test]
    fn a_hole_is_unknown_only_where_it_can_matter() {
        let mut text = Text::new("repo:acme/");
        text.push(Piece::Hole(Hole::new("var.name")));
        text.push(Piece::Literal(":*".into()));
        let pattern = Pattern::new(text, Syntax::StarQuestion, Span::default());
        let matches = |value: &str| pattern.matches(value, &Claims::default());
        assert_eq!(matches("repo:acme/widget:ref:refs/heads/main"), Truth::needs(["var.name"]));
        assert_eq!(matches("repo:other/widget:ref:refs/heads/main"), Truth::False);
    }
}
