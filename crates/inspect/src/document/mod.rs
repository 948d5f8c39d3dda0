//! What was pasted, as a tree: each value has its place in the text, and may have holes.
//!
//! Every form (JSON, YAML, HCL, Bicep, command lines) is read into this tree, and every front end reads policies from it.

mod fill;
mod text;

use std::ops::Range;

pub(crate) use self::fill::fill;
pub(crate) use self::text::{Hole, Piece, Text};

/// Bytes of the pasted text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first byte.
    pub(crate) start: usize,
    /// The byte behind the last one.
    pub(crate) end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Where it stands.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) value: Value,
}

/// A value of a document.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// `null`, or nothing where YAML has a value
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written.
    Number(String),
    /// A string.
    Text(Text),
    /// A list.
    List(Vec<Item>),
    /// Members in the order of the text. A name may occur twice: what that means is the policy language's to say.
    Object(Vec<Member>),
    /// A whole value that the document does not hold.
    Hole(Hole),
}

/// An item of a list.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// One value.
    One(Node),
    /// Any number of values, one for each element of a list that the document does not hold.
    Each {
        /// The list.
        over: Hole,
        /// What each element becomes: the hole [`Hole::element`] in it stands for the element.
        node: Node,
    },
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: Text,
    /// Where the name stands.
    pub(crate) span: Span,
    /// Its value.
    pub(crate) value: Node,
}

impl Node {
    /// A node at a place.
    pub(crate) fn new(span: impl Into<Span>, value: Value) -> Self {
        Self { span: span.into(), value }
    }

    /// The members, if it is an object.
    pub(crate) fn members(&self) -> Option<&[Member]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The first member of a name, if it is an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.members()?
            .iter()
            .find(|member| member.name.literal().as_deref() == Some(name))
            .map(|member| &member.value)
    }

    /// The values that are what is looked for: this one, or those within it.
    pub(crate) fn find_all(&self, is_wanted: &dyn Fn(&Self) -> bool) -> Vec<Self> {
        if is_wanted(self) {
            return vec![self.clone()];
        }
        match &self.value {
            Value::Object(members) => {
                members.iter().flat_map(|member| member.value.find_all(is_wanted)).collect()
            }
            Value::List(items) => items
                .iter()
                .flat_map(|item| match item {
                    Item::One(node) => node.find_all(is_wanted),
                    Item::Each { .. } => Vec::new(),
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Its text, if it is a string without holes.
    pub(crate) fn str(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) => text.literal(),
            _ => None,
        }
    }

    /// Its text, with holes: a string, or a hole in place of one.
    pub(crate) fn text(&self) -> Option<Text> {
        match &self.value {
            Value::Text(text) => Some(text.clone()),
            Value::Hole(hole) => Some(Text::hole(hole.clone())),
            _ => None,
        }
    }

    /// Its items: those of a list, or itself as the only one, as languages have it that let a list of one be written without brackets.
    pub(crate) fn items(&self) -> Vec<Item> {
        match &self.value {
            Value::List(items) => items.clone(),
            _ => vec![Item::One(self.clone())],
        }
    }

    /// Gives it, and all within it, one place: that of the text in which it was quoted or encoded.
    pub(crate) fn move_to(&mut self, span: Span) {
        self.span = span;
        match &mut self.value {
            Value::List(items) => {
                for item in items {
                    match item {
                        Item::One(node) | Item::Each { node, .. } => node.move_to(span),
                    }
                }
            }
            Value::Object(members) => {
                for member in members {
                    member.span = span;
                    member.value.move_to(span);
                }
            }
            _ => {}
        }
    }

    /// What kind of value it is, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
            Value::Hole(_) => "a value that the document does not hold",
        }
    }
}

/// Calls `found` for every hole of a document, with its place.
pub(crate) fn each_hole(node: &Node, found: &mut dyn FnMut(&Hole, Span)) {
    match &node.value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::Text(text) => text.holes().for_each(|hole| found(hole, node.span)),
        Value::Hole(hole) => found(hole, node.span),
        Value::List(items) => {
            for item in items {
                match item {
                    Item::One(node) => each_hole(node, found),
                    Item::Each { over, node } => {
                        found(over, node.span);
                        let element = over.element();
                        each_hole(node, &mut |hole, span| {
                            if *hole != element {
                                found(hole, span);
                            }
                        });
                    }
                }
            }
        }
        Value::Object(members) => {
            for member in members {
                member.name.holes().for_each(|hole| found(hole, member.span));
                each_hole(&member.value, found);
            }
        }
    }
}
