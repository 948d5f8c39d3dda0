//! Nothing panics and nothing is silent: mutations of good inputs, with every message written out.

use claimgate::{Issuer, KeySet, Policy, Untrusted, Validation, signature::ring};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{AUDIENCE, THEN, header, jwk, key_set, policy, sample, sample_with, sign, sign_raw};

/// Cuts, overwrites and inserts.
fn mutations() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..4).prop_map(|edits| {
        edits.into_iter().map(|(place, kind, byte)| (place.index(1 << 16), kind, byte)).collect()
    })
}

fn mutate(text: &str, edits: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, kind, byte) in edits {
        let place = place % bytes.len().max(1);
        match kind {
            0 => bytes.truncate(place),
            1 => bytes.insert(place, *byte),
            // Structure is hit more often than by chance.
            2 => bytes.insert(place, b"\"{}[],:\\.*"[usize::from(*byte) % 10]),
            _ if place < bytes.len() => bytes[place] = *byte,
            _ => {}
        }
    }
    bytes
}

/// A value that a claim should not have.
fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[a-z_]{1,12}:[a-z%:@/]{0,12}".prop_map(Value::from),
        Just(Value::Null),
        Just(json!([])),
        Just(json!({ "a": [true] })),
    ]
}

proptest! {
    #[test]
    fn mutated_tokens_are_refused(edits in mutations()) {
        let good = sign(&sample());
        let bytes = mutate(&good, &edits);
        prop_assume!(bytes != good.as_bytes());
        let validation = Validation::new(Issuer::github(), AUDIENCE);
        let keys = key_set(validation.issuer(), &[jwk("rsa", json!({}))]);
        match Untrusted::parse(&bytes).map(|token| token.verify(&validation, &keys, THEN)) {
            Err(error) => prop_assert!(!error.to_string().is_empty()),
            Ok(Err(error)) => prop_assert!(!error.to_string().is_empty()),
            Ok(Ok(_)) => prop_assert!(false, "{} was verified", String::from_utf8_lossy(&bytes)),
        }
    }

    #[test]
    fn mutated_key_sets_and_policies_are_read_or_refused(edits in mutations()) {
        let set = json!({ "keys": [jwk("rsa", json!({})), jwk("p256", json!({})), jwk("ed25519", json!({}))] }).to_string();
        match KeySet::parse(&Issuer::github(), &mutate(&set, &edits), ring::ALL) {
            Ok(keys) => keys.skipped().iter().for_each(|key| assert!(!key.reason.to_string().is_empty())),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        let policy = include_str!("../../examples/deploy-gate/policy.json");
        if let Err(error) = Policy::parse(&mutate(policy, &edits)) {
            prop_assert!(error.to_string().len() > error.place().len());
        }
    }

    #[test]
    fn odd_claims_are_decided(claim in prop::sample::select(vec!["sub", "aud", "exp", "environment", "ref", "jti", "x"]), value in odd_value()) {
        let claims = sample_with(json!({ claim: value })).to_string();
        let token = sign_raw("rsa", "RS256", &header("rsa", "RS256"), claims.as_bytes());
        let validation = Validation::new(Issuer::github(), AUDIENCE);
        let keys = key_set(validation.issuer(), &[jwk("rsa", json!({}))]);
        let rules = json!({ "allow": [
            { "repository_id": "74", "sub": { "glob": "repo:*/**:environment:*" }, "environment": "Prod" },
            { "repository_id": "74", "ref": { "glob": "refs/heads/*" }, "sub": "repo:octo-org@65/octo-repo@74:ref:refs/heads/main" },
        ] });
        let message = match Untrusted::parse(&token).unwrap().verify(&validation, &keys, THEN) {
            Ok(verified) => policy(rules).authorize("deploy", verified).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        prop_assert!(!message.chars().any(char::is_control), "{message}");
    }
}
