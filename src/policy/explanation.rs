//! What a decision came from: each rule, each condition, what was expected and what was found.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{cmp::Reverse, fmt};

use super::{
    condition::{ClaimCondition, Condition, Effect, Rule},
    nearest::{MissKind, NearestMiss, nearest_miss},
    pattern::Pattern,
    selection::select,
};
use crate::{
    claims::GithubClaims,
    error::{Listed, Quoted},
};

/// The rules of a role, held against one token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The role's rules, those that deny first: all of them, or, of more than
    /// [`EXPLAINED_RULES`](crate::limits::EXPLAINED_RULES), the one that decides and those that come
    /// nearest.
    pub rules: Vec<RuleOutcome>,
    /// How many rules are not listed. None of them decides.
    pub omitted: usize,
}

/// One rule, held against the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleOutcome {
    /// Where the rule stands in its role: `allow[0]`.
    pub place: String,
    /// What follows when it matches.
    pub effect: Effect,
    /// Whether it matches.
    pub matched: bool,
    /// Its conditions.
    pub conditions: Vec<ConditionOutcome>,
}

/// One condition, held against the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConditionOutcome {
    /// The claim's name.
    pub claim: String,
    /// What the claim would have to match, any of these; empty if that is not disclosed.
    pub expected: Vec<Pattern>,
    /// What the token has; none if it lacks the claim.
    pub found: Option<String>,
    /// Whether it matches.
    pub matched: bool,
    /// What a claim that looks right differs in.
    pub nearest: Option<NearestMiss>,
}

impl Explanation {
    /// Looks for near misses only where the job is not admitted: then somebody will ask.
    pub(super) fn new(condition: &Condition, claims: &GithubClaims, is_admitted: bool) -> Self {
        let (rules, omitted) = select(condition, claims);
        let rules = rules.into_iter().map(|rule| RuleOutcome::new(rule, claims, !is_admitted)).collect();
        Self { rules, omitted }
    }

    /// The rule that decided: one that denies, or else one that allows.
    pub fn matched(&self) -> Option<&RuleOutcome> {
        let matched = |effect| self.rules.iter().find(|rule| rule.effect == effect && rule.matched);
        matched(Effect::Deny).or_else(|| matched(Effect::Allow))
    }

    /// Of the rules that allow and do not match, the one with the fewest conditions that fail; of
    /// several such, the one with the most that hold.
    pub fn nearest(&self) -> Option<&RuleOutcome> {
        let allowing = self.rules.iter().filter(|rule| rule.effect == Effect::Allow && !rule.matched);
        allowing.min_by_key(|rule| (rule.failed().count(), Reverse(rule.conditions.len())))
    }

    /// The same for somebody who may see what their own token says, but not what the policy
    /// expects. That a condition matched remains, and with it that its value was the right one.
    #[must_use]
    pub fn without_expectations(mut self) -> Self {
        for rule in &mut self.rules {
            for condition in &mut rule.conditions {
                condition.expected.clear();
                // The other hints would give the expected value away.
                condition.nearest.take_if(|miss| miss.kind != MissKind::Absent);
            }
        }
        self
    }
}

impl RuleOutcome {
    fn new(rule: &Rule, claims: &GithubClaims, with_hints: bool) -> Self {
        let mut conditions = Vec::new();
        for condition in &rule.conditions {
            condition.each_claim(&mut |condition| {
                conditions.push(ConditionOutcome::new(condition, claims, with_hints));
            });
        }
        Self { place: rule.place(), effect: rule.effect, matched: rule.holds(claims), conditions }
    }

    /// The conditions that do not match.
    pub fn failed(&self) -> impl Iterator<Item = &ConditionOutcome> {
        self.conditions.iter().filter(|condition| !condition.matched)
    }
}

impl ConditionOutcome {
    fn new(condition: &ClaimCondition, claims: &GithubClaims, with_hints: bool) -> Self {
        let matched = condition.holds(claims);
        Self {
            claim: condition.claim.to_string(),
            expected: condition.patterns.as_slice().to_vec(),
            found: claims.get(&condition.claim).map(ToString::to_string),
            matched,
            nearest: if matched || !with_hints { None } else { nearest_miss(condition, claims) },
        }
    }
}

impl fmt::Display for RuleOutcome {
    /// The conditions that decided: those that failed, or all if none did.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        let shown = self.conditions.iter().filter(|condition| self.matched || !condition.matched);
        for (index, condition) in shown.enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{condition}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ConditionOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { claim, expected, found, matched, nearest } = self;
        let claim = Quoted(claim);
        match found {
            Some(found) if *matched => return write!(f, "{claim} is {}", Quoted(found)),
            None if expected.is_empty() => return write!(f, "{claim} is absent"),
            Some(found) if expected.is_empty() => {
                return write!(f, "{claim} is {}, which does not match", Quoted(found));
            }
            _ => write!(f, "{claim} must be ")?,
        }
        write!(f, "{}", Listed(expected))?;
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
