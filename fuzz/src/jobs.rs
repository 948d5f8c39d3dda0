//! Jobs for the rules of a policy: those that come near to them, and strangers who would like to.

use serde_json::{Map, Value, json};

use crate::{
    glob,
    support::{sample_with, set},
};

/// A rule as the policy has it: the claims, and what they must match.
pub(crate) type Rule = Map<String, Value>;

/// Whether all conditions of a rule hold, by the documentation of policies alone.
pub(crate) fn holds(rule: &Rule, claims: &Value, is_deny: bool) -> bool {
    conditions(rule).all(|(claim, pattern)| {
        claims.get(claim).and_then(Value::as_str).is_some_and(|value| {
            patterns(pattern).iter().any(|pattern| matches(claim, pattern, value, is_deny))
        })
    })
}

/// The claims of a rule, those of `claims` among them, and what each must match.
fn conditions(rule: &Rule) -> impl Iterator<Item = (&String, &Value)> {
    let newer = rule.get("claims").and_then(Value::as_object).into_iter().flatten();
    rule.iter().filter(|(name, _)| !matches!(name.as_str(), "claims" | "description")).chain(newer)
}

/// The claims that GitHub compares without case, and so does `deny`.
const NAMES: [&str; 8] = [
    "actor",
    "enterprise",
    "environment",
    "job_workflow_ref",
    "repository",
    "repository_owner",
    "sub",
    "workflow_ref",
];

fn matches(claim: &str, pattern: &Pattern<'_>, value: &str, is_deny: bool) -> bool {
    let is_workflow = claim.ends_with("workflow_ref");
    let fold = |text: &str| {
        let (names, rest) = match split(text).filter(|_| is_workflow) {
            Some((path, _)) => text.split_at(path.len()),
            None => (text, ""),
        };
        if !is_deny || !NAMES.contains(&claim) {
            return text.to_owned();
        }
        names.chars().flat_map(char::to_lowercase).chain(rest.chars()).collect()
    };
    let value = fold(value);
    match pattern {
        Pattern::Exact(text) => fold(text) == value,
        Pattern::Has(element) => value.split(',').any(|found| found == *element),
        Pattern::Glob(glob) if is_workflow => match (split(&fold(glob)), split(&value)) {
            (Some((path, version)), Some((found, found_version))) => {
                glob::matches(path, found) && glob::matches(version, found_version)
            }
            (Some(_), None) => false,
            (None, found) => {
                glob.ends_with("**") && glob::matches(&fold(glob), found.map_or(&*value, |(path, _)| path))
            }
        },
        Pattern::Glob(glob) => glob::matches(&fold(glob), &value),
    }
}

/// Path and version of a workflow: at the first `@` that a ref or a commit follows, or the first of all.
fn split(text: &str) -> Option<(&str, &str)> {
    let is_version = |version: &str| {
        let is_hexadecimal = version.chars().all(|digit| digit.is_ascii_hexdigit());
        version.starts_with("refs/") || [40, 64].contains(&version.len()) && is_hexadecimal
    };
    let ats: Vec<usize> = text.match_indices('@').map(|(at, _)| at).collect();
    let at = ats.iter().find(|at| is_version(&text[**at + 1..])).or(ats.first())?;
    Some((&text[..*at], &text[at + 1..]))
}

