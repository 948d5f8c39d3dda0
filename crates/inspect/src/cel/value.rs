//! The values of CEL, and how they compare.

use std::cmp::Ordering;

use serde_json::{Number, Value as Json};

use crate::{
    document::{Span, Text},
    expression::{Claims, Pattern, Syntax, Truth},
};

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    /// A number of the token: whether Google makes it an int or a double is not documented.
    Number(Number),
    Text(Text),
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
    /// A value that is not evaluated further, such as a timestamp.
    Opaque(&'static str),
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(*flag),
            Json::Number(number) => Self::Number(number.clone()),
            Json::String(text) => Self::Text(Text::new(text.as_str())),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(members) => Self::Map(
                members
                    .iter()
                    .map(|(name, value)| (Self::Text(Text::new(name.as_str())), value.into()))
                    .collect(),
            ),
        }
    }
}

impl Value {
    fn number(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "compared with others that are as large")]
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Uint(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    fn integer(&self) -> Option<i128> {
        match self {
            Self::Int(number) => Some((*number).into()),
            Self::Uint(number) => Some((*number).into()),
            Self::Number(number) => {
                number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
            }
            _ => None,
        }
    }

    /// Equality over all types: values of different types differ, and numbers compare by what they count.
    pub(super) fn equals(&self, other: &Self) -> Truth {
        match (self, other) {
            (Self::Null, Self::Null) => Truth::True,
            (Self::Bool(one), Self::Bool(other)) => Truth::from(one == other),
            (Self::Text(one), Self::Text(other)) => equal_texts(one, other),
            (Self::List(one), Self::List(other)) => {
                if one.len() != other.len() {
                    return Truth::False;
                }
                Truth::all(one.iter().zip(other).map(|(one, other)| one.equals(other)))
            }
            (Self::Map(one), Self::Map(other)) => {
                if one.len() != other.len() {
                    return Truth::False;
                }
                Truth::all(one.iter().map(|(key, value)| {
                    Truth::any(other.iter().map(|(other_key, other_value)| {
                        Truth::all([key.equals(other_key), value.equals(other_value)])
                    }))
                }))
            }
            (Self::Opaque(_), _) | (_, Self::Opaque(_)) => {
                Truth::unknown("values of this type are not evaluated")
            }
            _ => match (self.integer(), other.integer()) {
                (Some(one), Some(other)) => Truth::from(one == other),
                _ => match (self.number(), other.number()) {
                    (Some(one), Some(other)) => Truth::from(one.partial_cmp(&other) == Some(Ordering::Equal)),
                    _ => Truth::False,
                },
            },
        }
    }

    /// The order of two values, if they have one.
    pub(super) fn order(&self, other: &Self) -> Result<Option<Ordering>, Truth> {
        let text = |text: &Text| text.literal().ok_or_else(|| Truth::needs_of(text));
        match (self, other) {
            (Self::Bool(one), Self::Bool(other)) => Ok(Some(one.cmp(other))),
            (Self::Text(one), Self::Text(other)) => Ok(Some(text(one)?.cmp(&text(other)?))),
            (Self::Opaque(_), _) | (_, Self::Opaque(_)) => {
                Err(Truth::unknown("values of this type are not evaluated"))
            }
            _ => match (self.integer(), other.integer()) {
                (Some(one), Some(other)) => Ok(Some(one.cmp(&other))),
                _ => match (self.number(), other.number()) {
                    (Some(one), Some(other)) => Ok(one.partial_cmp(&other)),
                    _ => Err(Truth::Error(format!(
                        "{} and {} have no order",
                        self.type_name(),
                        other.type_name()
                    ))),
                },
            },
        }
    }

    /// What it is, for messages.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Uint(_) => "a uint",
            Self::Double(_) => "a double",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Opaque(name) => name,
        }
    }
}

fn equal_texts(one: &Text, other: &Text) -> Truth {
    match (one.literal(), other.literal()) {
        (Some(one), Some(other)) => Truth::from(one == other),
        (Some(literal), None) => exact(other, &literal),
        (None, Some(literal)) => exact(one, &literal),
        (None, None) => Truth::needs(one.holes().chain(other.holes()).map(|hole| hole.name.as_str())),
    }
}

fn exact(pattern: &Text, text: &str) -> Truth {
    Pattern::new(pattern.clone(), Syntax::Exact, Span::default()).matches(text, &Claims::default())
}
