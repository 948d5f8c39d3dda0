//! The tree that every trust policy compiles to, and its one evaluator.

use super::{
    index::{Index, Pin},
    pattern::{Pattern, Patterns, fold},
};
use crate::claims::{ClaimName, GithubClaims};
use alloc::{boxed::Box, format, string::String, sync::Arc, vec::Vec};

/// What must hold of a token's claims.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    All(Box<[Condition]>),
    Any(Box<Alternatives>),
    Not(Box<Condition>),
    /// A condition that has a place in the policy, so that an explanation can name it.
    Rule(Rule),
    Claim(ClaimCondition),
}

/// Conditions of which one must hold: of none, none does, so it refuses.
#[derive(Clone, Debug)]
pub(crate) struct Alternatives {
    pub(crate) conditions: Box<[Condition]>,
    /// Where there are many: which of them can hold of a token.
    pub(crate) index: Option<Index>,
    /// How many rules there are below.
    pub(crate) rules: usize,
    /// What the policy's owner says of rules below, by their indices, ascending.
    descriptions: Box<[(u32, Box<str>)]>,
}

/// A list of rules while it is read.
#[derive(Default)]
pub(crate) struct Rules {
    pub(crate) conditions: Vec<Condition>,
    /// By the rules' indices, ascending.
    pub(crate) descriptions: Vec<(u32, Box<str>)>,
}

/// One of the alternatives that a policy writes down: all of its conditions.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) conditions: Box<[Condition]>,
    pub(crate) index: u32,
    pub(crate) effect: Effect,
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

/// A condition of a rule: a claim must match one of these patterns. A claim that is absent matches none.
#[derive(Clone, Debug)]
pub struct ClaimCondition {
    pub(crate) claim: Arc<ClaimName>,
    pub(crate) patterns: Patterns,
}

impl Condition {
    /// The condition of a role: no rule of `deny`, and one of `allow`.
    pub(crate) fn role(deny: Rules, allow: Rules) -> Self {
        let any = |rules| Self::Any(Box::new(Alternatives::new(rules)));
        Self::All(Box::new([Self::Not(Box::new(any(deny))), any(allow)]))
    }

    /// Whether the condition holds of `claims`.
    pub(crate) fn holds(&self, claims: &GithubClaims) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(claims)),
            Self::Any(alternatives) => alternatives.first(claims).is_some(),
            Self::Not(condition) => !condition.holds(claims),
            Self::Rule(rule) => rule.holds(claims),
            Self::Claim(condition) => condition.holds(claims),
        }
    }

    /// The first rule by which this holds of `claims`.
    pub(crate) fn first_rule(&self, claims: &GithubClaims) -> Option<&Rule> {
        match self {
            Self::All(conditions) => conditions.iter().find_map(|condition| condition.first_rule(claims)),
            // Rules are alternatives.
            Self::Any(alternatives) => match alternatives.first(claims)?.1 {
                Self::Rule(rule) => Some(rule),
                _ => None,
            },
            _ => None,
        }
    }

    /// The first rule that keeps this from holding of `claims`.
    pub(crate) fn denying_rule(&self, claims: &GithubClaims) -> Option<&Rule> {
        match self {
            Self::All(conditions) => conditions.iter().find_map(|condition| condition.denying_rule(claims)),
            Self::Not(condition) => condition.first_rule(claims),
            _ => None,
        }
    }

    /// What the policy's owner says of a rule below this condition.
    pub(crate) fn description_of(&self, rule: &Rule) -> Option<&str> {
        match self {
            Self::All(conditions) => conditions.iter().find_map(|condition| condition.description_of(rule)),
            Self::Any(alternatives) => match alternatives.conditions.first()? {
                // All of them have one effect.
                Self::Rule(first) if first.effect == rule.effect => alternatives.description(rule),
                _ => None,
            },
            Self::Not(condition) => condition.description_of(rule),
            Self::Rule(_) | Self::Claim(_) => None,
        }
    }

    /// How many rules there are below this condition.
    pub(crate) fn rules(&self) -> usize {
        match self {
            Self::All(conditions) => count_rules(conditions),
            Self::Any(alternatives) => alternatives.rules,
            Self::Not(condition) => condition.rules(),
            Self::Rule(_) => 1,
            Self::Claim(_) => 0,
        }
    }

    /// What this is found by in an index: of all conditions on claims that it needs, the one with the rarest values.
    fn pin(&self) -> Option<Pin<'_>> {
        self.rarest().map(|(_, pin)| pin)
    }

    /// The same with how common the values are.
    fn rarest(&self) -> Option<(usize, Pin<'_>)> {
        let all = match self {
            Self::All(conditions) => conditions,
            Self::Rule(rule) => &rule.conditions,
            Self::Claim(ClaimCondition { claim, patterns }) => {
                let pin = Pin { claim, patterns };
                return Some((pin.commonness()?, pin));
            }
            Self::Any(_) | Self::Not(_) => return None,
        };
        all.iter().filter_map(Self::rarest).min_by_key(|(commonness, _)| *commonness)
    }

    /// Shows `visit` the rules below this condition, in the order of the policy.
    pub(crate) fn each_rule<'c>(&'c self, visit: &mut dyn FnMut(&'c Rule)) {
        match self {
            Self::All(conditions) => each_rule(conditions, visit),
            Self::Any(alternatives) => each_rule(&alternatives.conditions, visit),
            Self::Not(condition) => condition.each_rule(visit),
            Self::Rule(rule) => visit(rule),
            Self::Claim(_) => {}
        }
    }

    /// Shows `visit` the conditions on claims below this one, in the order of the policy.
    pub(crate) fn each_claim(&self, visit: &mut dyn FnMut(&ClaimCondition)) {
        let below: &[Self] = match self {
            Self::All(conditions) => conditions,
            Self::Any(alternatives) => &alternatives.conditions,
            Self::Not(condition) => core::slice::from_ref(condition),
            Self::Rule(rule) => &rule.conditions,
            Self::Claim(condition) => return visit(condition),
        };
        for condition in below {
            condition.each_claim(visit);
        }
    }
}

