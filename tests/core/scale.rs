//! Policies that are too large to look at each rule for each token, and the largest key sets.

use claimgate::{Code, Denial, Issuer, KeySet, Policy, limits, signature::ring};
use serde_json::{Value, json};

use crate::{
    large::{self, Job, RULES_EACH, WORKFLOW},
    support::{AUDIENCE, encode, jwk, sample_with, verify},
};

const RULES: usize = 100_000;

/// The claims of the job that the rule of a number admits, with some of them changed.
fn claims(number: usize, changes: Value) -> Value {
    let job = Job::new(number);
    let mut claims = sample_with(json!({
        "repository": job.repository,
        "repository_id": job.id,
        "repository_owner": job.owner,
        "environment": job.environment,
        "sub": job.sub,
        "job_workflow_ref": WORKFLOW,
    }));
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[test]
fn one_role_may_have_a_hundred_thousand_rules() {
    let policy = Policy::parse(&large::policy(AUDIENCE, RULES, true)).unwrap();
    for at in [0, 1, 31_415, RULES - 1] {
        let number = at * 7919 % RULES;
        let job = policy.authorize("deploy", verify(&claims(number, json!({}))).unwrap()).unwrap();
        assert_eq!(job.rule(), format!("allow[{at}]"));
        let explanation = job.explanation();
        assert_eq!(explanation.matched().unwrap().place, job.rule());
        assert!((50..=100).contains(&explanation.rules.len()), "{}", explanation.rules.len());
        assert_eq!(explanation.rules.len() + explanation.omitted, RULES);
    }

    // A job of another environment misses one condition of its repository's rules.
    let sub = format!("repo:{}:environment:staging", Job::new(77).repository);
    let other = claims(77, json!({ "environment": "staging", "sub": sub }));
    let denial = policy.authorize("deploy", verify(&other).unwrap()).unwrap_err();
    let explanation = denial.explanation().unwrap();
    let nearest = explanation.nearest().unwrap();
    assert_eq!(nearest.failed().map(|condition| &*condition.claim).collect::<Vec<_>>(), ["sub"]);
    let more = format!("; {} more rules do not match either", RULES - explanation.rules.len());
    assert!(denial.to_string().ends_with(&more), "{denial}");
}

#[test]
fn a_policy_may_have_ten_thousand_roles() {
    let policy = Policy::parse(&large::policy(AUDIENCE, RULES, false)).unwrap();
    for number in [0, 10, 31_415, RULES - 1] {
        let role = format!("deploy-{}", number / RULES_EACH);
        let job = policy.authorize(&role, verify(&claims(number, json!({}))).unwrap()).unwrap();
        assert_eq!(job.rule(), format!("allow[{}]", number % RULES_EACH));
        let other = verify(&claims((number + RULES_EACH) % RULES, json!({}))).unwrap();
        let denial = policy.authorize(&role, other).unwrap_err();
        assert_eq!(denial.code(), Code::NoRuleMatches);
        assert_eq!(denial.explanation().map(|all| (all.rules.len(), all.omitted)), Some((RULES_EACH, 0)));
    }
    let Err(Denial::UnknownRole { suggestion, .. }) = policy.audiences_of("deploy-314x") else {
        panic!("there is no such role")
    };
    assert_eq!(suggestion.as_deref(), Some("deploy-314"));
}

#[test]
fn rules_that_deny_are_found_among_many() {
    let pins = |number: usize| json!({ "repository_id": Job::new(number).id, "sub": Job::new(number).sub });
    let mut rules: Vec<Value> = (0..1000).map(pins).collect();
    let allow = json!([{ "repository_owner": { "glob": "octo-org-1" } }, { "repository": { "glob": "octo-org-*/**" } }]);
    let role = json!({ "unscoped": true, "allow": allow, "deny": rules.clone() });
    let denial = crate::support::authorize(role.clone(), &claims(717, json!({}))).unwrap_err();
    assert_eq!(denial.code(), Code::RuleDenies);
    assert_eq!(denial.explanation().unwrap().matched().unwrap().place, "deny[717]");
    let job = crate::support::authorize(role, &claims(1717, json!({}))).unwrap();
    assert_eq!(job.rule(), "allow[1]");
    let listed = job.explanation().rules.iter().filter(|rule| rule.place.starts_with("allow")).count();
    assert_eq!(listed, 2);

    // Of what cannot be looked up all is looked at.
    rules.push(json!({ "environment": { "glob": "**-7" } }));
    let role = json!({ "unscoped": true, "allow": allow, "deny": rules });
    let denial = crate::support::authorize(role, &claims(1717, json!({}))).unwrap_err();
    assert_eq!(denial.explanation().unwrap().matched().unwrap().place, "deny[1000]");
}

#[test]
fn of_many_rules_those_are_listed_whose_texts_are_the_nearest() {
    let rules: Vec<Value> =
        (0..1000).map(|number| json!({ "repository": format!("octo-org/repository-{number:03}") })).collect();
    let job = claims(
        0,
        json!({ "repository": "octo-org/repository-499x", "sub": "repo:octo-org/repository-499x" }),
    );
    let denial = crate::support::authorize(json!({ "allow": rules }), &job).unwrap_err();
    let listed: Vec<_> = denial.explanation().unwrap().rules.iter().map(|rule| rule.place.clone()).collect();
    assert_eq!(listed, (450..550).map(|number| format!("allow[{number}]")).collect::<Vec<_>>());
}

#[test]
fn a_key_set_may_have_ten_thousand_keys_if_they_are_short() {
    let parse =
        |keys: Vec<Value>| KeySet::parse(&Issuer::github(), &json!({ "keys": keys }).to_string(), ring::ALL);
    // Any number in its range is read as a point.
    let point = |number: usize| encode([&number.to_le_bytes()[..], &[7; 24]].concat());
    let key = |kid: usize, number| jwk("ed25519", json!({ "kid": kid.to_string(), "x": point(number) }));
    let too_large = parse((0..10_000).map(|number| key(number, number)).collect());
    assert_eq!(too_large.err().unwrap().code(), Code::KeySetTooLarge);
    // Half of as many as have room are alone, half of them share a `kid` with one that stands elsewhere.
    let kid = |number: usize| if number < 2000 { number } else { number / 2 * 2 };
    let set = |point: fn(usize) -> usize| {
        let keys = (0..4000).map(|place| place * 1237 % 4000).map(|number| key(kid(number), point(number)));
        let set = parse(keys.collect()).unwrap();
        (set.usable().count(), set.ambiguous().count())
    };
    assert_eq!(set(|number| number), (2000, 1000));
    // The same key twice is one key.
    assert_eq!(set(|_| 1), (3000, 0));
    let short = parse((0..10_000).map(|number| json!({ "kid": number.to_string(), "kty": "oct" })).collect())
        .unwrap();
    assert_eq!((short.usable().count(), short.skipped().len()), (0, limits::SKIPPED_KEYS));
}
