//! Whether a rule says whose jobs it admits: the issuer alone does not, it serves every user.

use super::{
    condition::{ClaimCondition, Condition},
    pattern::Pattern,
};
use crate::claims::{Claim, ClaimName, Issuer, SubjectKey};

/// Whether whatever meets `condition` belongs to owners, repositories or enterprises that it
/// names. Of alternatives, each must say so.
pub(super) fn is_scoped(condition: &Condition, issuer: &Issuer) -> bool {
    match condition {
        Condition::All(conditions) => conditions.iter().any(|condition| is_scoped(condition, issuer)),
        Condition::Any(alternatives) => {
            alternatives.conditions.iter().all(|condition| is_scoped(condition, issuer))
        }
        // To exclude some is to admit all others.
        Condition::Not(_) => false,
        Condition::Rule(rule) => rule.conditions.iter().any(|condition| is_scoped(condition, issuer)),
        Condition::Claim(condition) => {
            condition.patterns.as_slice().iter().all(|pattern| pins(condition, pattern, issuer))
        }
    }
}

/// A pattern's text up to its first wildcard.
struct Literal<'p> {
    text: &'p str,
    is_whole: bool,
}

fn pins(condition: &ClaimCondition, pattern: &Pattern, issuer: &Issuer) -> bool {
    let literal = match pattern {
        Pattern::Exact(text) => Literal { text, is_whole: true },
        Pattern::Glob(glob) => Literal { text: glob.literal_prefix(), is_whole: !glob.has_wildcard() },
        Pattern::Has(_) => return false,
    };
    match &*condition.claim {
        ClaimName::Subject => subject_pins(&literal, issuer),
        ClaimName::Github(claim) => value_pins(*claim, literal.text, literal.is_whole),
        ClaimName::RepoProperty(_) | ClaimName::Other(_) => false,
    }
}

/// Whether a value that starts with `text`, or is it, belongs to one owner or enterprise.
fn value_pins(claim: Claim, text: &str, is_whole: bool) -> bool {
    match claim {
        // `workflow_ref` is a file of the repository itself. `job_workflow_ref` is not: anybody
        // may call a public reusable workflow.
        Claim::Repository | Claim::WorkflowRef => {
            text.split_once('/').is_some_and(|(owner, _)| !owner.is_empty())
        }
        Claim::RepositoryId
        | Claim::RepositoryOwner
        | Claim::RepositoryOwnerId
        | Claim::Enterprise
        | Claim::EnterpriseId => is_whole && !text.is_empty(),
        _ => false,
    }
}

/// `sub` names an owner where one of its segments does, as `repo:OWNER/…`.
///
/// A segment counts only where it is certain to be one. Behind a value that anybody chooses, such
/// as the name of an environment, it is not if the issuer may leave colons in values: the
/// environment `x:repository_owner:octo-org` reads like two segments.
fn subject_pins(literal: &Literal<'_>, issuer: &Issuer) -> bool {
    let mut rest = literal.text;
    while let Some((key, after)) = rest.split_once(':') {
        let claim = match SubjectKey::from_name(key) {
            Some(SubjectKey::PullRequest) => {
                rest = after;
                continue;
            }
            Some(SubjectKey::Repository) => Some(Claim::Repository),
            Some(SubjectKey::Claim(ClaimName::Github(claim))) => Some(claim),
            Some(SubjectKey::Claim(_)) => None,
            None => return false,
        };
        let (value, is_whole, next) = match after.split_once(':') {
            Some((value, next)) => (value, true, next),
            None => (after, literal.is_whole, ""),
        };
        // An empty claim may be rendered without its colon: then this is the next key, and no value.
        if SubjectKey::from_name(value).is_some() {
            return false;
        }
        // No name has an `@`: whatever the id behind it, the owner is fixed.
        let is_named = claim == Some(Claim::Repository) && value.find('@').is_some_and(|at| at > 0);
        if is_named || claim.is_some_and(|claim| value_pins(claim, value, is_whole)) {
            return true;
        }
        if issuer.may_leave_colons() {
            return false;
        }
        rest = next;
    }
    false
}
