//! JWK Sets: what makes a key usable is in the key alone, and no order of the keys and no broken one
//! among them changes it.

use std::collections::{BTreeMap, BTreeSet};

use claimgate::{
    Algorithm, Issuer, KeySet, Untrusted, Validation, VerifyError, json::Value, limits, signature::ring,
    test_exports::parse_json,
};
use serde_json::json;

use crate::{
    json::write,
    support::{AUDIENCE, NOW, encode, plain},
};

pub fn check(data: &[u8]) {
    let issuer = Issuer::github();
    let keys = match KeySet::parse(&issuer, data, ring::ALL) {
        Ok(keys) => keys,
        Err(error) => return plain(&error.to_string()),
    };
    let Ok(Value::Object(set)) = parse_json(data, limits::KEY_SET_DEPTH) else { panic!("not strict JSON") };
    let Some(Value::Array(members)) = set.get("keys") else { panic!("no keys") };
    let usable: BTreeMap<&str, Algorithm> = keys.usable().collect();
    let ambiguous: BTreeSet<&str> = keys.ambiguous().collect();
    assert!(ambiguous.iter().all(|kid| !usable.contains_key(kid)));
    check_skipped(&keys, members);

    // Each key alone says what it is in the set.
    let mut alone: BTreeMap<String, BTreeMap<String, Algorithm>> = BTreeMap::new();
    for member in members {
        let set = format!("{{\"keys\":[{}]}}", write(member));
        let only = KeySet::parse(&issuer, &set, ring::ALL).expect("a part of a set");
        assert_eq!(
            only.ambiguous().count() + usize::from(!only.skipped().is_empty()) + only.usable().count(),
            1
        );
        for (kid, algorithm) in only.usable() {
            check_key(member, kid, algorithm);
            alone.entry(kid.into()).or_default().insert(identity(member, algorithm), algorithm);
        }
    }
    for (kid, different) in &alone {
        match different.values().collect::<Vec<_>>()[..] {
            [one] => assert_eq!(usable.get(kid.as_str()), Some(one), "{kid}"),
            _ => assert!(ambiguous.contains(kid.as_str()), "{kid}"),
        }
    }
    assert_eq!(alone.len(), usable.len() + ambiguous.len());

    let reversed: Vec<String> = members.iter().rev().map(write).collect();
    let reversed = format!("{{\"keys\":[{}]}}", reversed.join(","));
    // Without white space it may be shorter, and with fewer escapes, but hardly longer.
    if reversed.len() <= limits::KEY_SET_BYTES {
        let reversed = KeySet::parse(&issuer, &reversed, ring::ALL).expect("the same set");
        assert!(reversed.usable().eq(keys.usable()) && reversed.ambiguous().eq(keys.ambiguous()));
        assert_eq!(reversed.skipped().len(), keys.skipped().len());
    }
    for (kid, algorithm) in usable.iter().take(2) {
        check_signature(&keys, kid, *algorithm);
    }
}

/// What makes two keys of one `kid` the same key. Their numbers have one spelling.
fn identity(member: &Value, algorithm: Algorithm) -> String {
    let jwk: serde_json::Value = serde_json::from_str(&write(member)).unwrap();
    let numbers = ["n", "e", "x", "y"].map(|name| jwk[name].to_string());
    [algorithm.name(), &numbers.join(" ")].join(" ")
}

fn check_skipped(keys: &KeySet, members: &[Value]) {
    assert!(keys.skipped().len() <= limits::SKIPPED_KEYS);
    assert!(keys.skipped().is_sorted_by_key(|key| key.index));
    for key in keys.skipped() {
        plain(&key.reason.to_string());
        let kid = match &members[key.index] {
            Value::Object(jwk) => jwk.get("kid").and_then(Value::as_str),
            _ => None,
        };
        assert_eq!(key.kid.as_deref(), kid);
    }
}

/// What every usable key has, read by `serde_json`.
fn check_key(member: &Value, kid: &str, algorithm: Algorithm) {
    let jwk: serde_json::Value = serde_json::from_str(&write(member)).unwrap();
    assert_eq!(jwk["kid"], kid);
    assert!((1..=limits::KEY_ID_BYTES).contains(&kid.len()));
    assert!(jwk.get("alg").is_none_or(|alg| alg == algorithm.name()));
    assert!(jwk.get("use").is_none_or(|purpose| purpose == "sig"));
    assert!(["d", "p", "q", "dp", "dq", "qi", "oth"].iter().all(|name| jwk.get(name).is_none()));
    let kinds = [
        ("RS", "RSA", None),
        ("PS", "RSA", None),
        ("ES256", "EC", Some("P-256")),
        ("ES384", "EC", Some("P-384")),
        ("EdDSA", "OKP", Some("Ed25519")),
    ];
    let (_, kty, crv) = kinds.iter().find(|(alg, ..)| algorithm.name().starts_with(alg)).unwrap();
    assert!(jwk["kty"] == *kty && crv.is_none_or(|crv| jwk["crv"] == crv), "{jwk}");
}

/// With no key a signature of nothing holds, even of a key that is no point on its curve.
fn check_signature(keys: &KeySet, kid: &str, algorithm: Algorithm) {
    let header = json!({ "alg": algorithm.name(), "kid": kid }).to_string();
    for length in [0, 64, 96, 256] {
        for byte in [0, 1, 0xff] {
            let token = format!("{}.e30.{}", encode(&header), encode(vec![byte; length]));
            let token = Untrusted::parse(&token).unwrap();
            let verdict = token.verify(&Validation::new(Issuer::github(), AUDIENCE), keys, NOW);
            assert!(
                matches!(verdict, Err(VerifyError::Signature | VerifyError::ShortSignature { .. })),
                "{:?}",
                verdict.map(drop)
            );
        }
    }
}
