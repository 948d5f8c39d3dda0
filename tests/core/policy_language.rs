//! What the policy language says of a job, row by row of the faults that were found in use: names without case in
//! `deny` (A7), workflows in two parts (A8), subjects (A9), audiences and issuers of a role (A10, A11), claims that
//! are new (D15), lists (D16), and what is legal but hardly meant (A4b).

use claimgate::{Code, Issuer, Policy, Verifier, WarningCode};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, THEN, authorize, jwk, key_set, policy, sample_with, sign};

/// The code of the denial of the job, the sample with changes, or `ok`.
fn verdict(role: &Value, changes: &Value) -> &'static str {
    authorize(role.clone(), &sample_with(changes.clone()))
        .map_or_else(|denial| denial.code().as_str(), |_| "ok")
}

#[test]
fn deny_compares_names_as_github_does() {
    let denied = |rule: Value, changes: Value| {
        let role = json!({ "allow": [{ "repository_id": "74" }], "deny": [rule] });
        match verdict(&role, &changes) {
            "ok" => false,
            "rule_denies" => true,
            other => panic!("{other}"),
        }
    };
    let environment = |name: &str| json!({ "environment": name, "sub": format!("repo:octo-org/octo-repo:environment:{name}") });
    let workflow = |text: &str| json!({ "job_workflow_ref": text });
    for (rule, changes, expected) in [
        (json!({ "environment": "prod" }), environment("PROD"), true),
        (json!({ "environment": { "glob": "Prod-*" } }), environment("pROD-eu"), true),
        (json!({ "environment": ["x", "GRÜN"] }), environment("grün"), true),
        (json!({ "environment": "prod" }), environment("production"), false),
        (json!({ "actor": "Mallory" }), json!({ "actor": "mallory" }), true),
        (json!({ "actor": "mallory" }), json!({ "actor": "MALLORY" }), true),
        (json!({ "repository": { "glob": "Octo-Org/*" } }), json!({}), true),
        (json!({ "repository_owner": "OCTO-ORG" }), json!({}), true),
        (json!({ "sub": "repo:Octo-Org/Octo-Repo:environment:Prod" }), json!({}), true),
        (
            json!({ "job_workflow_ref": { "glob": "octo-org/legacy/**" } }),
            workflow("Octo-Org/legacy/.github/workflows/x.yml@refs/heads/main"),
            true,
        ),
        // Git's refs have case, and so have words and titles.
        (
            json!({ "job_workflow_ref": { "glob": "octo-org/**@refs/heads/main" } }),
            workflow("Octo-Org/x/.github/workflows/x.yml@refs/heads/Main"),
            false,
        ),
        (json!({ "ref": "refs/heads/Main" }), json!({}), false),
        (json!({ "workflow": "Example-Workflow" }), json!({ "workflow": "example-workflow" }), false),
    ] {
        assert_eq!(denied(rule.clone(), changes.clone()), expected, "{rule} {changes}");
    }
    // By the index as well, among names of which each differs in case.
    let names = |prefix: &str| -> Vec<Value> {
        (0..100).map(|number| json!({ "actor": format!("{prefix}{number}") })).collect()
    };
    let role = json!({ "allow": [{ "repository_id": "74" }], "deny": names("MAL") });
    assert_eq!(verdict(&role, &json!({ "actor": "mal77" })), "rule_denies");
}

#[test]
fn allow_compares_names_exactly_and_says_so() {
    let role = json!({ "allow": [{ "repository_id": "74", "environment": "Prod" }] });
    let denial = authorize(role, &sample_with(json!({}))).unwrap_err();
    assert!(denial.to_string().ends_with("(the values differ in case only, and case counts)"), "{denial}");
}

#[test]
fn no_wildcard_crosses_the_version_of_a_workflow() {
    let own = "octo-org/octo-repo/.github/workflows/deploy.yml@";
    for (glob, value, expected) in [
        ("octo-org/octo-repo/**@refs/tags/v*", format!("{own}refs/tags/v1"), "ok"),
        ("octo-org/octo-repo/**@refs/tags/v*", format!("{own}refs/heads/x@refs/tags/v1"), "no_rule_matches"),
        ("octo-org/**/deploy.yml@refs/heads/main", format!("{own}refs/heads/main"), "ok"),
        (
            "octo-org/**/deploy.yml@refs/heads/main",
            "octo-org/octo-repo/.github/workflows/x.yml@refs/heads/x/deploy.yml@refs/heads/main".into(),
            "no_rule_matches",
        ),
        ("octo-org/octo-repo/.github/workflows/**", format!("{own}refs/heads/main"), "ok"),
    ] {
        for claim in ["workflow_ref", "job_workflow_ref"] {
            let role = json!({ "allow": [{ "repository_id": "74", claim: { "glob": glob } }] });
            assert_eq!(verdict(&role, &json!({ claim: value })), expected, "{glob} {value}");
        }
    }
}

