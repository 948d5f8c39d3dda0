//! What in a policy works differently from what it looks like.

use claimgate::Quoted;

use super::{Policy, get, scalar};
use crate::{
    document::{Node, Piece, Span, Text, Value},
    expression::{Grade, Truth},
    re2::{Re2, has_alternation},
};

/// Claims that say whose job it is.
const SCOPES: [&str; 9] = [
    "sub",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "workflow_ref",
    "job_workflow_ref",
    "enterprise",
    "enterprise_id",
];

/// Claims that say at which ref, by which workflow or in which environment.
const NARROW: [&str; 7] =
    ["ref", "ref_type", "ref_protected", "environment", "workflow_ref", "job_workflow_ref", "sha"];

/// Adds the findings of a policy.
pub(super) fn add(policy: &mut Policy<'_>) {
    let patterns = patterns(policy.node);
    for (claim, text, span) in &patterns {
        let source = shown(text);
        if has_alternation(&source) {
            let message = "`|` at the top level: before September 2026 octo-sts anchored the first alternative at the start only and the last at the end only; put the alternatives in `(…)`";
            policy.finding("top_level_alternation", Grade::Caution, message, *span);
        }
        if claim == "iss" && has_open_dot(&source) {
            let message = "a `.` that is not escaped is any character: other hosts match too; write `\\.`, or use `issuer`";
            policy.finding("unescaped_dot", Grade::Caution, message, *span);
        }
        if source.contains(":*") && !source.contains(":.*") {
            let message = "`:*` is any number of colons in a regular expression: write `:.*` for any text";
            policy.finding("literal_wildcard", Grade::Note, message, *span);
        }
    }
    if let Some((_, span)) = set(policy.node, "subject").filter(|(text, _)| shown(text).contains('*')) {
        let message = "`*` is literal in `subject`, and no token has it: use `subject_pattern`";
        policy.finding("literal_wildcard", Grade::Note, message, span);
    }
    scope(policy, &patterns);
    scalars(policy.node, policy);
}

/// The patterns of a policy by the claims that they are for.
fn patterns(node: &Node) -> Vec<(String, Text, Span)> {
    let fields = [("issuer_pattern", "iss"), ("subject_pattern", "sub"), ("audience_pattern", "aud")];
    let mut patterns: Vec<_> = fields
        .iter()
        .filter_map(|(field, claim)| set(node, field).map(|(text, span)| ((*claim).to_owned(), text, span)))
        .collect();
    for member in get(node, "claim_pattern").and_then(Node::members).unwrap_or_default() {
        if let Some(text) = scalar(&member.value) {
            patterns.push((member.name.shown(), text, member.value.span));
        }
    }
    patterns
}

fn set(node: &Node, field: &str) -> Option<(Text, Span)> {
    let node = get(node, field)?;
    scalar(node).filter(|text| !text.pieces().is_empty()).map(|text| (text, node.span))
}

/// A pattern with a letter in place of each hole, which holds more than that.
fn shown(text: &Text) -> String {
    text.pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) | Piece::Verbatim(text) => text.as_str(),
            Piece::Hole(_) | Piece::Claim { .. } => "x",
        })
        .collect()
}

/// How wide the jobs are that a policy admits: what a pattern admits is tried with jobs of an unrelated owner.
fn scope(policy: &mut Policy<'_>, patterns: &[(String, Text, Span)]) {
    let admits = |claim: &str, values: &[&str]| -> Option<bool> {
        let mut relevant = patterns.iter().filter(|(name, ..)| name == claim).peekable();
        relevant.peek()?;
        Some(relevant.all(|(_, text, _)| match Re2::compile(&shown(text)) {
            Ok(regex) => values.iter().any(|value| regex.matches(value, true) == Truth::True),
            Err(_) => false,
        }))
    };
    let subject = set(policy.node, "subject");
    let span = subject
        .as_ref()
        .map(|(_, span)| *span)
        .or_else(|| set(policy.node, "subject_pattern").map(|(_, span)| span));
    let Some(span) = span else { return };
    // Nobody can have guessed these names.
    let stranger = |claim: &str| -> &[&str] {
        match claim {
            "sub" => &["repo:zq7x/zq8y:ref:refs/heads/zq9z", "repo:zq7x@7531/zq8y@8642:ref:refs/heads/zq9z"],
            "repository" => &["zq7x/zq8y"],
            "repository_owner" | "enterprise" => &["zq7x"],
            "workflow_ref" | "job_workflow_ref" => &["zq7x/zq8y/.github/workflows/zq.yml@refs/heads/zq9z"],
            _ => &["7531"],
        }
    };
    let is_scoped =
        subject.is_some() || SCOPES.iter().any(|claim| admits(claim, stranger(claim)) == Some(false));
    if !is_scoped {
        let message = "no condition says whose jobs are meant: jobs of every owner on GitHub match";
        policy.finding("no_scope", Grade::Dangerous, message, span);
    }
    let exact = subject.as_ref().map(|(text, _)| shown(text));
    if exact.as_deref().is_some_and(|subject| subject.ends_with(":pull_request")) {
        let message = "jobs for pull requests match, which run what the author of the pull request wrote";
        policy.finding("pull_request", Grade::Dangerous, message, span);
    }
    narrow(policy, patterns, span);
    let has_id =
        patterns.iter().any(|(claim, ..)| matches!(claim.as_str(), "repository_id" | "repository_owner_id"));
    let is_immutable = exact.as_deref().map_or_else(
        || patterns.iter().any(|(claim, text, _)| claim == "sub" && shown(text).contains('@')),
        |subject| subject.contains('@'),
    );
    if is_scoped && !has_id && !is_immutable {
        let message = "the repository is pinned by name only: who registers the name after a rename or deletion matches; add `repository_id` to `claim_pattern`";
        policy.finding("pinned_by_name", Grade::Caution, message, span);
    }
}

