//! The words of command lines, as a POSIX shell splits them. What the shell would put in place of variables are holes.

use std::iter::Peekable;

use crate::document::{Hole, Piece, Span, Text};

/// A word of a command.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: Text,
    pub(super) span: Span,
}

/// A command with its words.
#[derive(Clone, Debug, Default)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    /// What it reads from standard input: a here-document.
    pub(super) input: Option<Word>,
    /// The file that it writes to.
    pub(super) output: Option<String>,
}

struct Reader<'t> {
    text: &'t str,
    characters: Peekable<std::str::CharIndices<'t>>,
    /// Here-documents whose text begins with the next line: command, end, whether expanded, whether tabs are removed.
    pending: Vec<(usize, String, bool, bool)>,
    commands: Vec<Command>,
}

/// Splits a script into its commands.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut reader = Reader {
        text,
        characters: text.char_indices().peekable(),
        pending: Vec::new(),
        commands: vec![Command::default()],
    };
    while let Some(&(at, character)) = reader.characters.peek() {
        match character {
            ' ' | '\t' | '\r' => {
                reader.characters.next();
            }
            '\n' => {
                reader.characters.next();
                reader.here_documents();
                reader.commands.push(Command::default());
            }
            ';' | '&' | '|' | '(' | ')' => {
                reader.characters.next();
                reader.commands.push(Command::default());
            }
            // Also the backtick by which PowerShell continues a line.
            '\\' | '`'
                if reader
                    .rest(at)
                    .trim_start_matches(['\\', '`'])
                    .trim_start_matches([' ', '\r'])
                    .starts_with('\n') =>
            {
                reader.skip_line();
            }
            '#' => while reader.characters.next_if(|(_, next)| *next != '\n').is_some() {},
            '<' if reader.rest(at).starts_with("<<") => reader.here_document(),
            '<' | '>' => {
                while reader.characters.next_if(|(_, next)| matches!(next, '<' | '>' | ' ')).is_some() {}
                let word = reader.word();
                if character == '>'
                    && let Some(command) = reader.commands.last_mut()
                {
                    command.output = word.text.literal();
                }
            }
            _ => {
                let word = reader.word();
                if let Some(command) = reader.commands.last_mut() {
                    command.words.push(word);
                }
            }
        }
    }
    reader.here_documents();
    reader.commands.retain(|command| !command.words.is_empty());
    reader.commands
}

