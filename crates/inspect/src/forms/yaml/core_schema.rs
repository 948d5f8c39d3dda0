//! Plain scalars by the core schema of YAML 1.2.

use crate::document::{Text, Value};

/// What a plain scalar stands for, if it is not a string. Numbers are written as JSON has them.
pub(super) fn value(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "true" | "True" | "TRUE" => return Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Value::Bool(false)),
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return integer(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return integer(digits, 8);
    }
    number(text)
}

fn integer(digits: &str, radix: u32) -> Option<Value> {
    let number = digits
        .starts_with(|first: char| first.is_digit(radix))
        .then(|| u64::from_str_radix(digits, radix).ok())?;
    number.map(|number| Value::Number(number.to_string()))
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn number(text: &str) -> Option<Value> {
    if !is_number(text) {
        return None;
    }
    let unsigned = text.trim_start_matches(['-', '+']);
    let sign = if text.starts_with('-') { "-" } else { "" };
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = unsigned.trim_start_matches('0');
        return Some(Value::Number(format!("{sign}{}", if digits.is_empty() { "0" } else { digits })));
    }
    // JSON has a digit on both sides of the point.
    let (whole, rest) = unsigned.split_at(unsigned.find(['.', 'e', 'E'])?);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let (fraction, exponent) = rest.split_at(rest.find(['e', 'E']).unwrap_or(rest.len()));
    let fraction = if fraction == "." { "" } else { fraction };
    Some(Value::Number(format!("{sign}{whole}{fraction}{exponent}")))
}

/// Whether it is a decimal number as YAML writes them.
pub(super) fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let are_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && are_digits(fraction),
        Some((whole, fraction)) => are_digits(whole) && are_digits(fraction),
        None => !mantissa.is_empty() && are_digits(mantissa),
    };
    is_mantissa && exponent.is_none_or(|exponent| !exponent.is_empty() && are_digits(exponent))
}

/// A scalar with a tag of YAML's own: `!!str`, `!!int` and so on.
pub(super) fn tagged(tag: &str, text: &str) -> Value {
    match tag {
        "tag:yaml.org,2002:str" => Value::Text(Text::new(text)),
        _ => value(text).unwrap_or_else(|| Value::Text(Text::new(text))),
    }
}