fn each_rule<'c>(conditions: &'c [Condition], visit: &mut dyn FnMut(&'c Rule)) {
    for condition in conditions {
        condition.each_rule(visit);
    }
}

fn count_rules(conditions: &[Condition]) -> usize {
    conditions.iter().fold(0, |count, condition| count.saturating_add(condition.rules()))
}

impl Alternatives {
    pub(crate) fn new(Rules { conditions, descriptions }: Rules) -> Self {
        Self {
            index: Index::new(conditions.iter().map(Condition::pin)),
            rules: count_rules(&conditions),
            conditions: conditions.into(),
            descriptions: descriptions.into(),
        }
    }

    fn description(&self, rule: &Rule) -> Option<&str> {
        let found = self.descriptions.binary_search_by_key(&rule.index, |(index, _)| *index).ok()?;
        self.descriptions.get(found).map(|(_, text)| &**text)
    }

    /// The first that holds of `claims`, and its position.
    pub(crate) fn first(&self, claims: &GithubClaims) -> Option<(usize, &Condition)> {
        let Some(index) = &self.index else {
            return self.conditions.iter().enumerate().find(|(_, condition)| condition.holds(claims));
        };
        let mut first: Option<(usize, &Condition)> = None;
        index.each_group(claims, &mut |positions| {
            // In each group they ascend: what is behind the first so far is not the first.
            let before = positions.iter().map(|position| *position as usize);
            let mut before = before.take_while(|position| first.is_none_or(|(first, _)| *position < first));
            let held = before.find_map(|position| {
                self.conditions
                    .get(position)
                    .filter(|condition| condition.holds(claims))
                    .map(|held| (position, held))
            });
            first = held.or(first);
        });
        first
    }
}

#[cfg(test)]
impl Condition {
    /// The lists of a role's condition: what denies, what allows.
    pub(crate) fn lists(&self) -> [&Alternatives; 2] {
        let Self::All(lists) = self else { panic!("a role") };
        match &lists[..] {
            [Self::Not(deny), Self::Any(allow)] => {
                let Self::Any(deny) = &**deny else { panic!("a role") };
                [deny, allow]
            }
            _ => panic!("a role"),
        }
    }
}

#[cfg(test)]
impl Alternatives {
    pub(crate) fn without_index(&self) -> Self {
        Self { index: None, ..self.clone() }
    }
}

impl Rule {
    pub(crate) fn holds(&self, claims: &GithubClaims) -> bool {
        self.conditions.iter().all(|condition| condition.holds(claims))
    }

    /// Where the rule stands in its role: `allow[0]`.
    pub(crate) fn place(&self) -> String {
        format!("{}[{}]", self.effect.as_str(), self.index)
    }
}

impl ClaimCondition {
    /// As a rule of this effect compares `claim`: one that denies, without the case of names that have none at GitHub.
    pub fn new(claim: ClaimName, patterns: Vec<Pattern>, effect: Effect) -> Self {
        let patterns = if effect == Effect::Deny && claim.ignores_case() {
            let without_case = |pattern: &Pattern| pattern.rewritten(|text| fold(&claim, text).into_owned());
            let compared = patterns.iter().map(without_case).collect();
            Patterns::folded(patterns, compared)
        } else {
            Patterns::new(patterns)
        };
        Self { claim: Arc::new(claim), patterns }
    }

    /// The patterns as they were written.
    pub const fn patterns(&self) -> &[Pattern] {
        self.patterns.as_slice()
    }

    /// Whether a value of the claim matches. It is not a decision: that is [`Policy::authorize`](crate::Policy::authorize).
    pub fn matches(&self, value: &str) -> bool {
        self.patterns.matches(&self.claim, value)
    }

    pub(crate) fn holds(&self, claims: &GithubClaims) -> bool {
        claims.get(&self.claim).is_some_and(|value| self.matches(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A million of them are the size of a policy.
    #[test]
    #[cfg(target_pointer_width = "64")]
    fn conditions_are_small() {
        assert_eq!(size_of::<Condition>(), 32);
    }
}
