use claimgate::{
    Algorithm, Base64UrlReason, Code, Issuer, ParseError, Segment, Untrusted, Validation, json::JsonReason,
};
use serde_json::json;

use crate::support::{AUDIENCE, THEN, encode, header, jwk, key_set, sample, sign, sign_raw};

fn refusal(token: &str) -> ParseError {
    Untrusted::parse(token).err().unwrap_or_else(|| panic!("{token} was parsed"))
}

/// The verdict on a properly signed token, whatever stage it comes from.
pub(crate) fn verdict(header: &str, payload: &[u8]) -> Option<Code> {
    let token = sign_raw("rsa", "RS256", header, payload);
    let token = match Untrusted::parse(&token) {
        Ok(token) => token,
        Err(error) => return Some(error.code()),
    };
    let validation = Validation::new(Issuer::github(), AUDIENCE);
    let keys = key_set(validation.issuer(), &[jwk("rsa", json!({}))]);
    token.verify(&validation, &keys, THEN).err().map(|error| error.code())
}

#[test]
fn anything_but_three_canonical_segments_is_refused_at_its_place() {
    let token = sign(&sample());
    assert!(Untrusted::parse(&token).is_ok());
    assert_eq!(refusal(""), ParseError::Segments { found: 0 });
    assert_eq!(refusal("a.b"), ParseError::Segments { found: 2 });
    assert_eq!(refusal("a.b.c.d.e"), ParseError::Segments { found: 5 });
    for (spoilt, segment, offset, reason) in [
        (format!("{token}=="), Segment::Signature, token.len(), Base64UrlReason::Character(b'=')),
        (format!("{token}\n"), Segment::Signature, token.len(), Base64UrlReason::Character(b'\n')),
        (format!(" {token}"), Segment::Header, 0, Base64UrlReason::Character(b' ')),
        (format!("Bearer {token}"), Segment::Header, 6, Base64UrlReason::Character(b' ')),
    ] {
        match refusal(&spoilt) {
            ParseError::Base64Url { segment: at, error } => {
                assert_eq!((at, error.offset, error.reason), (segment, offset, reason));
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn headers_that_ask_for_more_than_jws_are_refused() {
    let payload = sample().to_string();
    assert_eq!(verdict(&header("rsa", "RS256"), payload.as_bytes()), None);
    for (header, code) in [
        (r#"{"alg":"RS256","kid":"rsa"}"#, None),
        (
            r#"{"alg":"RS256","kid":"rsa","jku":"https://evil.example","x5u":"https://evil.example","jwk":{"kty":"oct"},"x5c":["x"]}"#,
            None,
        ),
        (r#"{"alg":"RS256","kid":"rsa","typ":"at+jwt"}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256","kid":"rsa","typ":"jwt"}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256","kid":"rsa","typ":7}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256","kid":"rsa","crit":[]}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256","kid":"rsa","crit":["exp"],"exp":1}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256","kid":"rsa","b64":false}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256","kid":"rsa","b64":true}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256"}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256","kid":""}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"RS256","kid":1}"#, Some(Code::TokenHeader)),
        (r#"{"kid":"rsa"}"#, Some(Code::TokenHeader)),
        (r#"{"alg":"none","kid":"rsa"}"#, Some(Code::AlgorithmUnsupported)),
        (r#"{"alg":"HS256","kid":"rsa"}"#, Some(Code::AlgorithmUnsupported)),
        (r#"{"alg":"RS384","kid":"rsa"}"#, Some(Code::AlgorithmMismatch)),
        (r#"{"alg":"RS256","kid":"rsa","alg":"RS256"}"#, Some(Code::TokenJson)),
        (r#"{"alg":"RS256","kid":"other"}"#, Some(Code::KeyUnknown)),
        ("[]", Some(Code::TokenJson)),
        ("", Some(Code::TokenJson)),
    ] {
        assert_eq!(verdict(header, payload.as_bytes()), code, "{header}");
    }
}

#[test]
fn payloads_that_lenient_verifiers_accept_are_refused() {
    let text = sample().to_string();
    let without_brace = text.strip_suffix('}').unwrap();
    for payload in [
        format!("{without_brace},\"exp\":1632493867}}"),
        format!("{without_brace},\"x\":{{\"a\":1,\"a\":2}}}}"),
        format!("{without_brace},\"__proto__\":{{}}}}"),
        format!("\u{feff}{text}"),
        format!("{without_brace},\"x\":\"\\ud800\"}}"),
        format!("{without_brace},\"x\":{}{}}}", "[".repeat(100), "]".repeat(100)),
        format!("{without_brace},\"x\":1e400}}"),
        format!("{text} x"),
        "[]".to_string(),
        "null".to_string(),
    ] {
        assert_eq!(verdict(&header("rsa", "RS256"), payload.as_bytes()), Some(Code::TokenJson), "{payload}");
    }
    let mut bytes = text.into_bytes();
    let place = bytes.windows(7).position(|window| window == b"octocat").unwrap();
    bytes[place] = 0xff;
    assert_eq!(verdict(&header("rsa", "RS256"), &bytes), Some(Code::TokenJson));
}

#[test]
fn the_claims_can_be_read_unverified_by_a_loud_name() {
    let token = sign(&sample());
    let untrusted = Untrusted::parse(&token).unwrap();
    assert_eq!((untrusted.header().alg, untrusted.header().kid.as_str()), (Algorithm::Rs256, "rsa"));
    assert_eq!(untrusted.payload_unverified(), sample().to_string().as_bytes());
    let claims = untrusted.claims_unverified().unwrap();
    assert_eq!(claims.get("actor").and_then(claimgate::json::Value::as_str), Some("octocat"));

    let token = format!("{}.{}.", encode(header("rsa", "RS256")), encode(r#"{"a":1,"a":2}"#));
    match Untrusted::parse(&token).unwrap().claims_unverified().unwrap_err() {
        ParseError::Json { segment: Segment::Payload, error } => {
            assert_eq!(error.reason, JsonReason::DuplicateMember("a".into()));
        }
        other => panic!("{other}"),
    }
}
