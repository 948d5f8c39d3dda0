//! Strict base64url (RFC 4648, section 5): unpadded, canonical, and nothing else.
//!
//! Lenient decoders give one value several spellings, so that a token which was revoked, logged
//! or cached under one of them passes under another.

use alloc::{string::String, vec, vec::Vec};
use core::fmt;

/// Why text is not canonical, unpadded base64url, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base64UrlError {
    /// The offending byte's offset, counted from the start of the decoded text.
    pub offset: usize,
    /// What is wrong there.
    pub reason: Base64UrlReason,
}

/// What is wrong with a byte of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base64UrlReason {
    /// The byte is not of the alphabet `A-Z a-z 0-9 - _`.
    Character(u8),
    /// A group of one character is left over: a character is missing, or one too many.
    Length,
    /// The last character has bits that no byte uses, and they are not zero.
    TrailingBits,
}

impl fmt::Display for Base64UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not canonical base64url at byte {}: {}", self.offset, self.reason)
    }
}

impl core::error::Error for Base64UrlError {}

impl fmt::Display for Base64UrlReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Character(b'=') => f.write_str("padding `=` is not allowed"),
            Self::Character(b'+') => f.write_str("`+` is of base64, not of base64url, which has `-`"),
            Self::Character(b'/') => f.write_str("`/` is of base64, not of base64url, which has `_`"),
            Self::Character(byte) if byte.is_ascii_whitespace() => f.write_str("white space is not allowed"),
            Self::Character(byte) if byte.is_ascii_graphic() => {
                write!(
                    f,
                    "{} is not a base64url character",
                    crate::error::Quoted(char::from(byte).encode_utf8(&mut [0; 4]))
                )
            }
            Self::Character(byte) => {
                write!(f, "the byte 0x{:02x} is not a base64url character", u32::from(byte))
            }
            Self::Length => f.write_str("the length is impossible: a character is missing, or one too many"),
            Self::TrailingBits => f.write_str("the last character has unused bits that are not zero"),
        }
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const INVALID: u8 = 0xff;

const VALUES: [u8; 256] = {
    let alphabet = ALPHABET;
    let mut table = [INVALID; 256];
    let mut value = 0_u8;
    while (value as usize) < alphabet.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
        {
            table[alphabet[value as usize] as usize] = value;
        }
        value = value.wrapping_add(1);
    }
    table
};

/// Decodes `text`.
///
/// ```
/// assert_eq!(claimgate::base64url::decode(b"AQID")?, [1, 2, 3]);
/// assert_eq!(claimgate::base64url::decode(b"AQ==").unwrap_err().offset, 2);
/// # Ok::<(), claimgate::Base64UrlError>(())
/// ```
///
/// # Errors
///
/// [`Base64UrlError`] names the first byte that is wrong: a character outside of the alphabet, padding, or bits that no
/// byte uses, which would be a second spelling of the same bytes.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, Base64UrlError> {
    let (groups, rest) = text.as_chunks::<4>();
    let mut bytes = vec![0; groups.len().saturating_mul(3).saturating_add(rest.len().saturating_sub(1))];
    let (whole, last) = bytes.as_chunks_mut::<3>();
    // Each digit is below 64, and what is none is above: so is then all of them together.
    let mut all = 0;
    for (group, three) in groups.iter().zip(&mut *whole) {
        let [a, b, c, d] = group.map(value);
        all |= a | b | c | d;
        let [_, high, middle, low] = joined([a, b, c, d]).to_be_bytes();
        *three = [high, middle, low];
    }
    // What is left over, as if digits without a bit followed: the last of it has bits that no byte uses.
    let [a, b, c, d] = match *rest {
        [] => [b'A'; 4],
        [a, b] => [a, b, b'A', b'A'],
        [a, b, c] => [a, b, c, b'A'],
        _ => {
            let offset = text.len().saturating_sub(rest.len());
            return Err(wrong(text, Base64UrlError { offset, reason: Base64UrlReason::Length }));
        }
    }
    .map(value);
    // What is no digit has every bit: as the last one also those that no byte uses.
    all |= a | b;
    let [_, high, middle, low] = joined([a, b, c, d]).to_be_bytes();
    let unused = if rest.len() == 2 { middle } else { low };
    if all >= 64 || unused != 0 {
        let offset = text.len().saturating_sub(1);
        return Err(wrong(text, Base64UrlError { offset, reason: Base64UrlReason::TrailingBits }));
    }
    for (byte, decoded) in last.iter_mut().zip([high, middle]) {
        *byte = decoded;
    }
    Ok(bytes)
}

