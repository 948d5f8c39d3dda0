//! Which of many rules an explanation lists.

use alloc::vec::Vec;

use super::condition::{Alternatives, Condition, Rule};
use crate::{claims::GithubClaims, limits};

/// The rules below `condition` that say most of why `claims` meet it or not, in the order of the
/// policy, and how many others there are. Up to [`limits::EXPLAINED_RULES`] all are listed. Of more,
/// each list of alternatives has its share: first the one that decides, then those that [come
/// near](super::index::Index::each_near), then from the first.
pub(super) fn select<'c>(condition: &'c Condition, claims: &GithubClaims) -> (Vec<&'c Rule>, usize) {
    let all = condition.rules();
    let mut rules = Vec::new();
    if all <= limits::EXPLAINED_RULES {
        condition.each_rule(&mut |rule| rules.push(rule));
    } else {
        let mut lists = Vec::new();
        collect(condition, &mut lists);
        let mut left = limits::EXPLAINED_RULES;
        let mut behind = all;
        for (lists_left, alternatives) in (1..=lists.len()).rev().zip(lists) {
            behind = behind.saturating_sub(alternatives.rules);
            // An equal part, and what those behind leave.
            let part = left.checked_div(lists_left).unwrap_or(left);
            let chosen = nearest(alternatives, claims, part.max(left.saturating_sub(behind)));
            left = left.saturating_sub(chosen.len());
            for condition in chosen.iter().filter_map(|position| alternatives.conditions.get(*position)) {
                condition.each_rule(&mut |rule| rules.push(rule));
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
        // Rules are alternatives.
        Condition::Rule(_) | Condition::Claim(_) => {}
    }
}

/// The positions of at most `limit` alternatives, ascending.
fn nearest(alternatives: &Alternatives, claims: &GithubClaims, limit: usize) -> Vec<usize> {
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
    if let Some((decisive, _)) = alternatives.first(claims) {
        add(decisive);
    }
    if let Some(index) = &alternatives.index {
        index.each_near(claims, &mut |position| add(position as usize));
    }
    let _is_full = (0..alternatives.conditions.len()).all(add);
    chosen
}
