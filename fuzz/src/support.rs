//! What several targets need: a job's claims, tokens with the tests' keys, and what messages may say.

use std::sync::LazyLock;

use ::ring::signature::Ed25519KeyPair;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use claimgate::{GithubClaims, Issuer, KeySet, UnixTime, Untrusted, signature::ring};
use serde_json::{Value, json};

/// While the documentation's sample token is valid.
pub(crate) const THEN: u64 = 1_632_493_600;
pub(crate) const NOW: UnixTime = UnixTime::from_secs(THEN);
/// That of the sample.
pub(crate) const AUDIENCE: &str = "https://github.com/octo-org";

/// The documentation's sample.
pub(crate) static SAMPLE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../tests/vectors/sample-claims.json")).unwrap());

/// The tests' keys.
pub(crate) static KEYS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../tests/vectors/keys.json")).unwrap());

static PAIR: LazyLock<Ed25519KeyPair> = LazyLock::new(|| {
    let pkcs8 = decode(KEYS["ed25519"]["pkcs8"].as_str().unwrap());
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8).unwrap()
});

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// The sample with some claims changed; null removes one.
pub(crate) fn sample_with(changes: Value) -> Value {
    let mut claims = SAMPLE.clone();
    for (name, value) in changes.as_object().unwrap() {
        set(&mut claims, name, value.clone());
    }
    claims
}

pub(crate) fn set(claims: &mut Value, name: &str, value: Value) {
    let claims = claims.as_object_mut().unwrap();
    match value {
        Value::Null => claims.remove(name),
        value => claims.insert(name.into(), value),
    };
}

/// A token of Ed25519 with this payload, whatever it is.
pub(crate) fn sign(payload: &[u8]) -> String {
    let header = r#"{"typ":"JWT","alg":"EdDSA","kid":"ed25519"}"#;
    let message = format!("{}.{}", encode(header), encode(payload));
    let signature = encode(PAIR.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// What verifies it.
pub(crate) fn key_set(issuer: &Issuer) -> KeySet {
    let set = json!({ "keys": [KEYS["ed25519"]["jwk"]] }).to_string();
    KeySet::parse(issuer, &set, ring::ALL).unwrap()
}

/// Claims that nobody has verified.
pub(crate) fn unverified(claims: &Value) -> Option<GithubClaims> {
    let token = format!("eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.{}.", encode(claims.to_string()));
    Untrusted::parse(&token).ok()?.github_claims_unverified().ok()
}

/// That a message says something, on one line, and that nothing in it hides or reorders what it says.
pub(crate) fn plain(message: &str) {
    let deceives = |character: char| {
        character.is_control()
            || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!message.is_empty() && !message.chars().any(deceives), "{message:?}");
    assert!(message.len() <= 64 * 1024, "a message of {} bytes", message.len());
}

/// Changes `bytes` as `edits` say, three bytes each: what to do and the place, and with which byte.
pub(crate) fn edit(bytes: &mut Vec<u8>, edits: &[u8]) {
    for edit in edits.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([edit[0], edit[1] & 0x3f])) % (bytes.len() + 1);
        match edit[1] >> 6 {
            0 => bytes.insert(place, edit[2]),
            1 => bytes.truncate(place.max(1)),
            _ if place == bytes.len() => {}
            2 => bytes[place] ^= edit[2],
            _ => drop(bytes.remove(place)),
        }
    }
}
