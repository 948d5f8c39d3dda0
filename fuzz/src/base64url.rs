//! Base64url against the crate `base64`: what decodes is its one spelling, and what does not is wrong
//! where it is said to be.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use claimgate::{Base64UrlReason, test_exports::decode_base64url};

pub fn check(data: &[u8]) {
    match (decode_base64url(data), BASE64_URL_SAFE_NO_PAD.decode(data)) {
        (Ok(bytes), Ok(expected)) => {
            assert_eq!(bytes, expected);
            assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(&bytes).as_bytes(), data);
        }
        (Err(error), Err(_)) => {
            let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            let first = data.iter().position(|byte| !belongs(byte));
            let expected = match first {
                Some(at) => (at, Base64UrlReason::Character(data[at])),
                None if data.len() % 4 == 1 => (data.len() - 1, Base64UrlReason::Length),
                None => (data.len() - 1, Base64UrlReason::TrailingBits),
            };
            assert_eq!((error.offset, error.reason), expected);
            crate::support::plain(&error.reason.to_string());
        }
        (found, expected) => panic!("{found:?}, not {expected:?}"),
    }
}
