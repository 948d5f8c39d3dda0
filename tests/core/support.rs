//! A job's token as GitHub would sign it, with the test keys.

use ::ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        RsaKeyPair,
    },
};
use claimgate::{
    Authorized, Denial, GithubClaims, Issuer, KeySet, Policy, UnixTime, Untrusted, Validation, Verified,
    VerifyError, signature::ring,
};
use serde_json::{Value, json};

/// While the documentation's sample token is valid.
pub(crate) const THEN: UnixTime = UnixTime::from_secs(1_632_493_600);
pub(crate) const AUDIENCE: &str = "https://github.com/octo-org";

pub(crate) fn sample() -> Value {
    serde_json::from_str(include_str!("../vectors/sample-claims.json")).unwrap()
}

/// The sample's claims with some of them changed; null removes one.
pub(crate) fn sample_with(changes: Value) -> Value {
    let mut claims = sample();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    claims
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/keys.json")).unwrap()
}

/// The public JWK of a test key, with some of its members changed; null removes one.
pub(crate) fn jwk(name: &str, changes: Value) -> Value {
    let mut jwk = vectors()[name]["jwk"].clone();
    for (member, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => jwk.as_object_mut().unwrap().remove(member),
            value => jwk.as_object_mut().unwrap().insert(member.clone(), value.clone()),
        };
    }
    jwk
}

pub(crate) fn key_set(issuer: &Issuer, keys: &[Value]) -> KeySet {
    KeySet::parse(issuer, &json!({ "keys": keys }).to_string(), ring::ALL).unwrap()
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.as_ref().chunks(3) {
        let bits =
            chunk.iter().chain([0, 0].iter()).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for index in 0..=chunk.len() {
            text.push(char::from(alphabet[(bits >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = text.chars().flat_map(|c| {
        let value = alphabet.find(c).unwrap();
        (0..6).rev().map(move |bit| value >> bit & 1)
    });
    let bits: Vec<usize> = bits.collect();
    bits.chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::try_from(*bit).unwrap()))
        .collect()
}

/// Signs header and payload as they are, strict or not.
pub(crate) fn sign_raw(key: &str, alg: &str, header: &str, payload: &[u8]) -> String {
    let input = format!("{}.{}", encode(header), encode(payload));
    let pkcs8 = decode(vectors()[key]["pkcs8"].as_str().unwrap());
    let random = SystemRandom::new();
    let message = input.as_bytes();
    let rsa = |padding: &'static dyn ::ring::signature::RsaEncoding| {
        let pair = RsaKeyPair::from_pkcs8(&pkcs8).unwrap();
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(padding, &random, message, &mut signature).unwrap();
        signature
    };
    let ecdsa = |algorithm| {
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8, &random).unwrap();
        pair.sign(&random, message).unwrap().as_ref().to_vec()
    };
    let signature = match alg {
        "RS256" => rsa(&::ring::signature::RSA_PKCS1_SHA256),
        "RS384" => rsa(&::ring::signature::RSA_PKCS1_SHA384),
        "RS512" => rsa(&::ring::signature::RSA_PKCS1_SHA512),
        "PS256" => rsa(&::ring::signature::RSA_PSS_SHA256),
        "PS384" => rsa(&::ring::signature::RSA_PSS_SHA384),
        "PS512" => rsa(&::ring::signature::RSA_PSS_SHA512),
        "ES256" => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
        "ES384" => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
        _ => Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8).unwrap().sign(message).as_ref().to_vec(),
    };
    format!("{input}.{}", encode(signature))
}

pub(crate) fn header(key: &str, alg: &str) -> String {
    json!({ "typ": "JWT", "alg": alg, "kid": key }).to_string()
}

pub(crate) fn sign(claims: &Value) -> String {
    sign_raw("rsa", "RS256", &header("rsa", "RS256"), claims.to_string().as_bytes())
}

pub(crate) fn verify_with(
    validation: &Validation,
    claims: &Value,
    now: UnixTime,
) -> Result<Verified<GithubClaims>, VerifyError> {
    let keys = key_set(validation.issuer(), &[jwk("rsa", json!({}))]);
    Untrusted::parse(&sign(claims)).unwrap().verify(validation, &keys, now)
}

/// Verifies claims as those of github.com, for the sample's audience, while the sample is valid.
pub(crate) fn verify(claims: &Value) -> Result<Verified<GithubClaims>, VerifyError> {
    verify_with(&Validation::new(Issuer::github(), AUDIENCE), claims, THEN)
}

/// A policy for the sample's audience with one role, `deploy`.
pub(crate) fn policy(role: Value) -> Policy {
    let mut role = role;
    role["issuer"] = json!("github");
    let policy = json!({
        "version": 1,
        "audience": AUDIENCE,
        "issuers": { "github": { "kind": "github" } },
        "roles": { "deploy": role },
    });
    Policy::parse(&policy.to_string()).unwrap()
}

pub(crate) fn authorize(role: Value, claims: &Value) -> Result<Authorized, Denial> {
    policy(role).authorize("deploy", verify(claims).unwrap())
}
