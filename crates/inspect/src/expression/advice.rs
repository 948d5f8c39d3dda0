//! What to change so that a condition holds, on either side.

use serde_json::Value as Json;

use super::{Bound, Matcher, Pattern, Syntax, Test};

/// Who can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The owner of the policy.
    Policy,
    /// The author of the workflow.
    Workflow,
}

/// What to change.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Advice {
    /// Who can change it.
    pub side: Side,
    /// What to change, for people.
    pub message: String,
}

fn policy(message: impl Into<String>) -> Advice {
    Advice { side: Side::Policy, message: message.into() }
}

fn workflow(message: impl Into<String>) -> Advice {
    Advice { side: Side::Workflow, message: message.into() }
}

/// What to change so that `test` holds for a token that has `found`.
pub(super) fn advice(test: &Test, found: Option<&Json>) -> Vec<Advice> {
    let patterns: Vec<&Pattern> = match &test.matcher {
        Matcher::Text { patterns, negated: false, .. } => patterns.iter().collect(),
        Matcher::Bound(values) => values.iter().filter_map(Bound::pattern).collect(),
        _ => Vec::new(),
    };
    let Some(found) = found else { return absent(&test.claim) };
    let Some(found) = found.as_str() else { return Vec::new() };
    let mut advice = Vec::new();
    for pattern in patterns {
        near(&test.claim, pattern, found, &mut advice);
        if advice.len() >= 4 {
            break;
        }
    }
    advice.dedup();
    advice
}

fn absent(claim: &str) -> Vec<Advice> {
    match claim {
        "environment" => vec![workflow("the job has no environment: set `environment` on it")],
        "enterprise" | "enterprise_id" => {
            vec![policy("only tokens of repositories that belong to an enterprise have this claim")]
        }
        _ => Vec::new(),
    }
}

fn near(claim: &str, pattern: &Pattern, found: &str, advice: &mut Vec<Advice>) {
    let Some(expected) = pattern.text.literal() else { return };
    if expected.trim() == found && expected != found {
        advice.push(policy("remove the white space around the expected value"));
    } else if expected.strip_suffix('/') == Some(found) {
        advice.push(policy("remove the `/` at the end of the expected value"));
    } else if pattern.syntax != Syntax::Folded && expected.eq_ignore_ascii_case(found) {
        advice.push(policy(format!(
            "the values differ in case only, and case counts: write `{}`",
            shown(found)
        )));
    } else if pattern.syntax == Syntax::Exact && expected.contains(['*', '?']) && like(&expected, found) {
        advice.push(policy("`*` and `?` are literal here: compare with the operator that has wildcards, or write the whole value"));
    }
    if claim == "sub" {
        subject(&expected, found, advice);
    }
    if claim == "aud" && found.starts_with("https://github.com/") {
        advice.push(workflow(format!(
            "the audience is GitHub's default: ask for the token with the audience `{}`",
            shown(&expected)
        )));
    }
}

/// The prefix of a `sub`, and what stands behind it.
fn split(sub: &str) -> Option<(&str, &str, &str)> {
    let mut parts = sub.strip_prefix("repo:")?.splitn(2, ':');
    let (owner, repository) = parts.next()?.split_once('/')?;
    Some((owner, repository, parts.next().unwrap_or_default()))
}

fn subject(expected: &str, found: &str, advice: &mut Vec<Advice>) {
    let (Some((owner, repository, tail)), Some((found_owner, found_repository, found_tail))) =
        (split(expected), split(found))
    else {
        return;
    };
    let is_immutable = |owner: &str, repository: &str| owner.contains('@') && repository.contains('@');
    let name = |part: &str| part.split('@').next().unwrap_or_default().to_owned();
    if is_immutable(found_owner, found_repository)
        && !is_immutable(owner, repository)
        && name(found_owner).eq_ignore_ascii_case(owner)
        && name(found_repository).eq_ignore_ascii_case(repository)
    {
        advice.push(policy(format!(
            "the repository has an immutable `sub` with IDs: write `repo:{}/{}:{}`",
            shown(found_owner),
            shown(found_repository),
            shown(tail)
        )));
        return;
    }
    if !(owner.eq_ignore_ascii_case(found_owner) && repository.eq_ignore_ascii_case(found_repository)) {
        return;
    }
    if tail.is_empty() {
        advice.push(policy(
            "the expected value ends behind the repository: add `:*`, or the ref or environment",
        ));
    } else if let Some(environment) = found_tail.strip_prefix("environment:") {
        if tail.starts_with("ref:") {
            advice.push(policy(format!(
                "a job with an environment has no ref in its `sub`: expect `environment:{}`",
                shown(environment)
            )));
            advice.push(workflow("remove `environment` from the job, so that `sub` has the ref"));
        }
    } else if tail.starts_with("environment:") {
        advice.push(workflow(format!(
            "set the job's environment to `{}`",
            shown(tail.trim_start_matches("environment:"))
        )));
    } else if tail.starts_with("refs/") {
        advice.push(policy(format!("`ref:` is missing in front of `{}`", shown(tail))));
    }
}

fn like(pattern: &str, value: &str) -> bool {
    let pattern = Pattern::new(
        crate::document::Text::new(pattern),
        Syntax::StarQuestion,
        crate::document::Span::default(),
    );
    pattern.matches(value, &super::Claims::default()) == super::Truth::True
}

/// Text of the document or the token within a message: bounded, escaped, without secrets.
fn shown(text: &str) -> String {
    claimgate::Quoted(text).to_string().trim_matches('`').to_owned()
}
