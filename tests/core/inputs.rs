//! What people paste: `tests/vectors/inputs.json`, which the command line and the page read too.

use crate::support::{THEN, encode, jwk, key_set};
use claimgate::{Code, InputKind, Issuer, ParseError, Policy, Refusal, Untrusted, Verifier, token_in};
use proptest::prelude::*;
use serde_json::{Value, json};

struct Case {
    name: String,
    bytes: Vec<u8>,
    kind: Option<String>,
    is_taken: bool,
}

fn cases() -> (String, Vec<Case>) {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/inputs.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap().iter().map(|case| {
        let text = case["text"].as_str().unwrap();
        let units = || text.encode_utf16();
        Case {
            name: case["name"].as_str().unwrap().into(),
            bytes: match case["utf16"].as_str() {
                None => text.into(),
                Some("le") => [0xff, 0xfe].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect(),
                _ => [0xfe, 0xff].into_iter().chain(units().flat_map(u16::to_be_bytes)).collect(),
            },
            kind: case["kind"].as_str().map(Into::into),
            is_taken: case["taken"].as_bool().unwrap_or_default(),
        }
    });
    (vectors["token"].as_str().unwrap().into(), cases.collect())
}

#[test]
fn each_input_is_named_for_what_it_is() {
    for Case { name, bytes, kind, .. } in cases().1 {
        assert_eq!(InputKind::of(&bytes).map(InputKind::as_str), kind.as_deref(), "{name}");
    }
}

#[test]
fn the_token_is_taken_where_there_is_exactly_one() {
    let (token, cases) = cases();
    for Case { name, bytes, is_taken, .. } in cases {
        assert_eq!(token_in(&bytes) == token, is_taken, "{name}: {}", token_in(&bytes));
    }
}

#[test]
fn every_kind_of_input_has_a_case() {
    let (_, cases) = cases();
    for kind in InputKind::ALL {
        assert!(cases.iter().any(|case| case.kind.as_deref() == Some(kind.as_str())), "{kind}");
    }
}

#[test]
fn a_refusal_names_the_kind_of_input() {
    let policy = json!({
        "version": 1, "audience": "a", "issuers": { "github": { "kind": "github" } },
        "roles": { "deploy": { "issuer": "github", "allow": [{ "repository_id": "74" }] } },
    });
    let policy = Policy::parse(&policy.to_string()).unwrap();
    let keys = key_set(&Issuer::github(), &[jwk("rsa", json!({}))]);
    let mut verifier = Verifier::new(policy);
    verifier.set_keys(keys).unwrap();
    for Case { name, bytes, kind, .. } in cases().1 {
        let refusal = verifier.authorize(&bytes, "deploy", THEN).unwrap_err();
        let is_named =
            matches!(&refusal, Refusal::Input { kind: found, .. } if Some(found.as_str()) == kind.as_deref());
        assert_eq!(is_named, !matches!(kind.as_deref(), None | Some("token")), "{name}: {refusal}");
        let Refusal::Input { kind, .. } = &refusal else { continue };
        assert_eq!(refusal.code() == Code::TokenKind, kind.is_secret(), "{name}");
        assert!(!kind.is_secret() || refusal.to_string().contains("secret"), "{name}: {refusal}");
    }
}

#[test]
fn a_token_is_found_by_json_with_line_breaks_too() {
    let segments = ["{\n \"alg\": \"RS256\"\n}", "\n{\"iss\":\"a\"}", "signature"];
    let token = segments.map(encode).join(".");
    assert_eq!(InputKind::of(&token), Some(InputKind::Token));
    assert_eq!(token_in(format!("token: {token}, as of today").as_bytes()), token);
}

#[test]
fn a_text_that_is_nothing_known_keeps_the_error_of_the_parser() {
    assert_eq!(InputKind::of("garbage"), None);
    assert_eq!(Untrusted::parse("garbage").err(), Some(ParseError::Segments { found: 1 }));
}

proptest! {
    #[test]
    fn no_text_is_lost_or_taken_apart(text in r#"(ey[A-Za-z]{2,9}|[ ."'{}:,%&=\n*]|Bearer |[a-z]{1,4}|[\u{0}\u{feff}é\u{a0}\u{b}]){0,40}"#) {
        let found = token_in(text.as_bytes());
        let _ = InputKind::of(&text);
        // What is found is found again. With NUL in it, it could be UTF-16 once more.
        prop_assert!(found.contains('\0') || token_in(found.as_bytes()) == found, "{found:?}");
    }
}
