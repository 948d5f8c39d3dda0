//! Why a claim that looks right does not match: the nearest miss of a condition.

use alloc::{
    format,
    string::{String, ToString},
};

mod kind;
mod subject;
mod workflow;

pub use self::kind::MissKind;
use super::{
    budget::{Budget, json_bytes},
    condition::ClaimCondition,
    pattern::Pattern,
};
use crate::{
    claims::{Claim, ClaimName, GithubClaims},
    error::Quoted,
    suggest::{self, Spelling},
};

/// What kept a claim from matching, where there is more to say than that it is another value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NearestMiss {
    /// What kind of miss it is.
    pub kind: MissKind,
    /// What to look at, for people.
    pub hint: String,
}

impl NearestMiss {
    /// What it takes as JSON.
    pub(super) fn json_bytes(&self) -> usize {
        let texts = json_bytes::of(self.kind.as_str()).saturating_add(json_bytes::of(&self.hint));
        texts.saturating_add(json_bytes::MISS)
    }
}

/// A [`NearestMiss`], and the position of the pattern that is missed.
pub(super) struct NearMiss {
    pub(super) miss: NearestMiss,
    pub(super) position: usize,
}

/// A glob is tried in several forms, which are made anew.
const GLOB_FORMS: usize = 8;

/// The token lacks the claim.
pub(super) fn no_claim(claim: &ClaimName) -> NearestMiss {
    let hint = match claim {
        ClaimName::Github(Claim::Environment) => "the job has no `environment:`".to_string(),
        _ => format!("the token has no claim {}", Quoted(&claim.to_string())),
    };
    NearestMiss { kind: MissKind::Absent, hint }
}

/// What kept a claim that the token has from matching, if it is one of the things that people get wrong. Of many
/// patterns the first are examined, as far as `budget` allows.
pub(super) fn nearest_miss(
    condition: &ClaimCondition,
    claims: &GithubClaims,
    budget: &mut Budget,
) -> Option<NearMiss> {
    let claim = &*condition.claim;
    let found = claims.get(claim)?;
    let is_whole =
        !matches!(claim, ClaimName::Subject | ClaimName::Github(Claim::WorkflowRef | Claim::JobWorkflowRef));
    let work = |pattern: &Pattern| match pattern {
        // A text of another length is hardly compared, unless the value is taken apart for it.
        Pattern::Exact(_) if is_whole && !found.contains('%') => (1, ""),
        Pattern::Exact(_) => (1, found),
        Pattern::Glob(_) | Pattern::Has(_) => (GLOB_FORMS, found),
    };
    let mut patterns = condition.patterns.as_slice().iter().enumerate().take_while(|(_, pattern)| {
        let (forms, value) = work(pattern);
        budget.take_near_misses(forms, value)
    });
    patterns.find_map(|(position, pattern)| {
        let miss = spelling(pattern, found)
            .or_else(|| of_claim(claim, pattern, found, claims))
            .or_else(|| shape(pattern, found))?;
        Some(NearMiss { miss, position })
    })
}

/// What people get wrong about this one claim.
fn of_claim(claim: &ClaimName, pattern: &Pattern, found: &str, claims: &GithubClaims) -> Option<NearestMiss> {
    let (kind, hint) = match claim {
        ClaimName::Subject => subject::miss(pattern, found, claims)?,
        ClaimName::Github(Claim::JobWorkflowRef | Claim::WorkflowRef | Claim::Workflow) => {
            workflow::miss(claim, pattern, found, claims)?
        }
        ClaimName::Github(Claim::Ref) if found.is_empty() => {
            (MissKind::EmptyRef, "the job deploys a commit, so `ref` is empty: use another claim".into())
        }
        _ => return None,
    };
    Some(NearestMiss { kind, hint })
}

fn shape(pattern: &Pattern, found: &str) -> Option<NearestMiss> {
    let (kind, hint) = match pattern {
        Pattern::Exact(text) if is_long_ref(text, found) => {
            (MissKind::ShortRef, "the claim holds only the name of the branch, without `refs/heads/`")
        }
        Pattern::Glob(glob) if glob.matches_crossing(found) => {
            (MissKind::GlobSegment, "`*` does not cross `/` or `:`, `**` does")
        }
        Pattern::Exact(text) if suggest::is_typo(text, found) => {
            (MissKind::Typo, "the values differ by one character or two that are swapped")
        }
        _ => return None,
    };
    Some(NearestMiss { kind, hint: hint.to_string() })
}

fn spelling(pattern: &Pattern, found: &str) -> Option<NearestMiss> {
    // Texts are compared without case anyway.
    let folded = || {
        !pattern.is_exact() && pattern.rewritten(str::to_ascii_lowercase).matches(&found.to_ascii_lowercase())
    };
    let difference =
        suggest::spelling(pattern.as_str(), found).or_else(|| folded().then_some(Spelling::Case));
    if let Some(difference) = difference {
        let kind = match difference {
            Spelling::Case => MissKind::Case,
            Spelling::TrailingSlash => MissKind::TrailingSlash,
            Spelling::WhiteSpace => MissKind::WhiteSpace,
        };
        return Some(NearestMiss { kind, hint: difference.hint().to_string() });
    }
    if !found.contains('%') && !pattern.as_str().contains('%') {
        return None;
    }
    let hint = "a `:` within a value is `%3A` in `sub`, and `:` in the separate claim";
    pattern
        .rewritten(plain_colons)
        .matches(&plain_colons(found))
        .then(|| NearestMiss { kind: MissKind::EscapedColon, hint: hint.to_string() })
}

fn is_long_ref(expected: &str, found: &str) -> bool {
    expected.strip_prefix("refs/heads/") == Some(found)
}

fn plain_colons(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let after_colon = part.strip_prefix("3A").or_else(|| part.strip_prefix("3a"));
        plain.push(if after_colon.is_some() { ':' } else { '%' });
        plain.push_str(after_colon.unwrap_or(part));
    }
    plain
}
