//! What stands behind a backslash.

use super::{cursor::Cursor, set};
use crate::expression::Truth;

pub(super) fn invalid(message: impl Into<String>) -> Truth {
    Truth::Error(message.into())
}

/// The character of an escape, the backslash being taken.
pub(super) fn character(cursor: &mut Cursor) -> Result<u32, Truth> {
    let escaped = cursor.next().ok_or_else(|| invalid("a backslash ends the pattern"))?;
    Ok(match escaped {
        '1'..='7' if !cursor.peek(0).is_some_and(|next| next.is_digit(8)) => {
            return Err(invalid(format!("RE2 has no backreferences: `\\{escaped}`")));
        }
        '0'..='7' => octal(escaped, cursor),
        'x' => hexadecimal(cursor)?,
        'a' => 7,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        _ if escaped.is_ascii() && !escaped.is_ascii_alphanumeric() => u32::from(escaped),
        'C' => return Err(Truth::unknown("`\\C` is in RE2, and not in Go")),
        'E' => return Err(Truth::unknown("`\\E` without `\\Q` is not documented")),
        _ => return Err(invalid(format!("RE2 has no escape `\\{}`", escaped.escape_debug()))),
    })
}

/// Three digits at most.
fn octal(first: char, cursor: &mut Cursor) -> u32 {
    let mut code = first.to_digit(8).unwrap_or_default();
    for _ in 0..2 {
        let Some(digit) = cursor.peek(0).and_then(|next| next.to_digit(8)) else { break };
        cursor.skip(1);
        code = code.saturating_mul(8).saturating_add(digit);
    }
    code
}

/// `\xFF`, `\x{10FFFF}`
fn hexadecimal(cursor: &mut Cursor) -> Result<u32, Truth> {
    let wrong = || invalid("`\\x` takes two hexadecimal digits, or some in braces");
    let digits: String = if cursor.eat("{") {
        cursor.until("}", 64).ok_or_else(wrong)?
    } else {
        let digits: String = [cursor.next(), cursor.next()].into_iter().flatten().collect();
        if digits.len() == 2 { digits } else { return Err(wrong()) }
    };
    // Rust's reader accepts a sign.
    let are_digits = digits.chars().all(|digit| digit.is_ascii_hexdigit());
    match u32::from_str_radix(&digits, 16) {
        Ok(code) if are_digits && code <= 0x0010_FFFF => Ok(code),
        _ => Err(wrong()),
    }
}

/// The ASCII characters of `\p{…}` or `\pL`, both being taken up to the `p`.
pub(super) fn unicode(cursor: &mut Cursor, is_negated: bool, folds: bool) -> Result<set::Set, Truth> {
    let wrong = || invalid("`\\p` takes the name of a class of Unicode");
    let mut name = if cursor.eat("{") {
        cursor.until("}", 64).ok_or_else(wrong)?
    } else {
        let name = cursor.next().ok_or_else(wrong)?.to_string();
        if !"CLMNPSZ".contains(&name) {
            return Err(wrong());
        }
        name
    };
    let mut is_negated = is_negated;
    if let Some(rest) = name.strip_prefix('^') {
        is_negated = !is_negated;
        name = rest.to_owned();
    }
    if name.is_empty() || name.contains('=') || name == "Alphabetic" {
        return Err(wrong());
    }
    if folds {
        return Err(Truth::unknown("classes of Unicode without regard to case are not compared here"));
    }
    let set =
        set::unicode(&name).ok_or_else(|| Truth::unknown("a class of Unicode that is not known here"))?;
    Ok(if is_negated { set.negated() } else { set })
}
