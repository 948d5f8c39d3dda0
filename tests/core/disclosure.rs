//! Without disclosure an answer depends on the token, on the form of the policy and on which conditions match:
//! never on what the policy expects.

use std::sync::LazyLock;

use claimgate::{GithubClaims, Issuer, Policy, Untrusted, Validation, Verified, limits, signature::ring};
use proptest::{collection::vec, prelude::*, sample::subsequence};
use serde_json::{Map, Value, json};

use crate::support::{AUDIENCE, THEN, authorize, jwk, key_set, policy, sample_with, sign};

/// Claims of which any text may be a value, so that the patterns below are all legal.
const CLAIMS: [&str; 6] =
    ["workflow", "environment_node_id", "environment", "enterprise", "repo_property_team", "issuer_scope"];
/// The one that the job lacks.
const ABSENT: &str = "environment_node_id";

fn claims() -> Value {
    let changes =
        json!({ "repo_property_team": "blue:green%3A", "enterprise": "Octo", "issuer_scope": "a/b" });
    sample_with(changes)
}

fn job() -> Verified<GithubClaims> {
    static TOKEN: LazyLock<String> = LazyLock::new(|| sign(&claims()));
    let keys = key_set(&Issuer::github(), &[jwk("rsa", json!({}))]);
    assert!(keys.usable().count() == 1 && !ring::ALL.is_empty());
    Untrusted::parse(&*TOKEN)
        .unwrap()
        .verify(&Validation::new(Issuer::github(), AUDIENCE), &keys, THEN)
        .unwrap()
}

/// What the undisclosed answer may show of a condition: its claim, whether it matches, and how many globs it has.
#[derive(Clone, Debug)]
struct Form {
    claim: &'static str,
    matches: bool,
    globs: usize,
}

/// Rules of a few conditions. In one of `all_match` all match.
fn rules(all_match: u32, count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Vec<Form>>> {
    let claims = subsequence(CLAIMS.to_vec(), 1..=4);
    let rule =
        (claims, vec((any::<bool>(), 0..3_usize), 4), 0..all_match).prop_map(|(claims, forms, matching)| {
            claims
                .into_iter()
                .zip(forms)
                .map(|(claim, (matches, globs))| Form {
                    claim,
                    matches: (matches || matching == 0) && claim != ABSENT,
                    globs,
                })
                .collect()
        });
    vec(rule, count)
}

/// The patterns of a condition, by numbers that choose them: as many globs as the form has, any number of texts.
fn patterns(form: &Form, found: &str, choices: &[u16]) -> Value {
    let misses = |choice: u16| match choice % 7 {
        0 => found.to_uppercase() + "X",
        1 => format!("{found}x"),
        2 => format!("{found}/"),
        3 => format!("refs/heads/{found}"),
        4 => "x".repeat(usize::from(choice % 300) + 1) + "y",
        5 => found.replace(':', "%3A") + " ",
        _ => format!("value-{choice}"),
    };
    let choice = |at: usize| choices[at % choices.len()];
    let mut globs: Vec<String> = (0..form.globs).map(|at| format!("{}*", misses(choice(at) | 4))).collect();
    let mut texts: Vec<String> =
        (0..usize::from(choice(3) % 40)).map(|at| misses(choice(at).rotate_left(3))).collect();
    if form.matches {
        // By a glob or by a text, at any place.
        match globs.first_mut() {
            Some(glob) if choice(5) % 2 == 0 => *glob = found.chars().take(1).chain("**".chars()).collect(),
            _ => texts.insert(usize::from(choice(6)) % (texts.len() + 1), found.into()),
        }
    }
    if texts.is_empty() && globs.is_empty() {
        texts.push(misses(choice(7)));
    }
    let list: Vec<Value> = texts.into_iter().map(|text| json!(text)).collect();
    match (list.is_empty(), globs.is_empty()) {
        (_, true) => json!(list),
        (true, false) => json!({ "glob": globs }),
        (false, false) => json!([list, vec![json!({ "glob": globs })]].concat()),
    }
}

fn written(rules: &[Vec<Form>], choices: &[u16]) -> Vec<Value> {
    let claims = claims();
    let condition = |form: &Form, at: usize| {
        let found = claims[form.claim].as_str().unwrap_or("main");
        let mut choices = choices.to_vec();
        let length = choices.len();
        choices.rotate_left(at % length);
        let factor = u16::try_from(at % 1000).unwrap() | 1;
        for choice in &mut choices {
            *choice = choice.wrapping_mul(factor);
        }
        (form.claim.to_string(), patterns(form, found, &choices))
    };
    let rule = |(at, rule): (usize, &Vec<Form>)| {
        rule.iter()
            .enumerate()
            .map(|(index, form)| condition(form, at * 7 + index))
            .collect::<Map<_, _>>()
            .into()
    };
    rules.iter().enumerate().map(rule).collect()
}

fn policy_of(allow: &[Vec<Form>], deny: &[Vec<Form>], choices: &[u16]) -> Policy {
    let mut role = json!({ "unscoped": true, "allow": written(allow, choices) });
    if !deny.is_empty() {
        role["deny"] = json!(written(deny, choices));
    }
    policy(role)
}

/// All that a caller may see.
fn answer(policy: &Policy) -> String {
    match policy.authorize("deploy", job()) {
        Ok(job) => {
            let job = job.without_expectations();
            format!("{} {:?}", job.rule(), job.explanation())
        }
        Err(denial) => {
            let denial = denial.without_expectations();
            format!("{} {denial} {:?} {denial:?}", denial.code(), denial.explanation())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Row B3.
    #[test]
    fn policies_that_differ_in_expected_values_give_the_same_answer(
        allow in prop_oneof![rules(5, 1..6), rules(300, 20..60), rules(300, 90..180)],
        deny in prop_oneof![Just(Vec::new()), rules(5, 1..4), rules(1000, 20..60), rules(1000, 90..140)],
        choices in [vec(any::<u16>(), 8..20), vec(any::<u16>(), 8..20)],
    ) {
        let [one, other] = choices.map(|choices| policy_of(&allow, &deny, &choices));
        prop_assert_eq!(answer(&one), answer(&other));
    }
}

/// Row B3: by trying names, a caller learns whether each is the expected one, and nothing of its neighbours.
#[test]
fn which_rules_are_listed_does_not_lead_to_a_secret_name() {
    let listed = |environment: &str| {
        let names = (0..150).map(|number| format!("environment-{number:03}"));
        let rules: Vec<_> = names.map(|name| json!({ "repository_id": "74", "environment": name })).collect();
        let sub = format!("repo:octo-org/octo-repo:environment:{environment}");
        let claims = sample_with(json!({ "environment": environment, "sub": sub }));
        let denial = authorize(json!({ "allow": rules }), &claims).unwrap_err().without_expectations();
        let rules = denial.explanation().unwrap().rules;
        rules.into_iter().map(|rule| rule.place).collect::<Vec<_>>()
    };
    let first: Vec<_> = (0..limits::EXPLAINED_RULES).map(|number| format!("allow[{number}]")).collect();
    for environment in ["a", "environment-0745", "environment-149x", "z"] {
        assert_eq!(listed(environment), first);
    }
}
