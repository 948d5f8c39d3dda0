//! Trusted publishers of `PyPI`, as its form has their parts.

use super::{
    Parsed,
    publisher::{self, Publisher, at_ref_or_sha, has_each, repository, workflow_path},
};
use crate::document::Node;

pub(super) fn find(node: &Node) -> Vec<Node> {
    publisher::find(node, &["publisher", "publishers", "github_publishers"], |node| {
        has_each(node, &["owner", "repository", "workflow"])
            || (publisher::is_generic(node)
                && ["crate", "workflow_repository_owner", "workflow_repository_name"]
                    .iter()
                    .all(|name| node.get(name).is_none()))
    })
}

pub(super) fn parse(policies: &[Node]) -> Parsed {
    let mut parsed = publisher::any("PyPI", policies, read);
    parsed.assumptions.push("`jti` was not used before".to_owned());
    parsed
}

fn read(publisher: &mut Publisher<'_>) {
    publisher.origin("pypi");
    publisher.strings(&["ref", "sha", "jti", "event_name"]);
    publisher.refused_events(&["pull_request_target"]);
    let owner = publisher.required_text(&["owner", "repository_owner"]);
    let name = publisher.required_text(&["repository", "repository_name"]);
    let file = publisher.required_text(&["workflow", "workflow_filename"]);
    let owner_id = publisher.text(&["owner_id", "repository_owner_id"]);
    publisher.owner_id(owner_id);
    publisher.environment(true);
    let (Some((owner, owner_span)), Some((name, span)), Some((file, file_span))) = (owner, name, file) else {
        return;
    };
    let repository = repository(&owner, &name);
    publisher.equals("repository_owner", vec![owner], owner_span);
    publisher.equals("repository", vec![repository.clone()], span);
    publisher.yaml_file(&file, file_span);
    publisher.equals("job_workflow_ref", at_ref_or_sha(&workflow_path(&repository, &file)), file_span);
}
