//! Which texts a pattern stands for, asked of the pattern as a whole: whether it can be a value of a claim at
//! all, and whether two patterns can stand for the same text.

use super::{pattern::Pattern, workflow};
use crate::claims::{Form, STATES, State};

/// What a wildcard of most patterns may stand for.
const WITNESSES: [&str; 3] = ["1", "x", ""];

/// A pattern's text, and whether its `*` are wildcards.
#[derive(Clone, Copy)]
pub(super) struct Language<'p> {
    pub(super) text: &'p str,
    pub(super) is_glob: bool,
}

/// One part of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Byte(u8),
    /// Any bytes but those that separate segments.
    Within,
    /// Any bytes.
    Crossing,
}

impl Symbol {
    const fn is_star(self) -> bool {
        !matches!(self, Self::Byte(_))
    }

    /// Whether this is a wildcard that stands for such a byte among others.
    const fn covers(self, byte: u8) -> bool {
        match self {
            Self::Byte(_) => false,
            Self::Within => !matches!(byte, b'/' | b':'),
            Self::Crossing => true,
        }
    }
}

impl<'p> Language<'p> {
    /// That of a pattern for a whole value.
    pub(super) fn of(pattern: &'p Pattern) -> Option<Self> {
        match pattern {
            Pattern::Exact(text) => Some(Self { text, is_glob: false }),
            Pattern::Glob(glob) => Some(Self { text: glob.as_str(), is_glob: true }),
            Pattern::Has(_) => None,
        }
    }

    pub(super) const fn exact(text: &'p str) -> Self {
        Self { text, is_glob: false }
    }

    /// The same kind of pattern with another text.
    pub(super) const fn with_text(self, text: &str) -> Language<'_> {
        Language { text, is_glob: self.is_glob }
    }

    fn symbols(self) -> impl Iterator<Item = Symbol> {
        let mut rest = self.text.as_bytes();
        core::iter::from_fn(move || {
            let (symbol, behind) = match rest {
                [b'*', b'*', behind @ ..] if self.is_glob => (Symbol::Crossing, behind),
                [b'*', behind @ ..] if self.is_glob => (Symbol::Within, behind),
                [byte, behind @ ..] => (Symbol::Byte(*byte), behind),
                [] => return None,
            };
            rest = behind;
            Some(symbol)
        })
    }

    /// Whether some value of this form matches.
    pub(super) fn meets(self, form: Form) -> bool {
        match form {
            Form::Words(words) => words.iter().any(|word| self.intersects(Language::exact(word))),
            Form::WorkflowRef => match workflow::split(self.text) {
                Some((path, version)) => {
                    self.with_text(path).meets(Form::WorkflowPath)
                        && self.with_text(version).meets(Form::WorkflowVersion)
                }
                None => self.is_glob && self.text.ends_with("**") && self.meets(Form::WorkflowPath),
            },
            Form::Text => !self.text.is_empty(),
            _ => WITNESSES.iter().any(|witness| self.is_met_by(form, witness)) || self.reaches_the_end(form),
        }
    }

    /// Whether a value of the form is had by writing `witness` for each wildcard. Most patterns that can be met are
    /// met so, which is found out in a fraction of the time.
    fn is_met_by(self, form: Form, witness: &str) -> bool {
        let mut state = Some(form.start());
        for symbol in self.symbols() {
            let literal = if let Symbol::Byte(byte) = &symbol {
                core::slice::from_ref(byte)
            } else {
                witness.as_bytes()
            };
            for byte in literal {
                state = state.and_then(|state| form.step(state, *byte));
            }
            if state.is_none() {
                return false;
            }
        }
        state.is_some_and(|state| form.accepts(state))
    }

    /// Follows all states of the form at once through the pattern.
    fn reaches_the_end(self, form: Form) -> bool {
        let mut states = States::default();
        states.add(form.start());
        for symbol in self.symbols() {
            match symbol {
                Symbol::Byte(byte) => {
                    states = states.iter().filter_map(|state| form.step(state, byte)).collect();
                }
                star => states.close(form, star),
            }
        }
        states.iter().any(|state| form.accepts(state))
    }

    /// Whether some text matches both patterns.
    pub(super) fn intersects(self, other: Language<'_>) -> bool {
        if !self.is_glob && !other.is_glob {
            return self.text == other.text;
        }
        // Whether each position of the other pattern can be reached together with the one of this pattern.
        let columns: alloc::vec::Vec<Symbol> = other.symbols().collect();
        let mut reached = alloc::vec![false; columns.len().saturating_add(1)];
        if let Some(start) = reached.first_mut() {
            *start = true;
        }
        skip_stars(&columns, &mut reached);
        for symbol in self.symbols() {
            reached = advance(symbol, &columns, &reached);
            skip_stars(&columns, &mut reached);
        }
        reached.last() == Some(&true)
    }
}

/// A wildcard may stand for nothing.
fn skip_stars(columns: &[Symbol], reached: &mut [bool]) {
    let mut before = false;
    for (at, here) in reached.iter_mut().enumerate() {
        let is_behind_star =
            at.checked_sub(1).and_then(|at| columns.get(at)).is_some_and(|symbol| symbol.is_star());
        *here |= before && is_behind_star;
        before = *here;
    }
}

