//! The members of a JSON document, right or wrong, by which it is known.

use super::InputKind;
use crate::{
    json::{JsonError, read},
    limits,
};

/// What a JSON object is, by its members up to the first error; none if the text does not begin like one.
pub(super) fn document_kind(text: &str) -> Option<InputKind> {
    let mut kind = None;
    let document = read(text.as_bytes(), limits::POLICY_DEPTH, |reader| {
        if reader.token() != Some(b'{') {
            return reader.pass();
        }
        kind = Some(InputKind::Json);
        reader.object(|reader, name| {
            let found = match (&*name, reader.token()) {
                ("roles" | "issuers", _) => InputKind::Policy,
                ("keys", Some(b'[')) => InputKind::KeySet,
                ("jwks_uri", _) => InputKind::Metadata,
                ("value" | "id_token" | "access_token", Some(b'"')) => InputKind::TokenResponse,
                _ => return reader.pass(),
            };
            // The first one counts: a policy may have a member of any name deeper down, but not beside these.
            if kind == Some(InputKind::Json) {
                kind = Some(found);
            }
            reader.pass()
        })
    });
    // Whatever is wrong further on: the members before it have been seen.
    let _: Result<(), JsonError> = document;
    kind
}
