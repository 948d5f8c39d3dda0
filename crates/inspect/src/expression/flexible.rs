//! Comparisons of Azure's flexible credentials, of which case and empty wildcards are not documented.

use super::{Claims, Pattern, Syntax, Truth};

/// Compares `text` by `pattern`, whose syntax is [`Syntax::Exact`] or [`Syntax::StarQuestion`].
pub(super) fn matches(pattern: &Pattern, text: &str, claims: &Claims) -> Truth {
    let with = |syntax| Pattern::new(pattern.text.clone(), syntax, pattern.span).matches(text, claims);
    let (strict, folded) = match pattern.syntax {
        Syntax::StarQuestion => (with(Syntax::PlusQuestion), with(Syntax::StarQuestionFolded)),
        _ => (with(Syntax::Exact), with(Syntax::Folded)),
    };
    match (strict, folded) {
        (Truth::True, _) => Truth::True,
        (_, Truth::False) => Truth::False,
        (unknown @ Truth::Unknown(_), _) => unknown,
        _ => match pattern.matches(text, claims) {
            Truth::False => {
                Truth::unknown("the values differ in case only, and whether case counts is not documented")
            }
            _ => Truth::unknown("`*` stands for no character here, and whether it may is not documented"),
        },
    }
}
