//! The whole verification: a token is accepted as it was signed, byte for byte, and only with claims that
//! another reader finds to be what was asked for.

use std::sync::LazyLock;

use claimgate::{
    Claim, ClaimName, Code, GithubClaims, Issuer, KeySet, Untrusted, Validation, Verified,
    json::Value as Strict, limits, test_exports::parse_json,
};
use serde_json::Value;

use crate::{
    json::assert_agreement,
    support::{AUDIENCE, NOW, SAMPLE, THEN, decode, edit, encode, key_set, plain, sign},
};

static KEY_SET: LazyLock<KeySet> = LazyLock::new(|| key_set(&Issuer::github()));
static TOKEN: LazyLock<String> = LazyLock::new(|| sign(SAMPLE.to_string().as_bytes()));

/// A byte that chooses, then changes to a good token, or to its parts; or the claims of another.
pub fn check(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else { return };
    match choice % 4 {
        0 => {
            let mut token = TOKEN.clone().into_bytes();
            edit(&mut token, data);
            check_changed(&token);
        }
        1 => {
            // Of a part that is decoded, so that it is base64url again.
            let mut parts: Vec<Vec<u8>> = TOKEN.split('.').map(decode).collect();
            edit(&mut parts[usize::from(choice >> 2) % 3], data);
            check_changed(parts.iter().map(encode).collect::<Vec<_>>().join(".").as_bytes());
        }
        2 => check_changed(data),
        _ => check_claims(data),
    }
}

fn verify(token: &[u8]) -> Result<Verified<GithubClaims>, (Code, String)> {
    let token = Untrusted::parse(token).map_err(|error| (error.code(), error.to_string()))?;
    let validation = Validation::new(Issuer::github(), AUDIENCE);
    token.verify(&validation, &KEY_SET, NOW).map_err(|error| {
        plain(&error.clone().without_expectations().to_string());
        (error.code(), error.to_string())
    })
}

fn check_changed(token: &[u8]) {
    match verify(token) {
        Ok(verified) => {
            assert_eq!(String::from_utf8_lossy(token), *TOKEN);
            assert_eq!(verified.claims_json(), SAMPLE.to_string());
        }
        Err((_, message)) => {
            plain(&message);
            assert_ne!(token, TOKEN.as_bytes(), "{message}");
        }
    }
}

fn check_claims(payload: &[u8]) {
    let token = sign(payload);
    if token.len() > limits::TOKEN_BYTES {
        return;
    }
    let claims = serde_json::from_slice::<Value>(payload).ok().filter(Value::is_object);
    match verify(token.as_bytes()) {
        Ok(verified) => {
            let claims = claims.expect("an object");
            assert_eq!(verified.claims_json().as_bytes(), payload);
            for code in [
                Code::IssuerMismatch,
                Code::AudienceMismatch,
                Code::TokenExpired,
                Code::TokenNotYetValid,
                Code::TokenIssuedInFuture,
                Code::ClaimMissing,
                Code::ClaimMalformed,
            ] {
                assert!(!is_so(code, &claims), "{code}");
            }
            check_typed(verified.claims(), &claims);
            assert_eq!(verified.audience(), AUDIENCE);
        }
        Err((code, message)) => {
            plain(&message);
            match code {
                Code::TokenJson => {
                    assert!(!matches!(parse_json(payload, limits::TOKEN_DEPTH), Ok(Strict::Object(_))))
                }
                code => assert!(is_so(code, &claims.expect("an object")), "{message}"),
            }
        }
    }
}

/// Whether what a code says is so.
fn is_so(code: Code, claims: &Value) -> bool {
    let (now, leeway) = (THEN, limits::DEFAULT_LEEWAY.as_secs());
    let time = |name: &str| claims.get(name).and_then(Value::as_u64);
    match code {
        Code::IssuerMismatch => claims["iss"] != Issuer::github().as_str(),
        Code::AudienceMismatch => {
            let aud = &claims["aud"];
            aud != AUDIENCE && !aud.as_array().is_some_and(|list| list.iter().any(|one| one == AUDIENCE))
        }
        Code::TokenExpired => time("exp").is_none_or(|exp| exp + leeway <= now),
        Code::TokenNotYetValid => time("nbf").is_some_and(|nbf| nbf > now + leeway),
        Code::TokenIssuedInFuture => time("iat").is_none_or(|iat| iat > now + leeway),
        Code::ClaimMissing => {
            ["iss", "sub", "aud", "exp", "iat", "jti"].iter().any(|name| claims.get(name).is_none())
        }
        Code::ClaimMalformed => is_malformed(claims),
        Code::SubjectContradiction => claims["sub"].as_str().is_some_and(|sub| !sub.is_empty()),
        _ => false,
    }
}

fn is_malformed(claims: &Value) -> bool {
    let is_time = |value: &Value| value.as_u64().is_some_and(|time| time <= limits::NUMERIC_DATE);
    let is_audience = |value: &Value| {
        let list = value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string));
        value.is_string() || list
    };
    claims.as_object().unwrap().iter().any(|(name, value)| match name.as_str() {
        "exp" | "iat" | "nbf" => !is_time(value),
        "aud" => !is_audience(value),
        "sub" | "jti" => value.as_str().is_none_or(str::is_empty),
        "iss" => !value.is_string(),
        name => {
            (Claim::from_name(name).is_some() || name.starts_with("repo_property_")) && !value.is_string()
        }
    })
}

/// The typed claims are those of the text.
fn check_typed(typed: &GithubClaims, claims: &Value) {
    let time = |name: &str| claims.get(name).and_then(Value::as_u64);
    assert_eq!(Some(typed.exp().as_secs()), time("exp"));
    assert_eq!(Some(typed.iat().as_secs()), time("iat"));
    assert_eq!(typed.nbf().map(|nbf| nbf.as_secs()), time("nbf"));
    assert!(claims["iss"] == typed.iss() && claims["sub"] == typed.sub() && claims["jti"] == typed.jti());
    assert!(!typed.sub().is_empty() && !typed.jti().is_empty());
    for claim in Claim::ALL {
        assert_eq!(
            typed.get(&ClaimName::Github(*claim)),
            claims.get(claim.name()).map(|value| value.as_str().unwrap())
        );
    }
    for (name, value) in typed.repo_properties() {
        assert_eq!(claims[format!("repo_property_{name}")], value);
    }
    for (name, value) in typed.other() {
        assert_agreement(value, &claims[name]);
    }
    let registered = ["exp", "iat", "nbf", "iss", "sub", "jti", "aud"];
    let count = registered.iter().filter(|name| claims.get(name).is_some()).count()
        + Claim::ALL.iter().filter(|claim| claims.get(claim.name()).is_some()).count()
        + typed.repo_properties().count()
        + typed.other().len();
    assert_eq!(claims.as_object().unwrap().len(), count);
}
