//! Values that are given for holes.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Hole, Item, Member, Node, Piece, Span, Text, Value};

/// Puts the values that were given into the holes of a document.
pub(crate) fn fill(node: &mut Node, inputs: &BTreeMap<String, Json>) {
    if !inputs.is_empty() {
        fill_node(node, &|name| inputs.get(name).cloned());
    }
}

fn fill_node(node: &mut Node, given: &dyn Fn(&str) -> Option<Json>) {
    let span = node.span;
    match &mut node.value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::Text(text) => fill_text(text, given),
        Value::Hole(hole) => {
            if let Some(value) = given(&hole.name) {
                node.value = from_json(&value, span);
            }
        }
        Value::Object(members) => {
            for Member { name, value, .. } in members {
                fill_text(name, given);
                fill_node(value, given);
            }
        }
        Value::List(items) => {
            for item in std::mem::take(items) {
                fill_item(item, items, given);
            }
        }
    }
}

fn fill_item(item: Item, filled: &mut Vec<Item>, given: &dyn Fn(&str) -> Option<Json>) {
    match item {
        Item::One(mut node) => {
            fill_node(&mut node, given);
            filled.push(Item::One(node));
        }
        Item::Each { over, mut node } => {
            let Some(list) = given(&over.name) else {
                fill_node(&mut node, given);
                filled.push(Item::Each { over, node });
                return;
            };
            let elements = match list {
                Json::Array(elements) => elements,
                one => vec![one],
            };
            let element_name = over.element().name;
            for element in elements {
                let mut node = node.clone();
                fill_node(&mut node, &|name| {
                    if name == element_name { Some(element.clone()) } else { given(name) }
                });
                filled.push(Item::One(node));
            }
        }
    }
}

fn fill_text(text: &mut Text, given: &dyn Fn(&str) -> Option<Json>) {
    if text.holes().next().is_none() {
        return;
    }
    let mut filled = Text::default();
    for piece in text.pieces() {
        let value = match piece {
            Piece::Hole(Hole { name, .. }) => given(name).and_then(|value| scalar(&value)),
            Piece::Literal(_) | Piece::Verbatim(_) | Piece::Claim { .. } => None,
        };
        filled.push(value.map_or_else(|| piece.clone(), Piece::Literal));
    }
    *text = filled;
}

fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn from_json(value: &Json, span: Span) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::Number(number.to_string()),
        Json::String(text) => Value::Text(Text::new(text.as_str())),
        Json::Array(items) => Value::List(
            items.iter().map(|item| Item::One(Node { span, value: from_json(item, span) })).collect(),
        ),
        Json::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| Member {
                    name: Text::new(name.as_str()),
                    span,
                    value: Node { span, value: from_json(value, span) },
                })
                .collect(),
        ),
    }
}
