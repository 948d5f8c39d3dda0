//! How an explanation is made, within its budget: first which conditions match, then, if that is disclosed, what
//! they expect.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    budget::{Budget, json_bytes},
    condition::{ClaimCondition, Condition, Effect, Rule},
    explanation::{ConditionOutcome, Explanation, RuleOutcome},
    nearest::{NearMiss, nearest_miss, no_claim},
    pattern::Pattern,
    selection::{Disclosure, Selected, select},
};
use crate::{claims::GithubClaims, limits};

/// Explains how the rules below `condition` were decided, of a role with this description. Where it is known that
/// `none_matches`, the work of the decision is not repeated.
pub(super) fn explain(
    condition: &Condition,
    description: Option<&str>,
    claims: &GithubClaims,
    none_matches: bool,
    disclosure: Disclosure,
) -> Explanation {
    let (selected, omitted) = select(condition, claims, none_matches, disclosure);
    let decides = |effect| {
        selected.iter().any(|selected| selected.matched == Some(true) && selected.rule.effect == effect)
    };
    let is_admitted = decides(Effect::Allow) && !decides(Effect::Deny);
    let mut explainer = Explainer { claims, is_admitted, budget: Budget::new() };
    let mut listed: Vec<(&Rule, RuleOutcome)> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    // What decides comes first, as long as there is room for all of it.
    let mut has_room = true;
    for decides in [true, false] {
        for (position, selected) in selected.iter().enumerate() {
            if !has_room || (selected.matched == Some(true)) != decides {
                continue;
            }
            let outcome = explainer.rule(selected);
            has_room = outcome.omitted == 0;
            if has_room || decides || listed.is_empty() {
                let place = places.partition_point(|before| *before < position);
                places.insert(place, position);
                listed.insert(place, (selected.rule, outcome));
            }
        }
    }
    let mut shown = None;
    if disclosure == Disclosure::Full {
        shown = explainer.description(description, 0);
        explainer.disclose(condition, &mut listed);
    }
    let omitted = omitted.saturating_add(selected.len().saturating_sub(listed.len()));
    let rules = listed.into_iter().map(|(_, outcome)| outcome).collect();
    Explanation { description: shown, rules, omitted }
}

struct Explainer<'e> {
    claims: &'e GithubClaims,
    /// Then no one asks why other rules do not match, and no hints are given.
    is_admitted: bool,
    budget: Budget,
}

