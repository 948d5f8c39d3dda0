//! The events of GitHub Actions.

/// What `event_name` can be: the triggers of the runner's own schema of workflows (`actions/runner`,
/// `workflow-v1.0.json`) and `dynamic`, of the runs that GitHub starts itself. `workflow_call` is not among
/// them: a called workflow has the event of its caller.
pub(crate) const EVENTS: &[&str] = &[
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "create",
    "delete",
    "deployment",
    "deployment_status",
    "discussion",
    "discussion_comment",
    "dynamic",
    "fork",
    "gollum",
    "image_version",
    "interactive_component",
    "issue_comment",
    "issues",
    "label",
    "member",
    "merge_group",
    "milestone",
    "page_build",
    "project",
    "project_card",
    "project_column",
    "public",
    "pull_request",
    "pull_request_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
    "push",
    "registry_package",
    "release",
    "repository_dispatch",
    "schedule",
    "status",
    "watch",
    "workflow_dispatch",
    "workflow_run",
];

/// The events of a pull request. GitHub documents `pull_request` alone to have its context in `sub`; the
/// others concern one as well, so that they do not contradict it.
pub(crate) const PULL_REQUEST_EVENTS: [&str; 4] =
    ["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"];
