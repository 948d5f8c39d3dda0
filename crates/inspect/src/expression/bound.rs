//! How Vault compares a claim with the values that a role binds it to.

use serde_json::Value as Json;

use super::{Claims, Pattern, Truth};

/// A value that a role binds a claim to.
#[derive(Clone, Debug)]
pub(crate) enum Bound {
    /// A string.
    Text(Pattern),
    /// A number as it is written: Vault keeps its text.
    Number(String),
    /// `true` or `false`
    Bool(bool),
    /// `null`, which only an item of a list equals
    Null,
}

/// Whether any of the values equals the claim, or an item of it if it is a list.
pub(super) fn matches(values: &[Bound], found: &Json, claims: &Claims) -> Truth {
    let any = |found: &Json, as_written: bool| {
        Truth::any(values.iter().map(|value| value.matches(found, as_written, claims)))
    };
    match found {
        Json::Null | Json::Object(_) => Truth::False,
        Json::Array(items) => Truth::any(items.iter().map(|item| any(item, true))),
        scalar => any(scalar, false),
    }
}

impl Bound {
    /// `as_written`: in a list, where Vault leaves a number a float, which no text of a number equals.
    fn matches(&self, found: &Json, as_written: bool, claims: &Claims) -> Truth {
        match (self, found) {
            (Self::Text(pattern), Json::String(text)) => pattern.matches(text, claims),
            (Self::Bool(expected), Json::Bool(found)) => Truth::from(expected == found),
            (Self::Number(expected), Json::Number(found)) if !as_written => {
                Truth::from(found.as_f64().and_then(whole).is_some_and(|whole| whole == *expected))
            }
            (Self::Null, Json::Null) => Truth::True,
            _ => Truth::False,
        }
    }

    /// The pattern of a string.
    pub(super) const fn pattern(&self) -> Option<&Pattern> {
        match self {
            Self::Text(pattern) => Some(pattern),
            _ => None,
        }
    }

    /// What is expected, for people.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(pattern) => pattern.text.shown(),
            Self::Number(number) => number.clone(),
            Self::Bool(flag) => flag.to_string(),
            Self::Null => "null".into(),
        }
    }
}

/// The integer part of a claim as text. Vault reads claims as floats; one that no integer of 64 bits holds equals nothing.
fn whole(number: f64) -> Option<String> {
    let whole = number.trunc();
    // Minus zero becomes the integer zero.
    (whole.abs() < 9.2e18).then(|| if whole == 0.0 { "0".to_owned() } else { format!("{whole:.0}") })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        document::{Span, Text},
        expression::Syntax,
    };

    #[test]
    fn values_equal_by_type_and_value() {
        let text = |text: &str| Bound::Text(Pattern::new(Text::new(text), Syntax::Exact, Span::default()));
        let number = |text: &str| Bound::Number(text.to_owned());
        for (value, found, expected) in [
            (text("74"), json!("74"), true),
            (number("74"), json!("74"), false),
            (text("74"), json!(74), false),
            (number("74"), json!(74), true),
            (number("1"), json!(1.5), true),
            (number("1.5"), json!(1.5), false),
            (number("1.0"), json!(1), false),
            (number("0"), json!(-0.5), true),
            (number("74"), json!([74]), false),
            (text("a"), json!(["b", "a"]), true),
            (Bound::Bool(true), json!(true), true),
            (Bound::Bool(true), json!("true"), false),
            (Bound::Bool(true), json!([true]), true),
            (Bound::Null, json!(null), false),
            (text("a"), json!({ "a": "a" }), false),
        ] {
            let truth = matches(std::slice::from_ref(&value), &found, &Claims::default());
            assert_eq!(truth, Truth::from(expected), "{value:?} {found}");
        }
        assert_eq!(matches(&[], &json!("a"), &Claims::default()), Truth::False);
    }
}
