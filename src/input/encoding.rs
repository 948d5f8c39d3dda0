//! Bytes of a file or a pipe as text.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
};

use crate::json::{Encoding, other_encoding};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of bytes: UTF-8, or UTF-16 where the bytes show that. Byte-order marks are removed, and bytes that are neither become U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let text = match other_encoding(bytes) {
        Some(Encoding::Utf16Le) => utf_16(bytes, u16::from_le_bytes).into(),
        Some(Encoding::Utf16Be) => utf_16(bytes, u16::from_be_bytes).into(),
        _ => String::from_utf8_lossy(bytes),
    };
    match text {
        Cow::Borrowed(text) => text.trim_start_matches(BYTE_ORDER_MARK).into(),
        Cow::Owned(text) => text.trim_start_matches(BYTE_ORDER_MARK).to_string().into(),
    }
}

fn utf_16(bytes: &[u8], from_bytes: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| from_bytes(*pair));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
