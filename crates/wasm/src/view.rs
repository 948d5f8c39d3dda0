//! What crosses to JavaScript in addition to the core's own types. The names are those of `types.d.ts`.

use claimgate::{
    Effect, ErrorDetails, Explanation, Grant, Issuer, PolicyWarning, RuleOutcome, SubjectCheck,
    signature::Algorithm,
};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct IssuerInfo<'a> {
    name: &'a str,
    issuer: &'a Issuer,
    discovery: String,
}

impl<'a> IssuerInfo<'a> {
    pub(crate) fn new(name: &'a str, issuer: &'a Issuer) -> Self {
        Self { name, issuer, discovery: issuer.discovery_url() }
    }
}

/// The rules of an explanation, next to how many it leaves out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rules<'a> {
    explanation: &'a [RuleOutcome],
    #[serde(skip_serializing_if = "Option::is_none")]
    omitted_rules: Option<usize>,
}

impl<'a> From<&'a Explanation> for Rules<'a> {
    fn from(explanation: &'a Explanation) -> Self {
        let omitted_rules = Some(explanation.omitted).filter(|omitted| *omitted > 0);
        Self { explanation: &explanation.rules, omitted_rules }
    }
}

/// A job that has a role.
#[derive(Serialize)]
pub(crate) struct JobDescription<'a> {
    rule: Option<&'a str>,
    audience: Option<&'a str>,
    subject: &'a SubjectCheck,
    grant: Option<&'a Grant>,
    #[serde(flatten)]
    rules: Rules<'a>,
}

impl<'a> JobDescription<'a> {
    pub(crate) fn new(
        explanation: &'a Explanation,
        audience: Option<&'a str>,
        subject: &'a SubjectCheck,
        grant: Option<&'a Grant>,
    ) -> Self {
        let rule = explanation.matched().map(|rule| rule.place.as_str());
        Self { rule, audience, subject, grant, rules: explanation.into() }
    }
}

/// The rules of a role, evaluated against a token that is not verified.
#[derive(Serialize)]
pub(crate) struct UnverifiedExplanation<'a> {
    rule: Option<&'a str>,
    admits: bool,
    audiences: &'a [String],
    #[serde(flatten)]
    rules: Rules<'a>,
}

impl<'a> UnverifiedExplanation<'a> {
    pub(crate) fn new(explanation: &'a Explanation, audiences: &'a [String]) -> Self {
        let decisive = explanation.matched();
        Self {
            rule: decisive.map(|rule| rule.place.as_str()),
            admits: decisive.is_some_and(|rule| rule.effect == Effect::Allow),
            audiences,
            rules: explanation.into(),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Warnings<'a> {
    pub(crate) warnings: &'a [PolicyWarning],
    pub(crate) omitted: usize,
}

/// A token compared with itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenCheck {
    pub(crate) default_audience: Option<String>,
    pub(crate) subject: Option<SubjectCheck>,
    pub(crate) problem: Option<ErrorDetails>,
}

#[derive(Serialize)]
pub(crate) struct DecodedToken<'a> {
    pub(crate) alg: Algorithm,
    pub(crate) kid: &'a str,
    /// Strict JSON.
    pub(crate) claims: &'a str,
}
