use claimgate::{GithubClaims, Policy};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value as Json, json};

use crate::{Options, Verdict, evaluate};

/// Claims of each kind: names that are compared without case in `deny`, a file with its version, `sub`, free text, a list, and one
/// that is newer than the table.
const CLAIMS: [&str; 8] = [
    "actor",
    "environment",
    "workflow_ref",
    "job_workflow_ref",
    "sub",
    "workflow",
    "repo_property_team",
    "new_claim",
];

/// Few values for each claim, of which some are beginnings of others, differ in case, or cross a separator.
fn value(claim: &str) -> &'static str {
    match claim {
        "actor" => "[abA]{1,3}",
        "workflow_ref" | "job_workflow_ref" => {
            "[aA]/[bB]/\\.github/workflows/x(@y)?\\.yml@refs/heads/([aA]|a/b|x@refs/heads/a)"
        }
        "sub" => "repo:[aA]/[bB]:(ref:refs/heads/[aA]|pull_request)",
        _ => "[abA]{1,3}([/:@,][abA]{0,2}){0,2}",
    }
}

/// Globs that some of the values match.
fn glob(claim: &str) -> &'static str {
    match claim {
        "actor" => "[abA](\\*[abA]?)?|\\*{1,2}[abA]?",
        "workflow_ref" | "job_workflow_ref" => {
            "[aA*]/[bB*]/\\.github/workflows/(x\\.yml|\\*|x\\*)@(refs/heads/(\\*\\*|\\*|[aA]|a/\\*)|\\*\\*)|[aA]/\\*\\*"
        }
        "sub" => "repo:[aA*]/([bB*]|\\*\\*):(\\*\\*|ref:refs/heads/[aA*]|pull_\\*)",
        _ => "(\\*{0,2}[abA/:@]{1,2}){1,3}\\*{0,2}",
    }
}

fn strings(pattern: &'static str) -> BoxedStrategy<Json> {
    proptest::string::string_regex(pattern).unwrap().prop_map(Json::from).boxed()
}

/// What may be written for one pattern or a list of them.
fn some(one: impl Strategy<Value = Json> + Clone + 'static) -> impl Strategy<Value = Json> {
    prop_oneof![3 => one.clone(), 1 => vec(one, 1..4).prop_map(Json::from)]
}

fn condition(claim: &'static str) -> BoxedStrategy<Json> {
    let text = strings(value(claim));
    let glob = some(strings(glob(claim))).prop_map(|globs| json!({ "glob": globs }));
    let one = match claim {
        "new_claim" => text,
        "repo_property_team" => {
            let has = some(strings("[abA]{1,2}")).prop_map(|texts| json!({ "has": texts }));
            prop_oneof![text, glob, has].boxed()
        }
        _ => prop_oneof![text, glob].boxed(),
    };
    some(one).boxed()
}

fn rule() -> impl Strategy<Value = Json> {
    let claims = proptest::sample::subsequence(CLAIMS.to_vec(), 1..=3);
    claims
        .prop_flat_map(|claims| {
            let values: Vec<_> = claims.iter().map(|claim| condition(claim)).collect();
            (Just(claims), values)
        })
        .prop_map(|(claims, values)| {
            let mut rule = Map::new();
            for (claim, value) in claims.into_iter().zip(values) {
                if claim == "new_claim" {
                    rule.insert("claims".into(), json!({ "new_claim": value }));
                } else {
                    rule.insert(claim.into(), value);
                }
            }
            Json::Object(rule)
        })
}

fn role() -> impl Strategy<Value = Json> {
    (vec(rule(), 1..4), vec(rule(), 0..3), any::<bool>()).prop_map(|(allow, deny, is_narrow)| {
        let mut role = json!({ "issuer": "github", "unscoped": true, "allow": allow });
        if !deny.is_empty() {
            role["deny"] = Json::from(deny);
        }
        if is_narrow {
            role["audience"] = "b".into();
        }
        role
    })
}

