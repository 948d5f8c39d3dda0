//! The exports for people who look at a token. Nothing of what they return is verified.
//!
//! They are not on the way of a request, and wasm is fetched and compiled before the first one: here
//! is only what the other exports do not tell already, and `inspect.js` puts it together.

use alloc::string::String;
use wasm_bindgen::prelude::*;

use super::{
    Core,
    shape::{self, Failure, Shape, fail, list, object, optional},
    to_js,
};
use crate::{
    claims::{Claim, GithubClaims, Issuer, Subject},
    policy::Effect,
    token::Untrusted,
    verify::VerifyError,
};

#[wasm_bindgen]
impl Core {
    /// Holds a token against the rules of `role`, **not verified**.
    #[wasm_bindgen(js_name = explainUnverified)]
    pub fn explain_unverified(&self, token: &str, role: &str) -> Result<JsValue, JsValue> {
        let claims = read(token)?.map_err(|error| fail(&error))?;
        let policy = self.gate.policy();
        let explanation = policy.explain_unverified(role, &claims).map_err(|denial| fail(&denial))?;
        let decisive = explanation.matched();
        Ok(to_js(&object([
            ("rule", optional(decisive.map(|rule| rule.place.as_str()))),
            ("admits", Shape::Flag(decisive.is_some_and(|rule| rule.effect == Effect::Allow))),
            ("audiences", list(policy.audiences(), |audience| Shape::Text(audience))),
            ("explanation", shape::rules(&explanation)),
        ])))
    }
}

/// The issuer of that `iss`, its kind in place of a name; null if it is of no known kind.
#[wasm_bindgen(js_name = recogniseIssuer)]
pub fn recognise_issuer(iss: &str) -> JsValue {
    let issuer = Issuer::recognise(iss);
    let shape = |issuer| shape::issuer((Issuer::kind(issuer).as_str(), issuer));
    to_js(&issuer.as_ref().map_or(Shape::Null, shape))
}

/// What a token shows when it is held against itself, **not verified**: the audience that its
/// owner's tokens have by default, `sub`, and what is wrong with the claims, where one is missing
/// or malformed, or `sub` contradicts one.
#[wasm_bindgen(js_name = checkUnverified)]
pub fn check_unverified(token: &str) -> Result<JsValue, JsValue> {
    let claims = read(token)?;
    // An issuer that is not known is held to what github.com does.
    let recognised = claims.as_ref().ok().and_then(|claims| Issuer::recognise(claims.iss()));
    let issuer = recognised.unwrap_or_else(Issuer::github);
    let owner = claims.as_ref().ok().and_then(GithubClaims::repository_owner);
    let default_audience = owner.map(|owner| issuer.owner_url(owner));
    let subject = claims.and_then(|claims| Subject::check(&claims, &issuer).map_err(VerifyError::Subject));
    let (subject, problem) = match &subject {
        Ok(subject) => (shape::subject(subject), Shape::Null),
        Err(problem) => (Shape::Null, Failure::from(problem).into()),
    };
    Ok(to_js(&object([
        ("defaultAudience", optional(default_audience.as_deref())),
        ("subject", subject),
        ("problem", problem),
    ])))
}

/// See [`Claim::TABLE`].
#[wasm_bindgen(js_name = claimTable)]
pub fn claim_table() -> String {
    Claim::TABLE.into()
}

fn read(token: &str) -> Result<Result<GithubClaims, VerifyError>, JsValue> {
    let token = Untrusted::parse(token).map_err(|error| fail(&error))?;
    Ok(token.github_claims_unverified().map_err(VerifyError::Claims))
}
