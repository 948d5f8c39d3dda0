//! What Terraform does with values: conversion, comparison, elements.

use std::collections::BTreeMap;

use crate::document::{Hole, Item, Member, Node, Piece, Span, Text, Value};

/// The text that a string, a number or a boolean becomes in a template.
pub(super) fn scalar(node: &Node) -> Option<Text> {
    match &node.value {
        Value::Number(number) => Some(Text::new(number.as_str())),
        Value::Bool(flag) => Some(Text::new(flag.to_string())),
        _ => node.text(),
    }
}

/// Whether two values are equal and fully known, or hold the same holes.
pub(super) fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Number(one), Value::Number(other)) => one == other,
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Hole(one), Value::Hole(other)) => one == other,
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|pair| match pair {
                    (Item::One(one), Item::One(other)) => same(one, other),
                    (Item::Each { over: one_over, node: one }, Item::Each { over, node }) => {
                        one_over == over && same(one, node)
                    }
                    _ => false,
                })
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.name == other.name && same(&one.value, &other.value))
        }
        _ => false,
    }
}

/// The items of a list; each element of a list that is a hole.
pub(super) fn elements(node: Node) -> Vec<Item> {
    match node.value {
        Value::List(items) => items,
        Value::Hole(over) => vec![each(over, node.span)],
        Value::Null => Vec::new(),
        _ => vec![Item::One(node)],
    }
}

/// The elements of an unknown list as they are.
pub(super) fn each(over: Hole, span: Span) -> Item {
    let element = over.element();
    Item::Each { over, node: Node { span, value: Value::Hole(element) } }
}

/// An object of members whose names are literals.
pub(super) fn object(span: Span, members: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    let members = members.into_iter().map(|(name, value)| member(name, value)).collect();
    Node { span, value: Value::Object(members) }
}

/// A member with a literal name, which stands where its value stands.
pub(super) fn member(name: impl Into<String>, value: Node) -> Member {
    Member { name: Text::new(name), span: value.span, value }
}

/// The members without those that a later one of the same name replaces.
pub(super) fn last_of_each_name(members: Vec<Member>) -> Vec<Member> {
    let mut last: Vec<Option<Member>> = Vec::with_capacity(members.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for member in members {
        if let Some(name) = member.name.literal()
            && let Some(before) = places.insert(name, last.len())
            && let Some(replaced) = last.get_mut(before)
        {
            *replaced = None;
        }
        last.push(Some(member));
    }
    last.into_iter().flatten().collect()
}

/// A string.
pub(super) fn text(span: Span, literal: &str) -> Node {
    Node { span, value: Value::Text(Text::new(literal)) }
}

/// A value that is not known.
pub(super) fn hole(span: Span, name: impl Into<String>) -> Node {
    Node { span, value: Value::Hole(Hole::new(name)) }
}

/// Writes a value as JSON, as `jsonencode` has it within text. Lists of unknown length cannot be written.
pub(super) fn render(node: &Node, out: &mut Text) -> Option<()> {
    let push = |out: &mut Text, literal: &str| out.push(Piece::Literal(literal.to_owned()));
    match &node.value {
        Value::Null => push(out, "null"),
        Value::Bool(flag) => push(out, if *flag { "true" } else { "false" }),
        Value::Number(number) => push(out, number),
        Value::Text(text) => render_text(text, out)?,
        Value::Hole(hole) => out.push(Piece::Hole(hole.clone())),
        Value::List(items) => {
            push(out, "[");
            for (index, item) in items.iter().enumerate() {
                let Item::One(node) = item else { return None };
                push(out, if index > 0 { "," } else { "" });
                render(node, out)?;
            }
            push(out, "]");
        }
        Value::Object(members) => {
            push(out, "{");
            for (index, member) in members.iter().enumerate() {
                push(out, if index > 0 { "," } else { "" });
                render_text(&member.name, out)?;
                push(out, ":");
                render(&member.value, out)?;
            }
            push(out, "}");
        }
    }
    Some(())
}

fn render_text(text: &Text, out: &mut Text) -> Option<()> {
    out.push(Piece::Literal("\"".to_owned()));
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => {
                let quoted = serde_json::to_string(literal).ok()?;
                let inner = quoted.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"'))?;
                out.push(Piece::Literal(inner.to_owned()));
            }
            piece => out.push(piece.clone()),
        }
    }
    out.push(Piece::Literal("\"".to_owned()));
    Some(())
}