fn claims() -> impl Strategy<Value = Json> {
    let values = CLAIMS
        .map(|claim| proptest::option::weighted(0.9, proptest::string::string_regex(value(claim)).unwrap()));
    (values, any::<bool>(), 0..40_u8).prop_map(|(values, is_other_audience, shape)| {
        let mut claims = json!({
            "iss": "https://token.actions.githubusercontent.com", "sub": "a", "jti": "j", "exp": 2, "iat": 1,
            "aud": if is_other_audience { "c" } else { "b" },
        });
        for (claim, value) in CLAIMS.iter().zip(values) {
            if let Some(value) = value {
                claims[*claim] = value.into();
            }
        }
        match shape {
            0 => claims["new_claim"] = 1.into(),
            1 => claims["iss"] = "https://token.actions.githubusercontent.com/octo".into(),
            _ => {}
        }
        claims
    })
}

/// What the core decides: without a signature it has no decision, but it says which rule makes it.
fn decided_by_core(policy: &Policy, role: &str, claims: &Json) -> bool {
    let claims = GithubClaims::parse(&claims.to_string()).unwrap();
    let trusted = policy.issuers_of(role).unwrap().any(|issuer| issuer.as_str() == claims.iss());
    let meant = policy.audiences_of(role).unwrap().iter().any(|audience| claims.aud().contains(audience));
    let explanation = policy.explain_unverified(role, &claims).unwrap();
    trusted && meant && explanation.matched().is_some_and(|rule| rule.place.starts_with("allow"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    /// The verdict on a role, or on any of two, is the core's decision.
    #[test]
    fn verdicts_are_the_decisions_of_the_core(roles in vec(role(), 1..3), jobs in vec(claims(), 20)) {
        let names = ["deploy", "read"];
        let roles: Map<String, Json> =
            names.iter().map(|name| (*name).to_owned()).zip(roles).collect();
        let document = json!({ "version": 1, "audience": ["b", "c"], "issuers": { "github": { "kind": "github" } }, "roles": roles });
        let text = document.to_string();
        let policy = Policy::parse(&text).unwrap();
        for claims in &jobs {
            let evaluation = evaluate(&text, claims.as_object().unwrap(), &Options::default()).unwrap();
            // The core refuses a claim that is not a string before it looks at any rule about it.
            let is_refused = |role: &str| {
                claims["new_claim"].is_number() && document["roles"][role].to_string().contains("new_claim")
            };
            let expected =
                policy.roles().any(|role| decided_by_core(&policy, role, claims) && !is_refused(role));
            let expected = if expected { Verdict::Allow } else { Verdict::Deny };
            prop_assert_eq!(evaluation.verdict, expected, "{} {}", text, claims);
        }
    }
}

/// As many cases as `PROPTEST_CASES` says; each is twenty tokens.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000)
}

#[test]
fn what_does_not_load_is_an_error_at_its_place() {
    let text = r#"{ "version": 1, "audience": "https://deploy.example.com", "issuers": { "github": { "kind": "github" } },
        "roles": { "deploy": { "issuer": "github", "allow": [{ "repositry": "octo-org/octo-repo" }] } } }"#;
    let error = evaluate(text, &Map::new(), &Options::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`roles.deploy.allow[0].repositry`: unknown claim `repositry`, did you mean `repository`?, in line 2, column 64"
    );
}

#[test]
fn a_denial_names_its_claim() {
    let text = r#"{ "version": 1, "audience": "b", "issuers": { "github": { "kind": "github" } },
        "roles": { "deploy": { "issuer": "github", "allow": [{ "repository_id": "74" }],
            "deny": [{ "environment": "Staging" }] } } }"#;
    let claims = json!({ "iss": "https://token.actions.githubusercontent.com", "aud": "b", "repository_id": "74", "environment": "STAGING" });
    let evaluation = evaluate(text, claims.as_object().unwrap(), &Options::default()).unwrap();
    assert_eq!(evaluation.verdict, Verdict::Deny);
    let deciding = serde_json::to_value(&evaluation.deciding).unwrap();
    assert_eq!(deciding[0]["claim"], "environment");
    assert_eq!(deciding[0]["expected"], json!(["Staging"]));
}
