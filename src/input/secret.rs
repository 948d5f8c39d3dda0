//! Tokens of GitHub's that are secrets, and that people send in place of an ID token.

use super::{
    InputKind,
    token_in::{beginning, is_part},
};
use crate::{
    base64url,
    json::{self, Object, Value},
    limits,
    secrets::is_api_token,
};

/// Bytes that are looked through for access tokens.
const LOOKED_AT: usize = 4096;

/// The first access token of GitHub's API in a text, by its prefix.
pub(super) fn api_token_in(text: &str) -> Option<InputKind> {
    let words = beginning(text, LOOKED_AT).split(|character| !is_part(character));
    let token = words.filter(|word| is_api_token(word.as_bytes())).find_map(|word| word.split_once('_'))?;
    Some(match token.0 {
        "ghs" => InputKind::GithubToken,
        "ghp" | "github" => InputKind::PersonalToken,
        _ => InputKind::ApiToken,
    })
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
