//! The fields of a role that are about claims: `bound_claims`, `claim_mappings` and `groups_claim`.

use std::collections::HashSet;

use claimgate::Quoted;

use super::{
    Role,
    fields::{self, Field, Pair},
};
use crate::{
    document::{Item, Node, Span, Text, Value},
    expression::{Bound, Expr, Grade, Matcher, Pattern, Shape, Syntax, Truth},
};

/// Claims that become metadata of the login: one that is there must be a string.
pub(super) fn mappings(role: &mut Role<'_>) {
    let pairs = match fields::pairs(role.node, "claim_mappings") {
        Field::Unset => return,
        Field::Set(pairs, _) => pairs,
        Field::Hole(hole, span) => return role.needs("claim_mappings", &hole, span),
        Field::Wrong(kind, span) => return role.wrong("claim_mappings", kind, span),
    };
    let mut targets = HashSet::new();
    for (claim, target, span) in pairs {
        match target.literal() {
            None => unknown(role, "claim_mappings", &target, span),
            Some(target) if target == "role" => {
                role.refuse(
                    "claim_mappings",
                    "Vault refuses to save a mapping onto `role`, which it sets itself",
                    span,
                );
            }
            Some(target) => {
                if !targets.insert(target.clone()) {
                    let because = format!("Vault refuses to save two mappings onto {}", Quoted(&target));
                    role.refuse("claim_mappings", &because, span);
                }
            }
        }
        match claim.literal() {
            None => unknown(role, "claim_mappings", &claim, span),
            Some(claim) => {
                role.test(&claim, "claim_mappings", Matcher::Shape(Shape::StringOrNull), Truth::True, span);
            }
        }
    }
}

/// The claim that lists groups must be there.
pub(super) fn groups(role: &mut Role<'_>) {
    match fields::word(role.node, "groups_claim") {
        Field::Unset => {}
        Field::Set(claim, span) => {
            role.test(&claim, "groups_claim", Matcher::Shape(Shape::Strings), Truth::False, span);
        }
        Field::Hole(hole, span) => role.needs("groups_claim", &hole, span),
        Field::Wrong(kind, span) => role.wrong("groups_claim", kind, span),
    }
}

/// Claims and the values that they are bound to.
pub(super) fn bound(role: &mut Role<'_>) {
    let mut is_glob = false;
    match fields::word(role.node, "bound_claims_type") {
        Field::Unset => {}
        Field::Set(word, _) if word == "string" => {}
        Field::Set(word, _) if word == "glob" => is_glob = true,
        Field::Set(word, span) => {
            let because =
                format!("Vault refuses to save the type {}: write `string` or `glob`", Quoted(&word));
            role.refuse("bound_claims_type", &because, span);
        }
        Field::Hole(hole, span) => {
            // What no glob matches equals nothing either.
            is_glob = true;
            role.needs("bound_claims_type", &hole, span);
        }
        Field::Wrong(kind, span) => role.wrong("bound_claims_type", kind, span),
    }
    match fields::object(role.node, "bound_claims") {
        Field::Unset => {}
        Field::Set(members, _) => {
            for member in &members {
                bound_claim(role, member, is_glob);
            }
        }
        Field::Hole(hole, span) => role.needs("bound_claims", &hole, span),
        Field::Wrong(kind, span) => role.wrong("bound_claims", kind, span),
    }
}

fn bound_claim(role: &mut Role<'_>, (name, value, span): &Pair<Node>, is_glob: bool) {
    let Some(claim) = name.literal() else { return unknown(role, "bound_claims", name, *span) };
    let mut values = Vec::new();
    let is_list = matches!(value.value, Value::List(_));
    for item in value.items() {
        let (Item::One(node) | Item::Each { node, .. }) = &item;
        match bound_value(node, is_glob) {
            Some(Bound::Null) | None if is_glob => {
                let because = format!(
                    "Vault refuses to save {} of the type `glob`, which takes strings and lists of strings, not {}",
                    Quoted(&claim),
                    node.kind()
                );
                return role.refuse("bound_claims", &because, node.span);
            }
            // Within a list such a value equals nothing; as the only value it accepts no token.
            Some(Bound::Null) | None if !is_list => {
                let because =
                    format!("{} is bound to {}, which no claim equals", Quoted(&claim), node.kind());
                return role.refuse("bound_claims", &because, node.span);
            }
            value => values.extend(value),
        }
        warn(role, &claim, node, is_glob);
    }
    let operator = if is_glob { "bound_claims (glob)" } else { "bound_claims" };
    role.test(&claim, operator, Matcher::Bound(values), Truth::False, *span);
}

/// None if it is not a scalar, or under `glob` not a string.
fn bound_value(node: &Node, is_glob: bool) -> Option<Bound> {
    if let Some(text) = node.text() {
        let syntax = if is_glob { Syntax::Star } else { Syntax::Exact };
        return Some(Bound::Text(Pattern::new(text, syntax, node.span)));
    }
    match &node.value {
        _ if is_glob => None,
        Value::Number(number) => Some(Bound::Number(number.clone())),
        Value::Bool(flag) => Some(Bound::Bool(*flag)),
        Value::Null => Some(Bound::Null),
        _ => None,
    }
}

fn warn(role: &mut Role<'_>, claim: &str, node: &Node, is_glob: bool) {
    match &node.value {
        Value::Text(text) if !is_glob && text.shown().contains('*') => {
            let message = format!("`*` is literal for {} without `bound_claims_type` `glob`", Quoted(claim));
            role.finding("literal_wildcard", Grade::Note, message, node.span);
        }
        Value::Number(_) | Value::Bool(_) if !matches!(claim, "exp" | "nbf" | "iat") => {
            let message = format!(
                "{} is bound to {}, which never equals a claim of GitHub's, as they are strings: put it in quotation marks",
                Quoted(claim),
                node.kind()
            );
            role.finding("type_mismatch", Grade::Note, message, node.span);
        }
        _ => {}
    }
}

/// A part of the role whose name or target the document does not hold.
fn unknown(role: &mut Role<'_>, subject: &str, text: &Text, span: Span) {
    let holes = text.holes().map(|hole| hole.name.as_str());
    let because = format!("the document does not hold {}", Quoted(&text.shown()));
    role.conditions.push(Expr::fixed(subject, Truth::needs(holes), because, span));
}
