//! JSON within the text of a template, and values as JSON.

use hcl_edit::expr::Expression;

use super::{
    scope::{Env, Scope},
    template::{Content, Part},
    values::hole,
};
use crate::{
    ReadError,
    document::{Hole, Item, Member, Node, Piece, Span, Text, Value},
    forms::json::read_value,
};

/// Stands in JSON text for what is not known.
const MARK: char = '\u{e000}';

/// JSON text that is put together, and where its bytes come from.
#[derive(Debug, Default)]
struct Joined {
    json: String,
    /// A byte of the JSON text, and the byte of the document that it stands for, ascending.
    places: Vec<(usize, usize)>,
    /// What the marks stand for, in the order of the text.
    values: std::collections::VecDeque<Marked>,
    in_string: bool,
    escaped: bool,
}

#[derive(Debug)]
enum Marked {
    /// A hole within a string.
    InString(Hole),
    /// A value in place of a JSON value.
    Whole(Node),
}

/// Reads the JSON that the parts of a template are.
fn read_parts(text: &str, parts: Vec<Part>, span: Span) -> Result<Node, ReadError> {
    let mut joined = Joined::default();
    for Part { span, content } in parts {
        match content {
            Content::Literal(literal) => joined.literal(&literal, text, span),
            Content::Value(node) => joined.value(node, span),
        }
    }
    joined.read(text, span)
}

/// Reads the JSON that text is, whose characters have no places of their own.
pub(in crate::forms) fn read_text(document: &str, text: &Text, span: Span) -> Result<Node, ReadError> {
    let mut joined = Joined::default();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) | Piece::Verbatim(literal) => joined.fixed(literal, span.start),
            Piece::Hole(hole) => joined.value(Node { span, value: Value::Hole(hole.clone()) }, span),
            Piece::Claim { name, .. } => joined.value(hole(span, name), span),
        }
    }
    joined.read(document, span)
}

impl Joined {
    /// Adds characters of the document. What the document has in addition, an indentation or a backslash, is passed over.
    fn literal(&mut self, literal: &str, text: &str, span: Span) {
        let mut source = text.get(span.start..span.end).unwrap_or_default().char_indices();
        let mut expected = None;
        for character in literal.chars() {
            let place = source
                .by_ref()
                .find(|(_, other)| *other == character)
                .map_or(span.end, |(at, _)| span.start.saturating_add(at));
            if expected != Some(place) {
                self.places.push((self.json.len(), place));
            }
            expected = Some(place.saturating_add(character.len_utf8()));
            self.push(character);
        }
    }

    /// Adds characters that all stand at one place.
    fn fixed(&mut self, literal: &str, place: usize) {
        for character in literal.chars() {
            self.places.push((self.json.len(), place));
            self.push(character);
        }
    }

    fn push(&mut self, character: char) {
        match character {
            _ if self.escaped => self.escaped = false,
            '\\' => self.escaped = self.in_string,
            '"' => self.in_string = !self.in_string,
            _ => {}
        }
        self.json.push(if character == MARK { char::REPLACEMENT_CHARACTER } else { character });
    }

    fn value(&mut self, node: Node, span: Span) {
        match node.value {
            Value::Text(text) => {
                for piece in text.pieces() {
                    match piece {
                        Piece::Literal(literal) | Piece::Verbatim(literal) => self.fixed(literal, span.start),
                        Piece::Hole(hole) => {
                            self.value(Node { span, value: Value::Hole(hole.clone()) }, span);
                        }
                        Piece::Claim { .. } => {}
                    }
                }
            }
            Value::Hole(hole) if self.in_string => {
                self.places.push((self.json.len(), span.start));
                self.json.push(MARK);
                self.values.push_back(Marked::InString(hole));
            }
            Value::Number(literal) if self.in_string => self.fixed(&literal, span.start),
            Value::Bool(flag) if self.in_string => self.fixed(&flag.to_string(), span.start),
            // Terraform refuses lists and objects there.
            _ if self.in_string => self.value(hole(span, "interpolation"), span),
            value => {
                self.places.push((self.json.len(), span.start));
                self.json.push('"');
                self.json.push(MARK);
                self.json.push('"');
                self.values.push_back(Marked::Whole(Node { span, value }));
            }
        }
    }