#[test]
fn a_subject_with_free_ids_is_of_its_owner() {
    let role = json!({ "allow": [{ "sub": { "glob": "repo:octo-org@*/octo-repo@*:**" } }] });
    let sub = |sub: &str| json!({ "sub": sub });
    assert_eq!(verdict(&role, &sub("repo:octo-org@65/octo-repo@74:environment:prod")), "ok");
    assert_eq!(verdict(&role, &sub("repo:octo-org/octo-repo:environment:prod")), "no_rule_matches");
    let warnings = policy(role).warnings();
    assert_eq!(warnings[0].code, WarningCode::SubjectIdsFree);
}

/// A policy with two audiences and two issuers of github.com, and roles that take some of them.
fn verifier() -> Verifier {
    let policy = json!({
        "version": 1,
        "audience": [AUDIENCE, "https://other.example.com"],
        "issuers": { "github": { "kind": "github" }, "acme": { "kind": "github", "enterprise": "acme" } },
        "roles": {
            "any": { "issuer": ["github", "acme"], "allow": [{ "repository_id": "74" }] },
            "other": { "issuer": "github", "audience": "https://other.example.com", "allow": [{ "repository_id": "74" }] },
        },
    });
    let mut verifier = Verifier::new(Policy::parse(&policy.to_string()).unwrap());
    for (issuer, key) in [(Issuer::github(), "rsa"), (Issuer::enterprise("acme").unwrap(), "rsa-other")] {
        verifier.set_keys(key_set(&issuer, &[jwk(key, json!({}))])).unwrap();
    }
    verifier
}

fn decide(role: &str, changes: Value) -> Result<String, Code> {
    let token = sign(&sample_with(changes));
    verifier().authorize(&token, role, THEN).map(|job| job.rule()).map_err(|refusal| refusal.code())
}

#[test]
fn a_role_narrows_the_audiences_of_the_policy() {
    let other = json!({ "aud": "https://other.example.com" });
    assert_eq!(decide("any", json!({})), Ok("allow[0]".into()));
    assert_eq!(decide("any", other.clone()), Ok("allow[0]".into()));
    assert_eq!(decide("other", other), Ok("allow[0]".into()));
    assert_eq!(decide("other", json!({})), Err(Code::AudienceMismatch));
    assert_eq!(
        decide("other", json!({ "aud": [AUDIENCE, "https://other.example.com"] })),
        Ok("allow[0]".into())
    );
}

#[test]
fn a_role_of_several_issuers_takes_the_keys_of_the_one_that_a_token_names() {
    let acme = "https://token.actions.githubusercontent.com/acme";
    // Signed by a key of github.com, whatever it says of its issuer.
    assert_eq!(decide("any", json!({ "iss": acme })), Err(Code::KeyUnknown));
    assert_eq!(decide("any", json!({ "iss": "https://evil.example" })), Err(Code::IssuerMismatch));
    assert_eq!(decide("other", json!({ "iss": acme })), Err(Code::IssuerMismatch));
    let mut verifier = verifier();
    verifier.set_keys(key_set(&Issuer::enterprise("acme").unwrap(), &[jwk("rsa", json!({}))])).unwrap();
    let job = verifier.authorize(&sign(&sample_with(json!({ "iss": acme }))), "any", THEN).unwrap();
    assert_eq!(job.verified().issuer().as_str(), acme);
    let issuers: Vec<_> = verifier.policy().issuers_of("any").unwrap().map(Issuer::as_str).collect();
    assert_eq!(issuers, ["https://token.actions.githubusercontent.com", acme]);
}

