//! Policies: what is accepted is JSON for everybody, what is refused is wrong at a place that there is.
//! The decision is that of a slow reading of the rules one by one, and no rule admits a stranger unless
//! its role is `unscoped`.

use std::collections::BTreeSet;

use claimgate::{Authorized, Code, Denial, Policy, Untrusted, test_exports::parse_json};
use serde_json::Value;

use crate::{
    jobs::{Rule, STRANGER, for_rule, holds, strangers},
    json::assert_agreement,
    support::{NOW, SAMPLE, key_set, plain, set, sign, unverified},
};

/// How many roles of a policy, and rules at either end of a role, are looked at.
const SOME: usize = 4;

/// From so many rules on they are found by an index.
const INDEXED: usize = 32;

pub fn check(data: &[u8]) {
    let policy = match Policy::parse(data) {
        Ok(policy) => policy,
        Err(error) => {
            plain(&error.to_string());
            if error.code() == Code::PolicyJson {
                assert!(error.offset().unwrap() <= data.len());
            } else {
                check_place(&serde_json::from_slice(data).expect("json"), error.code(), error.place());
            }
            return;
        }
    };
    let document: Value = serde_json::from_slice(data).expect("json");
    assert_agreement(&parse_json(data, 16).unwrap(), &document);
    let roles = document["roles"].as_object().unwrap();
    assert!(policy.roles().eq(roles.keys()));
    for (name, role) in roles.iter().take(SOME) {
        let list = |name: &str| -> Vec<&Rule> {
            let rules = role.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            rules.iter().map(|rule| rule.as_object().unwrap()).collect()
        };
        let (deny, allow) = (list("deny"), list("allow"));
        let mut jobs = vec![SAMPLE.clone()];
        for rules in [&deny, &allow] {
            let last = rules.iter().rev().take(SOME).filter(|_| rules.len() > SOME);
            jobs.extend(rules.iter().take(SOME).chain(last).flat_map(|rule| for_rule(rule)));
        }
        // Signatures take most of the time: where no index is built, a few of them are enough.
        let signed = if deny.len().max(allow.len()) < INDEXED { 3 } else { jobs.len() };
        for (number, job) in jobs.iter().enumerate() {
            let expected = decide(&deny, &allow, job);
            check_rules(&policy, name, job, expected.as_deref());
            if number < signed {
                check_decision(&policy, name, job, expected.as_deref());
            }
        }
        let is_unscoped = role.get("unscoped") == Some(&Value::Bool(true));
        if !is_unscoped && !STRANGER.iter().any(|stranger| document.to_string().contains(stranger)) {
            let issuer = policy.issuers_of(name).unwrap().next().unwrap().as_str();
            for job in allow.iter().take(SOME).flat_map(|rule| strangers(rule, issuer)) {
                if let Some(Ok(job)) = authorize(&policy, name, job) {
                    panic!("{} admits {}", job.rule(), job.verified().claims_json());
                }
            }
        }
    }
}

/// The rule that decides, one by one.
fn decide(deny: &[&Rule], allow: &[&Rule], job: &Value) -> Option<String> {
    let first = |rules: &[&Rule], is_deny| rules.iter().position(|rule| holds(rule, job, is_deny));
    let denied = first(deny, true).map(|at| format!("deny[{at}]"));
    denied.or_else(|| first(allow, false).map(|at| format!("allow[{at}]")))
}

/// The rules alone, for claims that nobody has verified.
fn check_rules(policy: &Policy, role: &str, job: &Value, expected: Option<&str>) {
    let Some(claims) = unverified(job) else { return };
    let explanation = policy.explain_unverified(role, &claims).unwrap();
    assert_eq!(explanation.matched().map(|rule| &*rule.place), expected, "{job}");
    for rule in &explanation.rules {
        plain(&rule.to_string());
    }
}

/// The whole decision, if the job's token can be verified.
fn check_decision(policy: &Policy, role: &str, job: &Value, expected: Option<&str>) {
    let mut job = job.clone();
    // Whichever of its issuers a token names.
    let issuer = policy.issuers_of(role).unwrap().last().unwrap();
    set(&mut job, "iss", issuer.as_str().into());
    match authorize(policy, role, job) {
        None => {}
        Some(Ok(job)) => assert_eq!(Some(&*job.rule()), expected),
        Some(Err(denial)) => {
            plain(&denial.to_string());
            match denial.code() {
                Code::NoRuleMatches => assert_eq!(expected, None, "{denial}"),
                Code::RuleDenies => {
                    assert!(expected.is_some_and(|rule| rule.starts_with("deny")), "{denial}")
                }
                code => panic!("{code}"),
            }
            plain(&denial.without_expectations().to_string());
        }
    }
}

fn authorize(policy: &Policy, role: &str, mut job: Value) -> Option<Result<Authorized, Denial>> {
    set(&mut job, "aud", policy.audiences_of(role).unwrap()[0].as_str().into());
    let token = sign(job.to_string().as_bytes());
    let token = Untrusted::parse(&token).ok()?;
    let validation = policy.validation(role, &token).unwrap();
    let verified = token.verify(&validation, &key_set(validation.issuer()), NOW).ok()?;
    Some(policy.authorize(role, verified))
}

/// The place of an error is one of the document, or what is missing there.
fn check_place(document: &Value, code: Code, place: &str) {
    let mut places = BTreeSet::from([String::new()]);
    collect(document, "", &mut places);
    let exists = places.contains(place);
    let is_missing = || {
        places.iter().any(|parent| {
            let rest = place.strip_prefix(parent.as_str());
            rest.is_some_and(|rest| parent.is_empty() || rest.starts_with('.'))
        })
    };
    assert!(if code == Code::PolicyMemberMissing { !exists && is_missing() } else { exists }, "{place:?}");
}

fn collect(value: &Value, place: &str, places: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let dot = if place.is_empty() { "" } else { "." };
                let place = format!("{place}{dot}{name}");
                collect(member, &place, places);
                places.insert(place);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let place = format!("{place}[{index}]");
                collect(item, &place, places);
                places.insert(place);
            }
        }
        _ => {}
    }
}
