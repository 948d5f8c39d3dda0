//! What people get wrong about `sub`.

use alloc::{
    format,
    string::{String, ToString},
};

use super::kind::MissKind;
use crate::{claims::GithubClaims, error::Quoted, policy::pattern::Pattern};

pub(super) fn miss(pattern: &Pattern, found: &str, claims: &GithubClaims) -> Option<(MissKind, String)> {
    let plain = without_ids(found);
    let is_immutable = plain != found;
    if is_immutable && (pattern.matches(&plain) || crosses(pattern, &plain)) {
        return Some((MissKind::ImmutableSubject, immutable(pattern, &plain, claims)));
    }
    if pattern.rewritten(without_ids).matches(found) {
        let hint = "the repository has a classic subject, without the ids of owner and repository";
        return Some((MissKind::ClassicSubject, hint.into()));
    }
    if let Some(tail) = tail_behind(pattern, found).or_else(|| tail_behind(pattern, &plain)) {
        let ids = if is_immutable { ", and it has the ids of owner and repository" } else { "" };
        let hint = format!(
            "`sub` continues with {}{ids}: write all of it, or a glob that ends in `:**`",
            Quoted(tail)
        );
        return Some((MissKind::SubjectTail, hint));
    }
    let (expected, found) = (split_context(pattern.as_str())?, split_context(found)?);
    if expected.environment == found.environment || !is_same_repository(pattern, &expected, &found) {
        return None;
    }
    Some(if found.environment {
        let hint = "the job has an `environment:`, which takes the place of the ref in `sub`";
        (MissKind::EnvironmentInSubject, hint.into())
    } else {
        let hint = "the job has no `environment:`, so `sub` names its ref or event";
        (MissKind::NoEnvironmentInSubject, hint.into())
    })
}

/// Whether only the `*` of other systems, which crosses everything, would match.
fn crosses(pattern: &Pattern, found: &str) -> bool {
    matches!(pattern, Pattern::Glob(glob) if glob.matches_crossing(found))
}

/// What to do about a repository whose subject is immutable: the id says the same, and stays through renames.
fn immutable(pattern: &Pattern, plain: &str, claims: &GithubClaims) -> String {
    let glob = if pattern.matches(plain) { "" } else { ", and `*` does not cross `/` or `:`, `**` does" };
    let instead = match claims.repository_id() {
        Some(id) => format!("; pin `repository_id` {} instead", Quoted(id)),
        None => String::new(),
    };
    format!(
        "the repository has an immutable subject, with the ids of owner and repository after their names{glob}{instead}"
    )
}

/// What follows in `sub` behind a pattern without wildcards that ends where a segment does.
fn tail_behind<'f>(pattern: &Pattern, found: &'f str) -> Option<&'f str> {
    if !pattern.is_exact() {
        return None;
    }
    let expected = pattern.as_str().trim_end_matches(':');
    found.strip_prefix(expected).filter(|tail| tail.starts_with(':'))
}

/// A default `sub` cut before its context.
struct Split<'s> {
    repository: &'s str,
    environment: bool,
}

fn split_context(sub: &str) -> Option<Split<'_>> {
    let cut = |at: &str| {
        let mut colons = sub.match_indices(':').map(|(colon, _)| sub.split_at_checked(colon));
        colons
            .find_map(|split| split.filter(|(_, context)| context.starts_with(at)))
            .map(|(repository, _)| repository)
    };
    match (cut(":environment:"), cut(":ref:").or_else(|| cut(":pull_request"))) {
        (Some(repository), _) => Some(Split { repository, environment: true }),
        (None, Some(repository)) => Some(Split { repository, environment: false }),
        (None, None) => None,
    }
}

/// Whether the pattern's repository is that of the subject, in whichever of its two forms.
fn is_same_repository(pattern: &Pattern, expected: &Split<'_>, found: &Split<'_>) -> bool {
    let repository = pattern.rewritten(|_| expected.repository.to_string());
    repository.matches(found.repository) || repository.matches(&without_ids(found.repository))
}

/// `repo:OWNER@ID/REPO@ID…` as `repo:OWNER/REPO…`.
fn without_ids(sub: &str) -> String {
    let mut plain = String::with_capacity(sub.len());
    let Some(rest) = sub.strip_prefix("repo:") else {
        return sub.to_string();
    };
    plain.push_str("repo:");
    let (repository, context) =
        rest.find(':').and_then(|colon| rest.split_at_checked(colon)).unwrap_or((rest, ""));
    for (index, name) in repository.split('/').enumerate() {
        if index > 0 {
            plain.push('/');
        }
        plain.push_str(name.split_once('@').map_or(name, |(name, _)| name));
    }
    plain.push_str(context);
    plain
}
