//! The words of a Rust source, without its comments and literals: enough to see which modules it
//! names.

use std::{iter::Peekable, str::CharIndices};

/// An identifier, `::`, or one other character.
#[derive(Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub line: usize,
    pub text: &'a str,
}

/// Splits a source that compiles. What it makes of any other does not matter.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut reader = Reader { source, rest: source.char_indices().peekable(), line: 1, found: Vec::new() };
    while let Some((start, letter)) = reader.next() {
        match letter {
            '/' if reader.peek() == Some('/') => reader.skip_while(|letter| letter != '\n'),
            '/' if reader.peek() == Some('*') => reader.block_comment(),
            '"' => reader.string(),
            '\'' => reader.character_or_lifetime(),
            letter if is_word(letter) => reader.word(start),
            letter if letter.is_whitespace() => {}
            ':' if reader.peek() == Some(':') => {
                reader.next();
                reader.push(start);
            }
            _ => reader.push(start),
        }
    }
    reader.found
}

struct Reader<'a> {
    source: &'a str,
    rest: Peekable<CharIndices<'a>>,
    line: usize,
    found: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(usize, char)> {
        let next = self.rest.next();
        self.line += usize::from(next.is_some_and(|(_, letter)| letter == '\n'));
        next
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, letter)| *letter)
    }

    fn skip_while(&mut self, condition: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&condition) {
            self.next();
        }
    }

    /// What was read since `start`.
    fn text(&mut self, start: usize) -> &'a str {
        let end = self.rest.peek().map_or(self.source.len(), |(at, _)| *at);
        &self.source[start..end]
    }

    fn push(&mut self, start: usize) {
        let text = self.text(start);
        self.found.push(Token { line: self.line, text });
    }

    /// A word is an identifier, a number, or the prefix of a literal: `b"…"`, `r#"…"#`, `c"…"`,
    /// `b'…'`, `r#type`.
    fn word(&mut self, start: usize) {
        self.skip_while(is_word);
        let word = self.text(start);
        match (word, self.peek()) {
            ("b" | "c", Some('"')) => {
                self.next();
                self.string();
            }
            ("b", Some('\'')) => {
                self.next();
                self.character_or_lifetime();
            }
            ("r" | "br" | "cr", Some('"' | '#')) => self.raw(),
            _ => self.push(start),
        }
    }

    /// A raw string, or a raw identifier, whose name is then read as a word.
    fn raw(&mut self) {
        let mut hashes = 0;
        while self.peek() == Some('#') {
            self.next();
            hashes += 1;
        }
        if self.peek() != Some('"') {
            return;
        }
        self.next();
        while let Some((_, letter)) = self.next() {
            if letter == '"' && (0..hashes).all(|_| self.rest.next_if(|(_, letter)| *letter == '#').is_some())
            {
                return;
            }
        }
    }

    /// The rest of a string, after its first quote.
    fn string(&mut self) {
        while let Some((_, letter)) = self.next() {
            match letter {
                '\\' => drop(self.next()),
                '"' => return,
                _ => {}
            }
        }
    }

    /// The rest of `'a'`, `'\n'` or `'a`, after the quote.
    fn character_or_lifetime(&mut self) {
        match self.next() {
            Some((_, '\\')) => {
                self.next();
                self.skip_while(|letter| letter != '\'');
                self.next();
            }
            Some((_, letter)) if self.peek() != Some('\'') && is_word(letter) => self.skip_while(is_word),
            _ => drop(self.next()),
        }
    }

    /// The rest of a block comment, which may hold others, after its first `/`.
    fn block_comment(&mut self) {
        self.next();
        let mut depth = 1;
        while let Some((_, letter)) = self.next() {
            match (letter, self.peek()) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => continue,
            }
            self.next();
            if depth == 0 {
                return;
            }
        }
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<&str> {
        tokens(source).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn paths_are_split() {
        assert_eq!(
            words("use crate::{a, b::c};"),
            ["use", "crate", "::", "{", "a", ",", "b", "::", "c", "}", ";"]
        );
        assert_eq!(words("x: T"), ["x", ":", "T"]);
    }

    #[test]
    fn comments_are_dropped() {
        assert_eq!(words("a // b\n/// c\n//! d\ne"), ["a", "e"]);
        assert_eq!(words("a /* b /* c */ d */ e /**/ f"), ["a", "e", "f"]);
    }

    #[test]
    fn literals_are_dropped() {
        assert_eq!(words(r##"a "b \" c" d b"e" r"f\" g r#"h " i"# j br#"k"# l"##), ["a", "d", "g", "j", "l"]);
        assert_eq!(words(r"a 'b' '\'' '\u{1F600}' '{' b'c' d"), ["a", "d"]);
        assert_eq!(words("r##\"a\"# b\"## c"), ["c"]);
    }

    #[test]
    fn lifetimes_do_not_open_a_literal() {
        assert_eq!(words("fn f<'a>(x: &'a str, y: &'static str) {}").len(), 17);
        assert_eq!(words("'a: loop { break 'a }"), [":", "loop", "{", "break", "}"]);
    }

    #[test]
    fn raw_identifiers_are_words() {
        assert_eq!(words("r#type x"), ["type", "x"]);
    }

    #[test]
    fn lines_are_counted() {
        let lines: Vec<usize> =
            tokens("a\n/* \n */ b \"\n\n\" c\n::d").iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 3, 5, 6, 6]);
    }
}
