//! The functions of CEL, and the three that Google documents on top: `extract`, `split`, `join`.

use super::{
    Value,
    ast::Operator,
    budget::{Budget, TEXT_BYTES},
};
use crate::{
    document::{Piece, Span, Text},
    expression::{Claims, Pattern, Syntax, Truth},
    re2::Re2,
};

/// Functions that are known, though not all are evaluated.
pub(super) const KNOWN: [&str; 15] = [
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "size",
    "int",
    "uint",
    "double",
    "string",
    "bool",
    "bytes",
    "dyn",
    "extract",
    "split",
    "join",
];

/// Functions that CEL, or its extension for strings, has, and that are not evaluated.
pub(super) const UNDOCUMENTED: [&str; 26] = [
    "timestamp",
    "duration",
    "type",
    "lowerAscii",
    "upperAscii",
    "substring",
    "replace",
    "indexOf",
    "lastIndexOf",
    "trim",
    "charAt",
    "format",
    "quote",
    "reverse",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "optional",
    "orValue",
];

fn literal(text: &Text) -> Result<String, Truth> {
    text.literal().ok_or_else(|| Truth::needs_of(text))
}

pub(super) fn call(
    name: &str,
    target: Option<Value>,
    arguments: Vec<Value>,
    budget: &Budget,
) -> Result<Value, Truth> {
    if UNDOCUMENTED.contains(&name) {
        return Err(Truth::unknown(format!(
            "whether Google has CEL's `{name}` is not documented, or it is not evaluated"
        )));
    }
    let is_method = target.is_some();
    let values: Vec<Value> = target.into_iter().chain(arguments).collect();
    match (name, values.as_slice(), is_method) {
        ("startsWith" | "endsWith" | "contains", [Value::Text(text), Value::Text(part)], true) => {
            part_of(name, text, part)
        }
        ("matches", [Value::Text(text), Value::Text(pattern)], _) => {
            let (text, pattern) = (literal(text)?, literal(pattern)?);
            budget.charge(pattern.len())?;
            match Re2::compile(&pattern)?.matches(&text, false) {
                Truth::True => Ok(Value::Bool(true)),
                Truth::False => Ok(Value::Bool(false)),
                other => Err(other),
            }
        }
        ("size", [value], _) => size(value),
        ("dyn", [value], false) => Ok(value.clone()),
        ("string", [value], false) => string(value),
        ("int" | "uint", [value], false) => integer(name, value),
        ("double", [value], false) => double(value),
        ("bool", [Value::Bool(flag)], false) => Ok(Value::Bool(*flag)),
        ("bool", [Value::Text(text)], false) => match literal(text)?.as_str() {
            "true" | "True" | "TRUE" | "t" | "1" => Ok(Value::Bool(true)),
            "false" | "False" | "FALSE" | "f" | "0" => Ok(Value::Bool(false)),
            _ => Err(Truth::Error("the text is not a bool".into())),
        },
        ("bytes", [Value::Text(_)], false) => Ok(Value::Opaque("bytes")),
        ("extract", [Value::Text(text), Value::Text(template)], true) => {
            extract(&literal(text)?, &literal(template)?).map(|found| Value::Text(Text::new(found)))
        }
        ("split", [Value::Text(text), Value::Text(separator)], true) => {
            let (text, separator) = (literal(text)?, literal(separator)?);
            split(&text, &separator, None, budget)
        }
        ("split", [Value::Text(text), Value::Text(separator), Value::Int(limit)], true) => {
            let (text, separator) = (literal(text)?, literal(separator)?);
            split(&text, &separator, Some(*limit), budget)
        }
        ("join", [Value::List(items)], true) => join(items, ""),
        ("join", [Value::List(items), Value::Text(separator)], true) => join(items, &literal(separator)?),
        _ if values.iter().any(|value| matches!(value, Value::Opaque(_))) => {
            Err(Truth::unknown("values of this type are not evaluated"))
        }
        _ => {
            let types: Vec<_> = values.iter().map(Value::type_name).collect();
            Err(Truth::Error(format!("no `{name}` for {}", types.join(", "))))
        }
    }
}