/// The 24 bits of four digits.
fn joined([a, b, c, d]: [u8; 4]) -> u32 {
    u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d)
}

/// The first character that is none of the alphabet, or, if there is none, what else is wrong.
#[cold]
fn wrong(text: &[u8], otherwise: Base64UrlError) -> Base64UrlError {
    let found = text.iter().enumerate().find(|(_, character)| value(**character) == INVALID);
    found.map_or(otherwise, |(offset, character)| Base64UrlError {
        offset,
        reason: Base64UrlReason::Character(*character),
    })
}

fn value(character: u8) -> u8 {
    VALUES.get(usize::from(character)).copied().unwrap_or(INVALID)
}

/// Encodes `bytes`, without padding.
///
/// ```
/// assert_eq!(claimgate::base64url::encode(&[1, 2, 3]), "AQID");
/// ```
pub fn encode(bytes: &[u8]) -> String {
    let digit = |bits: u8| ALPHABET.get(usize::from(bits & 0x3f)).copied().unwrap_or_default();
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        match *group {
            [a, b, c] => {
                text.extend_from_slice(&[
                    digit(a >> 2),
                    digit(a << 4 | b >> 4),
                    digit(b << 2 | c >> 6),
                    digit(c),
                ]);
            }
            [a, b] => text.extend_from_slice(&[digit(a >> 2), digit(a << 4 | b >> 4), digit(b << 2)]),
            [a] => text.extend_from_slice(&[digit(a >> 2), digit(a << 4)]),
            _ => {}
        }
    }
    // Digits are ASCII.
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_decode() {
        for (text, bytes) in [
            ("", ""),
            ("Zg", "f"),
            ("Zm8", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg", "foob"),
            ("Zm9vYmE", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert_eq!(decode(b"-_-_").unwrap(), [0xfb, 0xff, 0xbf]);
    }

    #[test]
    fn every_other_spelling_is_refused_at_its_byte() {
        for (text, offset, reason) in [
            ("Zg==", 2, Base64UrlReason::Character(b'=')),
            ("Zh", 1, Base64UrlReason::TrailingBits),
            ("Zm9", 2, Base64UrlReason::TrailingBits),
            ("Zm9vY", 4, Base64UrlReason::Length),
            ("Zm9v\n", 4, Base64UrlReason::Character(b'\n')),
            ("+_-_", 0, Base64UrlReason::Character(b'+')),
            ("Zm/v", 2, Base64UrlReason::Character(b'/')),
            ("Zé", 1, Base64UrlReason::Character(0xc3)),
        ] {
            assert_eq!(decode(text.as_bytes()), Err(Base64UrlError { offset, reason }), "{text}");
        }
    }

    #[test]
    fn no_invalid_character_hides_another() {
        for length in 1..=8 {
            for invalid in 1_u32..1 << length {
                let text: Vec<u8> =
                    (0..length).map(|place| if invalid >> place & 1 == 1 { b'=' } else { b'A' }).collect();
                let offset = invalid.trailing_zeros() as usize;
                let reason = Base64UrlReason::Character(b'=');
                assert_eq!(decode(&text), Err(Base64UrlError { offset, reason }), "{text:?}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn each_value_has_one_spelling(text in "[A-Za-z0-9_-]{0,9}") {
            if let Ok(bytes) = decode(text.as_bytes()) {
                proptest::prop_assert_eq!(reference(&bytes), text);
            }
        }

        #[test]
        fn what_is_encoded_decodes(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(decode(reference(&bytes).as_bytes()), Ok(bytes));
        }

        #[test]
        #[cfg(feature = "ring")]
        fn encoding_agrees_with_the_reference(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(encode(&bytes), reference(&bytes));
        }
    }

    /// The reference: bit by bit, without a thought for speed.
    fn reference(bytes: &[u8]) -> alloc::string::String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bits: Vec<bool> =
            bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
        bits.chunks(6)
            .map(|chunk| {
                let value = (0..6).fold(0, |value, i| value << 1 | usize::from(chunk.get(i) == Some(&true)));
                char::from(alphabet[value])
            })
            .collect()
    }
}
