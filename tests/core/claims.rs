use std::time::Duration;

use claimgate::{Claim, Code, Issuer, UnixTime, Validation, VerifyError, json::Value as JsonValue, limits};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, sample, sample_with, verify, verify_with};

#[test]
fn every_claim_of_the_table_is_typed_and_unknown_ones_are_kept() {
    let mut claims = sample_with(json!({ "repo_property_team": "web", "later": { "a": [1] } }));
    for claim in Claim::ALL {
        // Leave those that `sub` is compared with.
        if claims.get(claim.name()).is_none() {
            claims[claim.name()] = json!(format!("value of {}", claim.name()));
        }
    }
    let verified = verify(&claims).unwrap();
    let typed = verified.claims();
    for claim in Claim::ALL {
        let name = claimgate::ClaimName::from_name(claim.name()).unwrap();
        assert_eq!(typed.get(&name), claims[claim.name()].as_str(), "{}", claim.name());
    }
    assert_eq!(
        (typed.git_ref(), typed.head_ref(), typed.check_run_id()),
        (Some("refs/heads/main"), Some(""), Some("value of check_run_id"))
    );
    assert_eq!(
        (typed.iss(), typed.sub(), typed.jti()),
        (
            "https://token.actions.githubusercontent.com",
            "repo:octo-org/octo-repo:environment:prod",
            "example-id"
        )
    );
    assert_eq!(
        (typed.exp(), typed.nbf(), typed.iat()),
        (
            UnixTime::from_secs(1_632_493_867),
            Some(UnixTime::from_secs(1_632_492_967)),
            UnixTime::from_secs(1_632_493_567)
        )
    );
    let signed: Value = serde_json::from_str(verified.claims_json()).unwrap();
    assert_eq!(signed, claims);
    assert_eq!(typed.repo_properties().collect::<Vec<_>>(), [("team", "web")]);
    let [(name, JsonValue::Object(_))] = typed.other() else { panic!("{:?}", typed.other()) };
    assert_eq!(name, "later");
}

#[test]
fn what_is_required_is_required_and_typed() {
    for claim in ["iss", "sub", "aud", "exp", "iat", "jti"] {
        let error = verify(&sample_with(json!({ claim: null }))).unwrap_err();
        assert_eq!((error.code(), error.claim().as_deref()), (Code::ClaimMissing, Some(claim)));
    }
    assert!(verify(&sample_with(json!({ "nbf": null }))).is_ok());
    for (claim, value) in [
        ("exp", json!("1632493867")),
        ("exp", json!(1_632_493_867.5)),
        ("exp", json!(1e300)),
        ("exp", json!(-1)),
        ("exp", json!(limits::NUMERIC_DATE + 1)),
        ("iat", json!([])),
        ("nbf", json!(true)),
        ("iss", json!(["https://token.actions.githubusercontent.com"])),
        ("sub", json!(7)),
        ("jti", json!({})),
        ("aud", json!([])),
        ("aud", json!([AUDIENCE, 7])),
        ("aud", json!({})),
        ("repository_id", json!(74)),
        ("ref_protected", json!(true)),
        ("repo_property_team", json!(["web"])),
    ] {
        let error = verify(&sample_with(json!({ claim: value }))).unwrap_err();
        assert_eq!((error.code(), error.claim().as_deref()), (Code::ClaimMalformed, Some(claim)), "{value}");
    }
    // A member with the value null is not an absent one.
    let mut claims = sample();
    claims["nbf"] = Value::Null;
    assert_eq!(verify(&claims).unwrap_err().code(), Code::ClaimMalformed);
}

#[test]
fn times_hold_to_the_second_with_the_leeway() {
    let (nbf, iat, exp) = (1_632_492_967, 1_632_493_567, 1_632_493_867);
    let code = |leeway: u64, maximum: Option<u64>, now: u64, claims: &Value| {
        let mut validation =
            Validation::new(Issuer::github(), AUDIENCE).with_leeway(Duration::from_secs(leeway)).unwrap();
        if let Some(seconds) = maximum {
            validation = validation.with_maximum_age(Duration::from_secs(seconds));
        }
        verify_with(&validation, claims, UnixTime::from_secs(now)).err().map(|error| error.code())
    };
    let sample = sample();
    for leeway in [0, 60, 300] {
        assert_eq!(code(leeway, None, exp + leeway - 1, &sample), None);
        assert_eq!(code(leeway, None, exp + leeway, &sample), Some(Code::TokenExpired));
        assert_eq!(code(leeway, None, iat - leeway, &sample), None);
        assert_eq!(code(leeway, None, iat - leeway - 1, &sample), Some(Code::TokenIssuedInFuture));
        let late = sample_with(json!({ "nbf": iat + 100 }));
        assert_eq!(code(leeway, None, iat + 100 - leeway, &late), None);
        assert_eq!(code(leeway, None, iat + 100 - leeway - 1, &late), Some(Code::TokenNotYetValid));
        let long = sample_with(json!({ "exp": exp + 100_000 }));
        assert_eq!(code(leeway, Some(600), iat + 600, &long), None);
        assert_eq!(code(leeway, Some(600), iat + 600 + 1, &long), Some(Code::TokenTooOld));
    }
    assert_eq!(code(60, None, nbf, &sample), Some(Code::TokenIssuedInFuture));
    assert_eq!(code(60, None, u64::MAX, &sample), Some(Code::TokenExpired));
    assert_eq!(code(60, None, 0, &sample), Some(Code::TokenNotYetValid));
}

