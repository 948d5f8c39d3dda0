//! What a pattern for `sub` says of the claims that `sub` is composed of.

use alloc::{string::String, vec::Vec};

use super::language::Language;
use crate::claims::{Claim, ClaimName, Form, PULL_REQUEST_EVENTS, SubjectKey};

/// One segment of the pattern that is certain to be one.
enum Segment<'p> {
    Repository(&'p str),
    PullRequest,
    Claim(Claim, &'p str),
}

/// A claim, and texts of which its value must match one.
pub(super) struct Implied {
    pub(super) claim: Claim,
    pub(super) texts: Vec<String>,
}

/// The segments up to the first that is not certain: a `**` may stand for any number of them, a claim whose values
/// may contain `:` ends only where `sub` does, and one that is empty may be left out with its colon.
fn segments(pattern: Language<'_>) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut rest = Some(pattern.text);
    while let Some(text) = rest {
        let (key, after) = text.split_once(':').map_or((text, None), |(key, after)| (key, Some(after)));
        let Some(key) = SubjectKey::from_name(key) else { break };
        let (value, behind) = match (&key, after) {
            (SubjectKey::PullRequest, _) => ("", after),
            (_, Some(after)) => {
                after.split_once(':').map_or((after, None), |(value, rest)| (value, Some(rest)))
            }
            (_, None) => break,
        };
        if value.contains("**") || SubjectKey::from_name(value).is_some() {
            break;
        }
        match key {
            SubjectKey::PullRequest => segments.push(Segment::PullRequest),
            SubjectKey::Repository => segments.push(Segment::Repository(value)),
            SubjectKey::Claim(ClaimName::Github(claim)) => {
                if behind.is_some() && matches!(claim.form(), Form::Text | Form::WorkflowRef) {
                    break;
                }
                segments.push(Segment::Claim(claim, value));
            }
            SubjectKey::Claim(_) => break,
        }
        rest = behind;
    }
    segments
}

/// The name and the id of `NAME@ID`.
fn with_id(text: &str) -> (&str, Option<&str>) {
    text.split_once('@').map_or((text, None), |(name, id)| (name, Some(id)))
}

/// The claim that keeps the pattern from matching any token, and what the pattern has for it.
pub(super) fn unmeetable(pattern: Language<'_>) -> Option<(ClaimName, &str)> {
    // Without a colon it could only be the one key that has no value, and `*` stands for no colon.
    if !pattern.text.contains(':') && !pattern.text.contains("**") && pattern.text != "pull_request" {
        return Some((ClaimName::Subject, pattern.text));
    }
    segments(pattern).into_iter().find_map(|segment| {
        let (claim, value, meets) = match segment {
            Segment::PullRequest => return None,
            Segment::Repository(value) => (Claim::Repository, value, meets_repository(pattern, value)),
            // Its colons are escaped.
            Segment::Claim(claim, value) if matches!(claim.form(), Form::Text | Form::WorkflowRef) => {
                (claim, value, true)
            }
            Segment::Claim(claim, value) => {
                // What a token does not have is empty here.
                (claim, value, value.is_empty() || pattern.with_text(value).meets(claim.form()))
            }
        };
        (!meets).then_some((ClaimName::Github(claim), value))
    })
}

fn meets_repository(pattern: Language<'_>, value: &str) -> bool {
    let Some((owner, repository)) = value.split_once('/') else { return false };
    let ((owner, owner_id), (repository, id)) = (with_id(owner), with_id(repository));
    let plain = [owner, "/", repository].concat();
    pattern.with_text(&plain).meets(Form::Repository)
        && [owner_id, id].into_iter().flatten().all(|id| pattern.with_text(id).meets(Form::Digits))
}

/// What the pattern says of other claims.
pub(super) fn implied(pattern: Language<'_>) -> Vec<Implied> {
    let mut found = Vec::new();
    let mut add = |claim, texts: &[&str]| {
        found.push(Implied { claim, texts: texts.iter().map(|text| String::from(*text)).collect() });
    };
    for segment in segments(pattern) {
        match segment {
            Segment::PullRequest => add(Claim::EventName, &PULL_REQUEST_EVENTS),
            Segment::Claim(claim, value) => add(claim, &[value]),
            Segment::Repository(value) => {
                let Some((owner, repository)) = value.split_once('/') else { continue };
                let ((owner, owner_id), (repository, id)) = (with_id(owner), with_id(repository));
                let (owner, repository) = (without_id(owner, owner_id), without_id(repository, id));
                add(Claim::RepositoryOwner, &[&owner]);
                add(Claim::Repository, &[&[&*owner, "/", &repository].concat()]);
                if let Some(id) = owner_id {
                    add(Claim::RepositoryOwnerId, &[id]);
                }
                if let Some(id) = id {
                    add(Claim::RepositoryId, &[id]);
                }
            }
        }
    }
    found
}

/// A name that is followed by no id in the pattern: a wildcard may stand for the id, too.
fn without_id(name: &str, id: Option<&str>) -> String {
    match (name.split_once('*'), id) {
        (Some((prefix, _)), None) => [prefix, "*"].concat(),
        _ => name.into(),
    }
}
