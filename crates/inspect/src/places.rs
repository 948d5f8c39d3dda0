//! Lines and columns.

/// A place in the pasted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Lines and columns of a text. Each place is found in a list of lines, so that a large report costs no more than its size.
#[derive(Debug)]
pub(crate) struct Places<'t> {
    text: &'t str,
    lines: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { text, lines: std::iter::once(0).chain(newlines.map(|(at, _)| at.saturating_add(1))).collect() }
    }

    pub(crate) fn at(&self, offset: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        // A line of a megabyte is not counted for each of its values.
        let column = match offset.checked_sub(start) {
            Some(bytes @ ..=10_000) => self
                .text
                .get(start..start.saturating_add(bytes))
                .map_or(bytes, |before| before.chars().count()),
            Some(bytes) => bytes,
            None => 0,
        };
        Position { line, column: column.saturating_add(1) }
    }
}