/// The positions that are reached once `symbol` of the one pattern has been matched.
fn advance(symbol: Symbol, columns: &[Symbol], reached: &[bool]) -> alloc::vec::Vec<bool> {
    let mut next = alloc::vec![false; reached.len()];
    // A wildcard of the one pattern goes on over the bytes of the other.
    let mut carried = false;
    for (at, here) in reached.iter().enumerate() {
        let column = columns.get(at).copied();
        let stays = match (symbol, column) {
            (star, _) if star.is_star() => *here || carried,
            (Symbol::Byte(byte), Some(star)) => *here && star.covers(byte),
            _ => false,
        };
        let passes = match (symbol, column) {
            (Symbol::Byte(byte), Some(Symbol::Byte(other))) => *here && byte == other,
            (star, Some(Symbol::Byte(other))) => stays && star.covers(other),
            (_, Some(_)) => symbol.is_star() && stays,
            (_, None) => false,
        };
        if let Some(slot) = next.get_mut(at) {
            *slot |= stays;
        }
        if let Some(slot) = next.get_mut(at.saturating_add(1)) {
            *slot |= passes;
        }
        carried = passes && symbol.is_star();
    }
    next
}

/// A set of states.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct States(u128);

impl States {
    fn add(&mut self, state: State) {
        self.0 |= 1_u128.checked_shl(u32::from(state.index())).unwrap_or_default();
    }

    fn iter(self) -> impl Iterator<Item = State> {
        (0..STATES).filter(move |index| self.0 >> index & 1 == 1).map(State::from_index)
    }

    /// Adds all that is reached by bytes that `star` stands for.
    fn close(&mut self, form: Form, star: Symbol) {
        let mut fresh = *self;
        while fresh != Self::default() {
            let mut next = Self::default();
            for state in fresh.iter() {
                // Bytes beyond ASCII are all alike.
                for byte in (0..=0x80).filter(|byte| star.covers(*byte)) {
                    form.step(state, byte).into_iter().for_each(|state| next.add(state));
                }
            }
            fresh = Self(next.0 & !self.0);
            self.0 |= next.0;
        }
    }
}

impl FromIterator<State> for States {
    fn from_iter<I: IntoIterator<Item = State>>(states: I) -> Self {
        let mut set = Self::default();
        states.into_iter().for_each(|state| set.add(state));
        set
    }
}

#[cfg(test)]
mod tests {
    use alloc::{string::String, vec::Vec};

    use proptest::prelude::*;

    use super::*;
    use crate::policy::Glob;

    fn glob(text: &str) -> Language<'_> {
        Language { text, is_glob: true }
    }

    #[test]
    fn a_pattern_meets_a_form_if_a_value_of_it_matches() {
        for (form, pattern, expected) in [
            (Form::Ref, "refs/heads/release-*", true),
            (Form::Ref, "refs/**", true),
            (Form::Ref, "**", true),
            (Form::Ref, "*", true),
            (Form::Ref, "release-*", false),
            (Form::Ref, "*/main", false),
            (Form::Ref, "refs/*/main", true),
            (Form::Ref, "refs/heads/release-?", false),
            (Form::Ref, "refs/heads/*..*", false),
            (Form::Ref, "refs/heads/*.lock", false),
            (Form::Ref, "refs/heads/*.lock*", true),
            (Form::Repository, "octo-org/*", true),
            (Form::Repository, "octo-org*", false),
            (Form::Repository, "octo-org/**", true),
            (Form::Repository, "octo-org/*/x", false),
            (Form::Digits, "7*", true),
            (Form::Digits, "*a", false),
            (Form::Words(&["true", "false"]), "t*", true),
            (Form::Words(&["true", "false"]), "T*", false),
            (Form::WorkflowRef, "o/r/.github/workflows/*@refs/tags/v*", true),
            (Form::WorkflowRef, "o/r/.github/workflows/*@v1", false),
            (Form::WorkflowRef, "o/**@v1", false),
            (Form::WorkflowRef, "o/**", true),
            (Form::WorkflowRef, "o/*", false),
            (Form::WorkflowRef, "o/r/.github/workflows/x.yml@*", true),
            (Form::Commit, "a94a*", true),
            (Form::Commit, "v*", false),
        ] {
            assert_eq!(glob(pattern).meets(form), expected, "{pattern}");
        }
    }

    proptest! {
        /// Two globs meet if a text of a short list matches both, which holds in this small alphabet.
        #[test]
        fn globs_intersect_as_their_matches_do(left in "[a/]{0,2}(\\*{1,2}[a/]{0,1}){0,2}", right in "[a/]{0,2}(\\*{1,2}[a/]{0,1}){0,2}") {
            let globs = [Glob::parse(&left, false), Glob::parse(&right, false)];
            if let [Some(one), Some(other)] = &globs {
                let longer = |texts: &[String]| -> Vec<String> {
                    texts.iter().flat_map(|text| ["a", "/"].map(|end| [text, end].concat())).collect()
                };
                let lengths = core::iter::successors(Some(alloc::vec![String::new()]), |texts| Some(longer(texts)));
                let texts: Vec<String> = lengths.take(9).flatten().collect();
                let common = texts.iter().any(|text| one.matches(text) && other.matches(text));
                prop_assert_eq!(glob(&left).intersects(glob(&right)), common);
                prop_assert_eq!(glob(&right).intersects(glob(&left)), common);
            }
        }
    }
}
