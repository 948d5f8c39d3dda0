//! The exports for people who look at a token. Nothing of what they return is verified.
//!
//! They are not on the way of a request, and wasm is fetched and compiled before the first one: here
//! is only what the other exports do not tell already, and `inspect.js` puts it together.

use alloc::string::String;
use wasm_bindgen::prelude::*;

use super::{
    Core,
    json::Json,
    shape::{self, Failure, fail},
};
use crate::{
    claims::{Claim, GithubClaims, Issuer, Subject},
    gate::Refusal,
    input::{self, InputKind},
    policy::Effect,
    token::Untrusted,
    verify::VerifyError,
};

#[wasm_bindgen]
impl Core {
    /// Holds a token against the rules of `role`, **not verified**.
    #[wasm_bindgen(js_name = explainUnverified)]
    pub fn explain_unverified(&self, token: &str, role: &str) -> Result<JsValue, JsValue> {
        let claims = claims(&parse(token)?, token).map_err(|error| fail(&error))?;
        let policy = self.gate.policy();
        let explanation = policy.explain_unverified(role, &claims).map_err(|denial| fail(&denial))?;
        let audiences = policy.audiences_of(role).map_err(|denial| fail(&denial))?;
        let decisive = explanation.matched();
        Ok(Json::of(|json| {
            json.object(|json| {
                json.name("rule").optional(decisive.map(|rule| rule.place.as_str()));
                json.name("admits").flag(decisive.is_some_and(|rule| rule.effect == Effect::Allow));
                json.name("audiences").list(audiences.iter().map(String::as_str), shape::text);
                shape::explanation(&explanation, json);
            });
        }))
    }
}

/// The most warnings that cross: no one reads more than these.
const WARNINGS: usize = 100;

#[wasm_bindgen]
impl Core {
    /// What is legal in the policy and probably not meant, and how many more there are.
    pub fn warnings(&self) -> JsValue {
        let warnings = self.gate.policy().warnings();
        let (listed, omitted) = warnings.split_at(warnings.len().min(WARNINGS));
        Json::of(|json| {
            json.object(|json| {
                json.name("warnings").list(listed, |warning, json| {
                    json.object(|json| {
                        json.name("code").text(warning.code.as_str());
                        json.name("place").text(&warning.place);
                        json.name("message").text(&warning.message);
                    });
                });
                json.name("omitted").number(omitted.len() as u64);
            });
        })
    }
}

/// The issuer of that `iss`, its kind in place of a name; null if it is of no known kind.
#[wasm_bindgen(js_name = recogniseIssuer)]
pub fn recognise_issuer(iss: &str) -> JsValue {
    let shape = |issuer: Issuer, json: &mut Json| shape::issuer((issuer.kind().as_str(), &issuer), json);
    Json::of(|json| json.maybe(Issuer::recognise(iss), shape))
}

/// What a token shows when it is held against itself, **not verified**: the audience that its
/// owner's tokens have by default, `sub`, and what is wrong with the claims, where one is missing
/// or malformed, or `sub` contradicts one.
#[wasm_bindgen(js_name = checkUnverified)]
pub fn check_unverified(token: &str) -> Result<JsValue, JsValue> {
    let claims = claims(&parse(token)?, token);
    // An issuer that is not known is held to what github.com does.
    let recognised = claims.as_ref().ok().and_then(|claims| Issuer::recognise(claims.iss()));
    let issuer = recognised.unwrap_or_else(Issuer::github);
    let owner = claims.as_ref().ok().and_then(GithubClaims::repository_owner);
    let default_audience = owner.map(|owner| issuer.owner_url(owner));
    let subject = claims.and_then(|claims| {
        Subject::check(&claims, &issuer).map_err(|error| Refusal::Verify(VerifyError::Subject(error)))
    });
    Ok(Json::of(|json| {
        json.object(|json| {
            json.name("defaultAudience").optional(default_audience.as_deref());
            json.name("subject").maybe(subject.as_ref().ok(), shape::subject);
            json.name("problem")
                .maybe(subject.as_ref().err(), |error, json| Failure::from(error).write(json));
        });
    }))
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

/// See [`token_in`](input::token_in).
#[wasm_bindgen(js_name = tokenIn)]
pub fn token_in(text: &[u8]) -> String {
    input::token_in(text)
}

/// A token, **not verified**. What is something else is refused as that.
pub(super) fn parse(token: &str) -> Result<Untrusted<'_>, JsValue> {
    Untrusted::parse(token).map_err(|error| fail(&Refusal::Token(error).of(token.as_bytes())))
}

/// The claims of a token, **not verified**, where `text` is the token.
pub(super) fn claims(token: &Untrusted<'_>, text: &str) -> Result<GithubClaims, Refusal> {
    let claims = token.github_claims_unverified();
    claims.map_err(|error| Refusal::Verify(VerifyError::Claims(error)).of(text.as_bytes()))
}
