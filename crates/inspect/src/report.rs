//! What an evaluation says, as values that serialize.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use crate::{
    Form, System,
    expression::{Advice, Finding, Grade, Outcome, OutcomeKind, Reason, Truth},
    places::{Places, Position},
};

/// What a system decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The token is accepted.
    Allow,
    /// The token is refused.
    Deny,
    /// It depends on what the document does not hold, or on what the vendor does not document.
    Unknown,
}

/// The decision on a token, explained.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The decision.
    pub verdict: Verdict,
    /// The policy language.
    pub system: System,
    /// The form of the text.
    pub format: Form,
    /// What the document does not hold.
    pub holes: Vec<HoleReport>,
    /// Why the verdict is unknown; empty if it is not.
    pub reasons: Vec<Reason>,
    /// The conditions for which the verdict is what it is, if it is not `allow`.
    pub deciding: Vec<OutcomeReport>,
    /// The policy, part by part.
    pub explanation: OutcomeReport,
    /// What works differently from what it looks like.
    pub findings: Vec<FindingReport>,
    /// What was assumed, because the document does not say it.
    pub assumptions: Vec<String>,
}

/// What reading a policy says, without a token.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyReport {
    /// The policy language.
    pub system: System,
    /// The form of the text.
    pub format: Form,
    /// What the document does not hold.
    pub holes: Vec<HoleReport>,
    /// What works differently from what it looks like.
    pub findings: Vec<FindingReport>,
    /// What was assumed, because the document does not say it.
    pub assumptions: Vec<String>,
}

/// A value that the document does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HoleReport {
    /// What the document calls it; an input is given by this name.
    pub name: String,
    /// The default that the document declares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Where it stands first.
    pub at: Position,
}

/// Something that works differently from what it looks like.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingReport {
    /// A stable code.
    pub code: &'static str,
    /// How much it matters.
    pub grade: Grade,
    /// What it is, for people.
    pub message: String,
    /// Where it stands.
    pub at: Position,
}

/// A part of the policy, decided.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeReport {
    /// Whether it holds: `true`, `false`, `error` or `unknown`.
    pub holds: &'static str,
    /// Why its evaluation fails, or cannot be decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Position>,
    /// What it is.
    #[serde(flatten)]
    pub part: PartReport,
}

/// What a part of the policy is.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PartReport {
    /// All of the parts must hold.
    All {
        /// The parts.
        parts: Vec<OutcomeReport>,
    },
    /// Any of the parts must hold.
    Any {
        /// The parts.
        parts: Vec<OutcomeReport>,
    },
    /// The part must not hold.
    Not {
        /// The part.
        part: Box<OutcomeReport>,
    },
    /// A part with a name.
    Place {
        /// The name.
        name: String,
        /// The part.
        part: Box<OutcomeReport>,
    },
    /// A condition on a claim.
    Claim {
        /// The claim.
        claim: String,
        /// The comparison.
        operator: String,
        /// What is expected, a text each.
        expected: Vec<String>,
        /// What the token has.
        #[serde(skip_serializing_if = "Option::is_none")]
        found: Option<Json>,
        /// What to change.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        advice: Vec<Advice>,
    },
    /// What no claim changes.
    Fixed {
        /// What it is about.
        subject: String,
    },
    /// Parts that are decided and not listed.
    Omitted {
        /// How many.
        count: usize,
    },
}

impl OutcomeReport {
    pub(crate) fn new(outcome: &Outcome, places: &Places<'_>) -> Self {
        let report = |outcome: &Outcome| Self::new(outcome, places);
        let mut because = match &outcome.truth {
            Truth::Error(reason) => vec![reason.clone()],
            Truth::Unknown(reasons) => reasons.iter().map(|reason| reason.message.clone()).collect(),
            Truth::True | Truth::False => Vec::new(),
        };
        let part = match &outcome.kind {
            OutcomeKind::All(parts) => PartReport::All { parts: parts.iter().map(report).collect() },
            OutcomeKind::Any(parts) => PartReport::Any { parts: parts.iter().map(report).collect() },
            OutcomeKind::Not(part) => PartReport::Not { part: Box::new(report(part)) },
            OutcomeKind::Place { name, part } => {
                PartReport::Place { name: name.clone(), part: Box::new(report(part)) }
            }
            OutcomeKind::Test { claim, operator, expected, found, advice } => PartReport::Claim {
                claim: claim.clone(),
                operator: operator.clone(),
                expected: expected.clone(),
                found: found.as_ref().map(shown),
                advice: advice.clone(),
            },
            OutcomeKind::Fixed { subject, because: reason } => {
                because = vec![reason.clone()];
                PartReport::Fixed { subject: subject.clone() }
            }
            OutcomeKind::Omitted(count) => PartReport::Omitted { count: *count },
        };
        Self {
            holds: match outcome.truth {
                Truth::True => "true",
                Truth::False => "false",
                Truth::Error(_) => "error",
                Truth::Unknown(_) => "unknown",
            },
            because,
            at: outcome.span.map(|span| places.at(span.start)),
            part,
        }
    }
}

/// A claim as it is shown. An integer that a double does not hold is its text, so that no reader rounds it.
fn shown(found: &Json) -> Json {
    const EXACT: u64 = (1 << 53) - 1;
    match found {
        Json::Number(number)
            if number
                .as_i64()
                .map(i64::unsigned_abs)
                .or(number.as_u64())
                .is_some_and(|size| size > EXACT) =>
        {
            Json::String(number.to_string())
        }
        Json::Array(items) => Json::Array(items.iter().map(shown).collect()),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), shown(value))).collect())
        }
        other => other.clone(),
    }
}

impl FindingReport {
    pub(crate) fn new(finding: &Finding, places: &Places<'_>) -> Self {
        Self {
            code: finding.code,
            grade: finding.grade,
            message: finding.message.clone(),
            at: places.at(finding.span.start),
        }
    }
}

/// The holes of a document, each once, where it stands first.
pub(crate) fn holes(documents: &[crate::forms::Document], places: &Places<'_>) -> Vec<HoleReport> {
    let mut found = BTreeMap::new();
    for document in documents {
        crate::document::each_hole(&document.node, &mut |hole, span| {
            let at = places.at(span.start);
            found.entry(hole.name.clone()).or_insert_with(|| HoleReport {
                name: hole.name.clone(),
                default: hole.default.clone(),
                at,
            });
        });
    }
    let mut holes: Vec<_> = found.into_values().collect();
    holes.sort_by_key(|hole| (hole.at.line, hole.at.column));
    holes
}
