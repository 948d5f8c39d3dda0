//! The tree of a CEL expression.

use std::ops::Range;

use super::Value;
use crate::document::{Hole, Piece, Text};

/// An expression, or a part of one.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// Where it stands in the text of the expression.
    pub(crate) range: Range<usize>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Literal(Value),
    /// A whole value that the document does not hold.
    Hole(Hole),
    Name(String),
    Select(Box<Term>, String),
    Has(Box<Term>, String),
    Index(Box<Term>, Box<Term>),
    Call {
        target: Option<Box<Term>>,
        name: String,
        arguments: Vec<Term>,
    },
    List(Vec<Term>),
    Map(Vec<(Term, Term)>),
    Not(Box<Term>),
    Negative(Box<Term>),
    And(Vec<Term>),
    Or(Vec<Term>),
    Binary(Operator, Box<Term>, Box<Term>),
    Conditional(Box<Term>, Box<Term>, Box<Term>),
    Macro(Box<Macro>),
    /// What Google mapped to `attribute.x` or `google.x`.
    Mapped(Box<Term>),
    /// `attribute.x` that is not mapped.
    Unmapped(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Macro {
    pub(crate) kind: MacroKind,
    pub(crate) range: Term,
    pub(crate) variable: String,
    /// The filter of `map` with three arguments.
    pub(crate) filter: Option<Term>,
    pub(crate) body: Term,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MacroKind {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Term {
    pub(super) const fn new(range: Range<usize>, kind: Kind) -> Self {
        Self { range, kind }
    }

    /// The parts, in the order of the text.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Literal(_) | Kind::Hole(_) | Kind::Name(_) | Kind::Unmapped(_) => Vec::new(),
            Kind::Select(part, _)
            | Kind::Has(part, _)
            | Kind::Not(part)
            | Kind::Negative(part)
            | Kind::Mapped(part) => {
                vec![part]
            }
            Kind::Index(one, other) | Kind::Binary(_, one, other) => vec![one, other],
            Kind::Call { target, arguments, .. } => {
                target.iter().map(AsRef::as_ref).chain(arguments).collect()
            }
            Kind::List(parts) | Kind::And(parts) | Kind::Or(parts) => parts.iter().collect(),
            Kind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Kind::Conditional(condition, then, otherwise) => vec![condition, then, otherwise],
            Kind::Macro(made) => [&made.range].into_iter().chain(&made.filter).chain([&made.body]).collect(),
        }
    }

    /// The first claim that it reads.
    pub(crate) fn claim(&self) -> Option<&str> {
        let of_assertion = |part: &Self| matches!(&part.kind, Kind::Name(name) if name == "assertion");
        match &self.kind {
            Kind::Select(part, name) | Kind::Has(part, name) if of_assertion(part) => Some(name),
            Kind::Index(part, name) if of_assertion(part) => name.literal(),
            Kind::Binary(Operator::In, name, part) if of_assertion(part) => name.literal(),
            Kind::Unmapped(name) => Some(name),
            _ => self.parts().into_iter().find_map(Self::claim),
        }
    }

    /// Its text, if it is a string without holes.
    fn literal(&self) -> Option<&str> {
        match &self.kind {
            Kind::Literal(Value::Text(text)) => match text.pieces() {
                [Piece::Literal(literal)] => Some(literal),
                _ => None,
            },
            _ => None,
        }
    }

    /// The texts that it compares with.
    pub(crate) fn texts(&self) -> Vec<&Text> {
        match &self.kind {
            Kind::Literal(Value::Text(text)) => vec![text],
            Kind::Select(..) | Kind::Has(..) | Kind::Index(..) | Kind::Mapped(_) => Vec::new(),
            _ => self.parts().into_iter().flat_map(Self::texts).collect(),
        }
    }
}
