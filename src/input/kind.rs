//! The kinds of texts that people paste, and what is said of each.

use crate::error::stable_names;

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