    fn read(mut self, text: &str, span: Span) -> Result<Node, ReadError> {
        let mut node = match read_value(&self.json) {
            Ok(node) => node,
            Err(error) => {
                let message = error.to_string();
                let message =
                    message.rsplit_once(", in line ").map_or(message.as_str(), |(message, _)| message);
                let place = error.position().map_or(0, |position| {
                    let lines = self.json.split_inclusive('\n');
                    let start: usize = lines.take(position.line.saturating_sub(1)).map(str::len).sum();
                    let line = self.json.get(start..).unwrap_or_default();
                    let column: usize =
                        line.chars().take(position.column.saturating_sub(1)).map(char::len_utf8).sum();
                    start.saturating_add(column)
                });
                return Err(ReadError::syntax(text, self.place(place, span), message));
            }
        };
        self.fill(&mut node, span);
        Ok(node)
    }

    /// The byte of the document for a byte of the JSON text.
    fn place(&self, at: usize, span: Span) -> usize {
        let index = self.places.partition_point(|(json, _)| *json <= at);
        match index.checked_sub(1).and_then(|index| self.places.get(index)) {
            Some((json, place)) => place.saturating_add(at.saturating_sub(*json)).min(span.end),
            None => span.start,
        }
    }

    fn relocated(&self, of: Span, span: Span) -> Span {
        let start = self.place(of.start, span);
        let last = self.place(of.end.saturating_sub(1), span);
        Span { start, end: last.saturating_add(1).max(start) }
    }

    /// Puts values in place of the marks, in the order of the text.
    fn fill(&mut self, node: &mut Node, span: Span) {
        node.span = self.relocated(node.span, span);
        match &mut node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Hole(_) => {}
            Value::Text(text) => {
                if text.literal().is_some_and(|literal| literal.chars().eq([MARK]))
                    && let Some(Marked::Whole(_)) = self.values.front()
                    && let Some(Marked::Whole(whole)) = self.values.pop_front()
                {
                    node.value = whole.value;
                    return;
                }
                *text = self.filled(text);
            }
            Value::List(items) => {
                for item in items {
                    match item {
                        Item::One(node) | Item::Each { node, .. } => self.fill(node, span),
                    }
                }
            }
            Value::Object(members) => {
                for Member { name, span: place, value } in members {
                    *place = self.relocated(*place, span);
                    *name = self.filled(name);
                    self.fill(value, span);
                }
            }
        }
    }

    fn filled(&mut self, text: &Text) -> Text {
        let mut filled = Text::default();
        for piece in text.pieces() {
            let Piece::Literal(literal) = piece else {
                filled.push(piece.clone());
                continue;
            };
            for (index, part) in literal.split(MARK).enumerate() {
                if index > 0 {
                    let hole = match self.values.pop_front() {
                        Some(Marked::InString(hole)) => hole,
                        Some(Marked::Whole(_)) | None => Hole::new("interpolation"),
                    };
                    filled.push(Piece::Hole(hole));
                }
                filled.push(Piece::Literal(part.to_owned()));
            }
        }
        filled
    }
}

/// A value that is JSON text or was given to `jsonencode`, as the value that it is JSON of.
pub(super) fn decoded(scope: &Scope<'_>, node: Node) -> Result<Node, ReadError> {
    match &node.value {
        Value::Text(text) if text.pieces().len() == 1 && text.holes().next().is_some() => Ok(node),
        Value::Text(text) => read_text(scope.text, text, node.span),
        _ => Ok(node),
    }
}

/// A value in an argument: an object that is given to `jsonencode`, or JSON text.
pub(super) fn read_json(
    scope: &Scope<'_>,
    expression: &Expression,
    env: Option<&Env<'_>>,
) -> Result<Node, ReadError> {
    let span = scope.span(expression);
    let template = match expression {
        Expression::Parenthesis(inner) => return read_json(scope, inner.inner(), env),
        Expression::HeredocTemplate(heredoc) => &heredoc.template,
        Expression::StringTemplate(template) if template.len() > 1 => template,
        _ => return decoded(scope, scope.eval(expression, env)),
    };
    read_parts(scope.text, scope.parts(template, env), span)
}