impl Explainer<'_> {
    fn rule(&mut self, Selected { rule, matched }: &Selected<'_>) -> RuleOutcome {
        let place = rule.place();
        let mut has_room = self.budget.take_text(json_bytes::RULE.saturating_add(place.len()));
        let (mut conditions, mut omitted) = (Vec::new(), 0_usize);
        for condition in &rule.conditions {
            condition.each_claim(&mut |condition| {
                let outcome = if has_room { self.condition(condition, *matched == Some(true)) } else { None };
                has_room = outcome.is_some();
                omitted = omitted.saturating_add(usize::from(!has_room));
                conditions.extend(outcome);
            });
        }
        // A rule of which something is left out is only listed where it is known whether it matches.
        let matched = matched.unwrap_or_else(|| omitted == 0 && rule.holds(self.claims));
        RuleOutcome { description: None, place, effect: rule.effect, matched, conditions, omitted }
    }

    /// A description, if `reserved` bytes are left.
    fn description(&mut self, text: Option<&str>, reserved: usize) -> Option<String> {
        let text = text?;
        let bytes = json_bytes::of(text).saturating_add(json_bytes::DESCRIPTION);
        let has_room = self.budget.text.saturating_sub(bytes) >= reserved && self.budget.take_text(bytes);
        has_room.then(|| text.to_string())
    }

    /// None if there is no room for it, or no work left for it. The decision has compared already what is in the
    /// rule that decides.
    fn condition(&mut self, condition: &ClaimCondition, is_compared: bool) -> Option<ConditionOutcome> {
        let found = self.claims.get(&condition.claim);
        let patterns = condition.patterns.scanned();
        if !is_compared && !self.budget.take_matches(patterns, found.unwrap_or_default()) {
            return None;
        }
        let claim = excerpt(&condition.claim.to_string());
        let found = found.map(excerpt);
        let texts = json_bytes::of(&claim).saturating_add(found.as_deref().map_or(2, json_bytes::of));
        if !self.budget.take_text(texts.saturating_add(json_bytes::CONDITION)) {
            return None;
        }
        let matched = condition.holds(self.claims);
        // It says nothing of what is expected.
        let nearest =
            if found.is_none() && !self.is_admitted { Some(no_claim(&condition.claim)) } else { None };
        let nearest = nearest.filter(|miss| self.budget.take_text(miss.json_bytes()));
        Some(ConditionOutcome { claim, expected: Vec::new(), omitted: 0, found, matched, nearest })
    }

    /// Adds what the rules expect, and what the token nearly meets: first of those that come nearest.
    fn disclose(&mut self, condition: &Condition, listed: &mut [(&Rule, RuleOutcome)]) {
        let most = listed.iter().map(|(_, outcome)| outcome.failed().count()).max().unwrap_or(0);
        let count = listed.len();
        let mut rules_left = count;
        for failed in 0..=most {
            for (rule, outcome) in listed.iter_mut().filter(|(_, outcome)| outcome.failed().count() == failed)
            {
                // Each rule has an equal part, so that the lists of one do not displace those of another. The first
                // one, which the message names, has at least a quarter.
                let equal = self.budget.text.checked_div(rules_left).unwrap_or_default();
                let part = if rules_left == count { equal.max(self.budget.text / 4) } else { equal };
                let reserved = self.budget.text.saturating_sub(part);
                rules_left = rules_left.saturating_sub(1);
                outcome.description = self.description(condition.description_of(rule), reserved);
                let mut outcomes = outcome.conditions.iter_mut();
                for condition in &rule.conditions {
                    condition.each_claim(&mut |condition| {
                        if let Some(outcome) = outcomes.next() {
                            self.expectation(condition, outcome, reserved);
                        }
                    });
                }
            }
        }
    }

    fn expectation(&mut self, condition: &ClaimCondition, outcome: &mut ConditionOutcome, reserved: usize) {
        let patterns = condition.patterns.as_slice();
        let mut near = None;
        if !outcome.matched
            && !self.is_admitted
            && let Some(NearMiss { miss, position }) = nearest_miss(condition, self.claims, &mut self.budget)
            && self.budget.take_text(miss.json_bytes())
        {
            outcome.nearest = Some(miss);
            near = Some(position);
        }
        outcome.expected = self.listed(patterns, near, reserved);
        outcome.omitted = patterns.len().saturating_sub(outcome.expected.len());
    }

    /// The first patterns, among them the one at the position `near`, as long as `reserved` bytes are left.
    fn listed(&mut self, patterns: &[Pattern], near: Option<usize>, reserved: usize) -> Vec<Pattern> {
        let others = (0..patterns.len()).filter(|position| Some(*position) != near);
        let positions = near.into_iter().chain(others).take(limits::EXPLAINED_PATTERNS);
        let mut listed: Vec<(usize, &Pattern)> = Vec::new();
        for (position, pattern) in positions.filter_map(|position| Some((position, patterns.get(position)?)))
        {
            let frame = if pattern.is_exact() { json_bytes::TEXT } else { json_bytes::GLOB };
            let bytes = json_bytes::of(pattern.as_str()).saturating_add(frame);
            // One is listed wherever there is room at all.
            let is_over = self.budget.text.saturating_sub(bytes) < reserved && !listed.is_empty();
            if is_over || !self.budget.take_text(bytes) {
                break;
            }
            let place = listed.partition_point(|(before, _)| *before < position);
            listed.insert(place, (position, pattern));
        }
        listed.into_iter().map(|(_, pattern)| pattern.clone()).collect()
    }
}

/// As much of a text as an explanation repeats.
fn excerpt(text: &str) -> String {
    let most = limits::EXPLAINED_VALUE_BYTES;
    // A character has at most four bytes.
    let mut ends = (0..=most).rev().take(4);
    match ends.find_map(|end| text.split_at_checked(end)).filter(|_| text.len() > most) {
        Some((shown, rest)) => format!("{shown}… ({} more bytes)", rest.len()),
        None => text.to_string(),
    }
}