fn part_of(name: &str, text: &Text, part: &Text) -> Result<Value, Truth> {
    let text = literal(text)?;
    if let Some(part) = part.literal() {
        return Ok(Value::Bool(match name {
            "startsWith" => text.starts_with(&part),
            "endsWith" => text.ends_with(&part),
            _ => text.contains(&part),
        }));
    }
    let mut pattern = Text::default();
    let run = || Piece::Literal("*".into());
    if name != "startsWith" {
        pattern.push(run());
    }
    for piece in part.pieces() {
        pattern.push(match piece {
            Piece::Literal(literal) => Piece::Verbatim(literal.clone()),
            other => other.clone(),
        });
    }
    if name != "endsWith" {
        pattern.push(run());
    }
    match Pattern::new(pattern, Syntax::Star, Span::default()).matches(&text, &Claims::default()) {
        Truth::False => Ok(Value::Bool(false)),
        _ => Err(Truth::needs_of(part)),
    }
}

fn count(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn size(value: &Value) -> Result<Value, Truth> {
    match value {
        Value::Text(text) => Ok(count(literal(text)?.chars().count())),
        Value::List(items) => Ok(count(items.len())),
        Value::Map(entries) => Ok(count(entries.len())),
        Value::Opaque(_) => Err(Truth::unknown("values of this type are not evaluated")),
        other => Err(Truth::Error(format!("{} has no size", other.type_name()))),
    }
}

const NUMBER: &str = "whether Google makes numbers of the token ints or doubles is not documented";

fn string(value: &Value) -> Result<Value, Truth> {
    let text = match value {
        Value::Text(text) => return Ok(Value::Text(text.clone())),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Number(_) | Value::Double(_) => return Err(Truth::unknown(NUMBER)),
        Value::Opaque(_) => return Err(Truth::unknown("values of this type are not evaluated")),
        other => return Err(Truth::Error(format!("no `string` for {}", other.type_name()))),
    };
    Ok(Value::Text(Text::new(text)))
}

fn integer(name: &str, value: &Value) -> Result<Value, Truth> {
    let wrong = || Truth::Error(format!("{} is not an {name}", value.type_name()));
    let number: i128 = match value {
        Value::Int(number) => (*number).into(),
        Value::Uint(number) => (*number).into(),
        Value::Number(number) => number.as_i64().ok_or_else(|| Truth::unknown(NUMBER))?.into(),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, and what does not fit is refused below"
        )]
        Value::Double(number) if number.is_finite() => *number as i128,
        Value::Text(text) => {
            let text = literal(text)?;
            let digits = text.strip_prefix('-').unwrap_or(&text);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            text.parse().map_err(|_| wrong())?
        }
        Value::Opaque(_) => return Err(Truth::unknown("values of this type are not evaluated")),
        _ => return Err(wrong()),
    };
    if name == "int" {
        i64::try_from(number).map(Value::Int).map_err(|_| wrong())
    } else {
        u64::try_from(number).map(Value::Uint).map_err(|_| wrong())
    }
}

fn double(value: &Value) -> Result<Value, Truth> {
    #[expect(clippy::cast_precision_loss, reason = "as CEL converts")]
    match value {
        Value::Int(number) => Ok(Value::Double(*number as f64)),
        Value::Uint(number) => Ok(Value::Double(*number as f64)),
        Value::Double(number) => Ok(Value::Double(*number)),
        Value::Number(number) => Ok(Value::Double(number.as_f64().unwrap_or(f64::NAN))),
        Value::Text(text) => literal(text)?
            .parse()
            .map(Value::Double)
            .map_err(|_| Truth::Error("the text is not a double".into())),
        Value::Opaque(_) => Err(Truth::unknown("values of this type are not evaluated")),
        other => Err(Truth::Error(format!("no `double` for {}", other.type_name()))),
    }
}

/// Google's `extract`: what stands between the first prefix and the first suffix behind it, or nothing.
fn extract(text: &str, template: &str) -> Result<String, Truth> {
    let wrong = || Truth::Error("the template of `extract` needs one `{name}`".into());
    let (prefix, rest) = template.split_once('{').ok_or_else(wrong)?;
    let (name, suffix) = rest.split_once('}').ok_or_else(wrong)?;
    let is_name = !name.is_empty()
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    if !is_name || suffix.contains(['{', '}']) {
        return Err(wrong());
    }
    let Some((_, behind)) = text.split_once(prefix) else { return Ok(String::new()) };
    if suffix.is_empty() {
        return Ok(behind.to_owned());
    }
    Ok(behind.split_once(suffix).map(|(found, _)| found.to_owned()).unwrap_or_default())
}

