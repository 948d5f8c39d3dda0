//! Strict JSON (RFC 8259): UTF-8 without a byte-order mark, no member twice, bounded depth, no
//! member `__proto__`.
//!
//! The grammar is `serde_json`'s, which already refuses lone surrogates, numbers beyond a double
//! and everything behind the value. What this module adds is what lenient parsers let in: two
//! members of one name, of which each reader sees another one.

use alloc::{
    collections::BinaryHeap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{cell::Cell, fmt};
use serde_core::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::Quoted;

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
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A non-negative integer.
    Unsigned(u64),
    /// A negative integer.
    Negative(i64),
    /// Everything else: a fraction, an exponent, or an integer beyond 64 bits.
    Float(f64),
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

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = alloc::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Why bytes are not strict JSON, and at which of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The offset of the byte at which reading stopped.
    pub offset: usize,
    /// What is wrong there.
    pub reason: JsonReason,
}

/// What is wrong with JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonReason {
    /// The bytes are not UTF-8.
    NotUtf8,
    /// An object has two members of this name.
    DuplicateMember(String),
    /// An object has a member that JavaScript takes for the object's prototype, or the parser for a
    /// message to itself.
    ForbiddenMember(String),
    /// Arrays and objects are nested more than this many levels deep.
    TooDeep(usize),
    /// The grammar is violated; the text says what was expected.
    Syntax(String),
    /// The value is not the object that it must be, but this.
    NotAnObject(&'static str),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not strict json at byte {}: {}", self.offset, self.reason)
    }
}

impl core::error::Error for JsonError {}

impl fmt::Display for JsonReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("the text is not UTF-8"),
            Self::DuplicateMember(name) => write!(f, "the member {} occurs twice", Quoted(name)),
            Self::ForbiddenMember(name) => write!(f, "a member may not be named {}", Quoted(name)),
            Self::TooDeep(depth) => write!(f, "arrays and objects are nested more than {depth} levels deep"),
            Self::Syntax(what) => f.write_str(what),
            Self::NotAnObject(kind) => write!(f, "expected an object, not {kind}"),
        }
    }
}

/// Reads one value from `bytes`, nested at most `depth` levels.
pub(crate) fn parse(bytes: &[u8], depth: usize) -> Result<Value, JsonError> {
    let text = core::str::from_utf8(bytes)
        .map_err(|error| JsonError { offset: error.valid_up_to(), reason: JsonReason::NotUtf8 })?;
    let violation = Cell::new(None);
    let seed = Strict { depth, limit: depth, violation: &violation };
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match (value, violation.take()) {
        (Ok(value), None) => Ok(value),
        (Ok(_), Some(reason)) => Err(JsonError { offset: text.len(), reason }),
        (Err(error), reason) => Err(JsonError {
            offset: if error.is_eof() { text.len() } else { offset(text, error.line(), error.column()) },
            reason: reason.unwrap_or_else(|| JsonReason::Syntax(without_position(&error))),
        }),
    }
}

/// Reads one object from `bytes`, nested at most `depth` levels.
pub(crate) fn parse_object(bytes: &[u8], depth: usize) -> Result<Object, JsonError> {
    match parse(bytes, depth)? {
        Value::Object(members) => Ok(members),
        other => Err(JsonError { offset: 0, reason: JsonReason::NotAnObject(other.kind()) }),
    }
}

/// `text` as a JSON string, quotation marks included.
pub(crate) fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Builds a [`Value`], refusing what the grammar allows but no honest writer produces.
///
/// A violation is noted and reading goes on, at most to the end of the text: the code behind
/// `serde`'s own way to refuse, `Error::custom`, is 5 kB of the npm package's module.
#[derive(Clone, Copy)]
struct Strict<'a> {
    /// Levels that may still be opened.
    depth: usize,
    limit: usize,
    /// The first reason to refuse.
    violation: &'a Cell<Option<JsonReason>>,
}

impl Strict<'_> {
    fn deeper(self) -> Self {
        let depth = self.depth.checked_sub(1).unwrap_or_else(|| {
            self.refuse(JsonReason::TooDeep(self.limit));
            0
        });
        Self { depth, ..self }
    }

    /// Notes the reason, unless there is one already.
    fn refuse(self, reason: JsonReason) {
        let first = self.violation.take().unwrap_or(reason);
        self.violation.set(Some(first));
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::Negative(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(Number::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inner = self.deeper();
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper();
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            // The second is how `serde_json` hands over a number that it keeps as text, which it does
            // as soon as any crate of the program asks for `arbitrary_precision`.
            if name == "__proto__" || name.starts_with("$serde_json::private::") {
                self.refuse(JsonReason::ForbiddenMember(name.clone()));
            }
            members.push((name, map.next_value_seed(inner)?));
        }
        if let Some(name) = duplicate(&members) {
            self.refuse(JsonReason::DuplicateMember(name.into()));
        }
        Ok(Value::Object(Object(members)))
    }
}

