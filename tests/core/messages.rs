//! What is wrong is said in a sentence, with its place and its byte.

use std::time::Duration;

use claimgate::{ClaimsError, Issuer, ParseError, Untrusted, Validation};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, encode, sample_with, verify};

fn refusal(token: &str) -> ParseError {
    Untrusted::parse(token).err().unwrap_or_else(|| panic!("{token} was parsed"))
}

#[test]
fn what_is_no_token_is_told_its_place_and_byte() {
    let header = encode(r#"{"alg":"RS256","kid":"a"}"#);
    let payload = header.len() + 1;
    for (token, place, offset, message) in [
        (String::new(), None, None, "the token is empty".to_string()),
        ("a".into(), None, None, "the token has 1 segment, a signed one has 3, joined by `.`".into()),
        ("a.b".into(), None, None, "the token has 2 segments, a signed one has 3, joined by `.`".into()),
        (
            "a.b.c.d.e".into(),
            None,
            None,
            "the token has 5 segments: it is encrypted (JWE), a signed one (JWS) has 3".into(),
        ),
        (
            "a".repeat(20_000),
            None,
            None,
            "the token has 20000 bytes, more than the 16384 that are read".into(),
        ),
        (
            "e30=.e30.".into(),
            Some("header"),
            Some(3),
            "the token's header is malformed at byte 3 of the token: padding `=` is not allowed".into(),
        ),
        (
            format!("{header}.e3+.AA"),
            Some("payload"),
            Some(payload + 2),
            format!(
                "the token's payload is malformed at byte {} of the token: `+` is of base64, not of base64url, which has `-`",
                payload + 2
            ),
        ),
        (
            format!("{header}.e30.A/"),
            Some("signature"),
            Some(payload + 5),
            format!(
                "the token's signature is malformed at byte {} of the token: `/` is of base64, not of base64url, which has `_`",
                payload + 5
            ),
        ),
    ] {
        let error = refusal(&token);
        assert_eq!(
            (error.place().as_deref(), error.offset(), error.to_string()),
            (place, offset, message),
            "{token}"
        );
    }
}

#[test]
fn every_character_that_does_not_belong_is_named() {
    for (signature, reason) in [
        ("A\n", "white space is not allowed"),
        ("A!", "`!` is not a base64url character"),
        ("A\0", "the byte 0x00 is not a base64url character"),
        ("A\u{e9}", "the byte 0xc3 is not a base64url character"),
        (
            "A",
            "the length is impossible: a character is missing, or one too many; the token was probably cut off",
        ),
        ("AB", "the last character has unused bits that are not zero; the token was probably cut off"),
    ] {
        let header = encode(r#"{"alg":"RS256","kid":"a"}"#);
        let message = refusal(&format!("{header}.e30.{signature}")).to_string();
        assert_eq!(message.rsplit_once("of the token: ").unwrap().1, reason);
    }
}

#[test]
fn what_is_wrong_in_a_header_is_told_its_parameter() {
    for (header, place, offset, message) in [
        (
            "null",
            "header",
            Some(0),
            "the token's header is not strict JSON at byte 0: expected an object, not null",
        ),
        (
            "true",
            "header",
            Some(0),
            "the token's header is not strict JSON at byte 0: expected an object, not a boolean",
        ),
        (
            "1",
            "header",
            Some(0),
            "the token's header is not strict JSON at byte 0: expected an object, not a number",
        ),
        (
            "\"\"",
            "header",
            Some(0),
            "the token's header is not strict JSON at byte 0: expected an object, not a string",
        ),
        (
            "[]",
            "header",
            Some(0),
            "the token's header is not strict JSON at byte 0: expected an object, not an array",
        ),
        (
            r#"{"alg":1,"alg":1}"#,
            "header",
            Some(9),
            "the token's header is not strict JSON at byte 9: the member `alg` occurs twice",
        ),
        ("{}", "header.alg", None, "`alg` in the token's header is missing"),
        (r#"{"alg":1}"#, "header.alg", None, "`alg` in the token's header must be a string"),
        (
            r#"{"alg":"none"}"#,
            "header.alg",
            None,
            "the algorithm `none` in the token's header is not supported: a token must be signed",
        ),
        (
            r#"{"alg":"RS256","kid":""}"#,
            "header.kid",
            None,
            "`kid` in the token's header is empty or too long",
        ),
        (
            r#"{"typ":"at+jwt"}"#,
            "header.typ",
            None,
            "`typ` in the token's header is `at+jwt`, it must be absent or `JWT`",
        ),
        (r#"{"typ":1}"#, "header.typ", None, "`typ` in the token's header must be a string"),
        (
            r#"{"b64":1}"#,
            "header.b64",
            None,
            "`b64` in the token's header asks for an extension that is not supported",
        ),
        (
            r#"{"crit":1,"b64":1}"#,
            "header.crit",
            None,
            "`crit` in the token's header asks for an extension that is not supported",
        ),
        (
            r#"{"b64":1,"crit":1}"#,
            "header.crit",
            None,
            "`crit` in the token's header asks for an extension that is not supported",
        ),
    ] {
        let error = refusal(&format!("{}..", encode(header)));
        assert_eq!(
            (error.place().as_deref(), error.offset(), &*error.to_string()),
            (Some(place), offset, message)
        );
    }
}

#[test]
fn what_is_wrong_with_a_claim_is_told_what_it_must_be() {
    let audience = "the claim `aud` must be a string, or an array of at least one string, not";
    let date = "the claim `exp` must be whole seconds between 1970 and the year 9999, not";
    for (claim, value, message) in [
        ("aud", json!([]), format!("{audience} an empty array")),
        ("aud", json!([null]), format!("{audience} an array with null")),
        ("aud", json!([true]), format!("{audience} an array with a boolean")),
        ("aud", json!([1]), format!("{audience} an array with a number")),
        ("aud", json!([[AUDIENCE]]), format!("{audience} an array with a nested value")),
        ("aud", json!({}), format!("{audience} an object")),
        ("exp", json!(-1), format!("{date} a negative number")),
        ("exp", json!(1.5), format!("{date} a number with a fraction or an exponent, or one too large")),
        ("exp", json!("1"), format!("{date} a string")),
        ("sub", json!(""), "the claim `sub` must be a string that is not empty, not an empty one".into()),
        ("jti", json!(""), "the claim `jti` must be a string that is not empty, not an empty one".into()),
        ("jti", json!(true), "the claim `jti` must be a string, not a boolean".into()),
        ("jti", Value::Null, "the token has no claim `jti`, which is required".into()),
        (
            "iss",
            json!("https://evil.example"),
            "`iss` must be `https://token.actions.githubusercontent.com`, not `https://evil.example`".into(),
        ),
        (
            "aud",
            json!("https://evil.example"),
            format!("`aud` must be `{AUDIENCE}`, not `https://evil.example`"),
        ),
    ] {
        assert_eq!(verify(&sample_with(json!({ claim: value }))).unwrap_err().to_string(), message);
    }
    let header = encode(r#"{"alg":"RS256","kid":"a"}"#);
    let token = format!("{header}.{}.", encode("[]"));
    let error: ClaimsError = Untrusted::parse(&token).unwrap().github_claims_unverified().unwrap_err();
    let message = "the token's payload is not strict JSON at byte 0: expected an object, not an array";
    assert_eq!(error.to_string(), message);
}

#[test]
fn invalid_options_are_explained() {
    for (issuer, message) in [
        (Issuer::enterprise("a/b"), "`a/b` is not an enterprise's slug: letters, digits, `-` and `_`"),
        (
            Issuer::ghes("A"),
            "`A` is not a host name in lower case, such as `github.example.com`, without scheme or path",
        ),
        (Issuer::ghe("A"), "`A` is not one label of a host name in lower case, such as `octocorp`"),
    ] {
        assert_eq!(issuer.unwrap_err().to_string(), message);
    }
    let error =
        Validation::new(Issuer::github(), AUDIENCE).with_leeway(Duration::from_secs(301)).unwrap_err();
    assert_eq!(error.to_string(), "a leeway of 301 s is too long, it may be at most 300 s");
}
