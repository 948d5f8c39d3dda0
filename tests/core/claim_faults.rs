//! The classes of faults that libraries of JWTs had with claims and issuers, where no other test has
//! them. SECURITY.md lists all of them, with examples.

use claimgate::{Code, Issuer, Policy, Verifier};
use serde_json::{Value, json};

use crate::{
    support::{AUDIENCE, THEN, header, jwk, key_set, sample, sample_with, sign_raw},
    token::verdict,
};

/// The verdict on a payload that is the sample's with one piece of its text replaced.
fn with_text(from: &str, to: &str) -> Option<Code> {
    let text = sample().to_string();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    verdict(&header("rsa", "RS256"), text.replace(from, to).as_bytes())
}

fn with_claims(changes: Value) -> Option<Code> {
    verdict(&header("rsa", "RS256"), sample_with(changes).to_string().as_bytes())
}

#[test]
fn dates_are_whole_seconds_and_nothing_that_looks_like_them() {
    let sample = sample();
    for claim in ["exp", "nbf", "iat"] {
        let now = sample[claim].to_string();
        let code = |text: &str| with_text(&format!("\"{claim}\":{now}"), &format!("\"{claim}\":{text}"));
        assert_eq!(code(&format!(" {now} ")), None);
        for text in [
            format!("\"{now}\""),
            format!("{now}.0"),
            format!("{now}.5"),
            format!("{now}e0"),
            format!("{now}000"),
            format!("-{now}"),
            format!("[{now}]"),
            format!("{{\"$numberLong\":\"{now}\"}}"),
            "1.632493867e9".into(),
            "-0".into(),
            "-1".into(),
            "1e307".into(),
            "1e-400".into(),
            "18446744073709551616".into(),
            "9".repeat(300),
            "true".into(),
            "false".into(),
            "null".into(),
            "\"\"".into(),
        ] {
            assert_eq!(code(&text), Some(Code::ClaimMalformed), "{claim}: {text}");
        }
        for text in [
            "1e400",
            "-1e400",
            "NaN",
            "Infinity",
            "01632493867",
            "+1632493867",
            "0x614e6e6b",
            "1632493867.",
            ".5",
            "1_0",
            "",
        ] {
            assert_eq!(code(text), Some(Code::TokenJson), "{claim}: {text}");
        }
    }
}

#[test]
fn a_claim_has_one_name() {
    for claim in ["iss", "sub", "aud", "exp", "iat", "jti"] {
        let member = format!("\"{claim}\":{}", sample()[claim]);
        let named = |name: &str| member.replacen(claim, name, 1);
        let (first, rest) = claim.split_at(1);
        for other in [
            format!("{}{rest}", first.to_uppercase()),
            claim.to_uppercase(),
            format!(" {claim}"),
            format!("{claim} "),
            format!("{claim}\\u0000"),
            format!("{claim}\\u200b"),
            format!("https://example.com/{claim}"),
            format!("claims.{claim}"),
        ] {
            assert_eq!(with_text(&member, &named(&other)), Some(Code::ClaimMissing), "{other:?}");
            // Beside the claim itself such a one says nothing.
            assert_eq!(with_text(&member, &format!("{member},\"{other}\":1")), None, "{other:?}");
        }
        // JSON's own second spelling of a name is that name, and twice the same is refused.
        let escaped = named(&format!("\\u{:04x}{rest}", u32::from(claim.as_bytes()[0])));
        assert_eq!(with_text(&member, &escaped), None);
        assert_eq!(with_text(&member, &format!("{member},{escaped}")), Some(Code::TokenJson));
        assert_eq!(with_text(&member, &format!("{escaped},{member}")), Some(Code::TokenJson));
    }
}

#[test]
fn issuer_and_audience_are_texts() {
    let iss = "https://token.actions.githubusercontent.com";
    for value in [
        json!([iss]),
        json!([[iss]]),
        json!([iss, "https://evil.example"]),
        json!({ "0": iss }),
        json!(7),
        json!(true),
    ] {
        assert_eq!(with_claims(json!({ "iss": value })), Some(Code::ClaimMalformed), "{value}");
    }
    for value in [
        json!([[AUDIENCE]]),
        json!([AUDIENCE, [AUDIENCE]]),
        json!([AUDIENCE, null]),
        json!([AUDIENCE, { "a": 1 }]),
        json!([AUDIENCE, true]),
        json!([null]),
        json!([]),
        json!({ "0": AUDIENCE, "length": 1 }),
        json!(7),
        json!(true),
    ] {
        assert_eq!(with_claims(json!({ "aud": value })), Some(Code::ClaimMalformed), "{value}");
    }
    for value in [
        json!(""),
        json!([""]),
        json!(["https://a.example", "https://b.example"]),
        json!(format!("{AUDIENCE},https://a.example")),
        json!(format!("{AUDIENCE} https://a.example")),
        json!(AUDIENCE.trim_end_matches('g')),
        json!(format!("{AUDIENCE}\0")),
        json!("*"),
    ] {
        assert_eq!(with_claims(json!({ "aud": value })), Some(Code::AudienceMismatch), "{value}");
    }
    // RFC 7519, section 4.1.3: one of several is enough.
    for value in [json!([AUDIENCE]), json!([AUDIENCE, AUDIENCE]), json!(["https://a.example", AUDIENCE])] {
        assert_eq!(with_claims(json!({ "aud": value })), None, "{value}");
    }
}

