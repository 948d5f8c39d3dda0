//! Strict JSON (RFC 8259): UTF-8 without a byte-order mark, no member twice, bounded depth, no
//! member `__proto__`.
//!
//! Property tests compare it with `serde_json`, which accepts two members of one name, of which each
//! reader sees another one.

mod encoding;
mod error;
mod parse;
mod reader;
mod scalars;
#[cfg(test)]
mod tests;

use alloc::{string::String, vec::Vec};
use core::fmt::Write as _;

pub use self::error::{JsonError, JsonReason};
pub(crate) use self::{
    encoding::{Encoding, other_encoding},
    error::line_and_column,
    parse::{parse_object, read_object},
    reader::{Reader, read},
};

#[cfg(any(test, feature = "test-exports"))]
pub(crate) use self::parse::parse;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number
    Number(Number),
    /// A string
    String(String),
    /// An array
    Array(Vec<Value>),
    /// An object
    Object(Object),
}

/// A JSON number, exact where it is an integer that fits 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// A non-negative integer.
    Unsigned(u64),
    /// A negative integer.
    Negative(i64),
    /// Everything else, as it is written: a fraction, an exponent, or an integer beyond 64 bits.
    Other(String),
}

/// The members of a JSON object, in the order of the text; each name occurs once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(String, Value)>);

impl Value {
    /// The text, if the value is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// What the value is, as a message says it: `a number`.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl Object {
    /// The value of the member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find_map(|(member, value)| (member == name).then_some(value))
    }

    /// The members in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl From<Vec<(String, Value)>> for Object {
    /// The names must be distinct.
    fn from(members: Vec<(String, Value)>) -> Self {
        Self(members)
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = alloc::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Appends `text` as a JSON string, quotation marks included.
pub(crate) fn write_string(text: &str, json: &mut String) {
    let is_special = |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    json.push('"');
    let mut rest = text;
    while let Some((plain, special)) =
        rest.bytes().position(is_special).and_then(|special| rest.split_at_checked(special))
    {
        json.push_str(plain);
        json.push('\\');
        let mut characters = special.chars();
        match characters.next().unwrap_or_default() {
            '\u{8}' => json.push('b'),
            '\u{c}' => json.push('f'),
            '\n' => json.push('n'),
            '\r' => json.push('r'),
            '\t' => json.push('t'),
            character @ ('"' | '\\') => json.push(character),
            control => write!(json, "u{:04x}", u32::from(control)).unwrap_or_default(),
        }
        rest = characters.as_str();
    }
    json.push_str(rest);
    json.push('"');
}
