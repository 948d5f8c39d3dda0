//! Private parts of the core for the fuzzers, which look at them from near. The crate must not have them
//! where it is published: each is safe only in its place.

use alloc::{sync::Arc, vec::Vec};

use crate::{
    base64url::{self, Base64UrlError},
    json::{self, JsonError, Reader, Value},
    jwk::{KeySet, Lookup},
    policy::Glob,
    signature::VerifyingKey,
};

/// The key that is found for `kid`, without what else verification asks for.
pub fn verifying_key(keys: &KeySet, kid: &str) -> Option<Arc<dyn VerifyingKey>> {
    match keys.look_up(kid) {
        Lookup::Found(key) => Some(Arc::clone(&key.verifying)),
        _ => None,
    }
}

/// Decodes strict base64url.
///
/// # Errors
///
/// As the reader of tokens.
pub fn decode_base64url(text: &[u8]) -> Result<Vec<u8>, Base64UrlError> {
    base64url::decode(text)
}

/// Reads strict JSON, nested at most `depth` levels.
///
/// # Errors
///
/// As the reader of claims.
pub fn parse_json(bytes: &[u8], depth: usize) -> Result<Value, JsonError> {
    json::parse(bytes, depth)
}

/// The same without keeping anything, as members are read that nobody asks for.
///
/// # Errors
///
/// The same.
pub fn skip_json(bytes: &[u8], depth: usize) -> Result<(), JsonError> {
    json::read(bytes, depth, Reader::skip_value)
}

/// Whether a glob matches the whole of `text`; none if it is no glob.
pub fn glob_matches(pattern: &str, text: &str) -> Option<bool> {
    Glob::parse(pattern, false).map(|glob| glob.matches(text))
}
