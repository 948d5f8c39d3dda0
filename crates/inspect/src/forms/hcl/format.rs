//! `format` and `formatlist`.

use super::values::scalar;
use crate::document::{Hole, Item, Node, Piece, Span, Text, Value};

/// `format`: the text with the arguments in place of the verbs.
pub(super) fn one(format: &str, arguments: &[Node]) -> Option<Text> {
    let mut text = Text::default();
    let mut arguments_left = arguments.iter();
    let mut rest = format;
    while let Some((before, from)) = rest.split_once('%') {
        text.push(Piece::Literal(before.to_owned()));
        let mut after = from.chars();
        let argument = match after.next()? {
            '%' => {
                text.push(Piece::Literal("%".to_owned()));
                None
            }
            's' | 'v' | 'd' => Some(arguments_left.next()?),
            '[' => {
                let (index, from) = after.as_str().split_once(']')?;
                after = from.chars();
                if !matches!(after.next()?, 's' | 'v' | 'd') {
                    return None;
                }
                Some(arguments.get(index.parse::<usize>().ok()?.checked_sub(1)?)?)
            }
            _ => return None,
        };
        if let Some(argument) = argument {
            text.append(&scalar(argument)?);
        }
        rest = after.as_str();
    }
    text.push(Piece::Literal(rest.to_owned()));
    Some(text)
}

/// `formatlist`: a text for each element of the lists, which have the same length.
pub(super) fn list(format: &str, arguments: &[Node], span: Span) -> Option<Value> {
    let is_list = |node: &&Node| matches!(node.value, Value::List(_));
    let lists: Vec<&Node> = arguments.iter().filter(is_list).collect();
    let Some(first) = lists.first() else { return unknown_list(format, arguments, span) };
    let Value::List(items) = &first.value else { return None };
    let mut formatted = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let mut row = Vec::with_capacity(arguments.len());
        let mut over = None;
        for argument in arguments {
            row.push(match &argument.value {
                Value::List(items) => match items.get(index)? {
                    Item::One(node) => node.clone(),
                    Item::Each { over: list, node } if lists.len() == 1 => {
                        over = Some(list.clone());
                        node.clone()
                    }
                    // Which elements stand side by side is not known.
                    Item::Each { .. } => return None,
                },
                _ => argument.clone(),
            });
        }
        let value = Value::Text(one(format, &row)?);
        let node = Node { span: row.first().map_or(item_span(item), |node| node.span), value };
        formatted.push(match over {
            Some(over) => Item::Each { over, node },
            None => Item::One(node),
        });
    }
    Some(Value::List(formatted))
}

/// Of the arguments that are not known the last is taken for the list: `formatlist("repo:%s/%s:*", var.org, var.repos)`.
fn unknown_list(format: &str, arguments: &[Node], span: Span) -> Option<Value> {
    let is_hole = |node: &Node| matches!(node.value, Value::Hole(Hole { default: None, .. }));
    let Some(last) = arguments.iter().rposition(is_hole) else {
        // Scalars only make a list of one.
        let node = Node { span, value: Value::Text(one(format, arguments)?) };
        return Some(Value::List(vec![Item::One(node)]));
    };
    let mut row = arguments.to_vec();
    let argument = row.get_mut(last)?;
    let Value::Hole(over) = argument.value.clone() else { return None };
    argument.value = Value::Hole(over.element());
    let node = Node { span, value: Value::Text(one(format, &row)?) };
    Some(Value::List(vec![Item::Each { over, node }]))
}

const fn item_span(item: &Item) -> Span {
    match item {
        Item::One(node) | Item::Each { node, .. } => node.span,
    }
}
