//! Tokens of GitHub's that are secrets, and that people send in place of an ID token.

use super::InputKind;
use crate::{
    base64url,
    json::{self, Object, Value},
    limits,
};

/// Which of the tokens of GitHub's API, by its prefix.
pub(super) fn api_token(word: &str) -> Option<InputKind> {
    const KINDS: [(&str, InputKind); 6] = [
        ("ghs_", InputKind::GithubToken),
        ("ghp_", InputKind::PersonalToken),
        ("github_pat_", InputKind::PersonalToken),
        ("gho_", InputKind::ApiToken),
        ("ghu_", InputKind::ApiToken),
        ("ghr_", InputKind::ApiToken),
    ];
    KINDS.iter().find_map(|(prefix, kind)| word.starts_with(prefix).then_some(*kind))
}

/// Which of the runner's own tokens a compact JWS is: they are signed as ID tokens are, and only the claims differ.
pub(super) fn runner_token(token: &str) -> Option<InputKind> {
    let payload = base64url::decode(token.split('.').nth(1)?.as_bytes()).ok()?;
    let claims = json::parse_object(&payload, limits::TOKEN_DEPTH).ok()?;
    if claims.get("iss").and_then(Value::as_str) == Some("https://vstoken.actions.githubusercontent.com") {
        return Some(InputKind::RuntimeToken);
    }
    if claims.get("sub").is_some() {
        return None;
    }
    if claims.get("oidc_sub").is_some() || audience(&claims).is_some_and(|aud| aud.starts_with("vso:")) {
        return Some(InputKind::RequestToken);
    }
    claims.get("runner_id").map(|_| InputKind::RunnerCredential)
}

fn audience(claims: &Object) -> Option<&str> {
    match claims.get("aud")? {
        Value::Array(items) => items.first()?.as_str(),
        aud => aud.as_str(),
    }
}
