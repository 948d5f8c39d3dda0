//! The fields of a role as Vault reads them: loosely, so that a list may be text with commas, and an object JSON in a string.

use crate::{
    document::{Hole, Item, Member, Node, Span, Text, Value},
    forms::read_json,
};

/// A field with its place.
#[derive(Debug)]
pub(super) enum Field<T> {
    /// It is not there, `null` or empty.
    Unset,
    /// It is there.
    Set(T, Span),
    /// The document does not hold it.
    Hole(Hole, Span),
    /// Vault refuses it, because it is this.
    Wrong(&'static str, Span),
}

/// A name and what belongs to it.
pub(super) type Pair<T> = (Text, T, Span);

/// The field of a name; of several the last, as in Go. `null` counts as absent.
pub(super) fn get<'n>(role: &'n Node, name: &str) -> Option<&'n Node> {
    let named = |member: &&Member| member.name.literal().as_deref() == Some(name);
    let value = &role.members()?.iter().rev().find(named)?.value;
    (!matches!(value.value, Value::Null)).then_some(value)
}

/// A string, or a number that stands for its text.
pub(super) fn text(role: &Node, name: &str) -> Field<Text> {
    let Some(node) = get(role, name) else { return Field::Unset };
    match &node.value {
        Value::Text(text) if text.pieces().is_empty() => Field::Unset,
        Value::Text(text) => Field::Set(text.clone(), node.span),
        Value::Number(number) => Field::Set(Text::new(number.as_str()), node.span),
        Value::Hole(hole) => Field::Hole(hole.clone(), node.span),
        _ => Field::Wrong(node.kind(), node.span),
    }
}

/// A string without holes.
pub(super) fn word(role: &Node, name: &str) -> Field<String> {
    match text(role, name) {
        Field::Unset => Field::Unset,
        Field::Set(text, span) => match (text.literal(), text.holes().next()) {
            (Some(word), _) => Field::Set(word, span),
            (None, Some(hole)) => Field::Hole(hole.clone(), span),
            (None, None) => Field::Wrong("no plain string", span),
        },
        Field::Hole(hole, span) => Field::Hole(hole, span),
        Field::Wrong(kind, span) => Field::Wrong(kind, span),
    }
}

/// `true` or `false`, also as text.
pub(super) fn flag(role: &Node, name: &str) -> Field<bool> {
    let Some(node) = get(role, name) else { return Field::Unset };
    let read = |text: &str| match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" | "" => Some(false),
        _ => None,
    };
    let found = match &node.value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.parse().ok().map(|number: f64| number != 0.0),
        Value::Text(text) => match (text.literal(), text.holes().next()) {
            (None, Some(hole)) => return Field::Hole(hole.clone(), node.span),
            (literal, _) => literal.and_then(|literal| read(&literal)),
        },
        Value::Hole(hole) => return Field::Hole(hole.clone(), node.span),
        _ => None,
    };
    found.map_or_else(|| Field::Wrong(node.kind(), node.span), |flag| Field::Set(flag, node.span))
}

/// A list of strings, or text with commas.
pub(super) fn texts(role: &Node, name: &str) -> Field<Vec<(Text, Span)>> {
    let Some(node) = get(role, name) else { return Field::Unset };
    let mut texts = Vec::new();
    match &node.value {
        Value::Text(text) => texts.extend(comma_separated(text).into_iter().map(|text| (text, node.span))),
        Value::Number(number) => texts.push((Text::new(number.as_str()), node.span)),
        Value::Hole(hole) => return Field::Hole(hole.clone(), node.span),
        Value::List(items) => {
            for item in items {
                let (Item::One(node) | Item::Each { node, .. }) = item;
                match (&node.value, node.text()) {
                    (_, Some(text)) => texts.push((trimmed(text), node.span)),
                    (Value::Number(number), _) => texts.push((Text::new(number.as_str()), node.span)),
                    _ => return Field::Wrong(node.kind(), node.span),
                }
            }
        }
        _ => return Field::Wrong(node.kind(), node.span),
    }
    if texts.is_empty() { Field::Unset } else { Field::Set(texts, node.span) }
}

