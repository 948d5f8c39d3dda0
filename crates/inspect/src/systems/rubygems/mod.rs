//! `RubyGems`: trusted publishers, and the access policies of API key roles, which are another language.

mod access_policy;

use super::{
    Context, Parsed,
    publisher::{self, Publisher, at_ref_or_sha, repository, workflow_path},
};
use crate::{
    ReadError,
    document::{Node, Piece, Span, Text},
    expression::{Matcher, Pattern, Syntax, Truth, WorkflowPart},
};

pub(super) fn find(node: &Node) -> Vec<Node> {
    publisher::find(
        node,
        &[
            "trusted_publisher",
            "rubygem_trusted_publisher",
            "pending_trusted_publisher",
            "access_policy",
            "oidc_api_key_role",
        ],
        |node| {
            let is_publisher = publisher::is_generic(node) && node.get("crate").is_none();
            is_publisher || access_policy::is_policy(node)
        },
    )
}

pub(super) fn parse(policies: &[Node], context: &Context) -> Result<Parsed, ReadError> {
    let (access_policies, publishers): (Vec<_>, Vec<_>) =
        policies.iter().cloned().partition(access_policy::is_policy);
    match (access_policies.as_slice(), publishers.as_slice()) {
        ([], publishers) => Ok(publisher::any("RubyGems", publishers, read)),
        ([policy], []) => access_policy::parse(policy, context),
        _ => Err(ReadError::unknown(
            "the text holds several policies of RubyGems of which one is an API key role's: paste one of them",
        )),
    }
}

fn read(publisher: &mut Publisher<'_>) {
    publisher.origin("rubygems.org");
    publisher.strings(&["jti"]);
    for claim in ["nbf", "iat", "exp"] {
        publisher.test(claim, "required", Matcher::Integer, Truth::False, publisher.span());
    }
    let owner = publisher.required_text(&["repository_owner"]);
    let name = publisher.required_text(&["repository_name"]);
    let file = publisher.required_text(&["workflow_filename"]);
    let owner_id = publisher.text(&["repository_owner_id"]);
    publisher.owner_id(owner_id);
    publisher.environment(false);
    let (Some((owner, _)), Some((name, span)), Some((file, file_span))) = (owner, name, file) else {
        return;
    };
    let repository = repository(&owner, &name);
    publisher.equals("repository", vec![repository.clone()], span);
    if file.pieces().iter().any(|piece| matches!(piece, Piece::Literal(text) if text.contains('@'))) {
        let because =
            "RubyGems reads the name of a workflow file up to its first `@`, so this one never matches";
        publisher.refuse("workflow_filename", because, file_span);
    }
    workflow(publisher, &repository, &file, file_span);
}

/// The workflow of the job: one of the repository at the run's ref or commit, or a reusable one of another repository at any.
fn workflow(publisher: &mut Publisher<'_>, repository: &Text, file: &Text, span: Span) {
    let owner = publisher.text(&["workflow_repository_owner"]);
    let name = publisher.text(&["workflow_repository_name"]);
    match (owner, name) {
        (None, None) => {
            publisher.equals("job_workflow_ref", at_ref_or_sha(&workflow_path(repository, file)), span);
        }
        (Some((owner, span)), Some((name, _))) => {
            let other = publisher::repository(&owner, &name);
            if other == *repository {
                let because = "RubyGems saves no publisher whose workflow repository is the repository itself: leave it out";
                publisher.refuse("workflow_repository_name", because, span);
            }
            let patterns = vec![Pattern::new(workflow_path(&other, file), Syntax::Exact, span)];
            let matcher = Matcher::Workflow { part: WorkflowPart::Path, patterns };
            publisher.test("job_workflow_ref", "path equals", matcher, Truth::False, span);
        }
        (Some((_, span)), None) | (None, Some((_, span))) => {
            let because =
                "RubyGems saves `workflow_repository_owner` and `workflow_repository_name` together only";
            publisher.refuse("workflow_repository_name", because, span);
        }
    }
}
