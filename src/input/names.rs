//! The members of a JSON document, right or wrong, by which it is known.

use super::{InputKind, token_in::tokens};
use crate::{
    json::{JsonError, read},
    limits,
};

/// What a JSON object is, by its members up to the first error; none if the text does not begin like one.
pub(super) fn document_kind(text: &str) -> Option<InputKind> {
    let mut is_object = false;
    let [mut policy, mut key_set, mut metadata, mut versioned, mut for_audience] = [false; 5];
    let document = read(text.as_bytes(), limits::POLICY_DEPTH, |reader| {
        if reader.token() != Some(b'{') {
            return reader.skip_value();
        }
        is_object = true;
        reader.object(|reader, name| {
            match &*name {
                "roles" | "issuers" => policy = true,
                "keys" => key_set |= reader.token() == Some(b'['),
                "jwks_uri" => metadata = true,
                "version" => versioned = true,
                "audience" => for_audience = true,
                _ => {}
            }
            reader.skip_value()
        })
    });
    // Whatever is wrong further on: the members before it have been seen.
    let _: Result<(), JsonError> = document;
    if !is_object {
        return None;
    }
    Some(if policy || (versioned && for_audience) {
        InputKind::Policy
    } else if key_set {
        InputKind::KeySet
    } else if metadata {
        InputKind::Metadata
    } else if tokens(text).len() == 1 {
        InputKind::TokenResponse
    } else {
        InputKind::Json
    })
}
