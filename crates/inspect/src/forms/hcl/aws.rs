//! Trust policies of IAM roles.

use std::collections::BTreeSet;

use hcl_edit::structure::{Block, Body};

use super::{
    json_text::{decoded, read_json},
    policy_document::policy,
    scope::{Env, Scope, size},
    values::{each, elements, hole},
};
use crate::{
    ReadError,
    document::{Item, Node, Piece, Value},
};

/// How a reference to the policy of a data source starts.
const REFERENCE: &str = "data.aws_iam_policy_document.";

/// Data sources within others.
const SOURCES: usize = 16;

/// The arguments by which a data source takes over statements of others, and those that win over its own.
const TAKEN_OVER: [&str; 2] = ["source_policy_documents", "source_json"];
const OVERRIDING: [&str; 2] = ["override_policy_documents", "override_json"];

/// The trust policies of a text.
pub(super) fn policies(scope: &Scope<'_>, body: &Body) -> Result<Vec<Node>, ReadError> {
    let sources: Vec<(&str, &Block)> = body
        .get_blocks("data")
        .filter_map(|block| Some((labelled(block, "aws_iam_policy_document")?, block)))
        .collect();
    let mut documents = Documents { scope, sources, used: BTreeSet::new() };
    let mut policies = Vec::new();
    for block in body.get_blocks("resource").filter(|block| labelled(block, "aws_iam_role").is_some()) {
        for found in documents.instances(block, Documents::trust_policy) {
            policies.extend(found?);
        }
    }
    policies.extend(documents.trust_policy_of(body, None)?);
    if body.has_blocks("statement") {
        policies.push(policy(scope, body, None, scope.span(body)));
    }
    let others = documents.others(!policies.is_empty())?;
    policies.extend(others);
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

impl<'t> Documents<'t, '_> {
    /// What `read` makes of each instance of a resource or data source.
    fn instances<T>(
        &mut self,
        block: &Block,
        read: impl Fn(&mut Self, &Block, Option<&Env<'_>>) -> T,
    ) -> Vec<T> {
        let mut found = Vec::new();
        let scope = self.scope;
        scope.instances(block, &mut |env| found.push(read(self, block, env)));
        found
    }

    fn trust_policy(&mut self, block: &Block, env: Option<&Env<'_>>) -> Result<Vec<Node>, ReadError> {
        self.trust_policy_of(&block.body, env)
    }

    /// The policy that a role names, if it is in the text.
    fn trust_policy_of(&mut self, body: &Body, env: Option<&Env<'_>>) -> Result<Vec<Node>, ReadError> {
        let Some(attribute) = body.get_attribute("assume_role_policy") else { return Ok(Vec::new()) };
        let node = read_json(self.scope, &attribute.value, env)?;
        match self.referred(&node) {
            // Roles can share a policy.
            Some((name, block)) if self.used.insert(name.to_owned()) => self
                .instances(block, |documents, block, env| documents.document(block, env, 0))
                .into_iter()
                .collect(),
            Some(_) => Ok(Vec::new()),
            None if matches!(node.value, Value::Hole(_) | Value::Null) => Ok(Vec::new()),
            None => Ok(vec![node]),
        }
    }

    /// The data source that a reference is to.
    fn referred(&self, node: &Node) -> Option<(&'t str, &'t Block)> {
        let text = node.text()?;
        let [Piece::Hole(hole)] = text.pieces() else { return None };
        let name = hole.name.strip_prefix(REFERENCE)?.split(['.', '[']).next()?;
        self.sources.iter().find(|(source, _)| *source == name).copied()
    }

    /// The policy of a data source, with those that it takes over.
    fn document(&mut self, block: &Block, env: Option<&Env<'_>>, depth: usize) -> Result<Node, ReadError> {
        let span = self.scope.span(block);
        let mut node = policy(self.scope, &block.body, env, span);
        if !self.scope.charge(size(&node)) {
            return Ok(hole(span, format!("{REFERENCE}json")));
        }
        let taken_over = self.statements(&block.body, TAKEN_OVER, env, depth)?;
        let overriding = self.statements(&block.body, OVERRIDING, env, depth)?;
        if let Value::Object(members) = &mut node.value
            && let Some(Value::List(statements)) = members.last_mut().map(|member| &mut member.value.value)
        {
            // A statement replaces those before it that have its identifier.
            let own = std::mem::take(statements);
            *statements = replaced(replaced(taken_over, own), overriding);
        }
        Ok(node)
    }

    /// The statements of the policies that arguments list.
    fn statements(
        &mut self,
        body: &Body,
        arguments: [&str; 2],
        env: Option<&Env<'_>>,
        depth: usize,
    ) -> Result<Vec<Item>, ReadError> {
        let lists = arguments.into_iter().filter_map(|argument| self.scope.argument(body, argument, env));
        let items: Vec<Item> = lists.flat_map(elements).collect();
        let mut statements = Vec::new();
        for item in items {
            let node = match item {
                Item::One(node) => node,
                Item::Each { .. } => {
                    statements.push(item);
                    continue;
                }
            };
            let node = match self.referred(&node) {
                Some((name, block)) if depth < SOURCES => {
                    self.used.insert(name.to_owned());
                    self.document(block, None, depth.saturating_add(1))?
                }
                _ => decoded(self.scope, node)?,
            };
            match node.get("Statement") {
                Some(inner) => statements.extend(inner.items()),
                None => statements.push(unknown(self.scope, &node)),
            }
        }
        Ok(statements)
    }

    /// The data sources that nothing refers to. Of several only those that look like trust policies.
    fn others(&mut self, has_policies: bool) -> Result<Vec<Node>, ReadError> {
        let mut others = Vec::new();
        for (name, block) in self.sources.clone() {
            for document in self.instances(block, |documents, block, env| documents.document(block, env, 0)) {
                others.push((name, document?));
            }
        }
        others.retain(|(name, _)| !self.used.contains(*name));
        if has_policies || others.iter().any(|(_, policy)| is_trust_policy(policy)) {
            others.retain(|(_, policy)| is_trust_policy(policy));
        }
        Ok(others.into_iter().map(|(_, policy)| policy).collect())
    }
}

/// Any number of statements, of a policy that is not known.
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
