//! Translates a pattern, and finds what RE2 refuses.

use std::fmt::Write as _;

use super::{
    classes::{self, Class},
    cursor::Cursor,
    escapes::{self, invalid},
    groups::{self, Flags, Opened},
    repetition::{COUNT, Repetition, repetition},
    set::Set,
};
use crate::expression::Truth;

/// Levels of groups.
const DEPTH: usize = 40;

/// States of an automaton. RE2 refuses patterns some time above, Go later.
const STATES: usize = 4_000;

/// A pattern that `regex-lite` reads as RE2 reads the original.
pub(super) struct Translated {
    pub(super) pattern: String,
    pub(super) states: usize,
    pub(super) is_ascii_only: bool,
}

/// A part that can be repeated.
#[derive(Clone, Copy)]
struct Atom {
    states: usize,
    /// The highest product of nested counts in it.
    product: usize,
}

/// What a repetition would stand behind.
#[derive(Clone, Copy)]
enum Last {
    /// The start of the pattern, a group or an alternative.
    Nothing,
    Atom(Atom),
    Repetition,
    /// Flags, or an empty quotation, where RE2 repeats what stands in front of it.
    Unclear,
}

/// A group that is open, or the whole pattern.
struct Frame {
    states: usize,
    product: usize,
    last: Last,
    /// The flags behind it.
    flags: Flags,
}

struct Translation {
    cursor: Cursor,
    out: String,
    flags: Flags,
    frame: Frame,
    outer: Vec<Frame>,
    is_ascii_only: bool,
}

pub(super) fn translate(pattern: &str) -> Result<Translated, Truth> {
    let flags = Flags::default();
    let mut translation = Translation {
        cursor: Cursor::new(pattern),
        out: String::new(),
        flags,
        frame: Frame { states: 0, product: 1, last: Last::Nothing, flags },
        outer: Vec::new(),
        is_ascii_only: false,
    };
    while translation.cursor.peek(0).is_some() {
        translation.step()?;
    }
    translation.flush();
    if !translation.outer.is_empty() {
        return Err(invalid("a group is not closed: `)` is missing"));
    }
    let states = translation.frame.states;
    if states > STATES {
        return Err(Truth::unknown("the pattern is too large to be decided here"));
    }
    Ok(Translated {
        pattern: translation.out,
        states: states.max(1),
        is_ascii_only: translation.is_ascii_only,
    })
}

