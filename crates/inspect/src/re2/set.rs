//! Sets of characters.

use std::fmt::Write as _;

use crate::expression::Truth;

/// The last code point.
const LAST: u32 = 0x0010_FFFF;

/// Code points, as ranges that may overlap.
#[derive(Clone, Debug, Default)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    pub(super) fn of(ranges: &[(u32, u32)]) -> Self {
        Self(ranges.to_vec())
    }

    pub(super) fn one(code: u32) -> Self {
        Self(vec![(code, code)])
    }

    pub(super) fn any() -> Self {
        Self(vec![(0, LAST)])
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// With the other case of each letter. What folds beyond ASCII are `k` and `s` only, if the set is of ASCII.
    pub(super) fn folded(mut self) -> Result<Self, Truth> {
        if self.0.iter().any(|(_, last)| *last > 0x7F) {
            return Err(Truth::unknown("the case of characters that are not ASCII is not compared here"));
        }
        let mut more = Vec::new();
        for (first, last) in &self.0 {
            for (from, to, other) in [(0x41, 0x5A, 0x61_u32), (0x61, 0x7A, 0x41)] {
                let (first, last): (u32, u32) = (*first.max(&from), *last.min(&to));
                if first <= last {
                    let other = |code: u32| code.saturating_sub(from).saturating_add(other);
                    more.push((other(first), other(last)));
                }
            }
        }
        self.0.extend(more);
        for (letter, sign) in [(u32::from('k'), 0x212A), (u32::from('s'), 0x017F)] {
            if self.0.iter().any(|(first, last)| (*first..=*last).contains(&letter)) {
                self.0.push((sign, sign));
            }
        }
        Ok(self)
    }

    /// All other characters.
    pub(super) fn negated(mut self) -> Self {
        self.0.sort_unstable();
        let mut next = 0;
        let mut others = Vec::new();
        for (first, last) in self.0 {
            if next < first {
                others.push((next, first.saturating_sub(1)));
            }
            next = next.max(last.saturating_add(1));
        }
        if next <= LAST {
            others.push((next, LAST));
        }
        Self(others)
    }

    /// As a class of `regex-lite`.
    pub(super) fn write(&self, out: &mut String) {
        let before = out.len();
        out.push('[');
        for (first, last) in &self.0 {
            // No text has a surrogate.
            for (from, to) in [(0, 0xD7FF), (0xE000, LAST)] {
                let (first, last): (u32, u32) = (*first.max(&from), *last.min(&to));
                if first <= last {
                    // Writing to a string does not fail.
                    let _ = write!(out, "\\x{{{first:X}}}-\\x{{{last:X}}}");
                }
            }
        }
        out.push(']');
        if out.len() == before.saturating_add(2) {
            out.truncate(before);
            out.push_str("[^\\x{0}-\\x{10FFFF}]");
        }
    }
}

/// `\d`, `\s` and `\w`.
pub(super) fn perl(letter: char) -> Option<Set> {
    Some(match letter.to_ascii_lowercase() {
        'd' => Set::of(&[(0x30, 0x39)]),
        's' => Set::of(&[(0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)]),
        'w' => Set::of(&[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]),
        _ => return None,
    })
}

/// The class of `[[:name:]]`.
pub(super) fn posix(name: &str) -> Option<Set> {
    let ranges: &[(u32, u32)] = match name {
        "alnum" => &[(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)],
        "alpha" => &[(0x41, 0x5A), (0x61, 0x7A)],
        "ascii" => &[(0, 0x7F)],
        "blank" => &[(0x09, 0x09), (0x20, 0x20)],
        "cntrl" => &[(0, 0x1F), (0x7F, 0x7F)],
        "digit" => &[(0x30, 0x39)],
        "graph" => &[(0x21, 0x7E)],
        "lower" => &[(0x61, 0x7A)],
        "print" => &[(0x20, 0x7E)],
        "punct" => &[(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)],
        "space" => &[(0x09, 0x0D), (0x20, 0x20)],
        "upper" => &[(0x41, 0x5A)],
        "word" => &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)],
        "xdigit" => &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
        _ => return None,
    };
    Some(Set::of(ranges))
}

/// The ASCII characters of a Unicode class; `None` for a name that is not known here.
pub(super) fn unicode(name: &str) -> Option<Set> {
    let characters = match name {
        "Any" => return Some(Set::of(&[(0, 0x7F)])),
        "L" | "Latin" => return posix("alpha"),
        "Lu" => return posix("upper"),
        "Ll" => return posix("lower"),
        "N" | "Nd" => return posix("digit"),
        "C" | "Cc" => return posix("cntrl"),
        "Lt" | "Lm" | "Lo" | "Nl" | "No" | "M" | "Mn" | "Mc" | "Me" | "Pi" | "Pf" | "So" | "Zl" | "Zp"
        | "Cf" | "Co" | "Cs" | "Greek" | "Cyrillic" | "Han" | "Arabic" | "Hebrew" | "Hiragana"
        | "Katakana" | "Thai" => "",
        "P" => "!\"#%&'()*,-./:;?@[\\]_{}",
        "Pc" => "_",
        "Pd" => "-",
        "Ps" => "([{",
        "Pe" => ")]}",
        "Po" => "!\"#%&'*,./:;?@\\",
        "S" => "$+<=>^`|~",
        "Sc" => "$",
        "Sk" => "^`",
        "Sm" => "+<=>|~",
        "Z" | "Zs" => " ",
        _ => return None,
    };
    Some(Set(characters.chars().map(|character| (u32::from(character), u32::from(character))).collect()))
}
