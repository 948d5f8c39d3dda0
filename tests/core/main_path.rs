use claimgate::{Code, Denial, Issuer, Policy, UnixTime, Untrusted, Validation, VerifyError};
use serde_json::json;

use crate::support::{
    AUDIENCE, THEN, authorize, jwk, key_set, policy, sample, sample_with, sign, verify, verify_with,
};

#[test]
fn the_documentations_sample_verifies_at_its_time_and_is_refused_as_expired_now() {
    let verified = verify(&sample()).unwrap();
    assert_eq!(verified.claims().repository(), Some("octo-org/octo-repo"));
    assert_eq!(verified.audience(), AUDIENCE);

    let github = Validation::new(Issuer::github(), AUDIENCE);
    let error = verify_with(&github, &sample(), UnixTime::now()).unwrap_err();
    assert_eq!(error.code(), Code::TokenExpired);
    assert!(error.to_string().starts_with("the token expired at 2021-09-24T14:31:07Z, "), "{error}");
}

#[test]
fn a_job_is_admitted_by_the_first_rule_that_matches() {
    let role = json!({
        "allow": [
            { "repository_id": "99" },
            { "repository_id": "74", "environment": ["staging", "prod"], "ref": { "glob": "refs/heads/*" } },
        ],
        "grant": { "audience": "https://api.example.com", "scope": ["deploy:write"] },
    });
    let job = authorize(role, &sample()).unwrap();
    assert_eq!((job.role(), job.rule().as_str()), ("deploy", "allow[1]"));
    let grant = job.grant().unwrap();
    assert_eq!(
        (grant.audience.as_str(), grant.scope.as_slice(), grant.ttl),
        ("https://api.example.com", &["deploy:write".to_string()][..], 900)
    );
}

#[test]
fn a_denial_names_rule_condition_and_nearest_miss() {
    let role = json!({ "allow": [
        { "repository_id": "99", "environment": "dev" },
        { "repository_id": "74", "environment": "Prod", "actor": ["hubot", "octocat"] },
    ] });
    let denial = authorize(role.clone(), &sample()).unwrap_err();
    assert_eq!(denial.code(), Code::NoRuleMatches);
    assert_eq!(
        denial.to_string(),
        "no rule gives this job the role `deploy`, the nearest is allow[1]: `environment` must be `Prod`, \
         not `prod` (the values differ in case only, and case counts)"
    );
    let explanation = denial.explanation().unwrap();
    let failed: Vec<_> = explanation.rules.iter().map(|rule| rule.failed().count()).collect();
    assert_eq!(failed, [2, 1]);

    // Without the expectations neither the text nor the hints give them away.
    let denial = denial.without_expectations();
    assert_eq!(
        denial.to_string(),
        "no rule gives this job the role `deploy`, the nearest is allow[1]: `environment` is `prod`, which does not match"
    );
    assert!(!format!("{denial:?}").contains("Prod"));
}

#[test]
fn a_deny_rule_wins() {
    let role = json!({
        "allow": [{ "repository_id": "74" }],
        "deny": [{ "event_name": ["pull_request_target", "workflow_run"] }, { "event_name": "workflow_dispatch", "actor": "octocat" }],
    });
    let denial = authorize(role, &sample()).unwrap_err();
    assert_eq!(denial.code(), Code::RuleDenies);
    assert_eq!(
        denial.to_string(),
        "the role `deploy` is denied to this job, deny[1]: `actor` is `octocat`; `event_name` is `workflow_dispatch`"
    );
}

#[test]
fn an_unknown_role_is_denied_with_the_role_that_was_meant() {
    let policy = policy(json!({ "allow": [{ "repository_id": "74" }] }));
    let denial = policy.authorize("depoly", verify(&sample()).unwrap()).unwrap_err();
    assert_eq!(denial.to_string(), "the policy has no role `depoly`, did you mean `deploy`?");
    assert_eq!(policy.audiences_of("x").unwrap_err().code(), Code::RoleUnknown);
}

#[test]
fn a_token_verified_for_another_issuer_or_audience_has_no_role() {
    let role = json!({ "allow": [{ "repository_id": "74" }] });
    let other_audience = Validation::new(Issuer::github(), "https://other.example.com");
    let claims = sample_with(json!({ "aud": "https://other.example.com" }));
    let verified = verify_with(&other_audience, &claims, THEN).unwrap();
    assert!(matches!(policy(role.clone()).authorize("deploy", verified), Err(Denial::Mismatch { .. })));

    let acme = Issuer::enterprise("acme").unwrap();
    let claims = sample_with(json!({ "iss": acme.as_str() }));
    let verified = verify_with(&Validation::new(acme, AUDIENCE), &claims, THEN).unwrap();
    assert!(matches!(policy(role).authorize("deploy", verified), Err(Denial::Mismatch { .. })));
}

#[test]
fn each_role_is_verified_with_the_keys_of_its_own_issuer() {
    let policy = Policy::parse(
        &json!({
            "version": 1,
            "audience": ["https://a.example.com", AUDIENCE],
            "issuers": { "github": { "kind": "github" }, "ghes": { "kind": "ghes", "host": "github.example.com" } },
            "roles": {
                "a": { "issuer": "github", "allow": [{ "repository_id": "74" }] },
                "b": { "issuer": "ghes", "allow": [{ "repository_id": "74" }] },
            },
        })
        .to_string(),
    )
    .unwrap();
    let token = sign(&sample());
    let validation = policy.validation("b", &Untrusted::parse(&token).unwrap()).unwrap();
    assert_eq!(validation.issuer().as_str(), "https://github.example.com/_services/token");

    // The keys of one issuer are of no use for another one, whatever the token says.
    let github_keys = key_set(&Issuer::github(), &[jwk("rsa", json!({}))]);
    let token = sign(&sample_with(json!({ "iss": validation.issuer().as_str() })));
    let error = Untrusted::parse(&token).unwrap().verify(&validation, &github_keys, THEN).unwrap_err();
    assert!(matches!(error, VerifyError::Keys { .. }), "{error}");

    // Even under the same key, `iss` decides.
    let ghes_keys = key_set(validation.issuer(), &[jwk("rsa", json!({}))]);
    let error =
        Untrusted::parse(&sign(&sample())).unwrap().verify(&validation, &ghes_keys, THEN).unwrap_err();
    assert_eq!(error.code(), Code::IssuerMismatch);
}
