//! What a decision came from: each rule, each condition, what was expected and what was found.

use alloc::{string::String, vec::Vec};
use core::{cmp::Reverse, fmt};

use super::{condition::Effect, nearest::NearestMiss, pattern::Pattern};
use crate::error::{Listed, Quoted};

/// The rules of a role, evaluated against one token.
///
/// Its size is bounded, and so is the work to make it: what is left out is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Explanation {
    /// What the role is for, in the words of the policy's owner; none if the policy does not say, or is not
    /// disclosed.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub description: Option<String>,
    /// The role's rules, those that deny first: all of them, or, of more than
    /// [`EXPLAINED_RULES`](crate::limits::EXPLAINED_RULES), the one that decides and others. Fewer are
    /// listed if they do not fit [`EXPLANATION_BYTES`](crate::limits::EXPLANATION_BYTES) and
    /// [`EXPLANATION_WORK`](crate::limits::EXPLANATION_WORK).
    pub rules: Vec<RuleOutcome>,
    /// How many rules are not listed. None of them decides.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "omittedRules", skip_serializing_if = "crate::serialize::is_zero")
    )]
    pub omitted: usize,
}

/// One rule, evaluated against the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RuleOutcome {
    /// Where the rule stands in its role: `allow[0]`.
    #[cfg_attr(feature = "serde", serde(rename = "rule"))]
    pub place: String,
    /// What the rule is for, in the words of the policy's owner; none if the policy does not say, or is not
    /// disclosed.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub description: Option<String>,
    /// What follows when it matches.
    pub effect: Effect,
    /// Whether it matches.
    pub matched: bool,
    /// Its conditions.
    pub conditions: Vec<ConditionOutcome>,
    /// How many conditions are not listed, because the explanation has no room for them.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "omittedConditions", skip_serializing_if = "crate::serialize::is_zero")
    )]
    pub omitted: usize,
}

/// One condition, evaluated against the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConditionOutcome {
    /// The claim's name.
    pub claim: String,
    /// What the claim must match, any of these; empty if that is not disclosed. Of more than
    /// [`EXPLAINED_PATTERNS`](crate::limits::EXPLAINED_PATTERNS) the first ones and the nearest.
    pub expected: Vec<Pattern>,
    /// How many patterns are not listed; 0 if what is expected is not disclosed.
    pub omitted: usize,
    /// What the token has, up to
    /// [`EXPLAINED_VALUE_BYTES`](crate::limits::EXPLAINED_VALUE_BYTES); none if it lacks the claim.
    pub found: Option<String>,
    /// Whether it matches.
    pub matched: bool,
    /// What a claim that looks right differs in.
    pub nearest: Option<NearestMiss>,
}

impl Explanation {
    /// The rule that decided: one that denies, or else one that allows.
    pub fn matched(&self) -> Option<&RuleOutcome> {
        let matched = |effect| self.rules.iter().find(|rule| rule.effect == effect && rule.matched);
        matched(Effect::Deny).or_else(|| matched(Effect::Allow))
    }

    /// Of the rules that allow and do not match, the one with the fewest conditions that fail; of
    /// several such, the one with the most that hold.
    pub fn nearest(&self) -> Option<&RuleOutcome> {
        let allowing = self.rules.iter().filter(|rule| rule.effect == Effect::Allow && !rule.matched);
        allowing.min_by_key(|rule| {
            (rule.failed().count().saturating_add(rule.omitted), Reverse(rule.conditions.len()))
        })
    }
}

impl RuleOutcome {
    /// The conditions that do not match.
    pub fn failed(&self) -> impl Iterator<Item = &ConditionOutcome> {
        self.conditions.iter().filter(|condition| !condition.matched)
    }
}

impl fmt::Display for RuleOutcome {
    /// The conditions that decided: those that failed, or all if none did.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        self.description.as_ref().map_or(Ok(()), |text| write!(f, " ({})", Quoted(text)))?;
        f.write_str(": ")?;
        let shown = self.conditions.iter().filter(|condition| self.matched || !condition.matched);
        for (index, condition) in shown.enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{condition}")?;
        }
        match self.omitted {
            0 => Ok(()),
            omitted => write!(f, "; conditions that are not listed: {omitted}"),
        }
    }
}

impl fmt::Display for ConditionOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { claim, expected, omitted, found, matched, nearest } = self;
        let claim = Quoted(claim);
        match found {
            Some(found) if *matched => return write!(f, "{claim} is {}", Quoted(found)),
            None if expected.is_empty() => return write!(f, "{claim} is absent"),
            Some(found) if expected.is_empty() => {
                return write!(f, "{claim} is {}, which does not match", Quoted(found));
            }
            _ => write!(f, "{claim} must be ")?,
        }
        write!(f, "{}", Listed { items: expected, omitted: *omitted })?;
        match found {
            Some(found) => write!(f, ", not {}", Quoted(found))?,
            None => f.write_str(", but is absent")?,
        }
        match nearest {
            Some(miss) => write!(f, " ({})", miss.hint),
            None => Ok(()),
        }
    }
}