/// Patterns for `sub` that admit any branch, pull requests or everything of a repository.
fn narrow(policy: &mut Policy<'_>, patterns: &[(String, Text, Span)], span: Span) {
    let Some((_, text, _)) = patterns.iter().find(|(claim, ..)| claim == "sub") else { return };
    let is_narrow = patterns.iter().any(|(claim, ..)| NARROW.contains(&claim.as_str()));
    let is_push_only = patterns.iter().any(|(claim, ..)| claim == "event_name");
    let source = shown(text);
    let (Some(start), Ok(regex)) = (subject_start(&source), Re2::compile(&source)) else { return };
    let admits = |tail: &str| regex.matches(&format!("{start}:{tail}"), true) == Truth::True;
    if admits("pull_request") && !is_narrow && !is_push_only {
        let message = "jobs for pull requests match, which run what the author of the pull request wrote";
        policy.finding("pull_request", Grade::Dangerous, message, span);
    }
    if is_narrow {
        return;
    }
    if admits("ref:refs/tags/zq9z") && admits("environment:zq9z") {
        let message = "the whole repository matches: any branch, tag and environment";
        policy.finding("whole_repository", Grade::Caution, message, span);
    } else if admits("ref:refs/heads/zq9z") {
        let message = "any branch matches, so everyone who can push one: name the branches";
        policy.finding("any_branch", Grade::Dangerous, message, span);
    }
}

/// A text that matches a pattern up to the `:` behind the repository, if that much is literal or a simple wildcard.
fn subject_start(source: &str) -> Option<String> {
    let source = source.trim_start_matches("(?i)").trim_start_matches('^');
    let mut parts = source.strip_prefix("repo:")?.splitn(2, ':');
    let repository = parts.next()?.replace('\\', "");
    let repository = repository.replace("[^/:]+", "zq").replace("[^/]+", "zq").replace("[0-9]+", "7");
    let repository = repository.replace("d+", "7").replace(".*", "zq").replace(".+", "zq");
    Some(format!("repo:{}", if repository.contains('/') { repository } else { format!("{repository}/zq8y") }))
}

/// Whether a `.` of a pattern stands for any one character, and is neither escaped, in a class, nor repeated.
fn has_open_dot(source: &str) -> bool {
    let mut characters = source.chars().peekable();
    let mut is_in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '.' if !is_in_class && !matches!(characters.peek(), Some('*' | '+' | '?' | '{')) => return true,
            _ => {}
        }
    }
    false
}

/// Scalars that octo-sts reads as other text than what is written.
fn scalars(node: &Node, policy: &mut Policy<'_>) {
    for member in node.members().unwrap_or_default() {
        match &member.value.value {
            Value::Object(_) => scalars(&member.value, policy),
            Value::Text(text) => {
                let span = member.value.span;
                let written =
                    policy.context.text.get(span.start..span.end).unwrap_or_default().trim().to_owned();
                let is_plain =
                    !written.starts_with(['"', '\'', '|', '>', '!', '&', '*']) && !written.contains('\n');
                if let Some(read) = text.literal().filter(|read| is_plain && *read != written) {
                    // Only scalars that are not text in YAML 1.1 change.
                    if crate::forms::octo_sts_scalar(&written) == read {
                        let message = format!(
                            "octo-sts reads {} as {}: put it in quotation marks",
                            Quoted(&written),
                            Quoted(&read)
                        );
                        policy.finding("yaml_scalar", Grade::Note, message, span);
                    }
                }
            }
            _ => {}
        }
    }
}
