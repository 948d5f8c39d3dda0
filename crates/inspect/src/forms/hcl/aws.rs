//! Trust policies of IAM roles.

use std::collections::BTreeSet;

use hcl_edit::structure::{Block, Body};

use super::{
    json_text::{decoded, read_json},
    policy_document::policy,
    scope::{Scope, size},
    values::{each, elements, hole},
};
use crate::{
    ReadError,
    document::{Item, Node, Piece, Span, Text, Value},
};

/// How a reference to the policy of a data source starts.
const REFERENCE: &str = "data.aws_iam_policy_document.";

/// Data sources within others.
const SOURCES: usize = 16;

/// The trust policies of a text.
pub(super) fn policies(scope: &Scope<'_>, body: &Body) -> Result<Vec<Node>, ReadError> {
    let sources: Vec<(&str, &Block)> =
        body.get_blocks("data").filter_map(|block| Some((labelled(block, "aws_iam_policy_document")?, block))).collect();
    let mut documents = Documents { scope, sources, used: BTreeSet::new() };
    let mut policies = Vec::new();
    for block in body.get_blocks("resource").filter(|block| labelled(block, "aws_iam_role").is_some()) {
        policies.extend(documents.trust_policy(&block.body)?);
    }
    policies.extend(documents.trust_policy(body)?);
    if body.has_blocks("statement") || body.has_blocks("source_policy_documents") {
        policies.push(policy(scope, body, scope.span(body)));
    }
    let others = documents.others(!policies.is_empty())?;
    policies.extend(others);
    // Roles can share a policy.
    let mut places: Vec<Span> = Vec::new();
    policies.retain(|policy| {
        let is_new = !places.contains(&policy.span);
        places.push(policy.span);
        is_new
    });
    Ok(policies)
}

/// The name of a block of a type.
fn labelled<'b>(block: &'b Block, kind: &str) -> Option<&'b str> {
    match block.labels.as_slice() {
        [first, name] if first.as_str() == kind => Some(name.as_str()),
        _ => None,
    }
}

/// Data sources, and which of them others refer to.
struct Documents<'t, 's> {
    scope: &'t Scope<'s>,
    sources: Vec<(&'t str, &'t Block)>,
    used: BTreeSet<String>,
}

impl Documents<'_, '_> {
    fn trust_policy(&mut self, body: &Body) -> Result<Option<Node>, ReadError> {
        let Some(attribute) = body.get_attribute("assume_role_policy") else { return Ok(None) };
        let node = read_json(self.scope, &attribute.value)?;
        let node = self.resolved(node, 0)?;
        // A policy that is elsewhere is not a policy.
        Ok((!matches!(node.value, Value::Hole(_) | Value::Null)).then_some(node))
    }

    /// The policy in place of a reference to a data source of the text.
    fn resolved(&mut self, node: Node, depth: usize) -> Result<Node, ReadError> {
        let node = decoded(self.scope, node)?;
        let reference = match node.text().as_ref().map(Text::pieces) {
            Some([Piece::Hole(hole)]) => hole.name.clone(),
            _ => return Ok(node),
        };
        let name = reference.strip_prefix(REFERENCE).and_then(|name| name.split(['.', '[']).next());
        let found = name.and_then(|name| self.sources.iter().find(|(source, _)| *source == name).copied());
        match found {
            Some((name, block)) if depth < SOURCES => {
                self.used.insert(name.to_owned());
                self.document(block, depth.saturating_add(1))
            }
            _ => Ok(node),
        }
    }

    /// The policy of a data source, with those that it takes over.
    fn document(&mut self, block: &Block, depth: usize) -> Result<Node, ReadError> {
        let span = self.scope.span(block);
        let mut node = policy(self.scope, &block.body, span);
        if !self.scope.charge(size(&node)) {
            return Ok(hole(span, format!("{REFERENCE}json")));
        }
        let mut taken_over = self.statements(&block.body, "source_policy_documents", depth)?;
        taken_over.extend(self.statements(&block.body, "source_json", depth)?);
        let mut overriding = self.statements(&block.body, "override_policy_documents", depth)?;
        overriding.extend(self.statements(&block.body, "override_json", depth)?);
        if let Value::Object(members) = &mut node.value
            && let Some(Value::List(statements)) = members.last_mut().map(|member| &mut member.value.value)
        {
            // A statement replaces those before it that have its identifier.
            let own = std::mem::take(statements);
            *statements = replaced(replaced(taken_over, own), overriding);
        }
        Ok(node)
    }

    /// The statements of the policies that an argument lists.
    fn statements(&mut self, body: &Body, argument: &str, depth: usize) -> Result<Vec<Item>, ReadError> {
        let mut statements = Vec::new();
        let Some(list) = self.scope.argument(body, argument, None) else { return Ok(statements) };
        for item in elements(list) {
            match item {
                Item::One(node) => {
                    let node = self.resolved(node, depth)?;
                    match node.get("Statement") {
                        Some(inner) => statements.extend(inner.items()),
                        // Any number of statements.
                        None => statements.push(unknown(self.scope, &node)),
                    }
                }
                Item::Each { over, node } => statements.push(Item::Each { over, node }),
            }
        }
        Ok(statements)
    }

    /// The data sources that nothing refers to. Of several only those that look like trust policies.
    fn others(&mut self, has_policies: bool) -> Result<Vec<Node>, ReadError> {
        let mut others = Vec::new();
        for (name, block) in self.sources.clone() {
            others.push((name, self.document(block, 0)?));
        }
        let mut others: Vec<Node> =
            others.into_iter().filter(|(name, _)| !self.used.contains(*name)).map(|(_, node)| node).collect();
        if has_policies || others.iter().any(is_trust_policy) {
            others.retain(is_trust_policy);
        }
        Ok(others)
    }
}

fn unknown(scope: &Scope<'_>, node: &Node) -> Item {
    let over = match &node.value {
        Value::Hole(hole) => hole.clone(),
        _ => scope.unknown(node.span, None),
    };
    each(over, node.span)
}

fn replaced(statements: Vec<Item>, by: Vec<Item>) -> Vec<Item> {
    let sid = |item: &Item| match item {
        Item::One(node) => node.get("Sid").and_then(Node::str).filter(|sid| !sid.is_empty()),
        Item::Each { .. } => None,
    };
    let sids: BTreeSet<String> = by.iter().filter_map(sid).collect();
    let mut kept: Vec<Item> =
        statements.into_iter().filter(|item| sid(item).is_none_or(|sid| !sids.contains(&sid))).collect();
    kept.extend(by);
    kept
}

/// Whether some statement is about an action of STS, or about what is not known.
fn is_trust_policy(policy: &Node) -> bool {
    let Some(statements) = policy.get("Statement") else { return true };
    statements.items().iter().any(|item| {
        let (Item::One(statement) | Item::Each { node: statement, .. }) = item;
        let Some(actions) = statement.get("Action") else { return statement.get("NotAction").is_none() };
        actions.items().iter().any(|item| {
            let (Item::One(action) | Item::Each { node: action, .. }) = item;
            action.str().is_none_or(|action| action.to_ascii_lowercase().starts_with("sts:"))
        })
    })
}
