use serde_json::{Value as Json, json};

use crate::{Options, Verdict, evaluate};

/// What a role that accepts the token decides with these fields in place of its own.
fn verdict(fields: Json, claims: Json) -> Verdict {
    let mut role = json!({ "role_type": "jwt", "user_claim": "actor", "bound_audiences": ["v"], "bound_claims": { "ref": "r" } });
    let mut token = json!({ "aud": "v", "actor": "octocat", "sub": "s", "ref": "r" });
    for (object, changes) in [(&mut role, fields), (&mut token, claims)] {
        for (name, value) in changes.as_object().unwrap() {
            object[name] = value.clone();
        }
    }
    let evaluation = evaluate(&role.to_string(), token.as_object().unwrap(), &Options::default()).unwrap();
    assert!(evaluation.verdict == Verdict::Allow || !evaluation.deciding.is_empty(), "{role}");
    evaluation.verdict
}

#[test]
fn fields_are_read_as_loosely_as_vault_does() {
    for (fields, claims, expected) in [
        (json!({}), json!({}), Verdict::Allow),
        (json!({ "bound_audiences": "x, v" }), json!({}), Verdict::Allow),
        (json!({ "bound_audiences": [" v "] }), json!({ "aud": ["w", "v"] }), Verdict::Allow),
        (json!({ "bound_audiences": "" }), json!({}), Verdict::Deny),
        (json!({ "bound_audiences": [] }), json!({ "aud": null }), Verdict::Allow),
        (json!({ "bound_claims": "{\"ref\": [\"q\", \"r\"]}" }), json!({}), Verdict::Allow),
        (json!({ "bound_claims": "ref=r" }), json!({}), Verdict::Deny),
        (json!({ "bound_claims": null, "bound_audiences": null }), json!({ "aud": null }), Verdict::Deny),
        (json!({ "user_claim": "/actor", "user_claim_json_pointer": "true" }), json!({}), Verdict::Allow),
        (json!({ "user_claim": "/actor" }), json!({ "/actor": "o" }), Verdict::Allow),
        (json!({ "bound_subject": "*" }), json!({}), Verdict::Deny),
        (json!({ "role_type": "JWT" }), json!({}), Verdict::Deny),
        (json!({ "user_claim": "" }), json!({}), Verdict::Deny),
        (json!({ "user_claim": "run" }), json!({ "run": 1 }), Verdict::Deny),
        (json!({ "claim_mappings": "ref=ref,sub=name" }), json!({}), Verdict::Allow),
        (json!({ "claim_mappings": { "ref": "role" } }), json!({}), Verdict::Deny),
        (json!({ "claim_mappings": { "ref": "a", "sub": "a" } }), json!({}), Verdict::Deny),
        (json!({ "claim_mappings": { "x": "a" } }), json!({ "x": null }), Verdict::Allow),
        (json!({ "groups_claim": "groups" }), json!({}), Verdict::Deny),
        (json!({ "groups_claim": "groups" }), json!({ "groups": ["a"] }), Verdict::Allow),
    ] {
        assert_eq!(verdict(fields.clone(), claims.clone()), expected, "{fields} {claims}");
    }
}

#[test]
fn bound_claims_and_registered_names_are_compared_as_go_does() {
    for (bound, claims, expected) in [
        (json!({ "/a/1": "x" }), json!({ "a": ["w", "x"] }), Verdict::Allow),
        (json!({ "/a/2": "x" }), json!({ "a": ["w", "x"] }), Verdict::Deny),
        (json!({ "a": "x" }), json!({ "a": null }), Verdict::Deny),
        (json!({ "a": null }), json!({ "a": null }), Verdict::Deny),
        (json!({ "a": { "b": 1 } }), json!({ "a": { "b": 1 } }), Verdict::Deny),
        (json!({ "ref": "<REF>" }), json!({}), Verdict::Unknown),
        (json!({ "ref": "<REF>", "sub": "other" }), json!({}), Verdict::Deny),
        (json!({ "ref": "r" }), json!({ "SUB": "s" }), Verdict::Deny),
        (json!({ "ref": "r" }), json!({ "ſub": "s" }), Verdict::Deny),
    ] {
        assert_eq!(
            verdict(json!({ "bound_claims": bound.clone() }), claims.clone()),
            expected,
            "{bound} {claims}"
        );
    }
}
