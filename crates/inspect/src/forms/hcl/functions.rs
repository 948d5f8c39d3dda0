//! Terraform's functions on values that are known in part. `None`: the result is not known.

use super::{
    format,
    scope::size,
    values::{each, elements, last_of_each_name, scalar},
};
use crate::document::{Item, Member, Node, Piece, Span, Text, Value};

/// The value of a call.
pub(super) fn call(name: &str, mut arguments: Vec<Node>, span: Span) -> Option<Value> {
    match (name, arguments.as_slice()) {
        // What is JSON text is kept as the value that it is JSON of.
        (
            "jsonencode" | "jsondecode" | "toset" | "tolist" | "tomap" | "sensitive" | "nonsensitive"
            | "distinct" | "sort" | "reverse",
            [_],
        ) => arguments.pop().map(|argument| argument.value),
        ("tostring", [argument]) => match &argument.value {
            Value::Hole(hole) => Some(Value::Hole(hole.clone())),
            _ => scalar(argument).map(Value::Text),
        },
        ("tobool", [Node { value: Value::Bool(flag), .. }]) => Some(Value::Bool(*flag)),
        ("try" | "coalesce", [first, ..]) => match &first.value {
            Value::Text(text) if text.literal().is_some_and(|literal| !literal.is_empty()) => {
                Some(Value::Text(text.clone()))
            }
            Value::List(_) | Value::Object(_) | Value::Bool(_) | Value::Number(_) => {
                Some(first.value.clone())
            }
            _ => None,
        },
        ("compact", [_]) => Some(Value::List(
            elements(arguments.pop()?)
                .into_iter()
                .filter(|item| match item {
                    Item::One(node) => {
                        !matches!(node.value, Value::Null) && node.str().is_none_or(|text| !text.is_empty())
                    }
                    Item::Each { .. } => true,
                })
                .collect(),
        )),
        ("concat" | "setunion", [..]) => {
            Some(Value::List(arguments.into_iter().flat_map(elements).collect()))
        }
        ("flatten", [_]) => Some(Value::List(flatten(elements(arguments.pop()?)))),
        ("merge", [..]) => merge(arguments),
        ("keys", [Node { value: Value::Object(members), .. }]) => Some(Value::List(
            members
                .iter()
                .map(|member| Item::One(Node { span: member.span, value: Value::Text(member.name.clone()) }))
                .collect(),
        )),
        ("values", [Node { value: Value::Object(members), .. }]) => {
            Some(Value::List(members.iter().map(|member| Item::One(member.value.clone())).collect()))
        }
        ("lookup", [Node { value: Value::Object(members), .. }, key, rest @ ..]) => {
            let key = key.str()?;
            if members.iter().any(|member| member.name.literal().is_none()) {
                return None;
            }
            let found = members.iter().find(|member| member.name.literal().as_deref() == Some(&key));
            found.map(|member| &member.value).or_else(|| rest.first()).map(|node| node.value.clone())
        }
        ("one", [Node { value: Value::List(items), .. }]) => match items.as_slice() {
            [Item::One(node)] => Some(node.value.clone()),
            _ => None,
        },
        ("length", [Node { value: Value::List(items), .. }]) => items
            .iter()
            .all(|item| matches!(item, Item::One(_)))
            .then(|| Value::Number(items.len().to_string())),
        ("length", [Node { value: Value::Object(members), .. }]) => {
            Some(Value::Number(members.len().to_string()))
        }
        ("element", [Node { value: Value::List(items), .. }, Node { value: Value::Number(index), .. }]) => {
            if items.iter().any(|item| matches!(item, Item::Each { .. })) {
                return None;
            }
            let index = index.parse::<usize>().ok()?.checked_rem(items.len())?;
            match items.get(index)? {
                Item::One(node) | Item::Each { node, .. } => Some(node.value.clone()),
            }
        }
        ("split", [separator, text]) => {
            let (separator, whole) = (separator.str()?, text.str()?);
            let part = |part: &str| Item::One(Node { span: text.span, value: Value::Text(Text::new(part)) });
            Some(Value::List(whole.split(&separator).map(part).collect()))
        }
        ("format", [format, rest @ ..]) => format::one(&format.str()?, rest).map(Value::Text),
        ("formatlist", [format, rest @ ..]) => format::list(&format.str()?, rest, span),
        ("join", [separator, list]) => join(&separator.str()?, list),
        _ => on_text(name, &arguments),
    }
}

