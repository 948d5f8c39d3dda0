//! What kind a text is.

use alloc::{borrow::Cow, string::String};

use super::{
    encoding::decode,
    kind::InputKind,
    names::document_kind,
    secret::{api_token_in, runner_token},
    token_in::{begins_like_json, candidate, decoded_again, is_part, is_token, tokens, without_wrapping},
};
use crate::json::{Encoding, other_encoding};

impl InputKind {
    /// What a text is; none if it is nothing that is known here, or not UTF-8. A token whose segments are malformed is a
    /// [`Token`](Self::Token) all the same.
    pub fn of<T: AsRef<[u8]> + ?Sized>(text: &T) -> Option<Self> {
        let bytes = text.as_ref();
        let encoding = other_encoding(bytes).map(|encoding| match encoding {
            Encoding::MarkedUtf8 => Self::ByteOrderMark,
            Encoding::Utf16Le | Encoding::Utf16Be | Encoding::GarbledUtf16 => Self::Utf16,
        });
        let text = match encoding {
            Some(_) => decode(bytes),
            None => Cow::Borrowed(core::str::from_utf8(bytes).ok()?),
        };
        let trimmed = text.trim();
        let document = document(trimmed);
        if let Some(Self::Policy | Self::KeySet | Self::Metadata) = document {
            return encoding.or(document);
        }
        let token = candidate(trimmed);
        // A secret is one in whatever wrapping.
        let secret = token.as_deref().and_then(runner_token).or_else(|| api_token_in(trimmed));
        let bare = without_wrapping(trimmed);
        secret.or(encoding).or_else(|| match token {
            Some(token) => Some(wrapping(&text, trimmed, bare, &token)),
            None => without_token(trimmed, bare, document),
        })
    }
}

/// What stands around the one token of a text.
fn wrapping(text: &str, trimmed: &str, bare: &str, token: &str) -> InputKind {
    let is_bearer = trimmed.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "));
    if text == token {
        InputKind::Token
    } else if trimmed == token {
        InputKind::SpacedToken
    } else if bare == token && is_bearer {
        InputKind::BearerToken
    } else if bare == token && trimmed.starts_with(|first: char| first.is_ascii_alphabetic()) {
        InputKind::TextWithToken
    } else if bare == token {
        InputKind::QuotedToken
    } else if squeezed(bare) == token {
        InputKind::SpacedToken
    } else if is_url(trimmed) {
        InputKind::UrlWithToken
    } else if decoded_again(bare) == token {
        InputKind::EncodedToken
    } else if !trimmed.contains(token) {
        InputKind::PercentEncodedToken
    } else if trimmed.starts_with('{') {
        InputKind::TokenResponse
    } else {
        InputKind::TextWithToken
    }
}

/// What a text is in which there is not the one token.
fn without_token(trimmed: &str, bare: &str, document: Option<InputKind>) -> Option<InputKind> {
    let squeezed = squeezed(bare);
    let begins_like_token = squeezed.split('.').next().is_some_and(begins_like_json);
    match tokens(trimmed).len() {
        2.. => return Some(InputKind::SeveralTokens),
        1 => return Some(InputKind::TruncatedToken),
        0 if is_token(&squeezed) => return Some(InputKind::SpacedToken),
        0 if begins_like_token && squeezed.matches('.').count() < 2 && squeezed.chars().all(is_part) => {
            return Some(InputKind::TruncatedToken);
        }
        _ => {}
    }
    placeholder(bare).or(document).or(match bare {
        _ if is_url(trimmed) => Some(InputKind::Url),
        _ if bare.contains(' ') => Some(InputKind::Words),
        _ => None,
    })
}

/// Without white space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn is_url(trimmed: &str) -> bool {
    trimmed.starts_with("https://") || trimmed.starts_with("http://")
}

/// What is left where a value was to be filled in, or was masked.
fn placeholder(bare: &str) -> Option<InputKind> {
    if (!bare.is_empty() && bare.bytes().all(|byte| byte == b'*')) || bare.contains("\"***\"") {
        return Some(InputKind::Masked);
    }
    let is_enclosed = |start, end| bare.starts_with(start) && bare.ends_with(end);
    let is_variable = bare.starts_with('$')
        || is_enclosed("[object ", "]")
        || is_enclosed("%", "%")
        || is_enclosed("{{", "}}")
        || (is_enclosed("<", ">") && !bare.contains(['/', '!', '?', '=', '"']));
    let is_empty_value = ["undefined", "null", "None", "nil"].contains(&bare);
    (is_empty_value || (is_variable && bare.len() < 256)).then_some(InputKind::Unset)
}

fn document(trimmed: &str) -> Option<InputKind> {
    match trimmed.as_bytes() {
        [b'{', ..] => document_kind(trimmed),
        [b'<', ..] => Some(InputKind::Html),
        _ if trimmed.lines().any(|line| line.starts_with("-----BEGIN ")) => Some(InputKind::Pem),
        _ => None,
    }
}
