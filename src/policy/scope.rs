//! Whether a rule says whose jobs it admits: the issuer alone does not, it serves every user.

use super::condition::{ClaimCondition, Condition, Pattern};
use crate::claims::{Claim, ClaimName};

/// Whether whatever meets `condition` belongs to owners, repositories or enterprises that it
/// names. Of alternatives, each must say so.
pub(super) fn is_scoped(condition: &Condition) -> bool {
    match condition {
        Condition::All(conditions) => conditions.iter().any(is_scoped),
        Condition::Any(conditions) => conditions.iter().all(is_scoped),
        // To exclude some is to admit all others.
        Condition::Not(_) => false,
        Condition::Rule(rule) => is_scoped(&rule.condition),
        Condition::Claim(condition) => condition.patterns.iter().all(|pattern| pins(condition, pattern)),
    }
}

/// A pattern's text up to its first wildcard.
struct Literal<'p> {
    text: &'p str,
    is_whole: bool,
}

fn pins(condition: &ClaimCondition, pattern: &Pattern) -> bool {
    let literal = match pattern {
        Pattern::Exact(text) => Literal { text, is_whole: true },
        Pattern::Glob(glob) => Literal { text: glob.literal_prefix(), is_whole: !glob.has_wildcard() },
    };
    match &condition.claim {
        ClaimName::Subject => subject_pins(&literal),
        ClaimName::Github(claim) => value_pins(*claim, literal.text, literal.is_whole),
        ClaimName::RepoProperty(_) => false,
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
fn subject_pins(literal: &Literal<'_>) -> bool {
    let mut rest = literal.text;
    while let Some((key, after)) = rest.split_once(':') {
        let (value, is_whole) = match after.split_once(':') {
            Some((value, _)) => (value, true),
            None => (after, literal.is_whole),
        };
        let claim = if key == "repo" { Some(Claim::Repository) } else { Claim::from_name(key) };
        if claim.is_some_and(|claim| value_pins(claim, value, is_whole)) {
            return true;
        }
        rest = after;
    }
    false
}
