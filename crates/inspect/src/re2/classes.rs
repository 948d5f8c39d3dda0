//! Classes in brackets.

use super::{
    cursor::Cursor,
    escapes::{self, invalid},
    set::{self, Set},
};
use crate::expression::Truth;

/// A class, and whether it holds for ASCII only.
pub(super) struct Class {
    pub(super) set: Set,
    pub(super) is_ascii_only: bool,
}

/// Reads a class whose `[` is taken.
pub(super) fn class(cursor: &mut Cursor, folds: bool) -> Result<Class, Truth> {
    let is_negated = cursor.eat("^");
    let mut class = Class { set: Set::default(), is_ascii_only: false };
    // Single characters and ranges, whose case is folded together.
    let mut plain = Set::default();
    let mut is_first = true;
    loop {
        match cursor.peek(0) {
            None => return Err(invalid("a class ends with `]`, which is missing")),
            Some(']') if !is_first => break,
            Some('[') if cursor.peek(1) == Some(':') => match posix(cursor, folds)? {
                Some(set) => class.set.add(&set),
                None => range(cursor, &mut plain)?,
            },
            Some('\\') => match cursor.peek(1) {
                Some(letter @ ('p' | 'P')) => {
                    cursor.skip(2);
                    class.set.add(&escapes::unicode(cursor, letter == 'P', folds)?);
                    class.is_ascii_only = true;
                }
                Some(letter) => match perl(letter, folds)? {
                    Some(set) => {
                        cursor.skip(2);
                        class.set.add(&set);
                    }
                    None => range(cursor, &mut plain)?,
                },
                None => return Err(invalid("a backslash ends the pattern")),
            },
            Some(_) => range(cursor, &mut plain)?,
        }
        is_first = false;
    }
    cursor.skip(1);
    class.set.add(&if folds { plain.folded()? } else { plain });
    if is_negated {
        class.set = class.set.negated();
    }
    Ok(class)
}

/// The class of `\d`, `\S` and so on.
pub(super) fn perl(letter: char, folds: bool) -> Result<Option<Set>, Truth> {
    let Some(set) = set::perl(letter) else { return Ok(None) };
    let set = if folds { set.folded()? } else { set };
    Ok(Some(if letter.is_ascii_uppercase() { set.negated() } else { set }))
}

/// `[:name:]`, or nothing if no `:]` follows.
fn posix(cursor: &mut Cursor, folds: bool) -> Result<Option<Set>, Truth> {
    cursor.skip(2);
    if !cursor.has_posix_end() {
        cursor.back(2);
        return Ok(None);
    }
    let unknown = || invalid("a class in `[:` and `:]` that RE2 does not have");
    let name = cursor.until(":]", 16).ok_or_else(unknown)?;
    let (is_negated, name) = name.strip_prefix('^').map_or((false, name.as_str()), |name| (true, name));
    let set = set::posix(name).ok_or_else(unknown)?;
    // What is folded is the class, and not what is outside it.
    let set = if folds { set.folded()? } else { set };
    Ok(Some(if is_negated { set.negated() } else { set }))
}

fn range(cursor: &mut Cursor, plain: &mut Set) -> Result<(), Truth> {
    let first = character(cursor)?;
    let mut last = first;
    if cursor.peek(0) == Some('-') && cursor.peek(1).is_some_and(|next| next != ']') {
        cursor.skip(1);
        last = character(cursor)?;
    }
    if last < first {
        return Err(invalid("a range of a class whose end is in front of its start"));
    }
    plain.add(&Set::of(&[(first, last)]));
    Ok(())
}

fn character(cursor: &mut Cursor) -> Result<u32, Truth> {
    match cursor.next() {
        Some('\\') => escapes::character(cursor),
        Some(character) => Ok(u32::from(character)),
        None => Err(invalid("a class ends with `]`, which is missing")),
    }
}
