//! `{1,3}` and the other repetitions.

use super::{cursor::Cursor, escapes::invalid};
use crate::expression::Truth;

/// The most that RE2 counts to, also in nested repetitions.
pub(super) const COUNT: usize = 1000;

/// How often something is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repetition {
    /// `*`, `+` or `?`
    Sign(char),
    /// Between these counts, or without an end.
    Counts(usize, Option<usize>),
}

/// The repetition that is next, and the `?` of a lazy one. Braces that are no repetition are literal.
pub(super) fn repetition(cursor: &mut Cursor) -> Result<Option<Repetition>, Truth> {
    let repetition = match cursor.peek(0) {
        Some(sign @ ('*' | '+' | '?')) => {
            cursor.skip(1);
            Repetition::Sign(sign)
        }
        Some('{') => match counts(cursor)? {
            Some(repetition) => repetition,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    cursor.eat("?");
    Ok(Some(repetition))
}

fn counts(cursor: &mut Cursor) -> Result<Option<Repetition>, Truth> {
    let mut ahead = 1;
    let Some(min) = number(cursor, &mut ahead) else { return Ok(None) };
    let mut max = Some(min.clone());
    if cursor.peek(ahead) == Some(',') {
        ahead = ahead.saturating_add(1);
        max = None;
        if cursor.peek(ahead) != Some('}') {
            let Some(end) = number(cursor, &mut ahead) else { return Ok(None) };
            max = Some(end);
        }
    }
    if cursor.peek(ahead) != Some('}') {
        return Ok(None);
    }
    cursor.skip(ahead.saturating_add(1));
    let (min, max) = (count(&min)?, max.as_deref().map(count).transpose()?);
    if min > COUNT || max.is_some_and(|max| max > COUNT || max < min) {
        return Err(invalid(format!(
            "a repetition is at most {COUNT}, and its end is not in front of its start"
        )));
    }
    Ok(Some(Repetition::Counts(min, max)))
}

/// Digits without a zero in front.
fn number(cursor: &Cursor, ahead: &mut usize) -> Option<String> {
    let mut digits = String::new();
    while let Some(digit) = cursor.peek(*ahead).filter(char::is_ascii_digit) {
        digits.push(digit);
        *ahead = ahead.saturating_add(1);
    }
    (!digits.is_empty() && (digits == "0" || !digits.starts_with('0'))).then_some(digits)
}

fn count(digits: &str) -> Result<usize, Truth> {
    if digits.len() > 9 {
        return Err(Truth::unknown("RE2 and Go differ on a repetition of so many digits"));
    }
    Ok(digits.parse().unwrap_or(usize::MAX))
}
