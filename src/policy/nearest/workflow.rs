//! What people get wrong about workflows.

use alloc::{format, string::String};

use super::kind::MissKind;
use crate::{
    claims::{Claim, ClaimName, GithubClaims},
    error::Quoted,
    policy::{pattern::Pattern, workflow::split},
    suggest,
};

pub(super) fn miss(
    claim: &ClaimName,
    pattern: &Pattern,
    found: &str,
    claims: &GithubClaims,
) -> Option<(MissKind, String)> {
    if *claim == ClaimName::Github(Claim::Workflow) {
        let extension = pattern.as_str().rsplit_once('.').map(|(_, extension)| extension);
        // A workflow without a name has its file as the name.
        let is_file = matches!(extension, Some("yml" | "yaml")) && !found.starts_with(".github/");
        let hint = "`workflow` is the name of the workflow: its file is in `workflow_ref`";
        return is_file.then(|| (MissKind::WorkflowName, hint.into()));
    }
    other_claim(claim, pattern, claims).or_else(|| version_or_file(pattern, found))
}

fn other_claim(claim: &ClaimName, pattern: &Pattern, claims: &GithubClaims) -> Option<(MissKind, String)> {
    let (other, hint) = if *claim == ClaimName::Github(Claim::JobWorkflowRef) {
        (
            claims.workflow_ref()?,
            "`workflow_ref` matches: it is the caller's file, `job_workflow_ref` that of the called workflow",
        )
    } else {
        (
            claims.job_workflow_ref()?,
            "`job_workflow_ref` matches: it is the called workflow's file, `workflow_ref` that of the caller",
        )
    };
    pattern.matches(other).then(|| (MissKind::OtherWorkflow, hint.into()))
}

/// The pattern is met by one of the two parts of the workflow, and missed by the other.
fn version_or_file(pattern: &Pattern, found: &str) -> Option<(MissKind, String)> {
    let (expected_path, expected_version) = split(pattern.as_str())?;
    let (path, version) = split(found)?;
    if pattern.matches(&[path, "@", expected_version].concat()) {
        let what = match version {
            _ if version.starts_with("refs/heads/") => "branch",
            _ if version.starts_with("refs/tags/") => "tag",
            _ if version.starts_with("refs/") => "ref",
            _ => "commit",
        };
        let hint = format!("the file matches, but the job uses it at the {what} {}", Quoted(version));
        return Some((MissKind::WorkflowVersion, hint));
    }
    let (expected_folder, expected_file) = expected_path.rsplit_once('/')?;
    let (folder, file) = path.rsplit_once('/')?;
    let stem = |file: &'_ str| file.rsplit_once('.').map(|(stem, _)| String::from(stem));
    let is_near = stem(expected_file) == stem(file) || suggest::is_typo(expected_file, file);
    let is_met = pattern.matches(&[expected_path, "@", version].concat());
    (is_near && is_met && expected_folder == folder).then(|| {
        let hint = format!("the file of the workflow is {}", Quoted(file));
        (MissKind::WorkflowFile, hint)
    })
}
