//! The words of CEL (cel-spec, langdef), strictly: an escape that CEL does not have is an error.

use std::ops::Range;

use crate::document::{Hole, Piece, Text};

/// What stands for a hole in the text that is read: a character that no text may have.
pub(crate) const HOLE: char = '\u{10ffff}';

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(Text),
    Bytes,
    Int(u64),
    Uint(u64),
    Double(f64),
    Hole(Hole),
    Symbol(&'static str),
}

/// Why a text is not CEL.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) message: String,
    /// The byte of the expression.
    pub(crate) at: usize,
    /// Whether it may be CEL for Google, which does not say.
    pub(crate) is_undocumented: bool,
}

impl Problem {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), at, is_undocumented: false }
    }
}

const SYMBOLS: [&str; 27] = [
    "&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "!", "-", "+", "*",
    "/", "%", "<", ">", "=", "&", "|",
];

pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    holes: std::slice::Iter<'t, Hole>,
}

pub(super) fn tokens(text: &str, holes: &[Hole]) -> Result<Vec<(Token, Range<usize>)>, Problem> {
    let mut lexer = Lexer { text, at: 0, holes: holes.iter() };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space();
        let start = lexer.at;
        let Some(first) = lexer.peek() else { return Ok(tokens) };
        let token = lexer.token(first)?;
        tokens.push((token, start..lexer.at));
    }
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, length: usize) -> &'t str {
        let taken = self.rest().get(..length).unwrap_or_default();
        self.at = self.at.saturating_add(taken.len());
        taken
    }

    fn take_while(&mut self, is: impl Fn(char) -> bool) -> &'t str {
        let length = self.rest().find(|character| !is(character)).unwrap_or(self.rest().len());
        self.take(length)
    }

    fn skip_space(&mut self) {
        loop {
            self.take_while(|character| matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}'));
            if !self.rest().starts_with("//") {
                return;
            }
            let comment = self.take_while(|character| character != '\n');
            for _ in comment.matches(HOLE) {
                self.holes.next();
            }
        }
    }

    fn token(&mut self, first: char) -> Result<Token, Problem> {
        if first == HOLE {
            self.take(first.len_utf8());
            return Ok(self.holes.next().map_or(Token::Symbol("?"), |hole| Token::Hole(hole.clone())));
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if matches!(first, '"' | '\'') {
            return self.string(false).map(Token::Text);
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let start = self.at;
            let word = self.take_while(|character| character.is_ascii_alphanumeric() || character == '_');
            if self.rest().starts_with(['"', '\'']) {
                return match word {
                    "r" | "R" => self.string(true).map(Token::Text),
                    "b" | "B" => self.string(false).map(|_| Token::Bytes),
                    "br" | "rb" | "bR" | "Rb" | "BR" | "RB" | "Br" | "rB" => {
                        self.string(true).map(|_| Token::Bytes)
                    }
                    _ => Err(Problem::new(start, "a string stands right behind a name")),
                };
            }
            return Ok(Token::Name(word.to_owned()));
        }
        let rest = self.rest();
        if rest.starts_with("?.") || rest.starts_with("[?") {
            return Err(Problem {
                message: "whether Google has CEL's optional syntax is not documented".into(),
                at: self.at,
                is_undocumented: true,
            });
        }
        let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
        match symbol {
            Some("=") => Err(Problem::new(self.at, "CEL has no `=`: equality is `==`")),
            Some("&" | "|") => Err(Problem::new(self.at, "CEL has no single `&` or `|`: write `&&` or `||`")),
            Some(symbol) => {
                self.take(symbol.len());
                Ok(Token::Symbol(symbol))
            }
            None => Err(Problem::new(
                self.at,
                format!("CEL has no character {}", claimgate::Quoted(&first.to_string())),
            )),
        }
    }

    fn number(&mut self) -> Result<Token, Problem> {
        let start = self.at;
        let wrong = || Problem::new(start, "a number that CEL does not have");
        if self.rest().starts_with("0x") || self.rest().starts_with("0X") {
            self.take(2);
            let digits = self.take_while(|character| character.is_ascii_hexdigit());
            let number = u64::from_str_radix(digits, 16).map_err(|_| wrong())?;
            return Ok(self.suffixed(number));
        }
        self.take_while(|character| character.is_ascii_digit());
        let mut is_double = false;
        let mut behind = self.rest().chars();
        if behind.next() == Some('.') && behind.next().is_some_and(|digit| digit.is_ascii_digit()) {
            is_double = true;
            self.take(1);
            self.take_while(|character| character.is_ascii_digit());
        }
        if self.rest().starts_with(['e', 'E']) {
            is_double = true;
            self.take(1);
            if self.rest().starts_with(['+', '-']) {
                self.take(1);
            }
            if self.take_while(|character| character.is_ascii_digit()).is_empty() {
                return Err(wrong());
            }
        }
        let digits = self.text.get(start..self.at).unwrap_or_default();
        if is_double {
            return digits.parse().map(Token::Double).map_err(|_| wrong());
        }
        let number = digits.parse().map_err(|_| wrong())?;
        Ok(self.suffixed(number))
    }

    fn suffixed(&mut self, number: u64) -> Token {
        if self.rest().starts_with(['u', 'U']) {
            self.take(1);
            return Token::Uint(number);
        }
        Token::Int(number)
    }

    fn string(&mut self, is_raw: bool) -> Result<Text, Problem> {
        let start = self.at;
        let open = Problem::new(start, "a string is not closed");
        let rest = self.rest();
        let quote =
            ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)).unwrap_or("'");
        self.take(quote.len());
        let mut text = Text::default();
        loop {
            if self.rest().starts_with(quote) {
                self.take(quote.len());
                return Ok(text);
            }
            let Some(character) = self.peek() else { return Err(open) };
            let at = self.at;
            self.take(character.len_utf8());
            match character {
                HOLE => match self.holes.next() {
                    Some(hole) => text.push(Piece::Hole(hole.clone())),
                    None => return Err(open),
                },
                '\n' | '\r' if quote.len() == 1 => {
                    return Err(Problem::new(at, "a line ends within a string: use three quotes, or `\\n`"));
                }
                '\\' if !is_raw => text.push(Piece::Literal(self.escape(at)?.to_string())),
                // A quote behind a backslash does not close a raw string.
                '\\' if self.rest().starts_with(['"', '\'', '\\']) => {
                    let next = self.take(1);
                    text.push(Piece::Literal(format!("\\{next}")));
                }
                other => text.push(Piece::Literal(other.to_string())),
            }
        }
    }

    fn escape(&mut self, at: usize) -> Result<char, Problem> {
        let wrong = |shown: &str| {
            Problem::new(
                at,
                format!(
                    "CEL has no escape {}: write a backslash as `\\\\`, or begin the string with `r`",
                    claimgate::Quoted(shown)
                ),
            )
        };
        let Some(kind) = self.peek() else { return Err(wrong("\\")) };
        if kind.is_digit(8) {
            let digits = self.take(3);
            return u32::from_str_radix(digits, 8)
                .ok()
                .filter(|code| digits.len() == 3 && *code <= 0o377)
                .and_then(char::from_u32)
                .ok_or_else(|| wrong(&format!("\\{digits}")));
        }
        self.take(kind.len_utf8());
        let mut code = |digits: usize| {
            let text = self.take(digits);
            u32::from_str_radix(text, 16)
                .ok()
                .filter(|_| text.len() == digits)
                .and_then(char::from_u32)
                .ok_or_else(|| wrong(&format!("\\{kind}{text}")))
        };
        Ok(match kind {
            '\\' | '?' | '"' | '\'' | '`' => kind,
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'x' | 'X' => code(2)?,
            'u' => code(4)?,
            'U' => code(8)?,
            other => return Err(wrong(&format!("\\{other}"))),
        })
    }
}
