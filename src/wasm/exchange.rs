//! What `claimgate/exchange` has besides: the last step, from the token to the access token.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write as _;
use ring::digest;
use wasm_bindgen::prelude::*;

use super::{
    Core,
    json::Json,
    refused, seconds,
    shape::{Failure, fail, text},
};
use crate::{
    base64url,
    claims::GithubClaims,
    error::Code,
    mint::{self, AccessToken, AccessTokenRequest, IssuedToken, MintError, SigningKeys, SigningKeysError},
    signature::host::HostSigner,
    time::UnixTime,
};

/// Bytes of randomness in a `jti`: as many as RFC 9562 has for a UUID, and nobody guesses them.
const ID_BYTES: usize = 16;

/// A [`mint::Minter`].
#[wasm_bindgen]
pub struct Minter(mint::Minter);

#[wasm_bindgen]
impl Minter {
    /// `issuer` is the `iss` of the access tokens, `keys` the document of signing keys. With a
    /// `host` that has the current one it signs, else the wasm does.
    #[wasm_bindgen(constructor)]
    pub fn new(issuer: &str, keys: &str, host: Option<HostSigner>) -> Result<Minter, JsValue> {
        let mut keys = SigningKeys::parse(keys).map_err(|error| fail(&error))?;
        if let Some(host) = host {
            keys.sign_by(host);
        }
        Ok(Self(mint::Minter::new(issuer, keys)))
    }

    /// The JWK Set that is published, as text.
    pub fn jwks(&self, now: f64) -> Result<String, JsValue> {
        Ok(self.0.keys().public_jwks(UnixTime::from_secs(seconds("clock", now)?)))
    }

    /// What an access token of this minter's says, or null.
    pub fn recognise(&self, token: &str, now: f64) -> Result<JsValue, JsValue> {
        let now = UnixTime::from_secs(seconds("clock", now)?);
        Ok(Json::of(|json| json.maybe(self.0.recognise(token, now).as_ref(), issued)))
    }
}

#[wasm_bindgen]
impl Core {
    /// Whether there is a role that grants an access token.
    pub fn grants(&self) -> bool {
        self.gate.policy().has_grants()
    }

    /// As [`Core::authorize`], and then an access token for the job. No audience, or no scope, asks
    /// for what the role grants. The claims of the job are told only `with_claims`.
    #[expect(clippy::too_many_arguments, reason = "wasm-bindgen passes no structures")]
    pub fn exchange(
        &self,
        minter: &Minter,
        token: &str,
        role: &str,
        audiences: Vec<String>,
        scope: Option<String>,
        now: f64,
        disclose: bool,
        with_claims: bool,
    ) -> Result<JsValue, JsValue> {
        let now = UnixTime::from_secs(seconds("clock", now)?);
        let job = self.gate.authorize(token, role, now).map_err(|refusal| refused(refusal, disclose))?;
        let audiences: Vec<&str> = audiences.iter().map(String::as_str).collect();
        let request = AccessTokenRequest { audiences: &audiences, scope: scope.as_deref() };
        let issued = minter.0.mint(job, &request, now, &random_id()?).map_err(|error| fail(&error))?;
        Ok(Json::of(|json| access_token(&issued, with_claims, json)))
    }
}

fn random_id() -> Result<String, JsValue> {
    let mut bytes = [0; ID_BYTES];
    getrandom::getrandom(&mut bytes).map_err(|_| {
        Failure::new(Code::SigningFailed, "the system has no randomness for the token's id".into()).throw()
    })?;
    Ok(base64url::encode(&bytes))
}

fn access_token(issued: &AccessToken, with_claims: bool, json: &mut Json) {
    let job = issued.job();
    json.object(|json| {
        json.name("token").text(issued.as_str());
        json.name("id").text(issued.id());
        json.name("scope").list(issued.scope().iter().map(String::as_str), text);
        json.name("lifetime").number(issued.lifetime());
        json.name("rule").text(&job.rule());
        json.name("used").text(&replay_id(job.claims()));
        json.name("exp").number(job.claims().exp().as_secs());
        if with_claims {
            json.name("claims").written(job.verified().claims_json());
        }
    });
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

fn issued(token: &IssuedToken, json: &mut Json) {
    json.object(|json| {
        json.name("id").text(token.id());
        json.name("audience").text(token.audience());
        json.name("expires").number(token.expires().as_secs());
        json.name("claims").written(token.claims_json());
    });
}

impl From<&MintError> for Failure<'_> {
    fn from(error: &MintError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<&SigningKeysError> for Failure<'_> {
    fn from(error: &SigningKeysError) -> Self {
        Self::new(error.code(), error.to_string()).at(error.place().map(|place| place.to_string()))
    }
}
