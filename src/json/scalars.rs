//! Strings, numbers and the three words.

use alloc::{
    borrow::{Cow, ToOwned},
    string::String,
};

use super::{
    Number, Value,
    reader::{Read, Reader},
};

/// The decimal exponent from which on numbers are not read: doubles end within it.
const EXPONENT: i64 = 308;

impl<'t> Reader<'t> {
    /// Reads a string, which is borrowed from the document unless it has an escape.
    pub(crate) fn string(&mut self) -> Read<Cow<'t, str>> {
        if self.token() != Some(b'"') {
            return self.syntax("expected a string");
        }
        self.advance();
        let plain = self.plain();
        if self.next() == Some(b'"') {
            self.advance();
            return Ok(Cow::Borrowed(plain));
        }
        self.escaped_string(plain).map(Cow::Owned)
    }

    /// Reads a value, which is returned if it is a string.
    pub(crate) fn string_if(&mut self) -> Read<Option<Cow<'t, str>>> {
        if self.token() == Some(b'"') { self.string().map(Some) } else { self.skip_value().map(|()| None) }
    }

    /// Goes on with a string behind its `plain` beginning.
    #[inline(never)]
    fn escaped_string(&mut self, plain: &str) -> Read<String> {
        let mut text = plain.to_owned();
        loop {
            if self.skip(b'"') {
                return Ok(text);
            }
            if !self.skip(b'\\') {
                return self.syntax("a string has a control character, or no end");
            }
            text.push(self.escape()?);
            text.push_str(self.plain());
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
            _ => return self.syntax("invalid escape"),
        };
        self.advance();
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
        char::from_u32(code).map_or_else(|| self.syntax("half of a surrogate pair"), Ok)
    }

    /// `u` and four hexadecimal digits.
    fn unit(&mut self) -> Read<u32> {
        let end = self.offset.saturating_add(5);
        let digits = self.text.get(self.offset..end).and_then(|unit| unit.strip_prefix('u'));
        let unit = digits.and_then(|digits| {
            digits.chars().try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)?))
        });
        let Some(unit) = unit else {
            return self.syntax("invalid escape");
        };
        self.offset = end;
        Ok(unit)
    }

    /// Reads a number.
    pub(crate) fn number(&mut self) -> Read<Number> {
        let start = self.offset;
        let is_negative = self.skip(b'-');
        let integer = self.digits()?;
        if integer.len() > 1 && integer.starts_with('0') {
            return self.syntax("invalid number");
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
            let sign = if self.skip(b'-') {
                -1
            } else {
                self.skip(b'+');
                1
            };
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
                return self.syntax("number out of range");
            }
        }
        Ok(Number::Other(self.text.get(start..self.offset).unwrap_or_default().to_owned()))
    }

    /// At least one digit.
    fn digits(&mut self) -> Read<&'t str> {
        match self.skip_while(|byte| byte.is_ascii_digit()) {
            "" => self.syntax("invalid number"),
            digits => Ok(digits),
        }
    }

    pub(super) fn word(&mut self) -> Read<Value> {
        let start = self.offset;
        match self.skip_while(|byte| byte.is_ascii_lowercase()) {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            _ => {
                self.offset = start;
                self.misplaced("expected value")
            }
        }
    }

    /// Goes over a part of a string that has neither its end, nor an escape, nor a control character.
    #[inline]
    fn plain(&mut self) -> &'t str {
        let rest = self.text.as_bytes().get(self.offset..).unwrap_or_default();
        self.take(plain_length(rest))
    }
}

/// How many bytes stand before the first that a string cannot have as it is. Eight are looked at at
/// once: strings are most of a document.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGHEST: u64 = ONES << 7;
    // The highest bit of each byte below `bound`, which is at most 0x80; those behind the first may
    // be wrong.
    let below = |word: u64, bound: u8| word.wrapping_sub(ONES.wrapping_mul(bound.into())) & !word & HIGHEST;
    let equal = |word: u64, byte: u8| below(word ^ ONES.wrapping_mul(byte.into()), 1);
    let mut rest = bytes;
    let mut length = 0_usize;
    while let Some((eight, behind)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*eight);
        let special = below(word, b' ') | equal(word, b'"') | equal(word, b'\\');
        if special != 0 {
            return length.saturating_add((special.trailing_zeros() / 8) as usize);
        }
        length = length.saturating_add(8);
        rest = behind;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    length.saturating_add(rest.iter().position(is_special).unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString};

    use super::super::{Number, Value, parse};

    #[test]
    fn every_escape_is_its_character() {
        for (escaped, text) in [
            (r#"\"\\\/"#, "\"\\/"),
            (r"\b\f\n\r\t", "\u{8}\u{c}\n\r\t"),
            (r"\u0000\u001f\u00e9\uFfFd", "\0\u{1f}é\u{fffd}"),
            (r"\ud800\udc00\uDBFF\uDFFF", "\u{10000}\u{10ffff}"),
            (r"a\ud83d\ude00b", "a😀b"),
        ] {
            assert_eq!(parse(format!("\"{escaped}\"").as_bytes(), 1), Ok(Value::String(text.into())));
        }
    }

    #[test]
    fn every_other_escape_is_refused() {
        for (escaped, reason) in [
            (r"\x", "invalid escape"),
            (r"\u00e", "invalid escape"),
            (r"\u+0e9", "invalid escape"),
            (r"\ud83d", "half of a surrogate pair"),
            (r"\ude00", "half of a surrogate pair"),
            (r"\ud83d\ud83d", "half of a surrogate pair"),
            (r"\ud83du", "half of a surrogate pair"),
            (r"\ud83d\n", "invalid escape"),
        ] {
            let error = parse(format!("\"{escaped}\"").as_bytes(), 1).unwrap_err();
            assert_eq!(error.reason.to_string(), reason, "{escaped}");
        }
    }

    #[test]
    fn numbers_end_where_doubles_do() {
        for (text, is_read) in [
            ("1e307", true),
            ("1e308", false),
            ("0.01e309", true),
            ("0.01e310", false),
            ("10e306", true),
            ("10e307", false),
            ("0e999", true),
            ("1e-999", true),
        ] {
            let number = parse(text.as_bytes(), 1).ok();
            assert_eq!(number, is_read.then(|| Value::Number(Number::Other(text.into()))), "{text}");
        }
    }
}
