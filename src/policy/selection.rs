//! Which of many rules an explanation lists.

use alloc::vec::Vec;

use super::condition::{Alternatives, Condition, Rule};
use crate::{claims::GithubClaims, limits};

/// The rules below `condition` that say most of why `claims` meet it or not, in the order of the
/// policy, and how many others there are. Up to [`limits::EXPLAINED_RULES`] all are listed. Of more,
/// those that deny and those that allow have each their share: first the one that decides, then those
/// that [come near](super::index::Index::each_near), then from the first.
pub(super) fn select<'c>(condition: &'c Condition, claims: &GithubClaims) -> (Vec<&'c Rule>, usize) {
    let all = condition.rules();
    let mut rules = Vec::new();
    let mut add = |rule| rules.push(rule);
    if all <= limits::EXPLAINED_RULES {
        condition.each_rule(&mut add);
    } else {
        let mut lists = Vec::new();
        collect(condition, &mut lists);
        share_out(&mut lists, limits::EXPLAINED_RULES);
        for list in &lists {
            match list.of {
                Of::Rule(rule) => add(rule),
                Of::Alternatives(alternatives) => {
                    for position in nearest(alternatives, claims, list.share) {
                        if let Some(condition) = alternatives.conditions.get(position) {
                            condition.each_rule(&mut add);
                        }
                    }
                }
            }
        }
    }
    let omitted = all.saturating_sub(rules.len());
    (rules, omitted)
}

struct List<'c> {
    of: Of<'c>,
    /// How many of them are listed.
    share: usize,
}

enum Of<'c> {
    Rule(&'c Rule),
    Alternatives(&'c Alternatives),
}

fn collect<'c>(condition: &'c Condition, lists: &mut Vec<List<'c>>) {
    match condition {
        Condition::All(conditions) => conditions.iter().for_each(|condition| collect(condition, lists)),
        Condition::Any(alternatives) => lists.push(List { of: Of::Alternatives(alternatives), share: 0 }),
        Condition::Not(condition) => collect(condition, lists),
        Condition::Rule(rule) => lists.push(List { of: Of::Rule(rule), share: 0 }),
        Condition::Claim(_) => {}
    }
}

/// Gives each list in turn one more, until they have `limit` together.
fn share_out(lists: &mut [List<'_>], limit: usize) {
    let mut given = 0_usize;
    loop {
        let before = given;
        for list in &mut *lists {
            let most = match list.of {
                Of::Rule(_) => 1,
                Of::Alternatives(alternatives) => alternatives.conditions.len(),
            };
            if given < limit && list.share < most {
                list.share = list.share.saturating_add(1);
                given = given.saturating_add(1);
            }
        }
        if given == before {
            return;
        }
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
