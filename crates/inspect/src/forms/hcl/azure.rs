//! Federated identity credentials of Azure.

use hcl_edit::structure::{Block, BlockLabel, Body};

use super::{
    json_text::read_json,
    scope::{Env, Scope},
    values::{elements, member, object},
};
use crate::{
    ReadError,
    document::{Item, Member, Node, Value},
};

/// Arguments of all the resources, and their names in the API.
const ARGUMENTS: [(&str, &str); 6] = [
    ("name", "name"),
    ("display_name", "name"),
    ("issuer", "issuer"),
    ("subject", "subject"),
    ("audiences", "audiences"),
    ("audience", "audiences"),
];

/// The credentials of a text.
pub(super) fn policies(scope: &Scope<'_>, body: &Body) -> Result<Vec<Node>, ReadError> {
    let mut policies = Vec::new();
    for block in body.get_blocks("resource") {
        match block.labels.first().map(BlockLabel::as_str) {
            Some(
                "azuread_application_federated_identity_credential"
                | "azuread_application_flexible_federated_identity_credential"
                | "azurerm_federated_identity_credential",
            ) => scope.instances(block, &mut |env| policies.push(credential(scope, block, env))),
            Some("azapi_resource" | "azapi_update_resource") => {
                let mut credentials = Vec::new();
                scope.instances(block, &mut |env| credentials.push(azapi(scope, block, env)));
                for credential in credentials {
                    policies.extend(credential?);
                }
            }
            _ => {}
        }
    }
    Ok(policies)
}

fn credential(scope: &Scope<'_>, block: &Block, env: Option<&Env<'_>>) -> Node {
    let span = scope.span(block);
    let mut members: Vec<Member> = Vec::new();
    for (argument, name) in ARGUMENTS {
        let Some(mut value) = scope.argument(&block.body, argument, env) else { continue };
        if name == "audiences" {
            value = match value.value {
                // A lone audience, and a list of them, look alike if they are not known.
                Value::Hole(_) if argument == "audience" => {
                    Node { span: value.span, value: Value::List(vec![Item::One(value)]) }
                }
                _ => Node { span: value.span, value: Value::List(elements(value)) },
            };
        }
        members.push(member(name, value));
    }
    if let Some(expression) = scope.argument(&block.body, "claims_matching_expression", env) {
        let version = Node { span: expression.span, value: Value::Number("1".to_owned()) };
        let place = expression.span;
        let value = object(place, [("value", expression), ("languageVersion", version)]);
        members.push(member("claimsMatchingExpression", value));
    }
    Node { span, value: Value::Object(members) }
}

/// A resource of Azure's own API: `body` is as the API has it.
fn azapi(scope: &Scope<'_>, block: &Block, env: Option<&Env<'_>>) -> Result<Option<Node>, ReadError> {
    let Some(attribute) = block.body.get_attribute("body") else { return Ok(None) };
    let kind = scope.argument(&block.body, "type", env).and_then(|kind| kind.text());
    if !kind.is_some_and(|kind| kind.shown().to_ascii_lowercase().contains("federatedidentitycredentials")) {
        return Ok(None);
    }
    let mut node = read_json(scope, &attribute.value, env)?;
    if let (Value::Object(members), Some(name)) = (&mut node.value, scope.argument(&block.body, "name", env))
        && members.iter().all(|member| member.name.literal().as_deref() != Some("name"))
    {
        members.insert(0, member("name", name));
    }
    Ok(Some(node))
}
