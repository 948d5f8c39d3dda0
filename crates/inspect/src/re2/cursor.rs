//! The place in a pattern that is read.

/// The place in a pattern that is read.
pub(super) struct Cursor {
    characters: Vec<char>,
    at: usize,
    /// Where the last `:]` stands.
    last_posix_end: Option<usize>,
}

impl Cursor {
    pub(super) fn new(pattern: &str) -> Self {
        let characters: Vec<char> = pattern.chars().collect();
        let last_posix_end = characters.windows(2).rposition(|pair| *pair == [':', ']']);
        Self { characters, at: 0, last_posix_end }
    }

    /// Whether a `:]` follows.
    pub(super) fn has_posix_end(&self) -> bool {
        self.last_posix_end.is_some_and(|last| self.at <= last)
    }

    /// The character `ahead` of the next one.
    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at.saturating_add(ahead)).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek(0)?;
        self.skip(1);
        Some(next)
    }

    pub(super) fn back(&mut self, count: usize) {
        self.at = self.at.saturating_sub(count);
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    /// Takes the next characters if they are these.
    pub(super) fn eat(&mut self, expected: &str) -> bool {
        let is_next =
            expected.chars().enumerate().all(|(ahead, character)| self.peek(ahead) == Some(character));
        if is_next {
            self.skip(expected.chars().count());
        }
        is_next
    }

    /// The characters in front of the next `end`, which is at most `limit` away; both are taken.
    pub(super) fn until(&mut self, end: &str, limit: usize) -> Option<String> {
        let start = self.at;
        let mut taken = String::new();
        for _ in 0..=limit {
            if self.eat(end) {
                return Some(taken);
            }
            match self.next() {
                Some(character) => taken.push(character),
                None => break,
            }
        }
        self.at = start;
        None
    }
}
