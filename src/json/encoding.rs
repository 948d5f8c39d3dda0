//! Text that is not plain UTF-8, as editors and shells on Windows write it.

use super::JsonReason;

/// What a text is in instead of plain UTF-8.
#[derive(Clone, Copy)]
pub(crate) enum Encoding {
    /// UTF-8 behind a byte-order mark.
    MarkedUtf8,
    /// UTF-16, the lower byte first.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// UTF-16 after a lossy decoder of UTF-8, which wrote U+FFFD for each byte of the mark.
    GarbledUtf16,
}

/// What the first bytes show, if they are those of another encoding: its byte-order mark, or ASCII in UTF-16. No JSON document and no
/// token begins like that.
pub(crate) const fn other_encoding(bytes: &[u8]) -> Option<Encoding> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some(Encoding::MarkedUtf8),
        [0xff, 0xfe, ..] | [1..=0x7f, 0, ..] => Some(Encoding::Utf16Le),
        [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] => Some(Encoding::Utf16Be),
        [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd, _, 0, ..] | [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd, 0, _, ..] => {
            Some(Encoding::GarbledUtf16)
        }
        _ => None,
    }
}

impl From<Encoding> for JsonReason {
    fn from(encoding: Encoding) -> Self {
        match encoding {
            Encoding::MarkedUtf8 => Self::ByteOrderMark,
            Encoding::Utf16Le | Encoding::Utf16Be | Encoding::GarbledUtf16 => Self::Utf16,
        }
    }
}