#[test]
fn fractions_of_a_second_count() {
    let (iat, exp) = (1_632_493_567, 1_632_493_867);
    let github = || Validation::new(Issuer::github(), AUDIENCE);
    let code = |validation: &Validation, now: u64| {
        verify_with(validation, &sample(), UnixTime::from_secs(now)).err().map(|error| error.code())
    };
    let tolerant = github().with_leeway(Duration::from_millis(1500)).unwrap();
    assert_eq!((code(&tolerant, exp + 1), code(&tolerant, exp + 2)), (None, Some(Code::TokenExpired)));
    assert_eq!((code(&tolerant, iat - 1), code(&tolerant, iat - 2)), (None, Some(Code::TokenIssuedInFuture)));
    let young = github().with_maximum_age(Duration::from_millis(1500));
    assert_eq!((code(&young, iat + 1), code(&young, iat + 2)), (None, Some(Code::TokenTooOld)));
    assert!(github().with_leeway(limits::MAXIMUM_LEEWAY).is_ok());
    let error = github().with_leeway(limits::MAXIMUM_LEEWAY + Duration::from_nanos(1)).unwrap_err();
    assert_eq!(error.to_string(), "a leeway of 301 s is too long, it may be at most 300 s");
}

#[test]
fn issuer_and_audience_are_compared_byte_for_byte() {
    for iss in [
        "https://token.actions.githubusercontent.com/",
        "https://TOKEN.actions.githubusercontent.com",
        "http://token.actions.githubusercontent.com",
        "https://token.actions.githubusercontent.com.evil.example",
        "https://token.actions.githubusercontent.com/acme",
        "https://token.actions.githubusercontent.com/acme/../other",
        "",
    ] {
        assert_eq!(
            verify(&sample_with(json!({ "iss": iss }))).unwrap_err().code(),
            Code::IssuerMismatch,
            "{iss}"
        );
    }
    let acme = sample_with(json!({ "iss": "https://token.actions.githubusercontent.com/acme" }));
    let error = verify(&acme).unwrap_err().to_string();
    assert!(error.ends_with("(the enterprise has an issuer of its own, name it in the policy)"), "{error}");
    assert!(verify(&sample_with(json!({ "aud": ["https://other.example.com", AUDIENCE] }))).is_ok());
    for (aud, hint) in [
        ("https://github.com/octo-org/", "the values differ in a `/` at the end only"),
        ("https://github.com/Octo-Org", "the values differ in case only, and case counts"),
        (
            "https://github.com/hubot",
            "that is github's default, let the job ask for its token with the audience",
        ),
    ] {
        let owner = aud.trim_start_matches("https://github.com/").trim_end_matches('/');
        let error = verify(&sample_with(json!({ "aud": aud, "repository_owner": owner }))).unwrap_err();
        assert!(matches!(error, VerifyError::Audience { .. }));
        let hidden = error.clone().without_expectations().to_string();
        assert!(
            hidden.starts_with(&format!("`aud` is `{aud}`, which is not the expected audience")),
            "{hidden}"
        );
        assert_eq!(error.to_string(), format!("`aud` must be `{AUDIENCE}`, not `{aud}` ({hint})"));
    }
}

#[test]
fn an_issuer_is_parsed_from_its_exact_text_only() {
    for issuer in [
        Issuer::github(),
        Issuer::enterprise("acme").unwrap(),
        Issuer::ghes("github.example.com").unwrap(),
        Issuer::ghes("a.example:8443").unwrap(),
        Issuer::ghe("octocorp").unwrap(),
        Issuer::ghe_enterprise("octocorp").unwrap(),
        Issuer::loopback(8788),
    ] {
        assert_eq!(Issuer::parse(issuer.as_str()), Ok(issuer.clone()), "{issuer}");
    }
    for iss in [
        "",
        "https://",
        "token.actions.githubusercontent.com",
        "http://token.actions.githubusercontent.com",
        "https://token.actions.githubusercontent.com/",
        "https://Token.actions.githubusercontent.com",
        "https://token.actions.githubusercontent.com/acme/",
        "https://token.actions.githubusercontent.com/acme/../other",
        "https://token.actions.githubusercontent.com.evil.example",
        "https://token.actions.githubusercontent.com.evil.example/_services/token",
        "https://token.actions.githubusercontent.com@evil.example/_services/token",
        "https://token.actions.githubusercontent.com:443",
        "https://user@github.example.com/_services/token",
        "https://github.example.com/_services/token/",
        "https://github.example.com/x/_services/token",
        "https://github.example.com#/_services/token",
        "https://GitHub.example.com/_services/token",
        "https://token.actions.octocorp.ghe.com/other",
        "https://token.actions.octocorp.ghe.com/octocorp/",
        "https://token.actions.octocorp.ghe.com.evil.example",
        "https://token.actions.a.b.ghe.com",
        "https://token.actions..ghe.com",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:08788",
        "http://127.0.0.1:+8788",
        "http://127.0.0.1:8788/",
        "http://127.0.0.1:65536",
        "http://localhost:8788",
    ] {
        assert!(Issuer::parse(iss).is_err(), "{iss}");
    }
}

#[test]
fn every_claim_has_a_group_and_one_sentence() {
    let mut groups: Vec<_> = Claim::ALL.iter().map(|claim| claim.group()).collect();
    groups.dedup();
    let expected = ["actor and run", "git and event", "repository", "enterprise", "workflow", "environment"];
    assert_eq!(groups, expected);
    let lines: Vec<_> = Claim::TABLE.lines().collect();
    assert_eq!(lines.len(), 7 + Claim::ALL.len() + 1);
    for (line, claim) in lines.iter().skip(7).zip(Claim::ALL) {
        assert_eq!(*line, format!("{}\t{}\t {}", claim.name(), claim.group(), claim.description()));
    }
    for line in lines {
        let text = line.split('\t').nth(2).unwrap().trim();
        assert!(text.starts_with(char::is_uppercase) && text.ends_with('.'), "{text}");
    }
}
