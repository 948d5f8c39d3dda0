//! The exports for people who look at a token. Nothing that they return is verified.
//!
//! They are not part of a request, and the module is fetched and compiled before the first one: here is only what the other
//! exports do not return already, and `inspect.js` puts it together.

use claimgate::{
    Claim, ErrorDetails, GithubClaims, InputKind, Issuer, Refusal, Subject, Untrusted, VerifyError,
};
use wasm_bindgen::prelude::*;

use crate::{
    Core,
    cross::{fail, to_js},
    parse,
    view::{DecodedToken, IssuerInfo, TokenCheck, UnverifiedExplanation, Warnings},
};

/// The most warnings that cross: no one reads more than these.
const WARNINGS: usize = 100;

#[wasm_bindgen]
impl Core {
    /// Evaluates the rules of `role` against a token, **not verified**.
    #[wasm_bindgen(js_name = explainUnverified)]
    pub fn explain_unverified(&self, token: &str, role: &str) -> Result<JsValue, JsValue> {
        let claims = claims(&parse(token)?, token).map_err(|error| fail(&error))?;
        let policy = self.policy();
        let explanation = policy.explain_unverified(role, &claims).map_err(|denial| fail(&denial))?;
        let audiences = policy.audiences_of(role).map_err(|denial| fail(&denial))?;
        to_js(&UnverifiedExplanation::new(&explanation, audiences))
    }

    /// What is legal in the policy and probably not meant, and how many more there are.
    pub fn warnings(&self) -> Result<JsValue, JsValue> {
        let warnings = self.policy().warnings();
        let (listed, omitted) = warnings.split_at(warnings.len().min(WARNINGS));
        to_js(&Warnings { warnings: listed, omitted: omitted.len() })
    }
}

/// Header and claims of a token, **not verified**.
#[wasm_bindgen(js_name = decodeUnverified)]
pub fn decode_unverified(token: &str) -> Result<JsValue, JsValue> {
    let token = parse(token)?;
    token.claims_unverified().map_err(|error| fail(&error))?;
    let header = token.header();
    // They have been read as strict JSON, which is UTF-8.
    let claims = core::str::from_utf8(token.payload_unverified()).unwrap_or_default();
    to_js(&DecodedToken { alg: header.alg, kid: &header.kid, claims })
}

/// The issuer of that `iss`, its kind in place of a name; null if it is not of a known kind.
#[wasm_bindgen(js_name = parseIssuer)]
pub fn parse_issuer(iss: &str) -> Result<JsValue, JsValue> {
    let issuer = Issuer::parse(iss).ok();
    to_js(&issuer.as_ref().map(|issuer| IssuerInfo::new(issuer.kind().as_str(), issuer)))
}

/// What a token shows when it is compared with itself, **not verified**: the audience that its owner's tokens have by
/// default, `sub`, and what is wrong with the claims, where one is missing or malformed, or `sub` contradicts one.
#[wasm_bindgen(js_name = checkUnverified)]
pub fn check_unverified(token: &str) -> Result<JsValue, JsValue> {
    let claims = claims(&parse(token)?, token);
    // An issuer that is not known is compared with github.com.
    let known = claims.as_ref().ok().and_then(|claims| Issuer::parse(claims.iss()).ok());
    let issuer = known.unwrap_or_else(Issuer::github);
    let owner = claims.as_ref().ok().and_then(GithubClaims::repository_owner);
    let default_audience = owner.map(|owner| issuer.owner_url(owner));
    let subject = claims.and_then(|claims| {
        Subject::check(&claims, &issuer).map_err(|error| Refusal::Verify(VerifyError::Subject(error)))
    });
    let problem = subject.as_ref().err().map(ErrorDetails::from);
    to_js(&TokenCheck { default_audience, subject: subject.ok(), problem })
}

/// See [`Claim::TABLE`].
#[wasm_bindgen(js_name = claimTable)]
pub fn claim_table() -> String {
    Claim::TABLE.into()
}

/// What a text is that was given for a token, a policy or keys: a name of [`InputKind`]; null if it is nothing known.
#[wasm_bindgen(js_name = inputKind)]
pub fn input_kind(text: &[u8]) -> Option<String> {
    InputKind::of(text).map(|kind| kind.as_str().into())
}

/// See [`claimgate::token_in`].
#[wasm_bindgen(js_name = tokenIn)]
pub fn token_in(text: &[u8]) -> String {
    claimgate::token_in(text)
}

/// The claims of a token, **not verified**, where `text` is the token.
fn claims(token: &Untrusted<'_>, text: &str) -> Result<GithubClaims, Refusal> {
    let claims = token.github_claims_unverified();
    claims.map_err(|error| Refusal::Verify(VerifyError::Claims(error)).of(text.as_bytes()))
}
