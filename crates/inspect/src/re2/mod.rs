//! Regular expressions as RE2 and Go's `regexp` read them.
//!
//! A pattern is translated into the part of the language that `regex-lite` reads in the same way. Where that is not possible, or
//! RE2 and Go differ, it cannot be decided.

mod classes;
mod cursor;
mod escapes;
mod groups;
mod repetition;
mod set;
mod translate;

use crate::expression::Truth;

/// Bytes of a pattern.
const PATTERN_BYTES: usize = 16 * 1024;

/// Bytes of a text.
const TEXT_BYTES: usize = 16 * 1024;

/// States of the automaton times bytes of the text: what a match costs.
const STEPS: usize = 8_000_000;

/// A regular expression of RE2.
#[derive(Clone, Debug)]
pub(crate) struct Re2 {
    search: regex_lite::Regex,
    whole: regex_lite::Regex,
    /// States of the automaton, about.
    states: usize,
    /// Whether the translation holds for ASCII texts only.
    is_ascii_only: bool,
}

impl Re2 {
    /// Compiles a pattern. `Err` is [`Truth::Error`] for an invalid pattern, [`Truth::Unknown`] for one that cannot be decided here.
    pub(crate) fn compile(pattern: &str) -> Result<Self, Truth> {
        if pattern.len() > PATTERN_BYTES {
            return Err(Truth::unknown(format!(
                "the pattern is {} bytes long, the limit is {PATTERN_BYTES}",
                pattern.len()
            )));
        }
        let translated = translate::translate(pattern)?;
        let compile = |pattern: &str| {
            regex_lite::Regex::new(pattern)
                .map_err(|_| Truth::unknown("the pattern is too complex to be decided here"))
        };
        Ok(Self {
            search: compile(&translated.pattern)?,
            whole: compile(&format!("\\A(?:{})\\z", translated.pattern))?,
            states: translated.states,
            is_ascii_only: translated.is_ascii_only,
        })
    }

    /// Whether it matches `text`: all of it, or a part.
    pub(crate) fn matches(&self, text: &str, whole: bool) -> Truth {
        if text.len() > TEXT_BYTES || text.len().saturating_mul(self.states) > STEPS {
            return Truth::unknown("the claim is too long for the pattern to be decided here");
        }
        if self.is_ascii_only && !text.is_ascii() {
            return Truth::unknown("classes of Unicode are compared with ASCII text only");
        }
        let regex = if whole { &self.whole } else { &self.search };
        Truth::from(regex.is_match(text))
    }
}

/// Whether a `|` stands outside groups and classes.
pub(crate) fn has_alternation(source: &str) -> bool {
    let mut characters = source.chars();
    let mut depth = 0_usize;
    let mut is_in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '(' if !is_in_class => depth = depth.saturating_add(1),
            ')' if !is_in_class => depth = depth.saturating_sub(1),
            '|' if !is_in_class && depth == 0 => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests;
