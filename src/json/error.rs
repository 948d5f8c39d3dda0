//! What is wrong with JSON, and where.

use alloc::string::String;
use core::fmt;

use crate::error::Quoted;

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
    /// The text begins with a byte-order mark.
    ByteOrderMark,
    /// The text is in UTF-16.
    Utf16,
    /// An object has two members of this name.
    DuplicateMember(String),
    /// An object has a member that JavaScript takes for the object's prototype.
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
        write!(f, "not strict JSON at byte {}: {}", self.offset, self.reason)
    }
}

impl core::error::Error for JsonError {}

impl fmt::Display for JsonReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("the text is not UTF-8"),
            Self::ByteOrderMark => {
                f.write_str("the text begins with a byte-order mark, save it as UTF-8 without one")
            }
            Self::Utf16 => f.write_str("the text is in UTF-16, save it as UTF-8"),
            Self::DuplicateMember(name) => write!(f, "the member {} occurs twice", Quoted(name)),
            Self::ForbiddenMember(name) => write!(f, "a member may not be named {}", Quoted(name)),
            Self::TooDeep(depth) => write!(f, "arrays and objects are nested more than {depth} levels deep"),
            Self::Syntax(what) => f.write_str(what),
            Self::NotAnObject(kind) => write!(f, "expected an object, not {kind}"),
        }
    }
}

/// Line and column of a byte, both from one. The column counts characters.
pub(crate) fn line_and_column(text: &[u8], offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let lines = before.split(|byte| *byte == b'\n');
    let last = lines.clone().next_back().unwrap_or_default();
    let is_first = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
    (lines.count(), last.iter().filter(is_first).count().saturating_add(1))
}
