//! What programs log or answer with: `Serialize` of the core's types.

use claimgate::{Code, ErrorDetails, Issuer, Policy, Untrusted};
use serde_json::{json, to_value};

use crate::support::{THEN, authorize, jwk, key_set, policy, sample, sample_with, verify};

#[test]
fn a_denial_says_each_rule_and_condition() {
    let policy = policy(json!({
        "allow": [{ "repository_id": "74", "environment": { "glob": "stag*" }, "description": "to staging" }],
    }));
    let denial = policy.authorize("deploy", verify(&sample()).unwrap()).unwrap_err();
    let details = to_value(&denial).unwrap();
    assert_eq!(details["code"], "no_rule_matches");
    assert_eq!(details["message"], denial.to_string());
    let conditions = json!([
        { "claim": "environment", "matched": false, "expected": [{ "glob": "stag*" }], "found": "prod", "nearest": null },
        { "claim": "repository_id", "matched": true, "expected": ["74"], "found": "74", "nearest": null },
    ]);
    let mut rule = details["explanation"][0].clone();
    rule["conditions"].as_array_mut().unwrap().sort_by_key(|condition| condition["claim"].to_string());
    let expected = json!({
        "rule": "allow[0]", "description": "to staging", "effect": "allow", "matched": false, "conditions": conditions,
    });
    assert_eq!(rule, expected);
    // What is not known is left out.
    for absent in ["claim", "place", "offset", "line", "column", "suggestion", "omittedRules"] {
        assert!(details.get(absent).is_none(), "{absent}");
    }
    let undisclosed = to_value(denial.without_expectations()).unwrap();
    let conditions = undisclosed["explanation"][0]["conditions"].as_array().unwrap();
    assert!(conditions.iter().all(|condition| condition["expected"].is_null()));
}

#[test]
fn an_error_has_its_place() {
    let token = to_value(Untrusted::parse("e30.!.").err().unwrap()).unwrap();
    assert_eq!((&token["code"], &token["place"]), (&json!("token_header"), &json!("header.alg")));
    let error = Policy::parse("{\n \"version\": 1,\n \"audiance\": \"a\" }").unwrap_err();
    let details = to_value(ErrorDetails::from(&error)).unwrap();
    assert_eq!(details["place"], "audiance");
    assert_eq!((&details["line"], &details["column"]), (&json!(3), &json!(2)));
    assert_eq!(details["suggestion"], "audience");
    let error = "RS265".parse::<claimgate::Algorithm>().unwrap_err();
    assert_eq!(to_value(&error).unwrap()["suggestion"], "RS256");
    assert_eq!(error.code(), Code::OptionInvalid);
}

#[test]
fn a_job_and_its_keys() {
    let role = json!({ "allow": [{ "repository_id": "74" }], "grant": { "audience": "https://a.example" } });
    let numbers = json!({ "huge": 18_446_744_073_709_551_615_u64, "half": 0.5 });
    let job = authorize(role, &sample_with(numbers)).unwrap();
    let claims = to_value(job.claims()).unwrap();
    assert_eq!(claims["repository_id"], "74");
    assert_eq!(claims["huge"], 18_446_744_073_709_551_615_u64);
    assert_eq!(claims["half"], 0.5);
    assert_eq!(
        to_value(job.grant()).unwrap(),
        json!({ "audience": "https://a.example", "scope": [], "ttl": 900 })
    );
    let segments =
        json!([{ "key": "repo", "value": "octo-org/octo-repo" }, { "key": "environment", "value": "prod" }]);
    let subject =
        json!({ "check": "consistent", "repository": "classic", "customised": false, "segments": segments });
    assert_eq!(to_value(job.verified().subject()).unwrap(), subject);
    let keys = key_set(&Issuer::github(), &[jwk("rsa", json!({})), json!({ "kty": "oct", "kid": "s" })]);
    let report = json!({
        "usable": [{ "kid": "rsa", "alg": "RS256" }],
        "skipped": [{ "index": 1, "kid": "s", "reason": "the key type `oct` is not supported" }],
        "ambiguous": [],
    });
    assert_eq!(to_value(&keys).unwrap(), report);
    assert_eq!(to_value(THEN).unwrap(), THEN.as_secs());
}
