//! The words of CEL (cel-spec, langdef), strictly: an escape that CEL does not have is an error.

use std::ops::Range;

use crate::{
    cursor::Cursor,
    document::{Hole, Piece, Text},
};

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
    cursor: Cursor<'t>,
    holes: std::slice::Iter<'t, Hole>,
}

pub(super) fn tokens(text: &str, holes: &[Hole]) -> Result<Vec<(Token, Range<usize>)>, Problem> {
    let mut lexer = Lexer { cursor: Cursor::new(text), holes: holes.iter() };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space();
        let start = lexer.cursor.at();
        let Some(first) = lexer.cursor.peek() else { return Ok(tokens) };
        let token = lexer.token(first)?;
        tokens.push((token, start..lexer.cursor.at()));
    }
}

impl Lexer<'_> {
    fn skip_space(&mut self) {
        loop {
            self.cursor.take_while(|character| matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}'));
            if !self.cursor.rest().starts_with("//") {
                return;
            }
            let comment = self.cursor.take_while(|character| character != '\n');
            for _ in comment.matches(Text::HOLE) {
                self.holes.next();
            }
        }
    }

    fn token(&mut self, first: char) -> Result<Token, Problem> {
        if first == Text::HOLE {
            self.cursor.take(first.len_utf8());
            return Ok(self.holes.next().map_or(Token::Symbol("?"), |hole| Token::Hole(hole.clone())));
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if matches!(first, '"' | '\'') {
            return self.string(false).map(Token::Text);
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let start = self.cursor.at();
            let word =
                self.cursor.take_while(|character| character.is_ascii_alphanumeric() || character == '_');
            if self.cursor.rest().starts_with(['"', '\'']) {
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
        let rest = self.cursor.rest();
        if rest.starts_with("?.") || rest.starts_with("[?") {
            return Err(Problem {
                message: "whether Google has CEL's optional syntax is not documented".into(),
                at: self.cursor.at(),
                is_undocumented: true,
            });
        }
        let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
        match symbol {
            Some("=") => Err(Problem::new(self.cursor.at(), "CEL has no `=`: equality is `==`")),
            Some("&" | "|") => {
                Err(Problem::new(self.cursor.at(), "CEL has no single `&` or `|`: write `&&` or `||`"))
            }
            Some(symbol) => {
                self.cursor.take(symbol.len());
                Ok(Token::Symbol(symbol))
            }
            None => Err(Problem::new(
                self.cursor.at(),
                format!("CEL has no character {}", claimgate::Quoted(&first.to_string())),
            )),
        }
    }

    fn number(&mut self) -> Result<Token, Problem> {
        let start = self.cursor.at();
        let wrong = || Problem::new(start, "a number that CEL does not have");
        if self.cursor.rest().starts_with("0x") || self.cursor.rest().starts_with("0X") {
            self.cursor.take(2);
            let digits = self.cursor.take_while(|character| character.is_ascii_hexdigit());
            let number = u64::from_str_radix(digits, 16).map_err(|_| wrong())?;
            return Ok(self.suffixed(number));
        }
        self.cursor.take_while(|character| character.is_ascii_digit());
        let mut is_double = false;
        let mut behind = self.cursor.rest().chars();
        if behind.next() == Some('.') && behind.next().is_some_and(|digit| digit.is_ascii_digit()) {
            is_double = true;
            self.cursor.take(1);
            self.cursor.take_while(|character| character.is_ascii_digit());
        }
        if self.cursor.rest().starts_with(['e', 'E']) {
            is_double = true;
            self.cursor.take(1);
            if self.cursor.rest().starts_with(['+', '-']) {
                self.cursor.take(1);
            }
            if self.cursor.take_while(|character| character.is_ascii_digit()).is_empty() {
                return Err(wrong());
            }
        }
        let digits = self.cursor.since(start);
        if is_double {
            return digits.parse().map(Token::Double).map_err(|_| wrong());
        }
        let number = digits.parse().map_err(|_| wrong())?;
        Ok(self.suffixed(number))
    }

    fn suffixed(&mut self, number: u64) -> Token {
        if self.cursor.rest().starts_with(['u', 'U']) {
            self.cursor.take(1);
            return Token::Uint(number);
        }
        Token::Int(number)
    }

    fn string(&mut self, is_raw: bool) -> Result<Text, Problem> {
        let start = self.cursor.at();
        let open = Problem::new(start, "a string is not closed");
        let rest = self.cursor.rest();
        let quote =
            ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)).unwrap_or("'");
        self.cursor.take(quote.len());
        let mut text = Text::default();
        loop {
            if self.cursor.rest().starts_with(quote) {
                self.cursor.take(quote.len());
                return Ok(text);
            }
            let Some(character) = self.cursor.peek() else { return Err(open) };
            let at = self.cursor.at();
            self.cursor.take(character.len_utf8());
            match character {
                Text::HOLE => match self.holes.next() {
                    Some(hole) => text.push(Piece::Hole(hole.clone())),
                    None => return Err(open),
                },
                '\n' | '\r' if quote.len() == 1 => {
                    return Err(Problem::new(at, "a line ends within a string: use three quotes, or `\\n`"));
                }
                '\\' if !is_raw => text.push(Piece::Literal(self.escape(at)?.to_string())),
                // A quote behind a backslash does not close a raw string.
                '\\' if self.cursor.rest().starts_with(['"', '\'', '\\']) => {
                    let next = self.cursor.take(1);
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
        let Some(kind) = self.cursor.peek() else { return Err(wrong("\\")) };
        if kind.is_digit(8) {
            let digits = self.cursor.take(3);
            return u32::from_str_radix(digits, 8)
                .ok()
                .filter(|code| digits.len() == 3 && *code <= 0o377)
                .and_then(char::from_u32)
                .ok_or_else(|| wrong(&format!("\\{digits}")));
        }
        self.cursor.take(kind.len_utf8());
        let mut code = |digits: usize| {
            let text = self.cursor.take(digits);
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
