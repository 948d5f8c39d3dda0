//! Text that is not plain UTF-8, as editors and shells on Windows write it.

use super::JsonReason;

/// What the first bytes show, if they are those of another encoding. No JSON document and no token begins like that.
pub(crate) fn other_encoding(bytes: &[u8]) -> Option<JsonReason> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some(JsonReason::ByteOrderMark),
        // With a byte-order mark; ASCII without one; and both behind a lossy decoder, which writes U+FFFD for each byte of the mark.
        [0xff, 0xfe, ..]
        | [0xfe, 0xff, ..]
        | [0, 1..=0x7f, ..]
        | [1..=0x7f, 0, ..]
        | [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd, _, 0, ..]
        | [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd, 0, _, ..] => Some(JsonReason::Utf16),
        _ => None,
    }
}
