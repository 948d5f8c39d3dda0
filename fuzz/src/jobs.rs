//! Jobs for the rules of a policy: those that come near to them, and strangers who would like to.

use serde_json::{Map, Value, json};

use crate::{
    glob,
    support::{sample_with, set},
};

/// A rule as the policy has it: the claims, and what they must match.
pub(crate) type Rule = Map<String, Value>;

/// Whether all conditions of a rule hold, by the documentation of policies alone.
pub(crate) fn holds(rule: &Rule, claims: &Value) -> bool {
    rule.iter().all(|(claim, pattern)| {
        claims.get(claim).and_then(Value::as_str).is_some_and(|value| {
            patterns(pattern).iter().any(|pattern| match pattern {
                Pattern::Exact(text) => *text == value,
                Pattern::Glob(glob) => glob::matches(glob, value),
            })
        })
    })
}

enum Pattern<'p> {
    Exact(&'p str),
    Glob(&'p str),
}

fn patterns(value: &Value) -> Vec<Pattern<'_>> {
    match value {
        Value::String(text) => vec![Pattern::Exact(text)],
        Value::Array(items) => items.iter().flat_map(patterns).collect(),
        Value::Object(members) => match &members["glob"] {
            Value::Array(globs) => globs.iter().map(|glob| Pattern::Glob(glob.as_str().unwrap())).collect(),
            glob => vec![Pattern::Glob(glob.as_str().unwrap())],
        },
        other => panic!("{other} is no pattern"),
    }
}

/// What a pattern may stand for.
fn match_of(pattern: &Pattern<'_>) -> String {
    match pattern {
        Pattern::Exact(text) => (*text).into(),
        Pattern::Glob(glob) => glob.replace("**", "x/y:z").replace('*', "w"),
    }
}

/// A job for which the rule was written, and one that misses a single condition of it.
pub(crate) fn for_rule(rule: &Rule) -> Vec<Value> {
    // Of a key that is not known, so that it contradicts nothing.
    let mut job = sample_with(json!({ "sub": "unknown:x" }));
    for (claim, pattern) in rule {
        set(&mut job, claim, patterns(pattern).last().map(match_of).into());
    }
    let mut near = job.clone();
    if let Some(claim) = rule.keys().next_back() {
        let value = near[claim].as_str().unwrap().to_owned() + "x";
        set(&mut near, claim, value.into());
    }
    vec![job, near]
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
    for (claim, pattern) in rule.iter().filter(|(claim, _)| *claim != "sub") {
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
