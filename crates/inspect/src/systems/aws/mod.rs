//! Trust policies of IAM roles.
//!
//! A matching `Deny` statement denies, else a matching `Allow` statement allows, else the token is denied. What keys and operators
//! mean is in [`condition`] and [`operator`], policy variables are in [`variables`].

mod condition;
mod keys;
mod operator;
mod principal;
mod statement;
mod variables;

use claimgate::Quoted;

use self::keys::Keys;
use super::{Context, Parsed};
use crate::{
    document::{Item, Member, Node, Value},
    expression::{Expr, Finding, Truth},
    forms,
};

/// What a statement is read with.
struct Reader {
    keys: Keys,
    /// Whether `${…}` in values is a policy variable.
    has_variables: bool,
    findings: Vec<Finding>,
    assumptions: Vec<String>,
}

impl Reader {
    fn assume(&mut self, assumption: String) {
        if !self.assumptions.contains(&assumption) {
            self.assumptions.push(assumption);
        }
    }
}

/// Members under which vendors' commands and templates have a trust policy.
const WRAPPERS: [&str; 3] = ["AssumeRolePolicyDocument", "assume_role_policy", "assumeRolePolicy"];

pub(super) fn find(node: &Node) -> Vec<Node> {
    let mut found = Vec::new();
    collect(node, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<Node>) {
    if is_policy(node) {
        found.push(node.clone());
        return;
    }
    match &node.value {
        Value::Object(members) => {
            for Member { name, value, .. } in members {
                let is_wrapper = name.literal().is_some_and(|name| WRAPPERS.contains(&name.as_str()));
                match &value.value {
                    Value::Text(_) if is_wrapper => found.extend(policy_in_text(value)),
                    _ => collect(value, found),
                }
            }
        }
        Value::List(items) if is_statement_list(items) => found.push(node.clone()),
        Value::List(items) => {
            for item in items {
                if let Item::One(node) = item {
                    collect(node, found);
                }
            }
        }
        // A policy that is quoted as a whole.
        Value::Text(_) => found.extend(policy_in_text(node)),
        _ => {}
    }
}

fn is_policy(node: &Node) -> bool {
    let Some(statement) = node.get("Statement") else { return is_statement(node) };
    match &statement.value {
        Value::List(items) => is_statement_list(items) || items.is_empty() && node.get("Version").is_some(),
        _ => is_statement(statement),
    }
}

fn is_statement_list(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::One(node) | Item::Each { node, .. } => is_statement(node),
    })
}

fn is_statement(node: &Node) -> bool {
    node.get("Effect").is_some()
        && ["Principal", "NotPrincipal", "Action", "NotAction"].iter().any(|name| node.get(name).is_some())
}

/// The raw API has the policy percent-encoded, and Terraform's state as JSON in a string. Its places are those of the string.
fn policy_in_text(node: &Node) -> Option<Node> {
    let text = node.str()?;
    let text = if text.trim_start().starts_with('%') {
        percent_encoding::percent_decode_str(text.trim()).decode_utf8().ok()?.into_owned()
    } else {
        text
    };
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut policy = forms::read_json(&text).ok()?;
    policy.move_to(node.span);
    is_policy(&policy).then_some(policy)
}

pub(super) fn parse(policies: &[Node], context: &Context) -> Parsed {
    let mut reader = Reader {
        keys: Keys::new(context.issuer.as_deref()),
        has_variables: false,
        findings: Vec::new(),
        assumptions: Vec::new(),
    };
    let mut parsed: Vec<Expr> = Vec::new();
    for (index, node) in policies.iter().enumerate() {
        let expr = policy(node, &mut reader);
        parsed.push(match policies.len() {
            1 => expr,
            _ => Expr::place(format!("policy[{index}]"), node.span, expr),
        });
    }
    let expr = Expr::any_of(parsed);
    Parsed { expr, findings: reader.findings, assumptions: reader.assumptions }
}