impl<'t> Reader<'t> {
    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    fn at(&mut self) -> usize {
        self.characters.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    fn skip_line(&mut self) {
        for (_, character) in self.characters.by_ref() {
            if character == '\n' {
                return;
            }
        }
    }

    /// The beginning of a here-document, `<<EOF`, `<<-EOF` or `<<'EOF'`.
    fn here_document(&mut self) {
        let mut dashes = false;
        while let Some((_, character)) = self.characters.next_if(|(_, next)| matches!(next, '<' | '-' | ' '))
        {
            dashes |= character == '-';
        }
        let is_quoted = matches!(self.characters.peek(), Some((_, '\'' | '"' | '\\')));
        let end = self.word().text.shown();
        let command = self.commands.len().saturating_sub(1);
        if !end.is_empty() {
            self.pending.push((command, end, !is_quoted, dashes));
        }
    }

    fn here_documents(&mut self) {
        for (command, end, expands, dashes) in std::mem::take(&mut self.pending) {
            let start = self.at();
            let mut body = String::new();
            let mut rest = self.rest(start);
            while !rest.is_empty() {
                let length = rest.find('\n').map_or(rest.len(), |newline| newline.saturating_add(1));
                let (line, after) = rest.split_at(length);
                rest = after;
                let shown = if dashes { line.trim_start_matches('\t') } else { line };
                if shown.trim_end_matches(['\n', '\r']) == end {
                    break;
                }
                body.push_str(shown);
            }
            let stop = self.text.len().saturating_sub(rest.len());
            while self.characters.next_if(|(at, _)| *at < stop).is_some() {}
            let text = if expands { expanded(&body) } else { Text::new(body) };
            if let Some(command) = self.commands.get_mut(command) {
                command.input = Some(Word { text, span: Span { start, end: stop } });
            }
        }
    }

    fn word(&mut self) -> Word {
        let start = self.at();
        let mut text = Text::default();
        while let Some(&(at, character)) = self.characters.peek() {
            match character {
                ' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '\'' => {
                    self.characters.next();
                    let mut literal = String::new();
                    while let Some((_, next)) = self.characters.next_if(|(_, next)| *next != '\'') {
                        literal.push(next);
                    }
                    self.characters.next();
                    text.push(Piece::Literal(literal));
                }
                '"' => {
                    self.characters.next();
                    self.quoted(&mut text);
                }
                '$' => self.variable(&mut text),
                '\\' => {
                    self.characters.next();
                    match self.characters.next() {
                        Some((_, '\n' | '\r')) | None => {}
                        Some((_, escaped)) => text.push(Piece::Literal(escaped.to_string())),
                    }
                }
                _ => {
                    self.characters.next();
                    text.push(Piece::Literal(character.to_string()));
                }
            }
            if self.at() == at {
                break;
            }
        }
        let end = self.at();
        // What begins no word is passed over, so that reading goes on.
        if end == start {
            self.characters.next();
        }
        Word { text, span: Span { start, end } }
    }

    fn quoted(&mut self, text: &mut Text) {
        while let Some(&(_, character)) = self.characters.peek() {
            match character {
                '"' => {
                    self.characters.next();
                    return;
                }
                '$' => self.variable(text),
                '\\' => {
                    self.characters.next();
                    match self.characters.next() {
                        Some((_, escaped @ ('"' | '\\' | '$' | '`'))) => {
                            text.push(Piece::Literal(escaped.to_string()));
                        }
                        Some((_, '\n')) | None => {}
                        Some((_, other)) => text.push(Piece::Literal(format!("\\{other}"))),
                    }
                }
                other => {
                    self.characters.next();
                    text.push(Piece::Literal(other.to_string()));
                }
            }
        }
    }

    /// `$NAME`, `${NAME}` or `$(command)`.
    fn variable(&mut self, text: &mut Text) {
        let Some((at, _)) = self.characters.next() else { return };
        let rest = self.rest(at.saturating_add(1));
        let (name, length) = variable(rest);
        if length == 0 {
            text.push(Piece::Literal("$".into()));
            return;
        }
        let stop = at.saturating_add(1).saturating_add(length);
        while self.characters.next_if(|(next, _)| *next < stop).is_some() {}
        text.push(Piece::Hole(Hole::new(name)));
    }
}

/// The name of the variable behind a `$`, and its length with brackets, or 0.
fn variable(rest: &str) -> (String, usize) {
    if let Some(inner) = rest.strip_prefix('{') {
        let name = inner.split('}').next().unwrap_or_default();
        return (name.to_owned(), name.len().saturating_add(2).min(rest.len()));
    }
    if rest.starts_with('(') {
        let mut depth = 0_usize;
        for (at, character) in rest.char_indices() {
            match character {
                '(' => depth = depth.saturating_add(1),
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                let length = at.saturating_add(1);
                return (format!("${}", rest.get(..length).unwrap_or_default()), length);
            }
        }
        return ("$(".to_owned(), rest.len());
    }
    let length = rest
        .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | ':' | '.')))
        .unwrap_or(rest.len());
    // `$env:NAME` is PowerShell's, `$NAME:` a variable and a colon.
    let name = rest.get(..length).unwrap_or_default();
    let name = match name.strip_prefix("env:") {
        Some(of_environment) => return (of_environment.to_owned(), length),
        None => name.split([':', '.']).next().unwrap_or_default(),
    };
    (name.to_owned(), name.len())
}

/// The text of a here-document, in which variables are holes.
fn expanded(body: &str) -> Text {
    let mut text = Text::default();
    let mut rest = body;
    while let Some(at) = rest.find(['$', '\\']) {
        let (before, from) = rest.split_at(at);
        text.push(Piece::Literal(before.to_owned()));
        let behind = from.get(1..).unwrap_or_default();
        if from.starts_with('\\') {
            let is_escape = behind.starts_with(['$', '\\', '`']);
            let kept = if is_escape { behind.get(..1).unwrap_or_default() } else { "\\" };
            text.push(Piece::Literal(kept.to_owned()));
            rest = if is_escape { behind.get(1..).unwrap_or_default() } else { behind };
            continue;
        }
        let (name, length) = variable(behind);
        if length == 0 {
            text.push(Piece::Literal("$".into()));
        } else {
            text.push(Piece::Hole(Hole::new(name)));
        }
        rest = behind.get(length..).unwrap_or_default();
    }
    text.push(Piece::Literal(rest.to_owned()));
    text
}