/// The members of an object, which may be JSON in a string. Of those with one name the last counts.
pub(super) fn object(role: &Node, name: &str) -> Field<Vec<Pair<Node>>> {
    let Some(node) = get(role, name) else { return Field::Unset };
    let members = match &node.value {
        Value::Object(members) => members.clone(),
        Value::Text(text) => match (text.literal(), text.holes().next()) {
            (Some(literal), _) if literal.trim().is_empty() => return Field::Unset,
            (Some(literal), _) => match read_json(&literal) {
                Ok(Node { value: Value::Object(mut members), .. }) => {
                    for member in &mut members {
                        place(member, node.span);
                    }
                    members
                }
                _ => return Field::Wrong("a string that is no JSON object", node.span),
            },
            (None, Some(hole)) => return Field::Hole(hole.clone(), node.span),
            (None, None) => return Field::Wrong(node.kind(), node.span),
        },
        Value::Hole(hole) => return Field::Hole(hole.clone(), node.span),
        _ => return Field::Wrong(node.kind(), node.span),
    };
    set(last_of_each(members.into_iter().map(|Member { name, span, value }| (name, value, span))), node.span)
}

/// Names and texts: an object, or text such as `a=b,c=d`.
pub(super) fn pairs(role: &Node, name: &str) -> Field<Vec<Pair<Text>>> {
    let Some(node) = get(role, name) else { return Field::Unset };
    if let Value::Object(members) = &node.value {
        let mut pairs = Vec::new();
        for Member { name, span, value } in members {
            match (&value.value, value.text()) {
                (_, Some(text)) => pairs.push((name.clone(), text, *span)),
                (Value::Number(number), _) => pairs.push((name.clone(), Text::new(number.as_str()), *span)),
                (Value::Bool(flag), _) => {
                    pairs.push((name.clone(), Text::new(if *flag { "1" } else { "0" }), *span));
                }
                _ => return Field::Wrong(value.kind(), value.span),
            }
        }
        return set(last_of_each(pairs.into_iter()), node.span);
    }
    match texts(role, name) {
        Field::Unset => Field::Unset,
        Field::Hole(hole, span) => Field::Hole(hole, span),
        Field::Wrong(kind, span) => Field::Wrong(kind, span),
        Field::Set(texts, span) => {
            let mut pairs = Vec::new();
            for (text, at) in texts {
                let Some(literal) = text.literal() else {
                    return match text.holes().next() {
                        Some(hole) => Field::Hole(hole.clone(), at),
                        None => Field::Wrong("no plain string", at),
                    };
                };
                match literal.split_once('=') {
                    Some((name, value)) if !name.is_empty() => {
                        pairs.push((Text::new(name), Text::new(value), at));
                    }
                    _ => return Field::Wrong("a string without `=`", at),
                }
            }
            set(last_of_each(pairs.into_iter()), span)
        }
    }
}

fn set<T>(pairs: Vec<Pair<T>>, span: Span) -> Field<Vec<Pair<T>>> {
    if pairs.is_empty() { Field::Unset } else { Field::Set(pairs, span) }
}

fn last_of_each<T>(pairs: impl DoubleEndedIterator<Item = Pair<T>>) -> Vec<Pair<T>> {
    let mut names = std::collections::HashSet::new();
    let mut last: Vec<_> =
        pairs.rev().filter(|(name, ..)| name.literal().is_none_or(|name| names.insert(name))).collect();
    last.reverse();
    last
}

/// What is read from a string stands where the string does.
fn place(member: &mut Member, span: Span) {
    member.span = span;
    member.value.span = span;
    if let Value::List(items) = &mut member.value.value {
        for item in items {
            let (Item::One(node) | Item::Each { node, .. }) = item;
            node.span = span;
        }
    }
}

/// What stands between commas. A hole may hold commas, too, so nothing of a text with holes is certain.
fn comma_separated(text: &Text) -> Vec<Text> {
    match text.literal() {
        Some(literal) if literal.is_empty() => Vec::new(),
        Some(literal) => literal.split(',').map(|part| Text::new(part.trim())).collect(),
        None => text.holes().map(|hole| Text::hole(hole.clone())).collect(),
    }
}

fn trimmed(text: Text) -> Text {
    match text.literal() {
        Some(literal) => Text::new(literal.trim()),
        None => text,
    }
}
