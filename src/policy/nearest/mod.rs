//! Why a claim that looks right does not match: the nearest miss of a condition.

use alloc::{
    format,
    string::{String, ToString},
};

use super::{
    budget::{Budget, json_bytes},
    condition::ClaimCondition,
    pattern::Pattern,
};
use crate::{
    claims::{Claim, ClaimName, GithubClaims},
    error::{Quoted, stable_names},
    suggest::{self, Spelling},
};

/// What kept a claim from matching, where there is more to say than that it is another value.
#[derive(Clone, Debug, PartialEq, Eq)]
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

stable_names! {
    /// The kinds of near misses.
    pub enum MissKind {
        /// The token has no such claim.
        Absent = "absent",
        /// The values differ in case alone.
        Case = "case",
        /// The values differ in a slash at the end alone.
        TrailingSlash = "trailing_slash",
        /// The values differ in white space at an end alone.
        WhiteSpace = "white_space",
        /// A `:` is written `%3A` in one of the values.
        EscapedColon = "escaped_colon",
        /// `sub` names the job's environment where a reference or event was expected.
        EnvironmentInSubject = "environment_in_subject",
        /// `sub` names a reference or event where an environment was expected.
        NoEnvironmentInSubject = "no_environment_in_subject",
        /// `sub` carries the ids of owner and repository, and was expected without.
        ImmutableSubject = "immutable_subject",
        /// `sub` lacks the ids of owner and repository that were expected.
        ClassicSubject = "classic_subject",
        /// The caller's workflow and the called one were taken for each other.
        OtherWorkflow = "other_workflow",
        /// A branch was written with `refs/heads/` where the claim holds its short name.
        ShortRef = "short_ref",
        /// A `*` would have to cross a `/` or `:`.
        GlobSegment = "glob_segment",
        /// The values differ by a slip of the keyboard.
        Typo = "typo",
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
    let work = |pattern: &Pattern| match pattern {
        // A text of another length is hardly compared.
        Pattern::Exact(_) if *claim != ClaimName::Subject => (1, ""),
        Pattern::Exact(_) => (1, found),
        Pattern::Glob(_) | Pattern::Has(_) => (GLOB_FORMS, found),
    };
    let mut patterns = condition.patterns.as_slice().iter().enumerate().take_while(|(_, pattern)| {
        let (forms, value) = work(pattern);
        budget.take_near_misses(forms, value)
    });
    patterns.find_map(|(position, pattern)| {
        let miss = spelling(pattern, found)
            .or_else(|| if *claim == ClaimName::Subject { subject(pattern, found) } else { None })
            .or_else(|| other_workflow(claim, pattern, claims))
            .or_else(|| shape(pattern, found))?;
        Some(NearMiss { miss, position })
    })
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
            (MissKind::Typo, "the values are all but the same")
        }
        _ => return None,
    };
    Some(NearestMiss { kind, hint: hint.to_string() })
}

fn spelling(pattern: &Pattern, found: &str) -> Option<NearestMiss> {
    // Texts are compared without case anyway.
    let folded = || {
        !pattern.is_exact()
            && rewritten(pattern, str::to_ascii_lowercase).matches(&found.to_ascii_lowercase())
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
    let hint = "a `:` within a value is `%3A` in `sub`, and `:` in the claim of its own";
    rewritten(pattern, plain_colons)
        .matches(&plain_colons(found))
        .then(|| NearestMiss { kind: MissKind::EscapedColon, hint: hint.to_string() })
}

fn subject(pattern: &Pattern, found: &str) -> Option<NearestMiss> {
    let (kind, hint) = if pattern.matches(&without_ids(found)) {
        (
            MissKind::ImmutableSubject,
            "the repository has an immutable subject, with the ids of owner and repository behind their names",
        )
    } else if rewritten(pattern, without_ids).matches(found) {
        (
            MissKind::ClassicSubject,
            "the repository has a classic subject, without the ids of owner and repository",
        )
    } else {
        let (expected, found) = (split_context(pattern.as_str())?, split_context(found)?);
        if expected.environment == found.environment || !is_same_repository(pattern, &expected, &found) {
            return None;
        }
        if found.environment {
            (
                MissKind::EnvironmentInSubject,
                "the job has an `environment:`, which takes the place of the ref in `sub`",
            )
        } else {
            (
                MissKind::NoEnvironmentInSubject,
                "the job has no `environment:`, so `sub` names its ref or event",
            )
        }
    };
    Some(NearestMiss { kind, hint: hint.to_string() })
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
    let repository = rewritten(pattern, |_| expected.repository.to_string());
    repository.matches(found.repository) || repository.matches(&without_ids(found.repository))
}

fn other_workflow(claim: &ClaimName, pattern: &Pattern, claims: &GithubClaims) -> Option<NearestMiss> {
    let (other, hint) = match claim {
        ClaimName::Github(Claim::JobWorkflowRef) => (
            claims.workflow_ref()?,
            "`workflow_ref` matches: it is the caller's file, `job_workflow_ref` that of the called workflow",
        ),
        ClaimName::Github(Claim::WorkflowRef) => (
            claims.job_workflow_ref()?,
            "`job_workflow_ref` matches: it is the called workflow's file, `workflow_ref` that of the caller",
        ),
        _ => return None,
    };
    pattern.matches(other).then(|| NearestMiss { kind: MissKind::OtherWorkflow, hint: hint.to_string() })
}

fn is_long_ref(expected: &str, found: &str) -> bool {
    expected.strip_prefix("refs/heads/") == Some(found)
}

/// The same pattern in other words; one that cannot be written so stays as it is.
fn rewritten(pattern: &Pattern, rewrite: impl Fn(&str) -> String) -> Pattern {
    match pattern {
        Pattern::Exact(text) => Pattern::Exact(rewrite(text).into()),
        Pattern::Glob(glob) => {
            Pattern::Glob(glob.with_text(&rewrite(glob.as_str())).unwrap_or_else(|| glob.clone()))
        }
        Pattern::Has(element) => Pattern::Has(rewrite(element).into()),
    }
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
