//! What a text is that is not what was asked for.

use super::{
    names::document_kind,
    secret::{api_token, runner_token},
    token_in::{decoded_again, is_malformed_token, is_part, is_wrapped_word, tokens, without_wrapping},
};
use crate::{
    error::stable_names,
    json::{JsonReason, other_encoding},
};
use percent_encoding::percent_decode_str;

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

/// Bytes of a longer text that are looked through for access tokens.
const LOOKED_AT: usize = 4096;
/// Bytes of the shortest access token, prefix included: what is shorter only speaks of one.
const LEAST_SECRET: usize = 12;

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
        match other_encoding(text.as_ref()) {
            Some(JsonReason::ByteOrderMark) => return Some(Self::ByteOrderMark),
            Some(_) => return Some(Self::Utf16),
            None => {}
        }
        let text = core::str::from_utf8(text.as_ref()).ok()?;
        let trimmed = text.trim();
        let bare = without_wrapping(trimmed);
        if trimmed.is_empty() {
            return None;
        }
        placeholder(bare)
            .or_else(|| api_token(bare))
            .or_else(|| document(trimmed))
            .or_else(|| word(text, trimmed, bare))
            .or_else(|| longer(trimmed, bare))
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
            Self::SeveralTokens => "these are several tokens, expected one",
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
            Self::TokenResponse => {
                "this is the JSON response that contains the token: use its member `value`"
            }
            Self::RequestToken => {
                "this is the secret `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, not an ID token: send it only to \
                `ACTIONS_ID_TOKEN_REQUEST_URL`, and use the `value` of the response"
            }
            Self::RuntimeToken => instead!("`ACTIONS_RUNTIME_TOKEN`, a secret of the runner"),
            Self::RunnerCredential => instead!("the credential of a runner, a secret"),
            Self::GithubToken => instead!("a `GITHUB_TOKEN`, a secret"),
            Self::PersonalToken => instead!("a personal access token, a secret that should be revoked now"),
            Self::ApiToken => {
                instead!("an access token of the GitHub API, a secret that should be revoked now")
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
            Self::Words => "this is text, not a token: a token has three parts in base64url, joined by `.`",
        }
    }

    /// What it is, where a policy or keys were asked for; none if that would not help.
    pub(crate) const fn noun(self) -> Option<&'static str> {
        Some(match self {
            Self::Token | Self::SpacedToken | Self::BearerToken => "a token",
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

/// What is left where a value was to be filled in, or was masked.
fn placeholder(bare: &str) -> Option<InputKind> {
    if !bare.is_empty() && bare.bytes().all(|byte| byte == b'*') {
        return Some(InputKind::Masked);
    }
    let is_enclosed = |start, end| bare.len() < 256 && bare.starts_with(start) && bare.ends_with(end);
    let is_variable = bare.strip_prefix('$').is_some_and(|name| {
        name.starts_with('{') || name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    let is_empty_value = ["undefined", "null", "None", "nil"].contains(&bare);
    (is_empty_value || is_variable || is_enclosed("[object ", "]") || is_enclosed("%", "%"))
        .then_some(InputKind::Unset)
}

fn document(trimmed: &str) -> Option<InputKind> {
    match trimmed.as_bytes() {
        [b'{', ..] => document_kind(trimmed),
        [b'<', ..] => Some(InputKind::Html),
        _ if trimmed.contains("-----BEGIN ") => Some(InputKind::Pem),
        _ => None,
    }
}

/// One word, or several lines that a word was wrapped over.
fn word(text: &str, trimmed: &str, bare: &str) -> Option<InputKind> {
    let is_word = bare.chars().all(is_part);
    let dots = bare.matches('.').count();
    if is_malformed_token(bare) || (is_word && dots == 2) {
        return runner_token(bare).or(Some(wrapping(text, trimmed, bare)));
    }
    if is_word {
        if dots < 2 && bare.starts_with("ey") {
            return Some(InputKind::TruncatedToken);
        }
    } else if is_wrapped_word(bare) {
        return Some(InputKind::SpacedToken);
    }
    (!decoded_again(bare).is_empty()).then_some(InputKind::EncodedToken)
}

fn wrapping(text: &str, trimmed: &str, bare: &str) -> InputKind {
    if text == bare {
        InputKind::Token
    } else if trimmed == bare {
        InputKind::SpacedToken
    } else if trimmed.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        InputKind::BearerToken
    } else if trimmed.get(..1).is_some_and(|start| start.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        InputKind::TextWithToken
    } else {
        InputKind::QuotedToken
    }
}

fn longer(trimmed: &str, bare: &str) -> Option<InputKind> {
    let is_url = trimmed.starts_with("https://") || trimmed.starts_with("http://");
    let once = percent_decode_str(trimmed).decode_utf8_lossy();
    let plain = percent_decode_str(&once).decode_utf8_lossy();
    let secret = || {
        let words = trimmed.get(..LOOKED_AT).unwrap_or(trimmed).split(|character| !is_part(character));
        words.filter(|word| word.len() > LEAST_SECRET).find_map(api_token)
    };
    match (tokens(trimmed).len(), tokens(&plain).len()) {
        (1, _) | (0, 1..) if is_url => Some(InputKind::UrlWithToken),
        (2.., _) => Some(InputKind::SeveralTokens),
        (1, _) => Some(InputKind::TextWithToken),
        (0, 1..) => Some(InputKind::PercentEncodedToken),
        _ => secret().or(match bare {
            _ if is_url => Some(InputKind::Url),
            _ if bare.contains(' ') => Some(InputKind::Words),
            _ => None,
        }),
    }
}