#[test]
fn a_claim_that_is_new_is_compared_as_a_string_or_the_token_is_refused() {
    let allow = json!({ "allow": [{ "repository_id": "74", "claims": { "new_claim": ["x", "y"] } }] });
    let deny = json!({ "allow": [{ "repository_id": "74" }], "deny": [{ "claims": { "new_claim": "x" } }] });
    for (value, allowed, denied) in [
        (json!("x"), "ok", "rule_denies"),
        (json!("y"), "ok", "ok"),
        (json!("X"), "no_rule_matches", "ok"),
        (json!(null), "no_rule_matches", "ok"),
        (json!(["x"]), "claim_malformed", "claim_malformed"),
        (json!(7), "claim_malformed", "claim_malformed"),
    ] {
        let changes = json!({ "new_claim": value });
        assert_eq!((verdict(&allow, &changes), verdict(&deny, &changes)), (allowed, denied), "{value}");
    }
    let denial = authorize(deny, &sample_with(json!({ "new_claim": true }))).unwrap_err();
    assert_eq!(denial.to_string(), "the claim `new_claim` must be a string, not a boolean");
}

#[test]
fn a_list_has_its_elements() {
    let role =
        json!({ "allow": [{ "repository_id": "74", "repo_property_regions": { "has": "us-east-1" } }] });
    for (value, expected) in [
        ("us-east-1", "ok"),
        ("eu-west-1,us-east-1", "ok"),
        ("us-east-10,eu-west-1", "no_rule_matches"),
        ("", "no_rule_matches"),
    ] {
        assert_eq!(verdict(&role, &json!({ "repo_property_regions": value })), expected, "{value}");
    }
}

#[test]
fn what_is_legal_and_hardly_meant_is_a_warning() {
    let warning = |rule: Value| {
        let warnings = policy(json!({ "allow": [{ "repository_id": "74" }], "deny": [rule] })).warnings();
        let [warning] = &warnings[..] else { panic!("{warnings:?}") };
        assert!(warning.place.starts_with("roles.deploy.deny[0]."), "{warning}");
        warning.code
    };
    for text in ["{release-1,main}", "(a|b)", "release-.*", "x$", "release-.+"] {
        let condition = if text.contains('*') {
            json!({ "glob": format!("refs/heads/{text}") })
        } else {
            json!(format!("refs/heads/{text}"))
        };
        assert_eq!(warning(json!({ "ref": condition })), WarningCode::OtherPatternLanguage, "{text}");
    }
    assert_eq!(warning(json!({ "environment": "prod-?" })), WarningCode::OtherPatternLanguage);
    assert_eq!(warning(json!({ "environment": "prod " })), WarningCode::WhiteSpace);
    assert_eq!(warning(json!({ "base_ref": "refs/heads/main" })), WarningCode::LongBranchName);
    assert_eq!(warning(json!({ "claims": { "new_claim": "^x" } })), WarningCode::OtherPatternLanguage);
    let plain = json!({ "allow": [{ "repository_id": "74", "ref": { "glob": "refs/heads/**" }, "environment": "prod (eu)" }] });
    assert_eq!(policy(plain).warnings(), []);
}

#[test]
fn a_denial_says_what_role_and_rule_are_for() {
    let role = json!({
        "description": "deploys to production",
        "allow": [
            { "repository_id": "74", "environment": "staging", "description": "the rehearsal" },
            { "repository_id": "74", "event_name": "push", "environment": "staging" },
        ],
        "deny": [{ "actor": "hubot" }, { "actor": "mallory", "description": "has left\nthe company" }],
    });
    let denial = authorize(role.clone(), &sample_with(json!({}))).unwrap_err();
    let expected = "no rule gives this job the role `deploy` (`deploys to production`), the nearest is allow[0] \
        (`the rehearsal`): `environment` must be `staging`, not `prod`";
    assert_eq!(denial.to_string(), expected);
    let denied = authorize(role, &sample_with(json!({ "actor": "mallory" }))).unwrap_err();
    assert!(denied.to_string().contains("deny[1] (`has left\\nthe company`): "), "{denied}");
    let explanation = denied.explanation().unwrap();
    let descriptions: Vec<_> = explanation.rules.iter().map(|rule| rule.description.as_deref()).collect();
    assert_eq!(descriptions, [None, Some("has left\nthe company"), Some("the rehearsal"), None]);
    // They are the policy's own words.
    let undisclosed = denied.without_expectations();
    assert!(!undisclosed.to_string().contains("company") && !undisclosed.to_string().contains("production"));
    let explanation = undisclosed.explanation().unwrap();
    assert!(
        explanation.description.is_none() && explanation.rules.iter().all(|rule| rule.description.is_none())
    );
}
