//! Verification of the access tokens that a minter has signed itself, for introspection (RFC 7662) and
//! revocation (RFC 7009).

use core::fmt;

use super::keys::SigningKeys;
use crate::{
    base64url,
    json::{self, Number, Object, Value},
    limits,
    time::UnixTime,
};

/// An access token that its minter has verified. It has not expired, but it may have been revoked.
pub struct IssuedToken {
    claims: Object,
    expires: u64,
}

/// `None` carries no reason: introspection must not tell its callers why a token is inactive.
pub(super) fn verify(keys: &SigningKeys, issuer: &str, token: &str, now: UnixTime) -> Option<IssuedToken> {
    if token.len() > limits::ACCESS_TOKEN_BYTES {
        return None;
    }
    let (message, signature) = token.rsplit_once('.')?;
    let (header, payload) = message.split_once('.')?;
    // Each key writes one header, byte for byte: there is nothing in it to be read.
    let key = keys.published(now).find(|key| key.header == header)?;
    if !key.has_signed(message, signature) {
        return None;
    }
    let json = base64url::decode(payload.as_bytes()).ok()?;
    let claims = json::parse_object(&json, limits::TOKEN_DEPTH).ok()?;
    let Some(Value::Number(Number::Unsigned(expires))) = claims.get("exp") else { return None };
    let expires = *expires;
    let is_own = claims.get("iss").and_then(Value::as_str) == Some(issuer);
    (is_own && UnixTime::from_secs(expires) > now).then_some(IssuedToken { claims, expires })
}

impl IssuedToken {
    /// All that it says.
    pub const fn claims(&self) -> &Object {
        &self.claims
    }

    /// Its `jti`.
    pub fn id(&self) -> &str {
        self.text("jti")
    }

    /// Its `aud`.
    pub fn audience(&self) -> &str {
        self.text("aud")
    }

    /// Its `exp`.
    pub const fn expires(&self) -> UnixTime {
        UnixTime::from_secs(self.expires)
    }

    fn text(&self, claim: &str) -> &str {
        self.claims.get(claim).and_then(Value::as_str).unwrap_or_default()
    }
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("id", &self.id()).finish_non_exhaustive()
    }
}
