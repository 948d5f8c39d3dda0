//! Workload identity pool providers of Google Cloud, and the members of IAM bindings.

use hcl_edit::structure::{Block, BlockLabel, Body};

use super::{
    scope::{Env, Scope},
    values::{elements, member, object},
};
use crate::document::{Item, Node, Piece, Text, Value};

/// Arguments, and their names in the API.
const ARGUMENTS: [(&str, &str); 5] = [
    ("attribute_mapping", "attributeMapping"),
    ("attribute_condition", "attributeCondition"),
    ("disabled", "disabled"),
    ("display_name", "displayName"),
    ("description", "description"),
];

/// Arguments of the `oidc` block, and their names in the API.
const OIDC: [(&str, &str); 3] =
    [("issuer_uri", "issuerUri"), ("allowed_audiences", "allowedAudiences"), ("jwks_json", "jwksJson")];

/// The providers of a text; with each member of its bindings, if it has one provider.
pub(super) fn policies(scope: &Scope<'_>, body: &Body) -> Vec<Node> {
    let mut providers = Vec::new();
    let mut members = Vec::new();
    for block in body.get_blocks("resource") {
        let kind = block.labels.first().map(BlockLabel::as_str).unwrap_or_default();
        if kind == "google_iam_workload_identity_pool_provider" {
            // Pools take other identities than those of OpenID Connect, too.
            if !["aws", "saml", "x509"].iter().any(|other| block.body.has_blocks(other)) {
                scope.instances(block, &mut |env| providers.push(provider(scope, block, env)));
            }
        } else if kind.starts_with("google_")
            && (kind.ends_with("_iam_member") || kind.ends_with("_iam_binding"))
        {
            scope.instances(block, &mut |env| members.extend(identities(scope, &block.body, env)));
        }
    }
    if providers.len() != 1 {
        return providers;
    }
    let Some(provider) = providers.pop() else { return providers };
    if members.is_empty() {
        return vec![provider];
    }
    // Each member is a copy of the provider.
    members
        .into_iter()
        .map_while(|member| {
            let provider = scope.copy(&provider)?;
            Some(object(member.span, [("provider", provider), ("member", member)]))
        })
        .collect()
}

fn provider(scope: &Scope<'_>, block: &Block, env: Option<&Env<'_>>) -> Node {
    let span = scope.span(block);
    let mut members = Vec::new();
    for (argument, name) in ARGUMENTS {
        if let Some(value) = scope.argument(&block.body, argument, env) {
            members.push(member(name, value));
        }
    }
    scope.inner_blocks(&block.body, &["oidc"], env, &mut |_, inner| {
        let arguments = OIDC.into_iter().filter_map(|(argument, name)| {
            Some(member(name, scope.argument(inner.body, argument, inner.env)?))
        });
        let value = Node { span: inner.span, value: Value::Object(arguments.collect()) };
        members.push(member("oidc", value));
    });
    Node { span, value: Value::Object(members) }
}

/// The members of a binding that are identities of a pool.
fn identities(scope: &Scope<'_>, body: &Body, env: Option<&Env<'_>>) -> Vec<Node> {
    // Only identities of pools get this role, so that what is not known is one.
    let role = scope.argument(body, "role", env).and_then(|role| role.str());
    let is_identity = role.as_deref() == Some("roles/iam.workloadIdentityUser");
    let one = scope.argument(body, "member", env).map(Item::One);
    let several = scope.argument(body, "members", env).map(elements).unwrap_or_default();
    one.into_iter()
        .chain(several)
        .map(|item| {
            let (Item::One(node) | Item::Each { node, .. }) = item;
            node
        })
        .filter(|node| node.text().is_some_and(|text| is_principal(&text, is_identity)))
        .collect()
}

fn is_principal(text: &Text, is_identity: bool) -> bool {
    match text.pieces().first() {
        Some(Piece::Literal(start)) => {
            start.starts_with("principal://") || start.starts_with("principalSet://")
        }
        Some(Piece::Hole(_)) => is_identity,
        Some(Piece::Verbatim(_) | Piece::Claim { .. }) | None => false,
    }
}
