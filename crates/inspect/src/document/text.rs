//! Text with holes.

use std::fmt::Write as _;

/// A value that the document does not hold, such as `var.org` or `$OWNER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    /// What the document calls it; inputs are given by this name.
    pub(crate) name: String,
    /// The default that the document declares for it. It can be overridden where the document is used, so it decides nothing.
    pub(crate) default: Option<String>,
}

impl Hole {
    /// A hole of this name.
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), default: None }
    }

    /// One element of the list that this hole stands for.
    #[must_use]
    pub(crate) fn element(&self) -> Self {
        Self { name: format!("{}[*]", self.name), default: None }
    }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Characters of the document.
    Literal(String),
    /// Characters of the document of which none is a wildcard.
    Verbatim(String),
    /// Any text at all, until it is known.
    Hole(Hole),
    /// The value of another claim, such as an IAM policy variable.
    Claim {
        /// The claim.
        name: String,
        /// What stands there if the token has no such claim.
        default: Option<String>,
    },
}

/// Text with holes. Neighbouring literals are joined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pieces: Vec<Piece>,
}

impl Text {
    /// Text without holes.
    pub(crate) fn new(literal: impl Into<String>) -> Self {
        let mut text = Self::default();
        text.push(Piece::Literal(literal.into()));
        text
    }

    /// A text that is one hole.
    pub(crate) fn hole(hole: Hole) -> Self {
        Self { pieces: vec![Piece::Hole(hole)] }
    }

    /// Adds a piece at the end.
    pub(crate) fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (_, Piece::Literal(literal)) if literal.is_empty() => {}
            (_, Piece::Verbatim(literal)) if literal.is_empty() => {}
            (Some(Piece::Literal(before)), Piece::Literal(literal))
            | (Some(Piece::Verbatim(before)), Piece::Verbatim(literal)) => before.push_str(&literal),
            (_, piece) => self.pieces.push(piece),
        }
    }

    /// Adds another text at the end.
    pub(crate) fn append(&mut self, text: &Self) {
        for piece in &text.pieces {
            self.push(piece.clone());
        }
    }

    /// The parts between separators in what is literal.
    pub(crate) fn split(&self, separator: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut part = Self::default();
        for piece in &self.pieces {
            let Piece::Literal(literal) = piece else {
                part.push(piece.clone());
                continue;
            };
            for (index, text) in literal.split(separator).enumerate() {
                if index > 0 {
                    parts.push(std::mem::take(&mut part));
                }
                part.push(Piece::Literal(text.to_owned()));
            }
        }
        parts.push(part);
        parts
    }

    /// What the text begins with, as far as it is literal.
    pub(crate) fn start(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(literal)) => literal,
            _ => "",
        }
    }

    /// The text with another literal in place of its first piece.
    pub(crate) fn with_start(&self, start: &str) -> Self {
        let mut text = Self::new(start);
        for piece in self.pieces.iter().skip(1) {
            text.push(piece.clone());
        }
        text
    }

    /// The pieces.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text, if all of it is known.
    pub(crate) fn literal(&self) -> Option<String> {
        match self.pieces.as_slice() {
            [] => Some(String::new()),
            [Piece::Literal(literal)] => Some(literal.clone()),
            _ => None,
        }
    }

    /// The holes.
    pub(crate) fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Literal(_) | Piece::Verbatim(_) | Piece::Claim { .. } => None,
        })
    }

    /// What the text ends with, if that is known.
    pub(crate) fn literal_end(&self) -> &str {
        match self.pieces.last() {
            Some(Piece::Literal(literal)) => literal,
            _ => "",
        }
    }

    /// What stands for a hole in [`Self::flat`]: a noncharacter of Unicode.
    pub(crate) const HOLE: char = '\u{10ffff}';

    /// The text with [`Self::HOLE`] in place of each hole and each claim, for parsers; `None` if it has that character itself.
    pub(crate) fn flat(&self) -> Option<String> {
        let mut flat = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) | Piece::Verbatim(literal) if literal.contains(Self::HOLE) => {
                    return None;
                }
                Piece::Literal(literal) | Piece::Verbatim(literal) => flat.push_str(literal),
                Piece::Hole(_) | Piece::Claim { .. } => flat.push(Self::HOLE),
            }
        }
        Some(flat)
    }

    /// The text with `{name}` in place of each hole and each claim, for messages.
    pub(crate) fn shown(&self) -> String {
        let mut shown = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) | Piece::Verbatim(literal) => shown.push_str(literal),
                Piece::Hole(Hole { name, .. }) | Piece::Claim { name, .. } => {
                    // Writing to a string does not fail.
                    let _ = write!(shown, "{{{name}}}");
                }
            }
        }
        shown
    }
}