impl Translation {
    fn step(&mut self) -> Result<(), Truth> {
        if let Some(repetition) = repetition(&mut self.cursor)? {
            return self.repeat(repetition);
        }
        match self.cursor.next() {
            None => {}
            Some('(') => self.open()?,
            Some(')') => self.close()?,
            Some('|') => {
                self.flush();
                self.out.push('|');
            }
            Some('[') => {
                let Class { set, is_ascii_only } = classes::class(&mut self.cursor, self.flags.folds)?;
                self.is_ascii_only |= is_ascii_only;
                self.set(&set);
            }
            Some('.') if self.flags.has_dot_all => self.set(&Set::any()),
            Some('.') => self.set(&Set::one(10).negated()),
            Some('^') => self.assertion(if self.flags.is_multi_line { "(?m:^)" } else { "(?:\\A)" }),
            Some('$') => self.assertion(if self.flags.is_multi_line { "(?m:$)" } else { "(?:\\z)" }),
            Some('\\') => self.escape()?,
            Some(character) => self.literal(u32::from(character))?,
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Truth> {
        match self.cursor.peek(0) {
            Some('A') => self.escaped_assertion("(?:\\A)"),
            Some('z') => self.escaped_assertion("(?:\\z)"),
            Some('b') => self.escaped_assertion("(?:\\b)"),
            Some('B') => self.escaped_assertion("(?:\\B)"),
            Some('Q') => {
                self.cursor.skip(1);
                self.quotation()?;
            }
            Some(letter @ ('p' | 'P')) => {
                self.cursor.skip(1);
                let set = escapes::unicode(&mut self.cursor, letter == 'P', self.flags.folds)?;
                self.is_ascii_only = true;
                self.set(&set);
            }
            Some(letter @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                self.cursor.skip(1);
                if let Some(set) = classes::perl(letter, self.flags.folds)? {
                    self.set(&set);
                }
            }
            _ => {
                let code = escapes::character(&mut self.cursor)?;
                self.literal(code)?;
            }
        }
        Ok(())
    }

    /// `\Q…\E`, or up to the end of the pattern.
    fn quotation(&mut self) -> Result<(), Truth> {
        let mut is_empty = true;
        while self.cursor.peek(0).is_some() && !self.cursor.eat("\\E") {
            let Some(character) = self.cursor.next() else { break };
            self.literal(u32::from(character))?;
            is_empty = false;
        }
        if is_empty {
            self.flush();
            self.frame.last = Last::Unclear;
        }
        Ok(())
    }

    fn open(&mut self) -> Result<(), Truth> {
        match groups::open(&mut self.cursor, self.flags)? {
            Opened::Flags(flags) => {
                self.flags = flags;
                self.flush();
                self.frame.last = Last::Unclear;
            }
            Opened::Group(flags) => {
                if self.outer.len() >= DEPTH {
                    return Err(Truth::unknown("the pattern is nested too deeply to be decided here"));
                }
                self.flush();
                let frame = Frame { states: 0, product: 1, last: Last::Nothing, flags: self.flags };
                self.outer.push(std::mem::replace(&mut self.frame, frame));
                self.flags = flags;
                self.out.push_str("(?:");
            }
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Truth> {
        self.flush();
        let Some(outer) = self.outer.pop() else { return Err(invalid("`)` closes no group")) };
        let Frame { states, product, flags, .. } = std::mem::replace(&mut self.frame, outer);
        self.flags = flags;
        self.out.push(')');
        self.atom(Atom { states: states.saturating_add(1), product });
        Ok(())
    }

    fn repeat(&mut self, repetition: Repetition) -> Result<(), Truth> {
        let atom = match self.frame.last {
            Last::Atom(atom) => atom,
            Last::Nothing => return Err(invalid("a repetition has nothing to repeat")),
            Last::Repetition => return Err(invalid("a repetition stands behind another one")),
            Last::Unclear => return Err(Truth::unknown("what the repetition repeats is not documented")),
        };
        let (times, counts) = match repetition {
            Repetition::Sign(sign) => {
                self.out.push(sign);
                (1, None)
            }
            Repetition::Counts(min, max) => {
                let _ = match max {
                    Some(max) => write!(self.out, "{{{min},{max}}}"),
                    None => write!(self.out, "{{{min},}}"),
                };
                (max.unwrap_or(min).max(1), Some(max.unwrap_or(min)))
            }
        };
        let product = atom.product.saturating_mul(times);
        if times > 1 && product > COUNT {
            return Err(invalid(format!("nested repetitions count to more than {COUNT}")));
        }
        if counts == Some(0) && atom.product > 1 {
            return Err(Truth::unknown("RE2 and Go may differ on counts within what is repeated zero times"));
        }
        self.frame.product = self.frame.product.max(product);
        // Automata copy what is repeated.
        let states = atom.states.saturating_mul(times).saturating_add(1);
        self.frame.states = self.frame.states.saturating_add(states);
        self.frame.last = Last::Repetition;
        Ok(())
    }

    /// What was last is not repeated.
    fn flush(&mut self) {
        if let Last::Atom(Atom { states, product, .. }) = self.frame.last {
            self.frame.states = self.frame.states.saturating_add(states);
            self.frame.product = self.frame.product.max(product);
        }
        self.frame.last = Last::Nothing;
    }

    fn atom(&mut self, atom: Atom) {
        self.flush();
        self.frame.last = Last::Atom(atom);
    }

    fn escaped_assertion(&mut self, assertion: &str) {
        self.cursor.skip(1);
        self.assertion(assertion);
    }

    fn assertion(&mut self, assertion: &str) {
        self.atom(Atom { states: 1, product: 1 });
        self.out.push_str(assertion);
    }

    fn set(&mut self, set: &Set) {
        self.atom(Atom { states: 1, product: 1 });
        set.write(&mut self.out);
    }

    fn literal(&mut self, code: u32) -> Result<(), Truth> {
        let set = Set::one(code);
        let set = if self.flags.folds { set.folded()? } else { set };
        self.set(&set);
        Ok(())
    }
}
