//! What stands behind `(`: a name, or flags.

use super::{cursor::Cursor, escapes::invalid};
use crate::expression::Truth;

/// How a part of a pattern is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags {
    /// `i`: without regard to case
    pub(super) folds: bool,
    /// `m`: `^` and `$` stand at lines too
    pub(super) is_multi_line: bool,
    /// `s`: `.` is a line feed too
    pub(super) has_dot_all: bool,
}

/// What a `(` begins.
pub(super) enum Opened {
    /// A group, with these flags in it.
    Group(Flags),
    /// Nothing: the flags hold from here on.
    Flags(Flags),
}

/// Reads up to the first character of a group, the `(` being taken.
pub(super) fn open(cursor: &mut Cursor, flags: Flags) -> Result<Opened, Truth> {
    if cursor.peek(0) != Some('?') {
        return Ok(Opened::Group(flags));
    }
    cursor.skip(1);
    if cursor.eat("P<") || cursor.eat("<") {
        return name(cursor).map(|()| Opened::Group(flags));
    }
    let mut changed = flags;
    let mut is_on = true;
    // Whether a flag stands behind the `-`.
    let mut has_flag = true;
    loop {
        match cursor.next() {
            Some('i') => changed.folds = is_on,
            Some('m') => changed.is_multi_line = is_on,
            Some('s') => changed.has_dot_all = is_on,
            // What a repetition prefers does not change whether the pattern matches.
            Some('U') => {}
            Some('-') if is_on => {
                is_on = false;
                has_flag = false;
                continue;
            }
            Some(':') if has_flag => return Ok(Opened::Group(changed)),
            Some(')') if has_flag => return Ok(Opened::Flags(changed)),
            Some('=' | '!') => return Err(invalid("RE2 has no look-ahead")),
            _ => return Err(invalid("RE2 has no group that begins so, behind `(?`")),
        }
        has_flag = true;
    }
}

fn name(cursor: &mut Cursor) -> Result<(), Truth> {
    if matches!(cursor.peek(0), Some('=' | '!')) {
        return Err(invalid("RE2 has no look-behind"));
    }
    let mut is_empty = true;
    let mut is_ascii = true;
    loop {
        match cursor.next() {
            Some('>') if is_empty => return Err(invalid("a group has an empty name")),
            Some('>') if is_ascii => return Ok(()),
            Some('>') => return Err(Truth::unknown("RE2 and Go differ on names that are not ASCII")),
            Some(character) if character.is_ascii_alphanumeric() || character == '_' => {}
            Some(character) if !character.is_ascii() => is_ascii = false,
            _ => {
                return Err(invalid(
                    "the name of a group has letters, digits and `_` only, and ends with `>`",
                ));
            }
        }
        is_empty = false;
    }
}
