//! What `claimgate/exchange` has in addition: the last step, from the token to the access token.

use std::{fmt::Write as _, rc::Rc, sync::Arc};

use claimgate::{
    AccessToken, AccessTokenRequest, Code, ErrorDetails, GithubClaims, MintError, SigningKeys, UnixTime,
    base64url, json,
};
use ring::digest;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::SubtleCrypto;

use crate::{
    Core, check_verified,
    cross::{Seconds, fail, from_js, seconds, to_js},
    host::HostSigner,
    promise, refused,
    webcrypto_signer::WebCryptoSigner,
};

/// Bytes of randomness in a `jti`: as many as a UUID of RFC 9562 has, which cannot be guessed.
const ID_BYTES: usize = 16;

/// A [`claimgate::Minter`].
#[wasm_bindgen]
pub struct Minter {
    minter: Rc<claimgate::Minter>,
    /// Whether it signs by promises.
    is_async: bool,
}

#[wasm_bindgen]
impl Minter {
    /// `issuer` is the `iss` of the access tokens, `keys` the document of signing keys. `host`, which has the current one, or
    /// `subtle` signs, or else the module does.
    #[wasm_bindgen(constructor)]
    pub fn new(
        issuer: &str,
        keys: &str,
        host: Option<HostSigner>,
        subtle: Option<SubtleCrypto>,
    ) -> Result<Minter, JsValue> {
        let document = keys;
        let mut keys = SigningKeys::parse(document).map_err(|error| fail(&error))?;
        let webcrypto =
            subtle.and_then(|subtle| WebCryptoSigner::new(&subtle, document, keys.current().algorithm()));
        let is_async = webcrypto.is_some();
        if let Some(host) = host {
            keys.sign_by(Arc::new(host));
        } else if let Some(webcrypto) = webcrypto {
            keys.sign_by(Arc::new(webcrypto));
        }
        Ok(Self { minter: Rc::new(claimgate::Minter::new(issuer, keys)), is_async })
    }

    /// The JWK Set that is published, as text.
    pub fn jwks(&self, now: f64) -> Result<String, JsValue> {
        Ok(self.minter.keys().public_jwks(UnixTime::from_secs(seconds("clock", now)?)))
    }

    /// What an access token of this minter's says, or null.
    pub fn verify(&self, token: &str, now: f64) -> Result<JsValue, JsValue> {
        let now = UnixTime::from_secs(seconds("clock", now)?);
        let token = self.minter.verify(token, now);
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

/// The claims of an access token that this exchange issued.
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

    /// As [`Core::authorize`], and then an access token for the job; with WebCrypto a promise of it. No audience, or no scope,
    /// asks for what the role grants.
    pub fn exchange(&self, minter: &Minter, request: JsValue) -> Result<JsValue, JsValue> {
        let asked: ExchangeRequest = from_js("request", request)?;
        if self.is_async || minter.is_async {
            let decision = self.verifier.authorize_async(&asked.token, &asked.role, asked.now());
            let minter = Rc::clone(&minter.minter);
            return Ok(promise::run(async move {
                let decision = decision.await;
                check_verified(&decision)?;
                let job = decision.map_err(|refusal| refused(refusal, asked.discloses))?;
                let (audiences, id) = (asked.audiences(), random_id()?);
                asked.answer(minter.mint_async(job, &asked.request(&audiences), asked.now(), &id).await)
            })
            .into());
        }
        let decision = self.verifier.authorize(&asked.token, &asked.role, asked.now());
        let job = decision.map_err(|refusal| refused(refusal, asked.discloses))?;
        let (audiences, id) = (asked.audiences(), random_id()?);
        asked.answer(minter.minter.mint(job, &asked.request(&audiences), asked.now(), &id))
    }
}

impl ExchangeRequest {
    const fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.now.0)
    }

    fn audiences(&self) -> Vec<&str> {
        self.audiences.iter().map(String::as_str).collect()
    }

    fn request<'a>(&'a self, audiences: &'a [&'a str]) -> AccessTokenRequest<'a> {
        AccessTokenRequest { audiences, scope: self.scope.as_deref() }
    }

    fn answer(&self, issued: Result<AccessToken, MintError>) -> Result<JsValue, JsValue> {
        to_js(&issued_access_token(&issued.map_err(|error| fail(&error))?, self.with_claims))
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