fn policy(node: &Node, reader: &mut Reader) -> Expr {
    let mut refusals = Vec::new();
    let is_bare = node.get("Statement").is_none();
    let statements = if is_bare {
        node.items()
    } else {
        unknown_and_repeated(node, &["Version", "Id", "Statement"], &mut refusals);
        node.get("Statement").map(Node::items).unwrap_or_default()
    };
    // Terraform's data source and the editors of tutorials leave it out only with the policy around a statement.
    reader.has_variables = is_bare;
    match node.get("Version").map(Node::text) {
        Some(Some(version)) => match version.literal().as_deref() {
            Some("2012-10-17") => reader.has_variables = true,
            Some("2008-10-17") => {}
            Some(other) => refusals.push(Expr::refused(
                "Version",
                format!("{} is not a version of IAM's policy language: write `2012-10-17`", Quoted(other)),
                node.span,
            )),
            None => refusals.push(Expr::fixed(
                "Version",
                Truth::needs_of(&version),
                "the document does not hold the version",
                node.span,
            )),
        },
        Some(None) => refusals.push(Expr::refused("Version", "the version must be a string", node.span)),
        None => {}
    }
    let (mut denies, mut allows) = (Vec::new(), Vec::new());
    for (index, item) in statements.iter().enumerate() {
        let name = format!("Statement[{index}]");
        let node = match item {
            Item::One(node) if !matches!(node.value, Value::Hole(_)) => node,
            Item::One(node) | Item::Each { node, .. } => {
                let (deny, allow) = unknown_statement(&name, item, reader, &mut refusals);
                denies.extend(deny.map(|expr| Expr::place(name.clone(), node.span, expr)));
                allows.extend(allow.map(|expr| Expr::place(name, node.span, expr)));
                continue;
            }
        };
        let statement = statement::statement(node, reader, &mut refusals);
        let expr = Expr::place(
            statement.name.map_or(name.clone(), |sid| format!("{name} {sid}")),
            node.span,
            statement.expr,
        );
        if statement.is_deny { denies.push(expr) } else { allows.push(expr) }
    }
    let mut all = refusals;
    if !denies.is_empty() {
        all.push(Expr::Not(Box::new(Expr::Any(denies))));
    }
    all.push(if allows.is_empty() {
        Expr::refused("Statement", "no statement has the effect `Allow`", node.span)
    } else {
        Expr::any_of(allows)
    });
    Expr::All(all)
}

/// Statements that the document does not hold, as they may deny and as they may allow.
fn unknown_statement(
    name: &str,
    item: &Item,
    reader: &mut Reader,
    refusals: &mut Vec<Expr>,
) -> (Option<Expr>, Option<Expr>) {
    let (node, hole) = match item {
        Item::One(node) => (node, node.text().and_then(|text| text.holes().next().cloned())),
        Item::Each { over, node } => (node, Some(over.clone())),
    };
    let needs = Truth::needs(hole.iter().map(|hole| hole.name.as_str()));
    let unknown = Expr::fixed(name, needs, "which statements there are is not in the document", node.span);
    if node.get("Effect").and_then(Node::str).is_none() {
        return (Some(unknown.clone()), Some(unknown));
    }
    // What all of them have in common can settle that none of them matches. If IAM refuses one, there may still be none.
    let mut refused = Vec::new();
    let statement = statement::statement(node, reader, &mut refused);
    if !refused.is_empty() {
        refusals.push(unknown.clone());
    }
    let expr = Some(Expr::All(vec![unknown, statement.expr]));
    if statement.is_deny { (expr, None) } else { (None, expr) }
}

/// IAM refuses to save members that it does not know, and members that occur twice.
fn unknown_and_repeated(node: &Node, known: &[&str], refusals: &mut Vec<Expr>) {
    let mut seen: Vec<String> = Vec::new();
    for member in node.members().unwrap_or_default() {
        let name = member.name.shown();
        if !known.contains(&name.as_str()) {
            refusals.push(Expr::refused(
                claimgate::Quoted(&name).to_string(),
                format!("IAM refuses to save the policy: unknown element {}", Quoted(&name)),
                member.span,
            ));
        } else if seen.contains(&name) {
            refusals.push(repeated(member));
        } else {
            seen.push(name);
        }
    }
}

fn repeated(member: &Member) -> Expr {
    let name = member.name.shown();
    Expr::refused(
        name.clone(),
        format!("IAM refuses to save the policy: {} occurs twice in one object", Quoted(&name)),
        member.span,
    )
}
