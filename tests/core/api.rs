//! What a Rust program expects of public types: `Debug` that is safe to log, `FromStr`, sources of errors.

use std::error::Error;

use claimgate::{
    AccessTokenRequest, Issuer, IssuerError, Minter, ParseError, Policy, PolicyError, Refusal, SigningKeys,
    SigningKeysError, Untrusted, Validation, Verifier, VerifyError,
};
use serde_json::json;

use crate::support::{
    AUDIENCE, THEN, authorize, header, jwk, key_set, policy, sample, sample_with, sign, sign_raw, verify,
};

#[test]
fn debug_output_has_no_tokens_and_no_rules() {
    let role = json!({ "allow": [{ "repository_id": "74", "environment": "prod" }], "deny": [{ "actor": "mallory" }],
        "grant": { "audience": "https://api.example.com" } });
    let token = sign(&sample());
    let mut verifier = Verifier::new(policy(role.clone()));
    verifier.set_keys(key_set(&Issuer::github(), &[jwk("rsa", json!({}))])).unwrap();
    let job = verifier.authorize(&token, "deploy", THEN).unwrap();
    let untrusted = Untrusted::parse(&token).unwrap();
    let claims = untrusted.github_claims_unverified().unwrap();
    let shown = [
        format!("{verifier:?}"),
        format!("{untrusted:?}"),
        format!("{job:?}"),
        format!("{claims:?}"),
        format!("{:?}", Validation::new(Issuer::github(), AUDIENCE)),
    ];
    let segments: Vec<&str> = token.split('.').collect();
    for shown in shown {
        assert!(segments.iter().all(|segment| !shown.contains(segment)), "{shown}");
        // A rule of the policy, and a claim that no one needs in a log.
        assert!(!shown.contains("mallory") && !shown.contains("run_id"), "{shown}");
    }
    let shown = format!("{:?}", verify(&sample()).unwrap());
    assert!(shown.contains("repo:octo-org/octo-repo:environment:prod"), "{shown}");
}

#[test]
fn debug_output_has_no_access_tokens_and_no_private_keys() {
    let d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    let keys = json!({ "current": { "kty": "OKP", "crv": "Ed25519", "kid": "a", "d": d,
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" } });
    let keys = SigningKeys::parse(&keys.to_string()).unwrap();
    let minter = Minter::new("https://tokens.example.com", keys);
    let role =
        json!({ "allow": [{ "repository_id": "74" }], "grant": { "audience": "https://api.example.com" } });
    let job = authorize(role, &sample()).unwrap();
    let token = minter.mint(job, &AccessTokenRequest::default(), THEN, "id").unwrap();
    let issued = minter.verify(token.as_str(), THEN).unwrap();
    let shown = format!("{minter:?} {token:?} {issued:?}");
    assert!(!shown.contains(d), "{shown}");
    assert!(token.as_str().split('.').all(|segment| !shown.contains(segment)), "{shown}");

    // A member that occurs twice may be a key in the wrong place.
    let error = SigningKeys::parse(&format!("{{\"{d}\":1,\"{d}\":2}}")).unwrap_err();
    assert!(matches!(error, SigningKeysError::Json { offset: 49 }), "{error:?}");
    assert!(!format!("{error:?} {error}").contains(d) && error.source().is_none());
}

#[test]
fn policies_and_issuers_are_parsed_by_from_str() {
    let error: PolicyError = "{}".parse::<Policy>().unwrap_err();
    assert_eq!(error.to_string(), Policy::parse("{}").unwrap_err().to_string());
    let policy = include_str!("../../examples/deploy-gate/policy.json");
    assert_eq!(
        policy.parse::<Policy>().unwrap().roles().count(),
        Policy::parse(policy).unwrap().roles().count()
    );

    assert_eq!(Issuer::github().as_str().parse(), Ok(Issuer::github()));
    let error: IssuerError = "https://evil.example".parse::<Issuer>().unwrap_err();
    assert_eq!(error.part, "iss");
    assert_eq!(
        error.to_string(),
        "`https://evil.example` is not the `iss` of GitHub, an Enterprise Server, GHE.com or a loopback issuer"
    );
}

#[test]
fn errors_have_sources() {
    let mut verifier = Verifier::new(policy(json!({ "allow": [{ "repository_id": "74" }] })));
    verifier.set_keys(key_set(&Issuer::github(), &[jwk("rsa", json!({}))])).unwrap();
    let sources = |token: &str| {
        let refusal = verifier.authorize(token, "deploy", THEN).unwrap_err();
        let mut names = Vec::new();
        let mut next = refusal.source();
        while let Some(error) = next {
            let debug = format!("{error:?}");
            names.push(debug.split([' ', '(', '{']).next().unwrap().to_string());
            next = error.source();
        }
        names
    };
    // A payload that is not JSON, malformed claims, a `sub` that contradicts the others, a denied job.
    assert_eq!(
        sources(&sign_raw("rsa", "RS256", &header("rsa", "RS256"), b"[]")),
        ["Claims", "Json", "JsonError"]
    );
    assert_eq!(sources(&sign(&sample_with(json!({ "exp": "1" })))), ["Claims", "Malformed"]);
    let contradiction = sample_with(json!({ "sub": "repo:octo-org/other:ref:refs/heads/main" }));
    assert_eq!(sources(&sign(&contradiction)), ["Subject", "Contradiction"]);
    assert_eq!(sources(&sign(&sample_with(json!({ "repository_id": "75" })))), ["NoRule"]);
    // Not base64url; a header that is not JSON; something else than a token.
    assert_eq!(sources("a=.b.c"), ["Base64Url", "Base64UrlError"]);
    assert_eq!(sources("YQ.YQ.YQ"), ["Json", "JsonError"]);
    assert_eq!(sources("https://example.com"), ["Token", "Segments"]);
    let wrapped = Refusal::Verify(VerifyError::Signature);
    assert!(wrapped.source().unwrap().is::<VerifyError>());
    assert!(Refusal::Token(ParseError::Segments { found: 1 }).source().unwrap().is::<ParseError>());
}