/// Functions of a text that give a text.
fn on_text(name: &str, arguments: &[Node]) -> Option<Value> {
    let literal = |node: &Node| scalar(node)?.literal();
    let changed = match (name, arguments) {
        // Which issuer it is stays unknown, and that it is one without scheme is what matters.
        ("replace", [text, scheme, empty])
            if literal(scheme).is_some_and(|scheme| scheme.ends_with("://"))
                && literal(empty)?.is_empty() =>
        {
            return without_scheme(text, &literal(scheme)?);
        }
        ("trimprefix", [text, scheme]) if literal(scheme).is_some_and(|scheme| scheme.ends_with("://")) => {
            return without_scheme(text, &literal(scheme)?);
        }
        // A regular expression is written between slashes.
        ("replace", [_, from, _])
            if literal(from)?.len() > 1
                && literal(from)?.starts_with('/')
                && literal(from)?.ends_with('/') =>
        {
            return None;
        }
        ("replace", [text, from, to]) => literal(text)?.replace(&literal(from)?, &literal(to)?),
        ("lower", [text]) => literal(text)?.to_lowercase(),
        ("upper", [text]) => literal(text)?.to_uppercase(),
        ("trimspace", [text]) => literal(text)?.trim().to_owned(),
        ("chomp", [text]) => literal(text)?.trim_end_matches(['\r', '\n']).to_owned(),
        ("trimprefix", [text, prefix]) => {
            let text = literal(text)?;
            text.strip_prefix(&literal(prefix)?).unwrap_or(&text).to_owned()
        }
        ("trimsuffix", [text, suffix]) => {
            let text = literal(text)?;
            text.strip_suffix(&literal(suffix)?).unwrap_or(&text).to_owned()
        }
        _ => return None,
    };
    Some(Value::Text(Text::new(changed)))
}

fn without_scheme(node: &Node, scheme: &str) -> Option<Value> {
    if let Value::Hole(hole) = &node.value {
        return Some(Value::Hole(hole.clone()));
    }
    let mut text = Text::default();
    for piece in scalar(node)?.pieces() {
        text.push(match piece {
            Piece::Literal(literal) => Piece::Literal(literal.replace(scheme, "")),
            other => other.clone(),
        });
    }
    Some(Value::Text(text))
}

/// The elements of all lists within a list.
fn flatten(items: Vec<Item>) -> Vec<Item> {
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::One(Node { value: Value::List(inner), .. }) => flat.extend(flatten(inner)),
            Item::One(Node { value: Value::Hole(over), span }) => flat.push(each(over, span)),
            Item::Each { over, node: Node { value: Value::List(inner), .. } } => {
                for inner in flatten(inner) {
                    // How often an element of an unknown list stands there does not matter to what it is.
                    let (Item::One(node) | Item::Each { node, .. }) = inner;
                    flat.push(Item::Each { over: over.clone(), node });
                }
            }
            item => flat.push(item),
        }
    }
    flat
}

/// The members of all objects; the last one of a name counts.
fn merge(objects: Vec<Node>) -> Option<Value> {
    let mut merged: Vec<Member> = Vec::new();
    for Node { span, value } in objects {
        match value {
            Value::Object(members) => merged.extend(members),
            // It may have members of the names before it, and others.
            Value::Hole(hole) => {
                let name = Text::hole(hole.clone());
                merged = vec![Member { name, span, value: Node { span, value: Value::Hole(hole) } }];
            }
            Value::Null => {}
            _ => return None,
        }
    }
    Some(Value::Object(last_of_each_name(merged)))
}

/// How large a result can be, where it can be larger than the arguments together.
pub(super) fn work(name: &str, arguments: &[Node]) -> usize {
    let sizes = || arguments.iter().map(size);
    let together = sizes().fold(1, usize::saturating_add);
    let items = || {
        let length = |node: &Node| match &node.value {
            Value::List(items) => items.len(),
            _ => 1,
        };
        arguments.iter().map(length).max().unwrap_or_default()
    };
    let verbs = || arguments.first().and_then(Node::str).map_or(1, |format| format.matches('%').count());
    match name {
        "format" => together.saturating_mul(verbs()),
        "formatlist" => {
            let scalars = arguments.iter().filter(|node| !matches!(node.value, Value::List(_)));
            let scalars = scalars.map(size).fold(1, usize::saturating_add);
            together.saturating_add(items().saturating_mul(scalars)).saturating_mul(verbs())
        }
        "join" => together.saturating_add(items().saturating_mul(sizes().next().unwrap_or_default())),
        "replace" => sizes().nth(2).unwrap_or(1).saturating_mul(together),
        _ => together,
    }
}

fn join(separator: &str, list: &Node) -> Option<Value> {
    let Value::List(items) = &list.value else { return None };
    let mut joined = Text::default();
    for (index, item) in items.iter().enumerate() {
        let Item::One(node) = item else { return None };
        if index > 0 {
            joined.push(Piece::Literal(separator.to_owned()));
        }
        joined.append(&scalar(node)?);
    }
    Some(Value::Text(joined))
}
