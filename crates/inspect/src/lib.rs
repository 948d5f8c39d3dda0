//! Explains the trust policies under which systems accept the `OpenID` Connect tokens of GitHub Actions: AWS IAM, Azure,
//! Google Cloud, `HashiCorp` Vault, octo-sts, the trusted publishers of package registries, and Claimgate's own policies.
//!
//! A policy is read in the form in which it was pasted, decided for the claims of a token as its system would decide, and
//! explained condition by condition. What a document does not hold, and what a vendor does not document, makes the verdict
//! [`Verdict::Unknown`] where it matters, never a guess.
//!
//! Nothing here guards anything: signatures, issuers and times are not verified, and an evaluation cannot become the
//! gate's decision.
//!
//! ```
//! use claimgate_inspect::{Options, Verdict, evaluate};
//!
//! let policy = r#"{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
//!   "Principal": { "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
//!   "Action": "sts:AssumeRoleWithWebIdentity",
//!   "Condition": { "StringLike": { "token.actions.githubusercontent.com:sub": "repo:octo-org/*" } } }] }"#;
//! let claims = serde_json::json!({
//!     "iss": "https://token.actions.githubusercontent.com",
//!     "sub": "repo:octo-org/octo-repo:ref:refs/heads/main",
//! });
//! let evaluation = evaluate(policy, claims.as_object().unwrap(), &Options::default())?;
//! assert_eq!(evaluation.verdict, Verdict::Allow);
//! # Ok::<(), claimgate_inspect::ReadError>(())
//! ```

mod cel;
mod cursor;
mod document;
mod error;
mod expression;
mod forms;
mod places;
mod re2;
mod report;
mod systems;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use self::{
    document::fill,
    expression::{Claims, Truth},
    places::Places,
    systems::Context,
};
pub use self::{
    error::ReadError,
    expression::{Advice, Grade, Reason, Side},
    forms::Form,
    places::Position,
    report::{Evaluation, FindingReport, HoleReport, OutcomeReport, PartReport, PolicyReport, Verdict},
    systems::System,
};

/// The most bytes of a text that are read.
pub const TEXT_BYTES: usize = 1024 * 1024;

/// The most bytes of claims, as JSON.
pub const CLAIMS_BYTES: usize = 64 * 1024;

/// What is known beyond the text.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The policy language; by default it is identified by the text.
    pub system: Option<System>,
    /// Values for what the document does not hold, by the names in [`Evaluation::holes`].
    pub inputs: BTreeMap<String, Json>,
    /// Whether an octo-sts policy is one of the organisation's policy repository.
    pub is_org: bool,
}

/// Decides as the policy's system would for a token with these claims.
///
/// # Errors
///
/// The text is not a policy of a known system, or is not written as its form requires; or text or claims are too large.
pub fn evaluate(text: &str, claims: &Map<String, Json>, options: &Options) -> Result<Evaluation, ReadError> {
    let claims = Claims::new(bounded(claims)?.clone());
    let context = Context {
        text: text.to_owned(),
        is_org: options.is_org,
        issuer: claims.text("iss").map(str::to_owned),
    };
    let (documents, system, parsed) = read(text, options, &context)?;
    let outcome = expression::evaluate(&parsed.expr, &claims);
    let places = Places::new(text);
    let (verdict, reasons) = match &outcome.truth {
        Truth::True => (Verdict::Allow, Vec::new()),
        Truth::False | Truth::Error(_) => (Verdict::Deny, Vec::new()),
        Truth::Unknown(reasons) => (Verdict::Unknown, reasons.clone()),
    };
    let deciding = match verdict {
        Verdict::Allow => Vec::new(),
        Verdict::Deny | Verdict::Unknown => {
            outcome.deciding().into_iter().map(|part| OutcomeReport::new(part, &places)).collect()
        }
    };
    Ok(Evaluation {
        verdict,
        system,
        format: documents.first().map_or(Form::Json, |document| document.form),
        holes: report::holes(&documents, &places),
        reasons,
        deciding,
        explanation: OutcomeReport::new(&outcome, &places),
        findings: parsed.findings.iter().map(|finding| FindingReport::new(finding, &places)).collect(),
        assumptions: parsed.assumptions,
    })
}

/// Reads a policy without a token: what language it is, what it does not hold, and what in it works differently from what it
/// looks like.
///
/// # Errors
///
/// Those of [`evaluate`].
pub fn read_policy(text: &str, options: &Options) -> Result<PolicyReport, ReadError> {
    let context = Context { text: text.to_owned(), is_org: options.is_org, issuer: None };
    let (documents, system, parsed) = read(text, options, &context)?;
    let places = Places::new(text);
    Ok(PolicyReport {
        system,
        format: documents.first().map_or(Form::Json, |document| document.form),
        holes: report::holes(&documents, &places),
        findings: parsed.findings.iter().map(|finding| FindingReport::new(finding, &places)).collect(),
        assumptions: parsed.assumptions,
    })
}

fn read(
    text: &str,
    options: &Options,
    context: &Context,
) -> Result<(Vec<forms::Document>, System, systems::Parsed), ReadError> {
    if text.len() > TEXT_BYTES {
        return Err(ReadError::too_large(format!(
            "the text is {} bytes long, the limit is {TEXT_BYTES}",
            text.len()
        )));
    }
    let mut documents = forms::read(text, options.system)?;
    for document in &mut documents {
        fill(&mut document.node, &options.inputs);
    }
    let (system, parsed) = systems::parse(&documents, options.system, context)?;
    Ok((documents, system, parsed))
}

fn bounded(claims: &Map<String, Json>) -> Result<&Map<String, Json>, ReadError> {
    let bytes = serde_json::to_string(claims).map_or(usize::MAX, |json| json.len());
    if bytes > CLAIMS_BYTES {
        return Err(ReadError::too_large(format!(
            "the claims are {bytes} bytes of JSON, the limit is {CLAIMS_BYTES}"
        )));
    }
    Ok(claims)
}
