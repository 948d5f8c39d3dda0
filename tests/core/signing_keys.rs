//! The keys that sign access tokens, through their rotation; and their tokens, when they come back.

use claimgate::{AccessTokenRequest, Minter, SigningKeySlot, SigningKeys, SigningKeysError, UnixTime};
use serde_json::{Value, json};

use crate::support::{self, THEN, sample};

const ISSUER: &str = "https://tokens.example.com";

/// RFC 8037, appendix A.1, and RFC 8032, section 7.1, tests 2 and 3.
const ED25519: [(&str, &str); 3] = [
    ("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
    ("TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs", "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"),
    ("xaqN9D-fg3vtt0QvMdy3sWbThTUHbwlLhc46LgtEWPc", "_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU"),
];

fn key(index: usize) -> Value {
    let (d, x) = ED25519[index];
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": format!("key-{index}"), "d": d, "x": x })
}

fn public(index: usize) -> Value {
    let mut jwk = key(index);
    jwk.as_object_mut().unwrap().remove("d");
    jwk
}

fn retired(index: usize, exp: u64) -> Value {
    let mut jwk = public(index);
    jwk["exp"] = json!(exp);
    jwk
}

fn minter(keys: &Value) -> Minter {
    Minter::new(ISSUER, SigningKeys::parse(&keys.to_string()).unwrap())
}

fn token(minter: &Minter) -> String {
    let grant = json!({ "audience": "https://api.example.com", "scope": ["deploy:write"], "ttl": 600 });
    let role = json!({ "allow": [{ "repository_id": "74" }], "grant": grant });
    let job = support::authorize(role, &sample()).unwrap();
    minter.mint(job, &AccessTokenRequest::default(), THEN, "an-id").unwrap().into_string()
}

fn at(seconds: u64) -> UnixTime {
    UnixTime::from_secs(THEN.as_secs() + seconds)
}

#[test]
fn tokens_outlive_a_rotation_and_are_known_before_it() {
    let before = minter(&json!({ "current": key(0), "next": key(1) }));
    let after = minter(&json!({ "current": key(1), "next": key(2),
        "retired": [retired(0, at(700).as_secs())] }));
    let kids = |minter: &Minter, now| {
        let jwks: Value = serde_json::from_str(&minter.keys().public_jwks(now)).unwrap();
        let keys = jwks["keys"].as_array().unwrap().clone();
        assert!(
            keys.iter().all(|jwk| jwk.get("d").is_none() && jwk["use"] == "sig" && jwk["alg"] == "EdDSA")
        );
        keys.iter().map(|jwk| jwk["kid"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(kids(&before, THEN), ["key-0", "key-1"]);
    assert_eq!(kids(&after, THEN), ["key-1", "key-2", "key-0"]);
    assert_eq!(kids(&after, at(700)), ["key-1", "key-2"]);
    let (old, new) = (token(&before), token(&after));
    // Each side of a rotation knows the other's tokens.
    for minter in [&before, &after] {
        for token in [&old, &new] {
            let issued = minter.verify(token, at(599)).expect("a token of this minter");
            assert_eq!((issued.id(), issued.audience()), ("an-id", "https://api.example.com"));
            assert_eq!(issued.expires(), at(600));
            assert_eq!(
                issued.claims().get("iss").and_then(claimgate::json::Value::as_str),
                Some("https://tokens.example.com")
            );
            assert!(minter.verify(token, at(600)).is_none(), "it is over");
        }
    }
    assert!(minter(&json!({ "current": key(2) })).verify(&old, THEN).is_none());
}

#[test]
fn foreign_tokens_are_rejected() {
    let ours = minter(&json!({ "current": key(0) }));
    let token = token(&ours);
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let elsewhere = Minter::new(
        "https://other.example",
        SigningKeys::parse(&json!({ "current": key(0) }).to_string()).unwrap(),
    );
    assert!(elsewhere.verify(&token, THEN).is_none(), "the same key, for another issuer");
    for forged in [
        String::new(),
        "..".into(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}.{signature}="),
        format!("{header}.{payload}.{signature}.{signature}"),
        format!("{payload}.{header}.{signature}"),
        format!("{header}.{payload}A.{signature}"),
        format!("{header}=.{payload}.{signature}"),
        format!(" {token}"),
        format!("{token}\n"),
        // The same header with its members in another order: what it says is not even read.
        format!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSIsImtpZCI6ImtleS0wIn0.{payload}.{signature}"),
        "a".repeat(1 << 20),
        support::sign(&sample()),
    ] {
        assert!(ours.verify(&forged, THEN).is_none(), "{forged}");
    }
}

#[test]
fn a_document_says_what_is_wrong_and_where_but_nothing_of_its_keys() {
    let broken = |keys: Value| SigningKeys::parse(&keys.to_string()).unwrap_err();
    let slot = |keys: Value| broken(keys).slot().map(|slot| slot.to_string());
    assert_eq!(broken(json!({})), SigningKeysError::NoCurrent);
    assert_eq!(broken(json!({ "current": key(0), "nxt": key(1) })), SigningKeysError::UnknownMember);
    assert_eq!(broken(json!({ "current": key(0), "next": key(0) })), SigningKeysError::KidTwice);
    assert_eq!(broken(json!({ "current": key(0), "retired": {} })), SigningKeysError::RetiredNoList);
    assert_eq!(slot(json!({ "current": public(0) })).as_deref(), Some("current"));
    assert_eq!(slot(json!({ "current": key(0), "next": 5 })).as_deref(), Some("next"));
    let symmetric = json!({ "kty": "oct", "kid": "a", "k": "AAAA" });
    let error = broken(json!({ "current": key(0), "retired": [public(1), symmetric] }));
    assert_eq!(error.slot(), Some(SigningKeySlot::Retired(1)));
    assert!(
        error.to_string().starts_with("`retired[1]`: the signing key is of a kind that does not sign here")
    );
    let milliseconds = retired(1, THEN.as_secs() * 1000);
    assert_eq!(slot(json!({ "current": key(0), "retired": [milliseconds] })).as_deref(), Some("retired[0]"));

    let keys = SigningKeys::parse(&json!({ "current": key(0), "retired": [key(1)] }).to_string()).unwrap();
    let shown = format!("{keys:?} {}", keys.public_jwks(THEN));
    assert!(ED25519.iter().all(|(d, _)| !shown.contains(d)), "{shown}");
}
