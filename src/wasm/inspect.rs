//! The exports for people who look at a token. Nothing of what they return is verified.
//!
//! They are not on the way of a request, and wasm is fetched and compiled before the first one: here
//! is only what the other exports do not tell already, and `inspect.js` puts it together.

use alloc::{string::String, vec::Vec};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{
    Core,
    shape::{Failure, IssuerShape, RuleShape, SubjectShape, rules},
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
        let claims = read(token)?.map_err(Failure::from)?;
        let explanation = self.gate.policy().explain_unverified(role, &claims).map_err(Failure::from)?;
        let decisive = explanation.matched();
        to_js(&ExplainedShape {
            rule: decisive.map(|rule| rule.place.as_str()),
            admits: decisive.is_some_and(|rule| rule.effect == Effect::Allow),
            audiences: self.gate.policy().audiences(),
            explanation: rules(&explanation),
        })
    }
}

#[derive(Serialize)]
struct ExplainedShape<'a> {
    rule: Option<&'a str>,
    admits: bool,
    audiences: &'a [String],
    explanation: Vec<RuleShape>,
}

/// The issuer of that `iss`, its kind in place of a name; null if it is of no known kind.
#[wasm_bindgen(js_name = recogniseIssuer)]
pub fn recognise_issuer(iss: &str) -> Result<JsValue, JsValue> {
    let issuer = Issuer::recognise(iss);
    to_js(&issuer.as_ref().map(|issuer| IssuerShape::new(issuer.kind().as_str(), issuer)))
}

/// What a token shows when it is held against itself, **not verified**.
#[wasm_bindgen(js_name = checkUnverified)]
pub fn check_unverified(token: &str) -> Result<JsValue, JsValue> {
    let claims = read(token)?;
    // An issuer that is not known is held to what github.com does.
    let recognised = claims.as_ref().ok().and_then(|claims| Issuer::recognise(claims.iss()));
    let issuer = recognised.unwrap_or_else(Issuer::github);
    let owner = claims.as_ref().ok().and_then(GithubClaims::repository_owner);
    let default_audience = owner.map(|owner| issuer.owner_url(owner));
    let subject = claims.and_then(|claims| Subject::check(&claims, &issuer).map_err(VerifyError::Subject));
    let (subject, problem) = match subject {
        Ok(subject) => (Some(subject), None),
        Err(problem) => (None, Some(problem.into())),
    };
    let subject = subject.as_ref().map(SubjectShape::new);
    to_js(&CheckedShape { default_audience, subject, problem })
}

#[derive(Serialize)]
struct CheckedShape<'a> {
    #[serde(rename = "defaultAudience")]
    default_audience: Option<String>,
    subject: Option<SubjectShape<'a>>,
    /// What is wrong with the claims: one is missing or malformed, or `sub` contradicts one.
    problem: Option<Failure>,
}

/// See [`Claim::TABLE`].
#[wasm_bindgen(js_name = claimTable)]
pub fn claim_table() -> String {
    Claim::TABLE.into()
}

fn read(token: &str) -> Result<Result<GithubClaims, VerifyError>, Failure> {
    let token = Untrusted::parse(token).map_err(Failure::from)?;
    Ok(token.github_claims_unverified().map_err(VerifyError::Claims))
}