enum Pattern<'p> {
    Exact(&'p str),
    Glob(&'p str),
    Has(&'p str),
}

fn patterns(value: &Value) -> Vec<Pattern<'_>> {
    match value {
        Value::String(text) => vec![Pattern::Exact(text)],
        Value::Array(items) => items.iter().flat_map(patterns).collect(),
        Value::Object(members) => match members.get("has") {
            Some(elements) => texts_of(elements).into_iter().map(Pattern::Has).collect(),
            None => texts_of(&members["glob"]).into_iter().map(Pattern::Glob).collect(),
        },
        other => panic!("{other} is no pattern"),
    }
}

fn texts_of(value: &Value) -> Vec<&str> {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().map(|text| text.as_str().unwrap()).collect()
}

/// What a pattern may stand for.
fn match_of(pattern: &Pattern<'_>) -> String {
    match pattern {
        Pattern::Exact(text) => (*text).into(),
        Pattern::Glob(glob) => glob.replace("**", "x/y:z").replace('*', "w"),
        Pattern::Has(element) => format!("x,{element}"),
    }
}

/// A job for which the rule was written, one that misses a single condition of it, and one that is written in other
/// case.
pub(crate) fn for_rule(rule: &Rule) -> Vec<Value> {
    // Of a key that is not known, so that it contradicts nothing.
    let mut job = sample_with(json!({ "sub": "unknown:x" }));
    for (claim, pattern) in conditions(rule) {
        set(&mut job, claim, patterns(pattern).last().map(match_of).into());
    }
    let (mut near, mut loud) = (job.clone(), job.clone());
    if let Some((claim, _)) = conditions(rule).last() {
        let value = job[claim].as_str().unwrap();
        set(&mut near, claim, format!("{value}x").into());
        set(&mut loud, claim, value.to_uppercase().into());
    }
    vec![job, near, loud]
}

/// What the names and ids of a stranger have in them, and none that a policy speaks of.
pub(crate) const STRANGER: [&str; 2] = ["stranger-of-all", "99000"];

/// The claims that say whose a job is. A stranger has them as well, with names and ids of their own.
const OWNER: [&str; 7] = [
    "enterprise",
    "enterprise_id",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "workflow_ref",
];

/// What somebody from elsewhere can do to meet a rule: their names and ids are as near as they can be,
/// all that is theirs to choose is as the rule wants it, and `sub` begins with what they choose, and goes
/// on like the rule's.
pub(crate) fn strangers(rule: &Rule, issuer: &str) -> Vec<Value> {
    let [name, id] = STRANGER;
    let mut job = sample_with(json!({
        "iss": issuer,
        "enterprise": name,
        "enterprise_id": id,
        "repository": format!("{name}/repo"),
        "repository_id": id,
        "repository_owner": name,
        "repository_owner_id": id,
        "workflow_ref": format!("{name}/repo/.github/workflows/x.yml@refs/heads/main"),
        "sub": format!("repository_owner:{name}"),
    }));
    for (claim, pattern) in conditions(rule).filter(|(claim, _)| *claim != "sub") {
        let value = if OWNER.contains(&claim.as_str()) {
            let own = if claim.ends_with("_id") { id } else { name };
            patterns(pattern).iter().find_map(|pattern| match_of_stranger(pattern, own))
        } else {
            patterns(pattern).first().map(match_of)
        };
        if let Some(value) = value {
            set(&mut job, claim, value.into());
        }
    }
    let mut jobs = vec![job.clone()];
    for sub in rule.get("sub").map(patterns).unwrap_or_default().iter().map(match_of) {
        let Some((key, rest)) = sub.split_once(':') else { continue };
        if key == "sub" || OWNER.contains(&key) {
            continue;
        }
        let (first, behind) = rest.split_once(':').unwrap_or((rest, ""));
        for value in [rest, first, "", behind] {
            let mut forger = job.clone();
            set(&mut forger, key, value.into());
            for sub in [&sub, &format!("{key}:{}", value.replace(':', "%3A")), &format!("{key}:{value}")] {
                set(&mut forger, "sub", sub.as_str().into());
                jobs.push(forger.clone());
            }
        }
    }
    jobs
}

/// What a stranger can be called to match a pattern: it has a wildcard in the owner's place.
fn match_of_stranger(pattern: &Pattern<'_>, own: &str) -> Option<String> {
    let Pattern::Glob(glob) = pattern else { return None };
    let owner = glob.split('/').next().unwrap();
    owner.contains('*').then(|| glob.replace("**", own).replace('*', own))
}