/// A name that occurs twice. A heap keeps the work near the input's size, whatever the input, and
/// is less code than a sort.
fn duplicate(members: &[(String, Value)]) -> Option<&str> {
    let mut names: BinaryHeap<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    while let Some(name) = names.pop() {
        if names.peek() == Some(&name) {
            return Some(name);
        }
    }
    None
}

/// The byte offset of a line and column, which `serde_json` counts from 1, the column in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before.saturating_add(column.saturating_sub(1)).min(text.len())
}

/// What `serde_json` says, without its own ` at line 1 column 2`.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&position).map_or(message.clone(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &[u8]) -> JsonError {
        parse(text, 4).unwrap_err()
    }

    #[test]
    fn values_keep_their_order_and_exactness() {
        let Value::Object(object) = parse(br#"{"b":18446744073709551615,"a":[-1,1.5,"\u00e9"]}"#, 4).unwrap()
        else {
            panic!("an object was expected")
        };
        assert_eq!(object.get("b"), Some(&Value::Number(Number::Unsigned(u64::MAX))));
        let names: Vec<_> = object.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["b", "a"]);
        let items = [
            Value::Number(Number::Negative(-1)),
            Value::Number(Number::Float(1.5)),
            Value::String("é".into()),
        ];
        assert_eq!(object.get("a"), Some(&Value::Array(items.into())));
    }

    #[test]
    fn what_lenient_parsers_let_in_is_refused() {
        let duplicate = |name: &str| JsonReason::DuplicateMember(name.into());
        assert_eq!(refusal(br#"{"exp":1,"exp":2}"#).reason, duplicate("exp"));
        assert_eq!(refusal(br#"{"a":[{"b":1,"c":2,"b":1}]}"#).reason, duplicate("b"));
        // The same name, spelled another way.
        assert_eq!(refusal(br#"{"sub":1,"s\u0075b":2}"#).reason, duplicate("sub"));
        assert_eq!(refusal(br#"{"__proto__":{}}"#).reason, JsonReason::ForbiddenMember("__proto__".into()));
        let private = "$serde_json::private::Number";
        let text = alloc::format!("{{\"{private}\":\"1e400\"}}");
        assert_eq!(refusal(text.as_bytes()).reason, JsonReason::ForbiddenMember(private.into()));
        assert_eq!(refusal(b"[[[[[]]]]]").reason, JsonReason::TooDeep(4));
        assert!(parse(b"[[[[]]]]", 4).is_ok());
        assert_eq!(refusal(b"\"a\xff\""), JsonError { offset: 2, reason: JsonReason::NotUtf8 });
        for text in [
            &b"\xef\xbb\xbf{}"[..],
            b"{}x",
            b"{} {}",
            b"",
            b"{'a':1}",
            b"[1,]",
            b"[1e400]",
            b"01",
            b"\"\\ud800\"",
            b"NaN",
            b"\"\n\"",
            b"{\"a\":1,}",
            b"// c\n{}",
        ] {
            assert!(matches!(refusal(text).reason, JsonReason::Syntax(_)), "{text:?}");
        }
    }

    #[test]
    fn an_error_names_its_byte() {
        assert_eq!(refusal(b"{\"a\": x}").offset, 6);
        assert_eq!(refusal(b"{\n  \"a\": 1,\n  x\n}").offset, 14);
        assert_eq!(refusal(b"{\"a\":\n1").offset, 7);
        let error = refusal(b"[1 2]");
        assert_eq!((error.offset, error.reason.to_string().as_str()), (3, "expected `,` or `]`"));
    }

    #[test]
    fn nesting_beyond_any_stack_is_refused_at_once() {
        assert_eq!(refusal("[".repeat(100_000).as_bytes()).reason, JsonReason::TooDeep(4));
    }

    proptest::proptest! {
        /// The strict reading is a subset of the lenient one, with equal values.
        #[test]
        fn it_agrees_with_the_lenient_parser(text in r#"[\[\]{}:,"ab01e.\- ]{0,24}"#) {
            if let Ok(value) = parse(text.as_bytes(), 8) {
                let lenient: serde_json::Value = serde_json::from_str(&text).unwrap();
                proptest::prop_assert!(agrees(&value, &lenient), "{text}");
            }
        }
    }

    fn agrees(strict: &Value, lenient: &serde_json::Value) -> bool {
        match (strict, lenient) {
            (Value::Null, serde_json::Value::Null) => true,
            (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
            (Value::String(a), serde_json::Value::String(b)) => a == b,
            (Value::Number(Number::Unsigned(a)), b) => b.as_u64() == Some(*a),
            (Value::Number(Number::Negative(a)), b) => b.as_i64() == Some(*a),
            (Value::Number(Number::Float(a)), b) => b.as_f64() == Some(*a),
            (Value::Array(a), serde_json::Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agrees(a, b))
            }
            (Value::Object(a), serde_json::Value::Object(b)) => {
                a.0.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| agrees(a, b)))
            }
            _ => false,
        }
    }
}
