//! A place in a text that is read from its beginning to its end.

/// The place, and the text.
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte of the place.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What has been read since a place.
    pub(crate) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The next character.
    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads so many bytes, or nothing if they end within a character.
    pub(crate) fn take(&mut self, length: usize) -> &'t str {
        let taken = self.rest().get(..length).unwrap_or_default();
        self.at = self.at.saturating_add(taken.len());
        taken
    }

    /// Reads characters up to the first that is something else.
    pub(crate) fn take_while(&mut self, is: impl Fn(char) -> bool) -> &'t str {
        let length = self.rest().find(|character| !is(character)).unwrap_or(self.rest().len());
        self.take(length)
    }

    /// Reads these characters if they come next.
    pub(crate) fn eat(&mut self, expected: &str) -> bool {
        let is_next = self.rest().starts_with(expected);
        if is_next {
            self.at = self.at.saturating_add(expected.len());
        }
        is_next
    }
}
