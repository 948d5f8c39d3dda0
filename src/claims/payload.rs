//! The text of a payload, of which the claims are pieces.

use alloc::{borrow::Cow, string::String, vec::Vec};

/// The JSON as the issuer wrote it, and behind it the strings that are written with escapes there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Payload {
    text: String,
    json_bytes: usize,
}

/// Where a string stands in a [`Payload`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    start: usize,
    end: usize,
}

impl Payload {
    /// `json` has been read, so it is UTF-8; `unescaped` are the strings that [`Span::of`] put there.
    pub(super) fn new(json: Vec<u8>, unescaped: &str) -> Self {
        let json_bytes = json.len();
        let mut text = String::from_utf8(json).unwrap_or_default();
        text.push_str(unescaped);
        Self { text, json_bytes }
    }

    pub(super) fn json(&self) -> &str {
        self.text.get(..self.json_bytes).unwrap_or_default()
    }

    pub(super) fn get(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

impl Span {
    pub(super) const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The place of a string that was read from a JSON of `json_bytes` up to the quotation mark before
    /// `offset`. If it differs from what stands there, it is added to `unescaped`.
    pub(super) fn of(text: Cow<'_, str>, offset: usize, json_bytes: usize, unescaped: &mut String) -> Self {
        let length = text.len();
        let end = match text {
            Cow::Borrowed(_) => offset.saturating_sub(1),
            Cow::Owned(text) => {
                unescaped.push_str(&text);
                json_bytes.saturating_add(unescaped.len())
            }
        };
        Self { start: end.saturating_sub(length), end }
    }
}
