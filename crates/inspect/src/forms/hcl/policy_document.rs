//! `data "aws_iam_policy_document"`: the IAM policy that the provider makes of it.

use hcl_edit::structure::Body;

use super::{
    blocks::Inner,
    scope::{Env, Scope},
    values::{elements, hole, member, object, scalar, text},
};
use crate::document::{Hole, Item, Member, Node, Piece, Span, Text, Value};

/// Arguments of a statement that are lists, and their names in IAM.
const LISTS: [(&str, &str); 4] = [
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
];

/// The policy of the body of a data source.
pub(super) fn policy(scope: &Scope<'_>, body: &Body, env: Option<&Env<'_>>, span: Span) -> Node {
    let mut statements = Vec::new();
    scope.inner_blocks(body, &["statement"], env, &mut |_, inner| {
        let node = statement(scope, inner);
        statements.push(match inner.over {
            Some(over) => Item::Each { over: over.clone(), node },
            None => Item::One(node),
        });
    });
    let version = scope.argument(body, "version", env).unwrap_or_else(|| text(span, "2012-10-17"));
    object(span, [("Version", version), ("Statement", Node { span, value: Value::List(statements) })])
}

fn statement(scope: &Scope<'_>, inner: Inner<'_>) -> Node {
    let Inner { body, env, span, .. } = inner;
    let mut members = Vec::new();
    if let Some(sid) = scope.argument(body, "sid", env) {
        members.push(member("Sid", sid));
    }
    let effect = scope.argument(body, "effect", env).unwrap_or_else(|| text(span, "Allow"));
    members.push(member("Effect", effect));
    for (block, name) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(value) = principals(scope, body, block, env) {
            members.push(member(name, value));
        }
    }
    for (argument, name) in LISTS {
        if let Some(value) = scope.argument(body, argument, env) {
            members.push(member(name, list(value, name.ends_with("Resource"))));
        }
    }
    if let Some(value) = conditions(scope, body, env) {
        members.push(member("Condition", value));
    }
    Node { span, value: Value::Object(members) }
}

/// A list as IAM has it; `&{…}` in it stands for IAM's `${…}`.
fn list(value: Node, has_variables: bool) -> Node {
    let span = value.span;
    let mut items = elements(value);
    if has_variables {
        for item in &mut items {
            let (Item::One(Node { value, .. }) | Item::Each { node: Node { value, .. }, .. }) = item;
            if let Value::Text(text) = value {
                *text = with_policy_variables(text);
            }
        }
    }
    for item in &mut items {
        // Terraform makes strings of numbers and booleans.
        let (Item::One(node) | Item::Each { node, .. }) = item;
        if let Value::Number(_) | Value::Bool(_) = node.value
            && let Some(text) = scalar(node)
        {
            node.value = Value::Text(text);
        }
    }
    Node { span, value: Value::List(items) }
}

fn with_policy_variables(text: &Text) -> Text {
    let mut changed = Text::default();
    for piece in text.pieces() {
        changed.push(match piece {
            Piece::Literal(literal) => Piece::Literal(literal.replace("&{", "${")),
            other => other.clone(),
        });
    }
    changed
}

/// The principals of all blocks, by their type.
fn principals(scope: &Scope<'_>, body: &Body, block: &str, env: Option<&Env<'_>>) -> Option<Node> {
    let mut first = None;
    let mut types: Vec<Member> = Vec::new();
    let mut unknown = None;
    scope.inner_blocks(body, &[block], env, &mut |_, Inner { body, env, over, span }| {
        first.get_or_insert(span);
        let identifiers = scope.argument(body, "identifiers", env).map_or_else(
            || Node { span, value: Value::List(Vec::new()) },
            |identifiers| list(identifiers, true),
        );
        let identifiers = repeated(identifiers, over);
        match scope.argument(body, "type", env).as_ref().and_then(scalar) {
            Some(name) if name.literal().is_some() => merge(&mut types, name, span, identifiers),
            _ => unknown = Some(hole(span, format!("{block} of unknown type"))),
        }
    });
    let span = first?;
    if unknown.is_some() {
        return unknown;
    }
    if let [Member { name, value, .. }] = types.as_slice()
        && name.literal().as_deref() == Some("*")
        && let [Item::One(only)] = value.items().as_slice()
        && only.str().as_deref() == Some("*")
    {
        return Some(text(span, "*"));
    }
    Some(Node { span, value: Value::Object(types) })
}

/// The conditions of all blocks. The provider merges the values of blocks with the same test and variable.
fn conditions(scope: &Scope<'_>, body: &Body, env: Option<&Env<'_>>) -> Option<Node> {
    let mut first = None;
    let mut tests: Vec<Member> = Vec::new();
    scope.inner_blocks(body, &["condition"], env, &mut |_, Inner { body, env, over, span }| {
        first.get_or_insert(span);
        if let Some(over) = over {
            // There may be any number of conditions, none too.
            let name = Hole::new(format!("conditions for each of {}", over.name));
            let value = Node { span, value: Value::Hole(name.clone()) };
            tests.push(Member { name: Text::hole(name), span, value });
            return;
        }
        let values = scope
            .argument(body, "values", env)
            .map_or_else(|| Node { span, value: Value::List(Vec::new()) }, |values| list(values, true));
        let name = |argument: &str| {
            let node = scope.argument(body, argument, env);
            let span = node.as_ref().map_or(span, |node| node.span);
            let text =
                node.map(|node| scalar(&node).unwrap_or_else(|| Text::hole(scope.unknown(node.span, env))));
            (text.unwrap_or_default(), span)
        };
        let ((test, test_span), (variable, variable_span)) = (name("test"), name("variable"));
        let place = tests.iter().position(|member| member.name == test).unwrap_or_else(|| {
            let value = Node { span, value: Value::Object(Vec::new()) };
            tests.push(Member { name: test, span: test_span, value });
            tests.len().saturating_sub(1)
        });
        if let Some(Member { value: Node { value: Value::Object(keys), .. }, .. }) = tests.get_mut(place) {
            merge(keys, variable, variable_span, values);
        }
    });
    Some(Node { span: first?, value: Value::Object(tests) })
}

/// Adds the values to the member of a name.
fn merge(members: &mut Vec<Member>, name: Text, span: Span, values: Node) {
    match members.iter_mut().find(|member| member.name == name).map(|member| &mut member.value.value) {
        Some(Value::List(items)) => items.extend(elements(values)),
        Some(_) | None => members.push(Member { name, span, value: values }),
    }
}

/// The items for each element of the list, if it is a block for each of them.
fn repeated(values: Node, over: Option<&Hole>) -> Node {
    let Some(over) = over else { return values };
    let each = |item| {
        let (Item::One(node) | Item::Each { node, .. }) = item;
        Item::Each { over: over.clone(), node }
    };
    Node { span: values.span, value: Value::List(elements(values).into_iter().map(each).collect()) }
}
