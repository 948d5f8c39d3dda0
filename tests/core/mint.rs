//! A job that has a role gets an access token, within what the role grants.

use ::ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey, VerificationAlgorithm};
use claimgate::{
    AccessToken, AccessTokenRequest, Algorithm, Authorized, Code, MintError, Minter, SigningKey,
    SigningKeyError,
};
use serde_json::{Value, json};

use crate::support::{self, THEN, decode, sample};

/// RFC 8037, appendix A.1.
fn ed25519() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": "now",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
}

/// RFC 7515, appendix A.3.
fn p256() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "kid": "now", "alg": "ES256",
        "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" })
}

fn key(jwk: &Value) -> Result<SigningKey, SigningKeyError> {
    SigningKey::from_jwk(&jwk.to_string())
}

fn job(grant: Option<Value>) -> Authorized {
    let mut role = json!({ "allow": [{ "repository_id": "74" }] });
    if let Some(grant) = grant {
        role["grant"] = grant;
    }
    support::authorize(role, &sample()).unwrap()
}

fn grant() -> Value {
    json!({ "audience": "https://api.example.com", "scope": ["deploy:write", "deploy:read"], "ttl": 600 })
}

fn mint(
    jwk: &Value,
    grant: Option<Value>,
    request: AccessTokenRequest<'_>,
) -> Result<AccessToken, MintError> {
    let minter = Minter::new("https://tokens.example.com", key(jwk).unwrap());
    minter.mint(job(grant), &request, THEN, "an-id")
}

/// Header and claims of a token that is signed by the key of this JWK.
fn verified(token: &str, algorithm: &'static dyn VerificationAlgorithm, jwk: &Value) -> (Value, Value) {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let coordinate = |name: &str| jwk[name].as_str().map(decode).unwrap_or_default();
    let point = if jwk["kty"] == "EC" { vec![4] } else { vec![] };
    let public = [point, coordinate("x"), coordinate("y")].concat();
    UnparsedPublicKey::new(algorithm, public).verify(message.as_bytes(), &decode(signature)).unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let json = |segment: &str| serde_json::from_slice(&decode(segment)).unwrap();
    (json(header), json(claims))
}

#[test]
fn an_access_token_is_a_jwt_of_rfc_9068() {
    for (jwk, algorithm, alg) in [
        (ed25519(), &ED25519 as &dyn VerificationAlgorithm, "EdDSA"),
        (p256(), &ECDSA_P256_SHA256_FIXED, "ES256"),
    ] {
        let token = mint(&jwk, Some(grant()), AccessTokenRequest::default()).unwrap();
        let (header, claims) = verified(token.as_str(), algorithm, &jwk);
        assert_eq!(header, json!({ "typ": "at+jwt", "alg": alg, "kid": "now" }));
        let sample = sample();
        let mut expected = json!({
            "iss": "https://tokens.example.com", "sub": sample["sub"], "aud": "https://api.example.com",
            "client_id": sample["sub"], "jti": "an-id", "scope": "deploy:write deploy:read", "role": "deploy",
            "job_issuer": "https://token.actions.githubusercontent.com",
            "iat": THEN.as_secs(), "exp": THEN.as_secs() + 600,
        });
        for name in [
            "repository",
            "repository_id",
            "repository_owner",
            "repository_owner_id",
            "environment",
            "ref",
            "sha",
            "event_name",
            "actor",
            "actor_id",
            "run_id",
            "run_attempt",
            "workflow_ref",
            "job_workflow_ref",
        ] {
            if let Some(value) = sample.get(name) {
                expected[name] = value.clone();
            }
        }
        assert_eq!(claims, expected);
        assert_eq!((token.lifetime(), token.job().rule().as_str()), (600, "allow[0]"));
    }
}

#[test]
fn the_signature_is_that_of_rfc_8037() {
    let signature =
        key(&ed25519()).unwrap().sign(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc").unwrap();
    let expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert_eq!(signature, decode(expected));
}

#[test]
fn scope_and_audience_stay_within_the_grant() {
    let asked = |audiences: &[&str], scope: Option<&str>| {
        let request = AccessTokenRequest { audiences, scope };
        mint(&ed25519(), Some(grant()), request)
            .map(|token| token.scope().join(" "))
            .map_err(|error| error.code())
    };
    let own = "https://api.example.com";
    assert_eq!(asked(&[own, own], None).as_deref(), Ok("deploy:write deploy:read"));
    assert_eq!(asked(&[], Some("deploy:read")).as_deref(), Ok("deploy:read"));
    assert_eq!(asked(&[], Some("deploy:read deploy:read")).as_deref(), Ok("deploy:read"));
    assert_eq!(asked(&[own, "https://other.example"], None), Err(Code::AudienceNotGranted));
    assert_eq!(asked(&[""], None), Err(Code::AudienceNotGranted));
    for scope in [
        "admin",
        "deploy:read admin",
        "Deploy:read",
        "deploy",
        "",
        " ",
        "deploy:read ",
        "deploy:read\tdeploy:write",
    ] {
        assert_eq!(asked(&[], Some(scope)), Err(Code::ScopeNotGranted), "{scope:?}");
    }
    let bare = mint(&ed25519(), None, AccessTokenRequest::default()).unwrap_err();
    assert_eq!(bare.to_string(), "the role `deploy` has no `grant`: it gives no access token");
}

#[test]
fn a_key_is_read_strictly_and_shown_to_nobody() {
    let with = |jwk: &Value, name: &str, value: Value| {
        let mut changed = jwk.clone();
        changed[name] = value;
        key(&changed).map(|key| key.algorithm())
    };
    assert_eq!(with(&ed25519(), "alg", json!("EdDSA")), Ok(Algorithm::EdDsa));
    assert_eq!(with(&p256(), "use", json!("sig")), Ok(Algorithm::Es256));
    for (jwk, name, value) in [
        (ed25519(), "kid", json!("")),
        (ed25519(), "kid", json!(5)),
        (ed25519(), "d", Value::Null),
        (ed25519(), "d", json!("AAAA")),
        (ed25519(), "d", p256()["d"].clone()),
        (ed25519(), "x", p256()["x"].clone()),
        (ed25519(), "alg", json!("ES256")),
        (ed25519(), "crv", json!("Ed448")),
        (ed25519(), "kty", json!("RSA")),
        (p256(), "d", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        (p256(), "y", p256()["x"].clone()),
        (p256(), "x", json!("AA")),
    ] {
        let error = with(&jwk, name, value.clone()).expect_err(name).to_string();
        for secret in [&jwk["d"], &value].into_iter().filter_map(Value::as_str).filter(|text| text.len() > 8)
        {
            assert!(!error.contains(secret), "{error}");
        }
    }
    let public = jwk_without(&ed25519(), "d");
    assert!(key(&public).unwrap_err().to_string().contains("it is a public key"));
    let twice = ed25519().to_string().replacen('{', "{\"kid\":\"x\",", 1);
    assert!(matches!(SigningKey::from_jwk(&twice), Err(SigningKeyError::Json { .. })));

    let key = key(&ed25519()).unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey { kid: \"now\", .. }");
    let mut expected = public;
    expected["alg"] = json!("EdDSA");
    expected["use"] = json!("sig");
    assert_eq!(serde_json::from_str::<Value>(key.public_jwk()).unwrap(), expected);
    let token = mint(&ed25519(), Some(grant()), AccessTokenRequest::default()).unwrap();
    assert!(!format!("{token:?}").contains(token.as_str()));
}

fn jwk_without(jwk: &Value, name: &str) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove(name);
    jwk
}
