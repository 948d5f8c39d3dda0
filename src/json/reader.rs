//! The grammar of RFC 8259, and what no honest writer produces refused.

use alloc::{borrow::ToOwned, collections::BinaryHeap, string::String, vec::Vec};

use super::{JsonReason, Number, Object, Value};

/// The decimal exponent from which on numbers are not read: doubles end within it.
const EXPONENT: i64 = 308;

/// A text, and how far it has been read.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) offset: usize,
    /// The most levels, for the message.
    pub(super) limit: usize,
}

type Read<T> = Result<T, JsonReason>;

pub(super) fn syntax<T>(what: &str) -> Read<T> {
    Err(JsonReason::Syntax(what.to_owned()))
}

impl<'t> Reader<'t> {
    /// Reads a value in which `depth` levels may be opened.
    pub(super) fn value(&mut self, depth: usize) -> Read<Value> {
        match self.token() {
            Some(b'{') => self.object(self.deeper(depth)?),
            Some(b'[') => self.array(self.deeper(depth)?),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(_) => self.word(),
            None => syntax("EOF while parsing a value"),
        }
    }

    /// The next byte behind white space, still to be read.
    #[inline(never)]
    pub(super) fn token(&mut self) -> Option<u8> {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.next()
    }

    fn deeper(&self, depth: usize) -> Read<usize> {
        depth.checked_sub(1).ok_or(JsonReason::TooDeep(self.limit))
    }

    fn word(&mut self) -> Read<Value> {
        let start = self.offset;
        match self.skip_while(|byte| byte.is_ascii_lowercase()) {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            _ => {
                self.offset = start;
                syntax("expected value")
            }
        }
    }

    fn array(&mut self, depth: usize) -> Read<Value> {
        let mut items = Vec::new();
        self.skip(b'[');
        if self.token() != Some(b']') {
            items.push(self.value(depth)?);
            while self.goes_on(b']', "expected `,` or `]`")? {
                items.push(self.value(depth)?);
            }
        }
        self.skip(b']');
        Ok(Value::Array(items))
    }

    fn object(&mut self, depth: usize) -> Read<Value> {
        let mut members = Vec::new();
        self.skip(b'{');
        if self.token() != Some(b'}') {
            members.push(self.member(depth)?);
            while self.goes_on(b'}', "expected `,` or `}`")? {
                members.push(self.member(depth)?);
            }
        }
        if let Some(name) = duplicate(&members) {
            return Err(JsonReason::DuplicateMember(name.to_owned()));
        }
        self.skip(b'}');
        Ok(Value::Object(Object(members)))
    }

    fn member(&mut self, depth: usize) -> Read<(String, Value)> {
        if self.token() != Some(b'"') {
            return syntax("a member's name must be a string");
        }
        let name = self.string()?;
        if name == "__proto__" {
            return Err(JsonReason::ForbiddenMember(name));
        }
        if self.token() != Some(b':') {
            return syntax("expected `:`");
        }
        self.skip(b':');
        Ok((name, self.value(depth)?))
    }

    /// Whether another element follows, or `end`.
    fn goes_on(&mut self, end: u8, expected: &str) -> Read<bool> {
        match self.token() {
            Some(byte) if byte == end => Ok(false),
            Some(b',') => {
                self.skip(b',');
                if self.token() == Some(end) { syntax("trailing comma") } else { Ok(true) }
            }
            _ => syntax(expected),
        }
    }

    fn string(&mut self) -> Read<String> {
        let mut text = String::new();
        self.skip(b'"');
        loop {
            text.push_str(self.skip_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)));
            if self.skip(b'"') {
                return Ok(text);
            }
            if !self.skip(b'\\') {
                return syntax("a string has a control character, or no end");
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Read<char> {
        let escaped = match self.next() {
            Some(b'u') => return self.unicode(),
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return syntax("invalid escape"),
        };
        self.offset = self.offset.saturating_add(1);
        Ok(escaped)
    }

    fn unicode(&mut self) -> Read<char> {
        let unit = self.unit()?;
        let code = match unit {
            0xd800..0xdc00 if self.skip(b'\\') => match self.unit()? {
                low @ 0xdc00..0xe000 => 0x1_0000_u32.saturating_add((unit & 0x3ff) << 10 | low & 0x3ff),
                _ => unit,
            },
            _ => unit,
        };
        char::from_u32(code).map_or_else(|| syntax("half of a surrogate pair"), Ok)
    }

    /// `u` and four hexadecimal digits.
    fn unit(&mut self) -> Read<u32> {
        let end = self.offset.saturating_add(5);
        let digits = self.text.get(self.offset..end).and_then(|unit| unit.strip_prefix('u'));
        let unit = digits.and_then(|digits| {
            digits.chars().try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)?))
        });
        let Some(unit) = unit else {
            return syntax("invalid escape");
        };
        self.offset = end;
        Ok(unit)
    }

    fn number(&mut self) -> Read<Number> {
        let start = self.offset;
        let is_negative = self.skip(b'-');
        let integer = self.digits()?;
        if integer.len() > 1 && integer.starts_with('0') {
            return syntax("invalid number");
        }
        let mut is_integer = true;
        let mut fraction = "";
        let mut exponent = 0;
        if self.skip(b'.') {
            is_integer = false;
            fraction = self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            is_integer = false;
            let sign = if self.skip(b'-') { -1 } else { 1 };
            if sign > 0 {
                self.skip(b'+');
            }
            exponent = self.digits()?.parse().unwrap_or(i64::from(i32::MAX)).saturating_mul(sign);
        }
        match integer.parse() {
            Ok(number) if is_integer && !is_negative => return Ok(Number::Unsigned(number)),
            Ok(number @ 1..) if is_integer => {
                if let Some(number) = 0_i64.checked_sub_unsigned(number) {
                    return Ok(Number::Negative(number));
                }
            }
            _ => {}
        }
        let leading = integer.bytes().chain(fraction.bytes()).position(|digit| digit != b'0');
        if let Some(zeros) = leading {
            let [whole, zeros] =
                [integer.len(), zeros].map(|length| i64::try_from(length).unwrap_or(i64::MAX));
            if whole.saturating_sub(zeros).saturating_add(exponent) > EXPONENT {
                return syntax("number out of range");
            }
        }
        Ok(Number::Other(self.text.get(start..self.offset).unwrap_or_default().to_owned()))
    }

    /// At least one digit.
    fn digits(&mut self) -> Read<&'t str> {
        match self.skip_while(|byte| byte.is_ascii_digit()) {
            "" => syntax("invalid number"),
            digits => Ok(digits),
        }
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    /// Goes over `byte`, if it is the next one.
    fn skip(&mut self, byte: u8) -> bool {
        let follows = self.next() == Some(byte);
        self.offset = self.offset.saturating_add(usize::from(follows));
        follows
    }

    /// Goes over the bytes that `is_part` accepts, which are whole characters, and returns them.
    fn skip_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'t str {
        let start = self.offset;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len());
        self.offset = start.saturating_add(length);
        self.text.get(start..self.offset).unwrap_or_default()
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
