//! What `claimgate/exchange` has in addition: the last step, from the token to the access token.

use std::fmt::Write as _;

use claimgate::{
    AccessToken, AccessTokenRequest, Code, ErrorDetails, GithubClaims, SigningKeys, UnixTime, base64url, json,
};
use ring::digest;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::{
    Core,
    cross::{Seconds, fail, from_js, seconds, to_js},
    host::HostSigner,
    refused,
};

/// Bytes of randomness in a `jti`: as many as RFC 9562 has for a UUID, and nobody guesses them.
const ID_BYTES: usize = 16;

/// A [`claimgate::Minter`].
#[wasm_bindgen]
pub struct Minter(claimgate::Minter);

#[wasm_bindgen]
impl Minter {
    /// `issuer` is the `iss` of the access tokens, `keys` the document of signing keys. With a
    /// `host` that has the current one it signs, else the wasm does.
    #[wasm_bindgen(constructor)]
    pub fn new(issuer: &str, keys: &str, host: Option<HostSigner>) -> Result<Minter, JsValue> {
        let mut keys = SigningKeys::parse(keys).map_err(|error| fail(&error))?;
        if let Some(host) = host {
            keys.sign_by(Box::new(host));
        }
        Ok(Self(claimgate::Minter::new(issuer, keys)))
    }

    /// The JWK Set that is published, as text.
    pub fn jwks(&self, now: f64) -> Result<String, JsValue> {
        Ok(self.0.keys().public_jwks(UnixTime::from_secs(seconds("clock", now)?)))
    }

    /// What an access token of this minter's says, or null.
    pub fn recognise(&self, token: &str, now: f64) -> Result<JsValue, JsValue> {
        let now = UnixTime::from_secs(seconds("clock", now)?);
        let token = self.0.recognise(token, now);
        to_js(&token.as_ref().map(|token| IssuedInfo {
            id: token.id(),
            audience: token.audience(),
            expires: token.expires(),
            claims: token.claims(),
        }))
    }
}

/// What a job asks for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExchangeRequest {
    token: String,
    role: String,
    audiences: Vec<String>,
    scope: Option<String>,
    now: Seconds,
    /// Whether a denial says what the policy expects.
    discloses: bool,
    /// Whether the claims of the job are returned, for its audit line.
    with_claims: bool,
}

/// An access token, and the job that it is for.
#[derive(Serialize)]
struct IssuedAccessToken<'a> {
    token: &'a str,
    id: &'a str,
    scope: &'a [String],
    lifetime: u64,
    rule: String,
    /// As `idOf` of `src/js/replay/once.js`.
    used: String,
    exp: UnixTime,
    /// Strict JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<&'a str>,
}

/// What an access token of ours says.
#[derive(Serialize)]
struct IssuedInfo<'a> {
    id: &'a str,
    audience: &'a str,
    expires: UnixTime,
    claims: &'a json::Object,
}

#[wasm_bindgen]
impl Core {
    /// Whether there is a role that grants an access token.
    pub fn grants(&self) -> bool {
        self.policy().has_grants()
    }

    /// As [`Core::authorize`], and then an access token for the job. No audience, or no scope, asks
    /// for what the role grants.
    pub fn exchange(&self, minter: &Minter, request: JsValue) -> Result<JsValue, JsValue> {
        let asked: ExchangeRequest = from_js("request", request)?;
        let now = UnixTime::from_secs(asked.now.0);
        let job = self.verifier.authorize(&asked.token, &asked.role, now);
        let job = job.map_err(|refusal| refused(refusal, asked.discloses))?;
        let audiences: Vec<&str> = asked.audiences.iter().map(String::as_str).collect();
        let request = AccessTokenRequest { audiences: &audiences, scope: asked.scope.as_deref() };
        let issued = minter.0.mint(job, &request, now, &random_id()?).map_err(|error| fail(&error))?;
        to_js(&issued_access_token(&issued, asked.with_claims))
    }
}

fn issued_access_token(issued: &AccessToken, with_claims: bool) -> IssuedAccessToken<'_> {
    let job = issued.job();
    IssuedAccessToken {
        token: issued.as_str(),
        id: issued.id(),
        scope: issued.scope(),
        lifetime: issued.lifetime(),
        rule: job.rule(),
        used: replay_id(job.claims()),
        exp: job.claims().exp(),
        claims: with_claims.then(|| job.verified().claims_json()),
    }
}

fn random_id() -> Result<String, JsValue> {
    let mut bytes = [0; ID_BYTES];
    getrandom::getrandom(&mut bytes).map_err(|_| {
        let message = "the system has no randomness for the token's id";
        fail(ErrorDetails::new(Code::SigningFailed, message.into()))
    })?;
    Ok(base64url::encode(&bytes))
}

/// As `idOf` of `src/js/replay/once.js`, so that a gate and an exchange may share a store.
fn replay_id(claims: &GithubClaims) -> String {
    let text = [claims.iss(), "\n", claims.jti()].concat();
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    let mut id = String::with_capacity(64);
    for byte in hash.as_ref() {
        write!(id, "{byte:02x}").unwrap_or_default();
    }
    id
}
