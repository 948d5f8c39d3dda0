//! Why a verified job does not have a role.

use alloc::{boxed::Box, format, string::String, sync::Arc};
use core::fmt;

use super::{condition::Condition, explain::explain, explanation::Explanation, selection::Disclosure};
use crate::{
    claims::GithubClaims,
    error::{Code, Quoted},
    suggest,
};

/// Why a verified job does not have a role.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Denial {
    /// The policy has no role of that name.
    UnknownRole {
        /// The name.
        role: String,
        /// The role that was probably meant.
        suggestion: Option<String>,
    },
    /// The token was verified for another issuer or audience than the role's.
    Mismatch {
        /// The role.
        role: String,
    },
    /// A claim that the role's rules name under `claims` is not a string.
    NotText {
        /// The role.
        role: String,
        /// The claim.
        claim: String,
        /// What it is.
        found: &'static str,
    },
    /// A rule denies.
    Rule {
        /// The role.
        role: String,
        /// The rules of the role and the token.
        rules: Evaluation,
    },
    /// No rule allows.
    NoRule {
        /// The role.
        role: String,
        /// The rules of the role and the token.
        rules: Evaluation,
    },
}

/// The rules of a role, and the claims that they were evaluated against. They are explained on demand, because
/// an explanation costs more than a decision.
#[derive(Clone)]
pub struct Evaluation {
    condition: Arc<Condition>,
    description: Option<Arc<str>>,
    claims: Box<GithubClaims>,
    /// Whether a rule denies; else no rule matches.
    is_denied: bool,
    disclosure: Disclosure,
}

impl Evaluation {
    pub(super) fn new(
        condition: Arc<Condition>,
        description: Option<Arc<str>>,
        claims: GithubClaims,
        is_denied: bool,
    ) -> Self {
        Self { condition, description, claims: Box::new(claims), is_denied, disclosure: Disclosure::Full }
    }

    /// Each rule and each condition. It is computed when it is called.
    pub fn explanation(&self) -> Explanation {
        let description = self.description.as_deref();
        explain(&self.condition, description, &self.claims, !self.is_denied, self.disclosure)
    }

    fn without_expectations(self) -> Self {
        Self { disclosure: Disclosure::Claims, ..self }
    }
}

impl fmt::Debug for Evaluation {
    /// The explanation: the policy itself may be large, and must not be disclosed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.explanation().fmt(f)
    }
}

impl Denial {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::UnknownRole { .. } => Code::RoleUnknown,
            Self::Mismatch { .. } => Code::RoleMismatch,
            Self::NotText { .. } => Code::ClaimMalformed,
            Self::Rule { .. } => Code::RuleDenies,
            Self::NoRule { .. } => Code::NoRuleMatches,
        }
    }

    /// The rules of the role, evaluated against the token; none if the role is unknown or does not fit the
    /// token. It is computed when it is called.
    pub fn explanation(&self) -> Option<Explanation> {
        match self {
            Self::UnknownRole { .. } | Self::Mismatch { .. } | Self::NotText { .. } => None,
            Self::Rule { rules, .. } | Self::NoRule { rules, .. } => Some(rules.explanation()),
        }
    }

    /// The same for callers who may see what their own token says, but not what the policy expects.
    ///
    /// Message and explanation then depend on the token, on the form of the policy (its rules, the claims that
    /// each names, and how many globs a condition has) and on which conditions match. That a condition matches
    /// shows that its value is an expected one. Whether a role of that name exists remains visible: where that
    /// matters, choose the role for the caller.
    #[must_use]
    pub fn without_expectations(self) -> Self {
        match self {
            Self::UnknownRole { role, .. } => Self::UnknownRole { role, suggestion: None },
            // What it says is the token's own.
            Self::Mismatch { .. } | Self::NotText { .. } => self,
            Self::Rule { role, rules } => Self::Rule { role, rules: rules.without_expectations() },
            Self::NoRule { role, rules } => Self::NoRule { role, rules: rules.without_expectations() },
        }
    }

    /// The message with an explanation that is computed already.
    pub(crate) const fn message<'d>(&'d self, explanation: Option<&'d Explanation>) -> Message<'d> {
        Message { denial: self, explanation }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message(self.explanation().as_ref()).fmt(f)
    }
}

impl core::error::Error for Denial {}

/// What a [`Denial`] says.
pub(crate) struct Message<'d> {
    denial: &'d Denial,
    explanation: Option<&'d Explanation>,
}

impl Message<'_> {
    /// What the role is for, in parentheses, if that is known and disclosed.
    fn description(&self) -> String {
        let description = self.explanation.and_then(|explanation| explanation.description.as_deref());
        description.map_or_else(String::new, |text| format!(" ({})", Quoted(text)))
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denial {
            Denial::UnknownRole { role, suggestion } => {
                write!(f, "the policy has no role {}{}", Quoted(role), suggest::suffix(suggestion.as_deref()))
            }
            Denial::Mismatch { role } => {
                write!(
                    f,
                    "the token was verified for another issuer or audience than that of the role {}",
                    Quoted(role)
                )
            }
            Denial::NotText { claim, found, .. } => {
                write!(f, "the claim {} must be a string, not {found}", Quoted(claim))
            }
            Denial::Rule { role, .. } => {
                write!(f, "the role {}{} is denied to this job", Quoted(role), self.description())?;
                let rule = self.explanation.and_then(Explanation::matched);
                rule.map_or(Ok(()), |rule| write!(f, ", {rule}"))
            }
            Denial::NoRule { role, .. } => {
                write!(f, "no rule gives this job the role {}{}", Quoted(role), self.description())?;
                let nearest = self.explanation.and_then(Explanation::nearest);
                nearest.map_or(Ok(()), |rule| write!(f, ", the nearest is {rule}"))?;
                match self.explanation.map_or(0, |explanation| explanation.omitted) {
                    0 => Ok(()),
                    omitted => write!(f, "; {omitted} more rules do not match either"),
                }
            }
        }
    }
}