fn split(text: &str, separator: &str, limit: Option<i64>, budget: &Budget) -> Result<Value, Truth> {
    let parts: Vec<String> = match (limit, separator.is_empty()) {
        (Some(0), _) => Vec::new(),
        (Some(limit), false) if limit > 0 => {
            text.splitn(usize::try_from(limit).unwrap_or(usize::MAX), separator).map(str::to_owned).collect()
        }
        (_, false) => text.split(separator).map(str::to_owned).collect(),
        (None, true) => text.chars().map(String::from).collect(),
        (Some(_), true) => return Err(Truth::unknown("a limited split between characters is not evaluated")),
    };
    budget.charge(parts.len())?;
    Ok(Value::List(parts.into_iter().map(|part| Value::Text(Text::new(part))).collect()))
}

fn join(items: &[Value], separator: &str) -> Result<Value, Truth> {
    let mut joined = Text::default();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            joined.push(Piece::Literal(separator.to_owned()));
        }
        match item {
            Value::Text(text) => joined.append(text),
            other => return Err(Truth::Error(format!("{} cannot be joined", other.type_name()))),
        }
    }
    Ok(Value::Text(joined))
}

pub(super) fn negative(value: Value) -> Result<Value, Truth> {
    match value {
        Value::Int(number) => {
            number.checked_neg().map(Value::Int).ok_or_else(|| Truth::Error("an integer overflows".into()))
        }
        Value::Double(number) => Ok(Value::Double(-number)),
        Value::Number(_) => Err(Truth::unknown(NUMBER)),
        other => Err(Truth::Error(format!("no `-` for {}", other.type_name()))),
    }
}

/// Arithmetic of integers of one type, which ends where they overflow.
macro_rules! checked {
    ($operator:expr, $left:expr, $right:expr) => {
        match $operator {
            Operator::Add => $left.checked_add($right),
            Operator::Subtract => $left.checked_sub($right),
            Operator::Multiply => $left.checked_mul($right),
            Operator::Divide => $left.checked_div($right),
            _ => $left.checked_rem($right),
        }
    };
}

pub(super) fn arithmetic(
    operator: Operator,
    left: Value,
    right: Value,
    budget: &Budget,
) -> Result<Value, Truth> {
    let overflow = || Truth::Error("an integer overflows, or is divided by zero".into());
    match (operator, left, right) {
        (Operator::Add, Value::Text(mut left), Value::Text(right)) => {
            let length = |text: &Text| text.literal().map_or(0, |literal| literal.len());
            if length(&left).saturating_add(length(&right)) > TEXT_BYTES {
                return Err(Truth::unknown("a text grows larger than is evaluated"));
            }
            budget.charge(length(&left).saturating_add(length(&right)) / 64)?;
            left.append(&right);
            Ok(Value::Text(left))
        }
        (Operator::Add, Value::List(mut left), Value::List(right)) => {
            budget.charge(left.len().saturating_add(right.len()))?;
            left.extend(right);
            Ok(Value::List(left))
        }
        (_, Value::Int(left), Value::Int(right)) => {
            checked!(operator, left, right).map(Value::Int).ok_or_else(overflow)
        }
        (_, Value::Uint(left), Value::Uint(right)) => {
            checked!(operator, left, right).map(Value::Uint).ok_or_else(overflow)
        }
        (Operator::Add, Value::Double(left), Value::Double(right)) => Ok(Value::Double(left + right)),
        (Operator::Subtract, Value::Double(left), Value::Double(right)) => Ok(Value::Double(left - right)),
        (Operator::Multiply, Value::Double(left), Value::Double(right)) => Ok(Value::Double(left * right)),
        (Operator::Divide, Value::Double(left), Value::Double(right)) => Ok(Value::Double(left / right)),
        (_, Value::Number(_), _) | (_, _, Value::Number(_)) => Err(Truth::unknown(NUMBER)),
        (_, Value::Opaque(_), _) | (_, _, Value::Opaque(_)) => {
            Err(Truth::unknown("values of this type are not evaluated"))
        }
        (_, left, right) => {
            Err(Truth::Error(format!("no such operator for {} and {}", left.type_name(), right.type_name())))
        }
    }
}
