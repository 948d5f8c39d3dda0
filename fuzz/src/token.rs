//! Compact tokens against another reading of RFC 7515 and of the limits: the same are accepted, and each
//! of them is the one spelling of what it says.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use claimgate::{Algorithm, ParseError, Segment, Untrusted, json::Value, limits, test_exports::parse_json};

use crate::support::{encode, plain};

pub fn check(data: &[u8]) {
    match Untrusted::parse(data) {
        Ok(token) => {
            let [header, payload, signature] = segments(data).expect("three segments");
            let (alg, kid) = self::header(&header).expect("a header");
            assert_eq!((token.header().alg, &token.header().kid), (alg, &kid));
            assert_eq!(token.payload_unverified(), payload);
            let spelling = [header, payload, signature].map(encode).join(".");
            assert_eq!(spelling.as_bytes(), data);
            // Whatever the claims are, they are read or refused.
            if let Err(error) = token.claims_unverified() {
                plain(&error.to_string());
            }
            if let Err(error) = token.github_claims_unverified() {
                plain(&error.to_string());
            }
        }
        Err(error) => {
            plain(&error.to_string());
            let is_one = segments(data).is_some_and(|[header, ..]| self::header(&header).is_some());
            assert!(!is_one || data.len() > limits::TOKEN_BYTES, "{error}");
            check_place(data, &error);
        }
    }
}

fn check_place(data: &[u8], error: &ParseError) {
    match error {
        ParseError::TooLarge { bytes } => assert_eq!(*bytes, data.len()),
        ParseError::Segments { found: 0 } => assert!(data.is_empty()),
        ParseError::Segments { found } => {
            assert_eq!(*found, data.split(|byte| *byte == b'.').count());
            assert_ne!(*found, 3);
        }
        ParseError::Base64Url { segment, error } => {
            let dots = data[..error.offset].iter().filter(|byte| **byte == b'.').count();
            let expected = [Segment::Header, Segment::Payload, Segment::Signature][dots];
            assert_eq!(*segment, expected);
        }
        ParseError::Json { segment, error } => {
            assert_eq!(*segment, Segment::Header);
            let header = data.split(|byte| *byte == b'.').next().unwrap();
            assert!(error.offset <= BASE64_URL_SAFE_NO_PAD.decode(header).unwrap().len());
        }
        other => assert!(other.place().unwrap().starts_with("header.")),
    }
}

/// The three of them, decoded.
fn segments(data: &[u8]) -> Option<[Vec<u8>; 3]> {
    let decoded = data.split(|byte| *byte == b'.').map(|segment| BASE64_URL_SAFE_NO_PAD.decode(segment));
    decoded.collect::<Result<Vec<_>, _>>().ok()?.try_into().ok()
}

fn header(json: &[u8]) -> Option<(Algorithm, String)> {
    // That this accepts a subset of `serde_json` is checked elsewhere.
    let Ok(Value::Object(strict)) = parse_json(json, limits::TOKEN_DEPTH) else { return None };
    assert!(strict.iter().count() <= json.len());
    let header: serde_json::Value = serde_json::from_slice(json).unwrap();
    let is_extended = header.get("crit").is_some() || header.get("b64").is_some();
    let is_typed = header.get("typ").is_none_or(|typ| typ == "JWT");
    let kid = header["kid"].as_str()?;
    let fits = !is_extended && is_typed && (1..=limits::KEY_ID_BYTES).contains(&kid.len());
    let alg = Algorithm::from_name(header["alg"].as_str()?)?;
    fits.then(|| (alg, kid.to_owned()))
}
