//! Trusted publishers of crates.io, as its API has them.

use super::{
    Parsed,
    publisher::{self, Publisher, repository},
};
use crate::{
    document::{Node, Span, Text},
    expression::{Matcher, Pattern, Shape, Syntax, Truth, WorkflowPart},
};

pub(super) fn find(node: &Node) -> Vec<Node> {
    publisher::find(node, &["github_config", "github_configs"], |node| {
        let is_crate = node.get("crate").is_some() && node.get("repository_owner").is_some();
        let is_rubygems =
            node.get("workflow_repository_owner").is_some() || node.get("workflow_repository_name").is_some();
        is_crate || (publisher::is_generic(node) && !is_rubygems)
    })
}

pub(super) fn parse(policies: &[Node]) -> Parsed {
    let mut parsed = publisher::any("crates.io", policies, read);
    parsed.assumptions.push("`jti` was not used before".to_owned());
    parsed
}

fn read(publisher: &mut Publisher<'_>) {
    publisher.origin("crates.io");
    publisher.strings(&["jti", "run_id", "sha", "event_name"]);
    publisher.refused_events(&["pull_request_target", "workflow_run"]);
    let owner = publisher.required_text(&["repository_owner"]);
    let name = publisher.required_text(&["repository_name"]);
    let file = publisher.required_text(&["workflow_filename"]);
    let id = publisher.text(&["repository_owner_id"]);
    owner_id(publisher, id);
    publisher.environment(true);
    if let (Some((owner, _)), Some((name, span))) = (owner, name) {
        publisher.equals_folded("repository", vec![repository(&owner, &name)], span);
    }
    if let Some((file, span)) = file {
        publisher.yaml_file(&file, span);
        let patterns = vec![Pattern::new(file, Syntax::Exact, span)];
        let matcher = Matcher::Workflow { part: WorkflowPart::File, patterns };
        publisher.test("workflow_ref", "file name equals", matcher, Truth::False, span);
    }
}

/// An integer of 32 bits on both sides.
fn owner_id(publisher: &mut Publisher<'_>, found: Option<(Text, Span)>) {
    let shape = Matcher::Shape(Shape::Int32);
    match found {
        None => {
            publisher.test("repository_owner_id", "integer", shape, Truth::False, publisher.span());
            publisher.unknown_owner_id();
        }
        Some((text, span)) => match text.literal() {
            None => {
                publisher.test("repository_owner_id", "integer", shape, Truth::False, span);
                publisher.equals("repository_owner_id", vec![text], span);
            }
            Some(id) => match id.parse() {
                Ok(id) => {
                    publisher.test("repository_owner_id", "equals", Matcher::Int32(id), Truth::False, span);
                }
                Err(_) => publisher.refuse(
                    "repository_owner_id",
                    "crates.io saves the owner's ID as an integer of 32 bits",
                    span,
                ),
            },
        },
    }
}
