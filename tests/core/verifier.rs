use std::time::Duration;

use claimgate::{Code, Issuer, KeySetError, UnixTime, Verifier};
use serde_json::json;

use crate::support::{THEN, jwk, key_set, policy, sample, sample_with, sign};

/// A verifier for jobs in `prod`, without keys.
fn verifier() -> Verifier {
    Verifier::new(policy(json!({ "allow": [{ "repository_id": "74", "environment": "prod" }] })))
}

#[test]
fn a_verifier_authorizes_the_job_of_a_token() {
    let mut verifier = verifier();
    let verdict = |verifier: &Verifier, token: &str, now| {
        verifier.authorize(token, "deploy", now).map(|job| job.rule()).map_err(|refusal| refusal.code())
    };
    let token = sign(&sample());
    assert_eq!(verdict(&verifier, &token, THEN), Err(Code::KeysUnavailable));
    verifier.set_keys(key_set(&Issuer::enterprise("acme").unwrap(), &[jwk("rsa", json!({}))])).unwrap();
    assert_eq!(verdict(&verifier, &token, THEN), Err(Code::KeysUnavailable), "another issuer's keys");
    verifier.set_keys(key_set(&Issuer::github(), &[jwk("rsa", json!({}))])).unwrap();
    assert_eq!(verdict(&verifier, &token, THEN), Ok("allow[0]".into()));
    assert_eq!(verdict(&verifier, "a.b", THEN), Err(Code::TokenSegments));
    assert_eq!(verifier.authorize(&token, "depoly", THEN).unwrap_err().code(), Code::RoleUnknown);
    let staging = sample_with(
        json!({ "environment": "staging", "sub": "repo:octo-org/octo-repo:environment:staging" }),
    );
    let refusal = verifier.authorize(&sign(&staging), "deploy", THEN).unwrap_err();
    assert_eq!(refusal.code(), Code::NoRuleMatches);
    assert!(refusal.to_string().contains("`environment` must be `prod`"), "{refusal}");
    assert!(!refusal.without_expectations().to_string().contains("`prod`"));
}

#[test]
fn a_verifier_keeps_its_keys_when_no_new_key_is_usable() {
    let mut verifier = verifier();
    verifier.set_keys(key_set(&Issuer::github(), &[jwk("rsa", json!({}))])).unwrap();
    let error = verifier.set_keys(key_set(&Issuer::github(), &[json!({ "kty": "oct" })])).unwrap_err();
    assert!(matches!(error, KeySetError::NoUsableKey { .. }));
    assert!(verifier.authorize(&sign(&sample()), "deploy", THEN).is_ok());
    verifier.set_keys(key_set(&Issuer::github(), &[jwk("rsa-other", json!({}))])).unwrap();
    assert_eq!(verifier.authorize(&sign(&sample()), "deploy", THEN).unwrap_err().code(), Code::KeyUnknown);
}

#[test]
fn a_verifier_has_the_tolerances_of_a_validation() {
    let keys = || key_set(&Issuer::github(), &[jwk("rsa", json!({}))]);
    let exp = 1_632_493_867;
    for (verifier, last) in [
        (verifier(), exp + 59),
        (verifier().with_leeway(Duration::from_secs(300)).unwrap(), exp + 299),
        (
            verifier().with_leeway(Duration::ZERO).unwrap().with_maximum_age(Duration::from_secs(60)),
            exp - 300 + 60,
        ),
    ] {
        let mut verifier = verifier;
        verifier.set_keys(keys()).unwrap();
        let at =
            |seconds| verifier.authorize(&sign(&sample()), "deploy", UnixTime::from_secs(seconds)).is_ok();
        assert_eq!((at(last), at(last + 1)), (true, false), "{last}");
    }
    assert_eq!(verifier().with_leeway(Duration::from_secs(301)).err().unwrap().code(), Code::OptionInvalid);
}
