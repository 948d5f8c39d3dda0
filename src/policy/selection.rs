//! Which of many rules an explanation lists.

use alloc::vec::Vec;

use super::condition::{Alternatives, Condition, Rule};
use crate::{claims::GithubClaims, limits};

/// How much of a policy an explanation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// What the policy expects, and what the token nearly matches.
    Full,
    /// What the token has, and which conditions match. The expected values have no other influence.
    Claims,
}

/// The positions of alternatives that are looked at to find near ones: several may be of one rule.
const NEAR_POSITIONS: usize = 10 * limits::EXPLAINED_RULES;

/// A rule that an explanation lists.
pub(super) struct Selected<'c> {
    pub(super) rule: &'c Rule,
    /// Whether it matches, where the decision has shown that.
    pub(super) matched: Option<bool>,
}

/// The rules below `condition` that an explanation lists, in the order of the policy, and how many others there
/// are. Up to [`limits::EXPLAINED_RULES`] all are listed. Of more, each list of alternatives has its share: the
/// one that decides, with [`Disclosure::Full`] those that [come near](super::index::Index::each_near), then the
/// first ones. Where it is known that `none_matches`, none is searched for.
pub(super) fn select<'c>(
    condition: &'c Condition,
    claims: &GithubClaims,
    none_matches: bool,
    disclosure: Disclosure,
) -> (Vec<Selected<'c>>, usize) {
    let all = condition.rules();
    let mut lists = Vec::new();
    collect(condition, &mut lists);
    let mut rules = Vec::new();
    let mut left = limits::EXPLAINED_RULES;
    let mut behind = all;
    for (lists_left, alternatives) in (1..=lists.len()).rev().zip(lists) {
        behind = behind.saturating_sub(alternatives.rules);
        // An equal part, and what those behind leave.
        let part = left.checked_div(lists_left).unwrap_or(left).max(left.saturating_sub(behind));
        let first = if none_matches { None } else { alternatives.first(claims) };
        let decisive = first.map(|(position, _)| position);
        let chosen = choose(alternatives, claims, decisive, part, disclosure);
        left = left.saturating_sub(chosen.len());
        for position in chosen {
            // Those before the first that matches do not; whether those behind it do is not known yet.
            let matched = match decisive {
                Some(decisive) if position > decisive => None,
                Some(decisive) => Some(position == decisive),
                None => Some(false),
            };
            // Rules are alternatives.
            if let Some(Condition::Rule(rule)) = alternatives.conditions.get(position) {
                rules.push(Selected { rule, matched });
            }
        }
    }
    let omitted = all.saturating_sub(rules.len());
    (rules, omitted)
}

fn collect<'c>(condition: &'c Condition, lists: &mut Vec<&'c Alternatives>) {
    match condition {
        Condition::All(conditions) => conditions.iter().for_each(|condition| collect(condition, lists)),
        Condition::Any(alternatives) => lists.push(alternatives),
        Condition::Not(condition) => collect(condition, lists),
        Condition::Rule(_) | Condition::Claim(_) => {}
    }
}

/// The positions of at most `limit` alternatives, ascending.
fn choose(
    alternatives: &Alternatives,
    claims: &GithubClaims,
    decisive: Option<usize>,
    limit: usize,
    disclosure: Disclosure,
) -> Vec<usize> {
    let all = 0..alternatives.conditions.len();
    if all.len() <= limit {
        return all.collect();
    }
    let mut chosen: Vec<usize> = Vec::new();
    // Whether there is room for more.
    let mut add = |position| {
        if chosen.len() < limit
            && let Err(place) = chosen.binary_search(&position)
        {
            chosen.insert(place, position);
        }
        chosen.len() < limit
    };
    if let Some(decisive) = decisive {
        add(decisive);
    }
    if let (Disclosure::Full, Some(index)) = (disclosure, &alternatives.index) {
        let mut left = NEAR_POSITIONS;
        index.each_near(claims, &mut |position| {
            left = left.saturating_sub(1);
            add(position as usize) && left > 0
        });
    }
    let _is_full = all.into_iter().all(add);
    chosen
}
