//! Conditions on what CEL computes of all claims, rather than on one claim.

use super::{Claims, Pattern, Syntax, Truth};
use crate::{
    cel::{Term, Value},
    document::{Span, Text},
};

/// A condition on what CEL computes.
#[derive(Clone, Debug)]
pub(crate) enum Computed {
    /// The value is `true`.
    Holds(Term),
    /// It can be computed, and is a text of at most so many bytes.
    Text {
        /// The mapping.
        term: Term,
        /// Bytes.
        most: usize,
    },
    /// All together have at most so many bytes.
    Total {
        /// The mappings.
        terms: Vec<Term>,
        /// Bytes.
        most: usize,
    },
    /// It is this text.
    Equals {
        /// The mapping.
        term: Term,
        /// The text.
        text: Text,
    },
    /// It is a list with this text in it.
    Has {
        /// The mapping.
        term: Term,
        /// The text.
        text: Text,
    },
}

impl Computed {
    /// Whether it holds for a token.
    pub(super) fn truth(&self, claims: &Claims) -> Truth {
        match self {
            Self::Holds(term) => term.truth(claims),
            Self::Text { term, most } => match term.value(claims) {
                Ok(Value::Text(text)) => Truth::from(text.shown().len() <= *most),
                Ok(Value::List(_)) => Truth::True,
                Ok(_) => Truth::unknown("what becomes of a mapping that is not a string is not documented"),
                Err(Truth::Error(reason)) => Truth::unknown(format!(
                    "the mapping fails ({reason}), and so does the exchange, as was observed; it is not documented"
                )),
                Err(unknown) => unknown,
            },
            Self::Total { terms, most } => {
                let sizes = terms.iter().filter_map(|term| match term.value(claims) {
                    Ok(Value::Text(text)) => Some(text.shown().len()),
                    _ => None,
                });
                Truth::from(sizes.fold(0, usize::saturating_add) <= *most)
            }
            Self::Equals { term, text } => match term.value(claims) {
                Ok(Value::Text(found)) => match found.literal() {
                    Some(found) => equals(text, &found),
                    None => Truth::needs_of(&found),
                },
                // A mapping that fails was judged where it stands.
                Ok(_) | Err(Truth::Error(_)) => Truth::False,
                Err(unknown) => unknown,
            },
            Self::Has { term, text } => match term.value(claims) {
                Ok(Value::List(items)) => Truth::any(items.iter().map(|item| match item {
                    Value::Text(found) => found.literal().map_or(Truth::False, |found| equals(text, &found)),
                    _ => Truth::False,
                })),
                Ok(_) | Err(Truth::Error(_)) => Truth::False,
                Err(unknown) => unknown,
            },
        }
    }

    /// What is expected, for people.
    pub(super) fn expected(&self) -> Vec<String> {
        match self {
            Self::Holds(term) => term.texts().into_iter().map(Text::shown).collect(),
            Self::Text { most, .. } | Self::Total { most, .. } => vec![format!("at most {most} bytes")],
            Self::Equals { text, .. } | Self::Has { text, .. } => vec![text.shown()],
        }
    }
}

/// Members compare values; whether with case is not documented.
fn equals(text: &Text, found: &str) -> Truth {
    let with =
        |syntax| Pattern::new(text.clone(), syntax, Span::default()).matches(found, &Claims::default());
    match (with(Syntax::Exact), with(Syntax::Folded)) {
        (Truth::False, Truth::False) => Truth::False,
        (Truth::False, _) => Truth::unknown(
            "the values differ in case only, and whether members compare case is not documented",
        ),
        (truth, _) => truth,
    }
}
