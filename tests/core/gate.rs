use claimgate::{Code, Gate, Issuer, KeySetError, UnixTime};
use serde_json::json;

use crate::support::{THEN, jwk, key_set, policy, sample, sample_with, sign};

/// A gate for jobs in `prod`, without keys.
fn gate() -> Gate {
    Gate::new(policy(json!({ "allow": [{ "repository_id": "74", "environment": "prod" }] })))
}

#[test]
fn a_gate_decides_from_the_text_of_a_token_to_the_role() {
    let mut gate = gate();
    let verdict = |gate: &Gate, token: &str, now| {
        gate.authorize(token, "deploy", now).map(|job| job.rule()).map_err(|refusal| refusal.code())
    };
    let token = sign(&sample());
    assert_eq!(verdict(&gate, &token, THEN), Err(Code::KeysUnavailable));
    gate.set_keys(key_set(&Issuer::enterprise("acme").unwrap(), &[jwk("rsa", json!({}))])).unwrap();
    assert_eq!(verdict(&gate, &token, THEN), Err(Code::KeysUnavailable), "another issuer's keys");
    gate.set_keys(key_set(&Issuer::github(), &[jwk("rsa", json!({}))])).unwrap();
    assert_eq!(verdict(&gate, &token, THEN), Ok("allow[0]".into()));
    assert_eq!(verdict(&gate, "a.b", THEN), Err(Code::TokenSegments));
    assert_eq!(gate.authorize(&token, "depoly", THEN).unwrap_err().code(), Code::RoleUnknown);
    let staging = sample_with(
        json!({ "environment": "staging", "sub": "repo:octo-org/octo-repo:environment:staging" }),
    );
    let refusal = gate.authorize(&sign(&staging), "deploy", THEN).unwrap_err();
    assert_eq!(refusal.code(), Code::NoRuleMatches);
    assert!(refusal.to_string().contains("`environment` must be `prod`"), "{refusal}");
    assert!(!refusal.without_expectations().to_string().contains("`prod`"));
}

#[test]
fn a_gate_keeps_its_keys_rather_than_have_none() {
    let mut gate = gate();
    gate.set_keys(key_set(&Issuer::github(), &[jwk("rsa", json!({}))])).unwrap();
    let error = gate.set_keys(key_set(&Issuer::github(), &[json!({ "kty": "oct" })])).unwrap_err();
    assert!(matches!(error, KeySetError::NoUsableKey { .. }));
    assert!(gate.authorize(&sign(&sample()), "deploy", THEN).is_ok());
    gate.set_keys(key_set(&Issuer::github(), &[jwk("rsa-other", json!({}))])).unwrap();
    assert_eq!(gate.authorize(&sign(&sample()), "deploy", THEN).unwrap_err().code(), Code::KeyUnknown);
}

#[test]
fn the_times_of_a_gate_are_those_of_a_verifier() {
    let keys = || key_set(&Issuer::github(), &[jwk("rsa", json!({}))]);
    let exp = 1_632_493_867;
    for (gate, last) in [
        (gate(), exp + 59),
        (gate().with_leeway(300).unwrap(), exp + 299),
        (gate().with_leeway(0).unwrap().with_maximum_age(60), exp - 300 + 60),
    ] {
        let mut gate = gate;
        gate.set_keys(keys()).unwrap();
        let at = |seconds| gate.authorize(&sign(&sample()), "deploy", UnixTime::from_secs(seconds)).is_ok();
        assert_eq!((at(last), at(last + 1)), (true, false), "{last}");
    }
    assert_eq!(gate().with_leeway(301).err().unwrap().code(), Code::OptionInvalid);
}
