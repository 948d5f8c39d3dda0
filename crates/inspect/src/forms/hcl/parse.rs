//! The syntax, and what is wrong with text that does not follow it.

use hcl_edit::{
    expr::Expression,
    parser::{Error, parse_body, parse_expr},
    structure::Body,
};

use crate::ReadError;

/// The most bytes that are parsed: the parser compares each key of an object with all keys before it.
const BYTES: usize = 128 * 1024;

/// What a text is.
#[derive(Debug)]
pub(super) enum Syntax {
    /// Blocks and attributes.
    Body(Body),
    /// One expression, such as `jsonencode({…})`, and the byte at which it starts.
    Expression(Box<Expression>, usize),
}

pub(super) fn parse(text: &str) -> Result<Syntax, ReadError> {
    if text.len() > BYTES {
        return Err(ReadError::too_large(format!(
            "the text is {} bytes long, the limit for HCL is {BYTES}",
            text.len()
        )));
    }
    let start = code_start(text);
    let code = text.get(start..).unwrap_or_default();
    let name =
        code.trim_start_matches(|character: char| character.is_ascii_alphanumeric() || character == '_');
    if name.len() < code.len() && name.starts_with('(') {
        let expression = parse_expr(code.trim_end()).map_err(|error| explain(text, start, &error))?;
        return Ok(Syntax::Expression(Box::new(expression), start));
    }
    parse_body(text).map(Syntax::Body).map_err(|error| explain(text, 0, &error))
}

/// Where the first line starts that is not empty and not a comment.
fn code_start(text: &str) -> usize {
    let mut start: usize = 0;
    for line in text.split_inclusive('\n') {
        let code = line.trim_start();
        if !code.is_empty() && !code.starts_with('#') && !code.starts_with("//") {
            return start.saturating_add(line.len().saturating_sub(code.len()));
        }
        start = start.saturating_add(line.len());
    }
    start
}

fn explain(text: &str, base: usize, error: &Error) -> ReadError {
    let mut offset = base.saturating_add(error.location().offset()).min(text.len());
    while !text.is_char_boundary(offset) {
        offset = offset.saturating_sub(1);
    }
    offset = offset.saturating_add(placeholder(text.get(offset..).unwrap_or_default()).unwrap_or_default());
    let from = text.get(offset..).unwrap_or_default();
    let reason = error.message();
    let message = if reason.contains("redefined object key") {
        "this key is defined twice in the object, and Terraform uses the last definition: remove the other one"
            .to_owned()
    } else if reason.contains("redefined attribute") {
        "this argument is defined twice in the block, which Terraform refuses: remove one of them".to_owned()
    } else if reason.contains("nesting depth") {
        "the HCL is nested deeper than 64 levels".to_owned()
    } else if reason.contains("chained binary operators") {
        "more than 128 operators in one expression".to_owned()
    } else if reason.contains("escape") || reason.contains("hex code") {
        "unknown escape sequence in a string: HCL has `\\n`, `\\r`, `\\t`, `\\\"`, `\\\\` and `\\uNNNN`; write a backslash as `\\\\`".to_owned()
    } else if reason.contains("heredoc end") {
        "the heredoc is not closed: its delimiter must be the only text on a line".to_owned()
    } else {
        by_character(from, text.trim_end().len() <= offset.saturating_add(1), reason)
    };
    ReadError::syntax(text, offset, message)
}

/// Where a placeholder stands outside of quotes in the first line: the parser blames the start of the line.
fn placeholder(from: &str) -> Option<usize> {
    let line = from.lines().next()?;
    let at = line.find('<')?;
    let (before, behind) = line.split_at(at);
    let is_quoted = before.matches('"').count().checked_rem(2) == Some(1);
    (!is_quoted && !behind.starts_with("<<") && behind.contains('>')).then_some(at)
}

fn by_character(from: &str, at_end: bool, reason: &str) -> String {
    match from.chars().next() {
        None => "the HCL ends too early: a closing `}`, `]`, `)` or `\"` is missing".to_owned(),
        Some('“' | '”' | '„' | '‘' | '’') => {
            "a typographic quotation mark, as word processors write them: use `\"`".to_owned()
        }
        Some('\'') => "HCL strings are in double quotes: write `\"` in place of `'`".to_owned(),
        Some('<') if !from.starts_with("<<") => {
            "a placeholder that is to be replaced, or to be written within quotes".to_owned()
        }
        Some('.' | '…') if from.starts_with("...") || from.starts_with('…') => {
            "an ellipsis in place of code: remove it".to_owned()
        }
        Some(_) if at_end => "the HCL ends too early: a closing `}`, `]`, `)` or `\"` is missing".to_owned(),
        Some(_) if reason.starts_with("invalid expression") => "not HCL: expected an expression".to_owned(),
        Some(_) => format!("not HCL: {reason}"),
    }
}
