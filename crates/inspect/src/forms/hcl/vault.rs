//! Roles of Vault's JWT method.

use hcl_edit::structure::{Block, BlockLabel, Body};

use super::{
    json_text::read_json,
    scope::{Env, Scope},
    values::{member, scalar},
};
use crate::{
    ReadError,
    document::{Item, Node, Piece, Text, Value},
};

/// What is Terraform's own, or says where the role is.
const NOT_OF_THE_ROLE: [&str; 8] = [
    "backend",
    "namespace",
    "count",
    "for_each",
    "depends_on",
    "provider",
    "disable_bound_claims_parsing",
    "mount",
];

/// The roles of a text.
pub(super) fn policies(scope: &Scope<'_>, body: &Body) -> Result<Vec<Node>, ReadError> {
    let mut policies = Vec::new();
    for block in body.get_blocks("resource") {
        match block.labels.first().map(BlockLabel::as_str) {
            Some("vault_jwt_auth_backend_role") => {
                let mut roles = Vec::new();
                scope.instances(block, &mut |env| roles.push(role(scope, block, env)));
                for role in roles {
                    policies.push(role?);
                }
            }
            Some("vault_generic_endpoint" | "vault_generic_secret") => {
                policies.extend(generic(scope, block)?);
            }
            _ => {}
        }
    }
    Ok(policies)
}

fn role(scope: &Scope<'_>, block: &Block, env: Option<&Env<'_>>) -> Result<Node, ReadError> {
    let span = scope.span(block);
    let splits = match scope.argument(&block.body, "disable_bound_claims_parsing", env).map(|node| node.value)
    {
        None | Some(Value::Bool(false)) => Some(true),
        Some(Value::Bool(true)) => Some(false),
        Some(_) => None,
    };
    let mut members = Vec::new();
    for attribute in block.body.attributes() {
        let name = attribute.key.as_str();
        if NOT_OF_THE_ROLE.contains(&name) {
            continue;
        }
        let Some(mut value) = scope.argument(&block.body, name, env) else { continue };
        if name == "bound_claims" {
            value = bound_claims(scope, value, splits)?;
        }
        members.push(member(name, value));
    }
    Ok(Node { span, value: Value::Object(members) })
}

/// The bound values, which Terraform makes strings of and splits at commas.
fn bound_claims(scope: &Scope<'_>, claims: Node, splits: Option<bool>) -> Result<Node, ReadError> {
    let Node { span, value: Value::Object(mut members) } = claims else { return Ok(claims) };
    for member in &mut members {
        let span = member.value.span;
        let bound = match &member.value.value {
            Value::Hole(_) => continue,
            _ => scalar(&member.value),
        };
        let Some(bound) = bound else {
            if let Value::List(_) | Value::Object(_) = member.value.value {
                return Err(ReadError::value(
                    scope.text,
                    span,
                    "Terraform refuses a list or an object here: `bound_claims` takes a string for each claim, with commas between several values",
                ));
            }
            continue;
        };
        member.value.value = match splits {
            Some(true) => split(&bound, &member.value),
            Some(false) => Value::Text(bound),
            None if bound.literal().is_some_and(|literal| !literal.contains(',')) => Value::Text(bound),
            None => Value::Hole(scope.unknown(span, None)),
        };
    }
    Ok(Node { span, value: Value::Object(members) })
}

/// The parts between commas, without white space around them: a string, or a list if there are several.
fn split(text: &Text, node: &Node) -> Value {
    let mut parts: Vec<Text> = text.split(",").iter().map(trimmed).collect();
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => Value::Text(only),
        (_, last) => Value::List(
            parts
                .into_iter()
                .chain(last)
                .map(|part| Item::One(Node { span: node.span, value: Value::Text(part) }))
                .collect(),
        ),
    }
}

fn trimmed(text: &Text) -> Text {
    let last = text.pieces().len().saturating_sub(1);
    let mut trimmed = Text::default();
    for (index, piece) in text.pieces().iter().enumerate() {
        trimmed.push(match piece {
            Piece::Literal(literal) => {
                let mut literal = literal.as_str();
                if index == 0 {
                    literal = literal.trim_start();
                }
                if index == last {
                    literal = literal.trim_end();
                }
                Piece::Literal(literal.to_owned())
            }
            other => other.clone(),
        });
    }
    trimmed
}

/// A role that is written by its path in Vault's API.
fn generic(scope: &Scope<'_>, block: &Block) -> Result<Option<Node>, ReadError> {
    let path = scope.argument(&block.body, "path", None).and_then(|path| path.text());
    let is_role = path.is_some_and(|path| {
        let path = path.shown();
        path.starts_with("auth/") && path.contains("/role/")
    });
    match block.body.get_attribute("data_json") {
        Some(data) if is_role => read_json(scope, &data.value, None).map(Some),
        _ => Ok(None),
    }
}
