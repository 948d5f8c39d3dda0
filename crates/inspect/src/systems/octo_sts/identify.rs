//! What tells an octo-sts policy from other documents.

use crate::document::{Item, Member, Node, Value};

/// The policy itself, or those of a list.
pub(in crate::systems) fn find(node: &Node) -> Vec<Node> {
    if is_policy(node) {
        return vec![node.clone()];
    }
    let Value::List(items) = &node.value else { return Vec::new() };
    let policies = items.iter().filter_map(|item| match item {
        Item::One(node) if is_policy(node) => Some(node.clone()),
        _ => None,
    });
    policies.collect()
}

fn is_policy(node: &Node) -> bool {
    let members = node.members().unwrap_or_default();
    let has = |names: &[&str]| {
        members.iter().any(|Member { name, .. }| {
            name.literal().is_some_and(|name| names.iter().any(|one| one.eq_ignore_ascii_case(&name)))
        })
    };
    // Credentials of Azure have an issuer and a subject too.
    if has(&["audiences", "claimsMatchingExpression", "claims_matching_expression"]) {
        return false;
    }
    let has_pattern = has(&["issuer_pattern", "subject_pattern", "audience_pattern", "claim_pattern"]);
    let (issuer, subject) = (has(&["issuer"]), has(&["subject"]));
    has_pattern
        || (issuer || subject) && has(&["permissions"])
        || issuer && subject && !has(&["name", "display_name", "displayName", "properties"])
}
