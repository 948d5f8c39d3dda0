//! What a text is that is not what was asked for.

use alloc::{borrow::Cow, string::String};

use super::{
    encoding::decode,
    names::document_kind,
    secret::{api_token_in, runner_token},
    token_in::{begins_like_json, candidate, decoded_again, is_part, is_token, tokens, without_wrapping},
};
use crate::{
    error::stable_names,
    json::{Encoding, other_encoding},
};

stable_names! {
    /// What a text is, by its form alone: nothing is verified.
    pub enum InputKind {
        /// One compact token (JWS) and nothing else.
        Token = "token",
        /// Several tokens.
        SeveralTokens = "several_tokens",
        /// A token without its signature.
        TruncatedToken = "truncated_token",
        /// A token with white space in it or around it.
        SpacedToken = "spaced_token",
        /// A token in quotation marks.
        QuotedToken = "quoted_token",
        /// A token behind `Bearer`.
        BearerToken = "bearer_token",
        /// A token in base64 once more.
        EncodedToken = "encoded_token",
        /// A token, percent-encoded.
        PercentEncodedToken = "percent_encoded_token",
        /// A URL with a token in it.
        UrlWithToken = "url_with_token",
        /// A header, a cookie, a command or anything else with one token in it.
        TextWithToken = "text_with_token",
        /// The JSON with which the token endpoint answers.
        TokenResponse = "token_response",
        /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
        RequestToken = "request_token",
        /// `ACTIONS_RUNTIME_TOKEN`.
        RuntimeToken = "runtime_token",
        /// The credential of a runner.
        RunnerCredential = "runner_credential",
        /// `GITHUB_TOKEN`, or another installation token.
        GithubToken = "github_token",
        /// A personal access token.
        PersonalToken = "personal_token",
        /// Another access token of GitHub's API.
        ApiToken = "api_token",
        /// Asterisks, with which GitHub masks secrets in logs.
        Masked = "masked",
        /// What a variable that is not set leaves behind.
        Unset = "unset",
        /// A URL without a token.
        Url = "url",
        /// A trust policy of Claimgate.
        Policy = "policy",
        /// A JWK Set.
        KeySet = "key_set",
        /// The metadata of an issuer.
        Metadata = "metadata",
        /// Other JSON.
        Json = "json",
        /// PEM.
        Pem = "pem",
        /// HTML or XML.
        Html = "html",
        /// Text in UTF-8 behind a byte-order mark.
        ByteOrderMark = "byte_order_mark",
        /// Text in UTF-16.
        Utf16 = "utf_16",
        /// Words.
        Words = "words",
    }
}

/// What is to be done instead of sending one of the runner's secrets.
macro_rules! instead {
    ($what:literal) => {
        concat!(
            "this is ",
            $what,
            ", not an ID token: request one with `core.getIDToken(audience)`, which needs `permissions: id-token: write`"
        )
    };
}

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

    /// Whether it is a secret, which must not be sent to anyone but its own service.
    pub const fn is_secret(self) -> bool {
        matches!(
            self,
            Self::RequestToken
                | Self::RuntimeToken
                | Self::RunnerCredential
                | Self::GithubToken
                | Self::PersonalToken
                | Self::ApiToken
        )
    }

    /// What is wrong with it as a token, and what to do.
    pub(crate) const fn as_token(self) -> &'static str {
        match self {
            Self::Token => "this is a token",
            Self::SeveralTokens => "found several tokens, expected one",
            Self::TruncatedToken => "the token is cut off: its signature is missing",
            Self::SpacedToken => "the token has white space in it or around it: remove it",
            Self::QuotedToken => "the token is in quotation marks: remove them",
            Self::BearerToken => "the text begins with `Bearer`: use only the token after it",
            Self::EncodedToken => "the token is encoded in base64 a second time: decode it once",
            Self::PercentEncodedToken => "the token is percent-encoded: decode it",
            Self::UrlWithToken => {
                "this is a URL with a token in it: use only the token, and keep tokens out of URLs, which end up in logs"
            }
            Self::TextWithToken => "this is a longer text with a token in it: use only the token",
            Self::TokenResponse => "this is a JSON response with the token: use only the token in it",
            Self::RequestToken => {
                "this is the secret `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, not an ID token: send it only to \
                `ACTIONS_ID_TOKEN_REQUEST_URL`, and use the `value` of the response"
            }
            Self::RuntimeToken => instead!("`ACTIONS_RUNTIME_TOKEN`, a secret of the runner"),
            Self::RunnerCredential => instead!("a runner credential, which is secret"),
            Self::GithubToken => instead!("a `GITHUB_TOKEN` or another installation token, which is secret"),
            Self::PersonalToken => {
                instead!("a personal access token, which is secret and should be revoked now")
            }
            Self::ApiToken => {
                instead!("an access token of the GitHub API, which is secret and should be revoked now")
            }
            Self::Masked => {
                "this is `***`, which GitHub writes to logs in place of secrets: pass the token on within the job"
            }
            Self::Unset => "the variable that should hold the token is not set",
            Self::Url => "this is a URL, not a token",
            Self::Policy => "this is a trust policy, not a token",
            Self::KeySet => "this is a JWK Set with the keys of an issuer, not a token",
            Self::Metadata => "this is the metadata of an issuer, not a token",
            Self::Json => "this is JSON, not a token",
            Self::Pem => "this is a key or a certificate in PEM, not a token",
            Self::Html => "this is HTML or XML, not a token: the request for the token probably failed",
            Self::ByteOrderMark => "the text begins with a byte-order mark: save it as UTF-8 without one",
            Self::Utf16 => "the text is in UTF-16: save it as UTF-8",
            Self::Words => "this is text, not a token: a token has three base64url segments, joined by `.`",
        }
    }

    /// What it is, where a policy or keys were asked for; none if that would not help.
    pub(crate) const fn noun(self) -> Option<&'static str> {
        Some(match self {
            Self::Token
            | Self::SpacedToken
            | Self::TruncatedToken
            | Self::QuotedToken
            | Self::BearerToken
            | Self::EncodedToken
            | Self::PercentEncodedToken
            | Self::TextWithToken => "a token",
            Self::SeveralTokens => "several tokens",
            Self::TokenResponse => "a response with a token",
            Self::RequestToken | Self::RuntimeToken | Self::RunnerCredential => "a secret of the runner",
            Self::GithubToken | Self::PersonalToken | Self::ApiToken => "a secret access token of GitHub",
            Self::Url | Self::UrlWithToken => "a URL",
            Self::Policy => "a trust policy",
            Self::KeySet => "a JWK Set",
            Self::Metadata => "the metadata of an issuer, whose keys are at its `jwks_uri`",
            Self::Pem => "a key or a certificate in PEM",
            Self::Html => "HTML or XML",
            _ => return None,
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