#[test]
fn what_looks_like_an_issuer_is_another_one() {
    let host = "token.actions.githubusercontent.com";
    assert_eq!(with_text(&format!("https://{host}"), &format!("https:\\/\\/{host}")), None);
    for iss in [
        format!("https://{host}@evil.example"),
        format!("https://evil.example@{host}"),
        format!("https://{host}.evil.example"),
        format!("https://evil.example/{host}"),
        format!("https://evil.example#https://{host}"),
        format!("https://evil{host}"),
        format!("https://{host}:443"),
        format!("https://{host}:"),
        format!("https://{host}."),
        format!("https://{host}/"),
        format!("https://{host}//"),
        format!("https://{host}/."),
        format!("https://{host}?"),
        format!("https://{host}#"),
        format!("https://{host}\0"),
        format!("https://{host}\n"),
        format!(" https://{host}"),
        format!("HTTPS://{host}"),
        format!("http://{host}"),
        format!("//{host}"),
        host.to_string(),
        format!("https://{}", host.to_uppercase()),
        format!("https://{}", host.replace('.', "%2e")),
        format!("https://{}", host.replace('.', "\u{ff0e}")),
        format!("https://{}", host.replacen('o', "\u{43e}", 1)),
        format!("https://{}", host.replacen("token", "xn--tken-56d", 1)),
        format!("https://{}", host.replacen("token", "to\u{200b}ken", 1)),
        // Enterprises have issuers of their own.
        format!("https://{host}/acme"),
        format!("https://{host}/%2e"),
        format!("https://{host}/acme/../"),
    ] {
        assert_eq!(with_claims(json!({ "iss": iss })), Some(Code::IssuerMismatch), "{iss:?}");
        let enterprise = Issuer::parse(&iss).is_ok();
        assert_eq!(enterprise, iss.ends_with("/acme"), "{iss:?}");
    }
}

/// The same `kid`, two issuers, a role of each: whatever was asked before, the keys are the role's.
#[test]
fn one_kid_of_two_issuers_is_two_keys() {
    let policy = json!({
        "version": 1,
        "audience": AUDIENCE,
        "issuers": { "github": { "kind": "github" }, "acme": { "kind": "github", "enterprise": "acme" } },
        "roles": {
            "deploy": { "issuer": "github", "allow": [{ "repository_id": "74" }] },
            "acme": { "issuer": "acme", "allow": [{ "repository_id": "74" }] },
        },
    });
    let (github, acme) = (Issuer::github(), Issuer::enterprise("acme").unwrap());
    let key = |name: &str| [jwk(name, json!({ "kid": "key" }))];
    let mut verifier = Verifier::new(Policy::parse(&policy.to_string()).unwrap());
    verifier.set_keys(key_set(&github, &key("rsa"))).unwrap();
    verifier.set_keys(key_set(&acme, &key("rsa-other"))).unwrap();
    let token = |issuer: &Issuer, key: &str| {
        let claims = sample_with(json!({ "iss": issuer.as_str() })).to_string();
        sign_raw(key, "RS256", &header("key", "RS256"), claims.as_bytes())
    };
    let cases = [
        ("deploy", token(&github, "rsa"), None),
        ("acme", token(&acme, "rsa-other"), None),
        ("acme", token(&acme, "rsa"), Some(Code::SignatureInvalid)),
        ("deploy", token(&github, "rsa-other"), Some(Code::SignatureInvalid)),
        ("acme", token(&github, "rsa-other"), Some(Code::IssuerMismatch)),
        ("deploy", token(&acme, "rsa"), Some(Code::IssuerMismatch)),
        ("acme", token(&github, "rsa"), Some(Code::SignatureInvalid)),
        ("deploy", token(&acme, "rsa-other"), Some(Code::SignatureInvalid)),
    ];
    for (role, token, expected) in cases.iter().chain(cases.iter().rev()) {
        let code = verifier.authorize(token, role, THEN).err().map(|refusal| refusal.code());
        assert_eq!(code, *expected, "{role}");
    }
}
