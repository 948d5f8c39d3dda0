//! The tree that every trust policy compiles to, and its one evaluator.

use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::fmt;

use super::glob::Glob;
use crate::{
    claims::{ClaimName, GithubClaims},
    error::Quoted,
};

/// What must hold of a token's claims.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    /// Of no alternatives none holds: an empty `Any` refuses.
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// A condition that has a place in the policy, so that an explanation can name it.
    Rule(Rule),
    Claim(ClaimCondition),
}

/// One of the alternatives that a policy writes down.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) effect: Effect,
    pub(crate) index: usize,
    pub(crate) condition: Box<Condition>,
}

/// What follows when a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The job is admitted, unless a rule denies it.
    Allow,
    /// The job is refused, whatever else matches.
    Deny,
}

impl Effect {
    /// `allow` or `deny`, as in the policy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// A claim must match one of these patterns. A claim that is absent matches none.
#[derive(Clone, Debug)]
pub(crate) struct ClaimCondition {
    pub(crate) claim: ClaimName,
    pub(crate) patterns: Vec<Pattern>,
}

/// What the value of a claim is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pattern {
    /// The value must be this text, byte for byte.
    Exact(String),
    /// The value must match this glob.
    Glob(Glob),
}

impl Condition {
    /// Whether the condition holds of `claims`.
    pub(crate) fn holds(&self, claims: &GithubClaims) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(claims)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(claims)),
            Self::Not(condition) => !condition.holds(claims),
            Self::Rule(rule) => rule.condition.holds(claims),
            Self::Claim(condition) => condition.holds(claims),
        }
    }

    /// Shows `visit` the rules below this condition, in the order of the policy.
    pub(crate) fn each_rule(&self, visit: &mut dyn FnMut(&Rule)) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                for condition in conditions {
                    condition.each_rule(visit);
                }
            }
            Self::Not(condition) => condition.each_rule(visit),
            Self::Rule(rule) => visit(rule),
            Self::Claim(_) => {}
        }
    }

    /// Shows `visit` the conditions on claims below this one, in the order of the policy.
    pub(crate) fn each_claim(&self, visit: &mut dyn FnMut(&ClaimCondition)) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                for condition in conditions {
                    condition.each_claim(visit);
                }
            }
            Self::Not(condition) => condition.each_claim(visit),
            Self::Rule(rule) => rule.condition.each_claim(visit),
            Self::Claim(condition) => visit(condition),
        }
    }
}

impl Rule {
    /// Where the rule stands in its role: `allow[0]`.
    pub(crate) fn place(&self) -> String {
        format!("{}[{}]", self.effect.as_str(), self.index)
    }
}

impl ClaimCondition {
    pub(crate) fn holds(&self, claims: &GithubClaims) -> bool {
        claims
            .get(&self.claim)
            .is_some_and(|value| self.patterns.iter().any(|pattern| pattern.matches(value)))
    }
}

impl Pattern {
    pub(crate) fn matches(&self, value: &str) -> bool {
        match self {
            Self::Exact(text) => text == value,
            Self::Glob(glob) => glob.matches(value),
        }
    }

    /// The text of the pattern.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Exact(text) => text,
            Self::Glob(glob) => glob.as_str(),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(text) => write!(f, "{}", Quoted(text)),
            Self::Glob(glob) => write!(f, "a match of {}", Quoted(glob.as_str())),
        }
    }
}
