//! JSON (RFC 8259): `serde_json` says whether it is, and `jsonc-parser` where each value stands.

use jsonc_parser::{CollectOptions, ParseOptions, ast, common::Ranged as _, parse_to_ast};

use super::{Document, Form};
use crate::{
    ReadError,
    document::{Hole, Item, Member, Node, Piece, Span, Text, Value},
};

pub(super) fn read(text: &str) -> Result<Vec<Document>, ReadError> {
    if text.trim_start().starts_with('%') {
        return read_percent_encoded(text);
    }
    Ok(vec![Document { system: None, form: Form::Json, node: read_value(text)? }])
}

/// The raw API of IAM, and logs, have the policy percent-encoded.
fn read_percent_encoded(text: &str) -> Result<Vec<Document>, ReadError> {
    let decoded = percent_encoding::percent_decode_str(text.trim())
        .decode_utf8()
        .map_err(|_| ReadError::syntax(text, 0, "the percent-encoded text is not UTF-8"))?;
    let mut node = read_value(&decoded)?;
    // Its places are those of another text.
    node.move_to(Span { start: 0, end: text.len() });
    Ok(vec![Document { system: None, form: Form::Json, node }])
}

/// Reads one JSON value. Members that occur twice are kept.
pub(crate) fn read_value(text: &str) -> Result<Node, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // It also bounds the depth, before anything else descends.
    if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
        return Err(explain(text, &error));
    }
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options)
        .map_err(|error| ReadError::syntax(text, error.range().start, error.kind().to_string()))?;
    parsed.value.map(|value| node(&value)).ok_or_else(|| ReadError::syntax(text, 0, "the text is empty"))
}

fn node(value: &ast::Value<'_>) -> Node {
    let range = value.range();
    let span = Span { start: range.start, end: range.end };
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
        ast::Value::StringLit(literal) => Value::Text(with_placeholders(&literal.value)),
        ast::Value::Array(array) => {
            Value::List(array.elements.iter().map(|element| Item::One(node(element))).collect())
        }
        ast::Value::Object(object) => Value::Object(
            object
                .properties
                .iter()
                .map(|property| {
                    let range = property.name.range();
                    Member {
                        name: Text::new(property.name.as_str()),
                        span: Span { start: range.start, end: range.end },
                        value: node(&property.value),
                    }
                })
                .collect(),
        ),
    };
    Node { span, value }
}

/// Text in which placeholders such as `<ORG>` are holes: tutorials have them, and no name of GitHub's has `<`.
pub(crate) fn with_placeholders(text: &str) -> Text {
    let mut read = Text::default();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        let is_name =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | ' ');
        let name = from.get(1..).and_then(|inner| inner.split_once('>')).map(|(name, _)| name);
        let Some(name) = name.filter(|name| {
            name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(is_name)
        }) else {
            let (bracket, behind) = from.split_at(1);
            read.push(Piece::Literal(format!("{before}{bracket}")));
            rest = behind;
            continue;
        };
        read.push(Piece::Literal(before.to_owned()));
        read.push(Piece::Hole(Hole::new(format!("<{name}>"))));
        rest = from.get(name.len().saturating_add(2)..).unwrap_or_default();
    }
    read.push(Piece::Literal(rest.to_owned()));
    read
}

/// What is wrong with text that is not JSON, in the words of the mistakes that people make.
fn explain(text: &str, error: &serde_json::Error) -> ReadError {
    let offset = if error.is_eof() { text.len() } else { offset(text, error.line(), error.column()) };
    let from = text.get(offset..).unwrap_or_default();
    let message = match from.chars().next() {
        None => "the JSON ends too early: a closing `}`, `]` or `\"` is missing".to_owned(),
        Some('/' | '#') => "JSON has no comments: remove this one".to_owned(),
        Some('“' | '”' | '„' | '‘' | '’') => {
            "a typographic quotation mark, as word processors write them: use `\"`".to_owned()
        }
        Some('\'') => "JSON strings are in double quotes: write `\"` in place of `'`".to_owned(),
        Some('<') => "a placeholder that is to be replaced, or to be written within quotes".to_owned(),
        Some('}' | ']') if error.to_string().starts_with("trailing comma") => {
            "JSON has no comma behind the last element: remove the comma in front of this place".to_owned()
        }
        Some(_) if error.to_string().starts_with("recursion limit") => {
            "the JSON is nested deeper than 128 levels".to_owned()
        }
        Some(_) => {
            let whole = error.to_string();
            let message = whole.split(" at line ").next().unwrap_or_default();
            format!("not JSON: {message}")
        }
    };
    ReadError::syntax(text, offset, message)
}

/// The byte that `serde_json` counts as a line and a column in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut offset = start.saturating_add(column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset = offset.saturating_sub(1);
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_almost_json_is_explained() {
        for (text, message) in [
            ("{\"a\": 1, // one\n}", "JSON has no comments: remove this one, in line 1, column 10"),
            (
                "{\n  \"a\": [1,],\n}",
                "JSON has no comma behind the last element: remove the comma in front of this place, in line 2, column 11",
            ),
            (
                "{“a”: 1}",
                "a typographic quotation mark, as word processors write them: use `\"`, in line 1, column 2",
            ),
            (
                "{'a': 1}",
                "JSON strings are in double quotes: write `\"` in place of `'`, in line 1, column 2",
            ),
            (
                "{\"a\": <ACCOUNT_ID>}",
                "a placeholder that is to be replaced, or to be written within quotes, in line 1, column 7",
            ),
            (
                "{\"a\": 1",
                "the JSON ends too early: a closing `}`, `]` or `\"` is missing, in line 1, column 8",
            ),
        ] {
            assert_eq!(read_value(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn placeholders_in_strings_are_holes() {
        let text = with_placeholders("repo:<ORG>/<REPO NAME>:a<b>c<");
        assert_eq!(text.shown(), "repo:{<ORG>}/{<REPO NAME>}:a{<b>}c<");
    }

    #[test]
    fn hostile_nesting_is_an_error() {
        let deep = "[".repeat(100_000);
        assert!(read_value(&deep).unwrap_err().to_string().contains("nested deeper"));
    }
}
