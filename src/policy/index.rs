//! Which of many alternatives can hold of a token.
//!
//! An alternative that holds has all of its claims, so it is enough to find it by one of them: its
//! *pin*, the one whose text is the rarest in the policy. What is found is still evaluated: the index
//! decides nothing.

use alloc::{borrow::Cow, boxed::Box, sync::Arc, vec::Vec};

use super::{
    condition::{ClaimCondition, Condition},
    pattern::fold,
    table::Table,
};
use crate::{
    claims::{ClaimName, GithubClaims},
    sort,
};

/// So many alternatives are found faster than all are evaluated.
const MANY: usize = 32;

/// Where an entry has no parent.
const NONE: u32 = u32::MAX;

/// Alternatives by their pins. Those that have none are in no list.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pins: Box<[Pins]>,
    /// The positions of those without a pin.
    unpinned: Box<[u32]>,
}

/// The alternatives that one claim pins: either to whole values, or to their beginnings.
#[derive(Clone, Debug)]
struct Pins {
    claim: Arc<ClaimName>,
    /// Whether the claim is compared without case.
    ignores_case: bool,
    /// Sorted by their texts.
    entries: Box<[Entry]>,
    /// Of whole values, the entries by their texts: to look for one by halves among a million takes four
    /// times as long, as nothing of it is in the processor's cache.
    table: Option<Table>,
    /// The positions of the alternatives, entry by entry, ascending in each.
    positions: Box<[u32]>,
}

#[derive(Clone, Debug)]
struct Entry {
    text: Arc<str>,
    /// Where its positions end; they begin where those of the entry before end.
    end: u32,
    /// The longest other beginning of which this one is a continuation.
    parent: u32,
}

impl Index {
    /// None if the conditions are too few to be worth it.
    pub(super) fn new(conditions: &[Condition]) -> Option<Self> {
        if conditions.len() < MANY || u32::try_from(conditions.len()).is_err() {
            return None;
        }
        let mut builders: Vec<PinsBuilder<'_>> = Vec::new();
        let mut unpinned = Vec::new();
        for (position, condition) in (0_u32..).zip(conditions) {
            let Some((_, pin)) = pin(condition) else {
                unpinned.push(position);
                continue;
            };
            let (claim, ignores_case) = (&pin.claim, pin.patterns.ignores_case());
            for pattern in pin.patterns.compared() {
                let Some(text) = pattern.literal() else { continue };
                let kind = (ignores_case, pattern.is_exact());
                let same = |builder: &&mut PinsBuilder<'_>| builder.kind() == kind && builder.claim == claim;
                match builders.iter_mut().find(same) {
                    Some(builder) => builder.texts.push((text, position)),
                    None => builders.push(PinsBuilder {
                        claim,
                        ignores_case,
                        is_whole: pattern.is_exact(),
                        texts: [(text, position)].into(),
                    }),
                }
            }
        }
        let pins = builders.into_iter().map(PinsBuilder::build).collect();
        Some(Self { pins, unpinned: unpinned.into() })
    }

    /// Shows `visit` the alternatives that can hold of `claims`, in groups of ascending positions.
    pub(super) fn each_group(&self, claims: &GithubClaims, visit: &mut dyn FnMut(&[u32])) {
        self.each_pinned(claims, visit);
        visit(&self.unpinned);
    }

    /// The same without those that have no pin.
    fn each_pinned(&self, claims: &GithubClaims, visit: &mut dyn FnMut(&[u32])) {
        for pins in &self.pins {
            let Some(value) = pins.value(claims) else { continue };
            let value = &*value;
            if let Some(table) = &pins.table {
                if let Some(place) = table.find(value, &|place| pins.text(place as usize) == Some(value)) {
                    visit(pins.group(place as usize));
                }
                continue;
            }
            // All beginnings of the value that are entries are parents of the one that is nearest before.
            let mut at = pins.count_up_to(value).checked_sub(1);
            while let Some((place, entry)) = at.and_then(|place| Some((place, pins.entries.get(place)?))) {
                if value.starts_with(&*entry.text) {
                    visit(pins.group(place));
                }
                at = (entry.parent != NONE).then_some(entry.parent as usize);
            }
        }
    }

    /// Shows `visit` the positions of alternatives that come near to hold of `claims`, until it has
    /// enough: those with the token's pins, then those whose pins are its neighbours in the order of
    /// texts, as they share the longest beginnings.
    pub(super) fn each_near(&self, claims: &GithubClaims, visit: &mut dyn FnMut(u32) -> bool) {
        let mut goes_on = true;
        let mut show = |positions: &[u32]| {
            goes_on = goes_on && positions.iter().all(|position| visit(*position));
            goes_on
        };
        self.each_pinned(claims, &mut |group| {
            show(group);
        });
        let places: Vec<(&Pins, usize)> = self
            .pins
            .iter()
            .filter_map(|pins| Some((pins, pins.count_up_to(&pins.value(claims)?))))
            .collect();
        let furthest = places.iter().map(|(pins, _)| pins.entries.len()).max().unwrap_or(0);
        for distance in 0..furthest {
            for (pins, place) in &places {
                let before = place.checked_sub(distance.saturating_add(1));
                let behind = place.saturating_add(distance);
                if !(before.is_none_or(|place| show(pins.group(place))) && show(pins.group(behind))) {
                    return;
                }
            }
        }
    }
}

impl Pins {
    /// The claim's value, as the entries have it.
    fn value<'c>(&self, claims: &'c GithubClaims) -> Option<Cow<'c, str>> {
        let value = claims.get(&self.claim)?;
        Some(if self.ignores_case { fold(&self.claim, value) } else { Cow::Borrowed(value) })
    }

    fn text(&self, place: usize) -> Option<&str> {
        self.entries.get(place).map(|entry| &*entry.text)
    }

    /// How many entries do not come behind `value`.
    fn count_up_to(&self, value: &str) -> usize {
        self.entries.partition_point(|entry| *entry.text <= *value)
    }

    fn group(&self, place: usize) -> &[u32] {
        let end = |place: usize| self.entries.get(place).map(|entry| entry.end as usize);
        let start = place.checked_sub(1).and_then(end).unwrap_or(0);
        end(place).and_then(|end| self.positions.get(start..end)).unwrap_or_default()
    }
}

/// [`Pins`] before they are sorted.
struct PinsBuilder<'c> {
    claim: &'c Arc<ClaimName>,
    ignores_case: bool,
    is_whole: bool,
    texts: Vec<(&'c Arc<str>, u32)>,
}

impl PinsBuilder<'_> {
    const fn kind(&self) -> (bool, bool) {
        (self.ignores_case, self.is_whole)
    }

    fn build(self) -> Pins {
        let order = sort::by_text(self.texts.iter().map(|(text, _)| &***text));
        let sorted: Vec<_> = order.iter().filter_map(|(_, place)| self.texts.get(*place as usize)).collect();
        let mut entries: Vec<Entry> = Vec::new();
        // Entries of which each is a beginning of the next, and the last one of the text at hand.
        let mut parents: Vec<u32> = Vec::new();
        for (end, (text, _)) in (1..).zip(&sorted) {
            if let Some(last) = entries.last_mut().filter(|last| last.text == **text) {
                last.end = end;
                continue;
            }
            let is_parent = |parent: &u32| {
                entries.get(*parent as usize).is_some_and(|parent| text.starts_with(&*parent.text))
            };
            while parents.last().is_some_and(|parent| !is_parent(parent)) {
                parents.pop();
            }
            let parent = parents.last().copied().unwrap_or(NONE);
            if !self.is_whole {
                parents.push(u32::try_from(entries.len()).unwrap_or(NONE));
            }
            entries.push(Entry { text: Arc::clone(text), end, parent });
        }
        Pins {
            claim: Arc::clone(self.claim),
            ignores_case: self.ignores_case,
            table: self
                .is_whole
                .then(|| Table::new(entries.len(), &mut entries.iter().map(|entry| &*entry.text))),
            entries: entries.into(),
            positions: sorted.iter().map(|(_, position)| *position).collect(),
        }
    }
}

/// The condition on a claim by which `condition` is found, and how common its texts are: what is
/// shared is counted, so the policy has told already.
fn pin(condition: &Condition) -> Option<(usize, &ClaimCondition)> {
    match condition {
        Condition::All(conditions) => rarest(conditions),
        Condition::Rule(rule) => rarest(&rule.conditions),
        Condition::Claim(condition) => Some((commonness(condition)?, condition)),
        Condition::Any(_) | Condition::Not(_) => None,
    }
}

fn rarest(conditions: &[Condition]) -> Option<(usize, &ClaimCondition)> {
    conditions.iter().filter_map(pin).min_by_key(|(commonness, _)| *commonness)
}

/// In how many places of the policy the texts stand; none if some value is not pinned. Each claim
/// that pins is a list to search, so custom properties and claims that are not known, of which there may be any
/// number, do not.
fn commonness(condition: &ClaimCondition) -> Option<usize> {
    if let ClaimName::RepoProperty(_) | ClaimName::Other(_) = *condition.claim {
        return None;
    }
    condition.patterns.compared().iter().try_fold(0_usize, |sum, pattern| {
        let text = pattern.literal().filter(|text| pattern.is_exact() || !text.is_empty())?;
        Some(sum.saturating_add(Arc::strong_count(text)))
    })
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec, vec::Vec};

    use proptest::{collection::vec, prelude::*};

    use super::super::{Disclosure, Effect, Policy, condition::Alternatives, selection::select};
    use crate::{claims::GithubClaims, limits};

    /// Few values, of which some are beginnings of others, or differ in case.
    fn value() -> impl Strategy<Value = String> {
        "[abA]{0,3}(/[ab]{0,2})?"
    }

    fn pattern() -> impl Strategy<Value = String> {
        let exact =
            value().prop_filter("not empty", |text| !text.is_empty()).prop_map(|text| format!("{text:?}"));
        let glob = "[abA]{0,3}(\\*{1,2}[ab/]{0,1}){0,2}"
            .prop_filter("a glob", |glob| !glob.is_empty() && !glob.contains("***"))
            .prop_map(|glob| format!("{{\"glob\":{glob:?}}}"));
        let one = prop_oneof![exact, glob].boxed();
        prop_oneof![
            4 => one.clone(),
            1 => vec(one, 1..4).prop_map(|patterns| format!("[{}]", patterns.join(","))),
        ]
    }

    fn rule() -> impl Strategy<Value = String> {
        // Claims of which any text may be a value; two of them are compared without case in `deny`.
        let claims = vec!["workflow", "enterprise", "issuer_scope", "environment", "repo_property_team"];
        let claims = proptest::sample::subsequence(claims, 1..=5);
        (claims, vec(pattern(), 5)).prop_map(|(claims, patterns)| {
            let members =
                claims.iter().zip(patterns).map(|(claim, pattern)| format!("\"{claim}\":{pattern}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        })
    }

    fn claims() -> impl Strategy<Value = GithubClaims> {
        vec(value(), 5).prop_map(|values| {
            let [workflow, enterprise, environment, team, scope] = &values[..] else { panic!() };
            let environment = if environment.is_empty() {
                String::new()
            } else {
                format!("\"environment\":{environment:?},")
            };
            let json = format!(
                r#"{{"iss":"https://a","aud":"b","exp":2,"iat":1,"jti":"c","sub":"a",{environment}
                "workflow":"a{workflow}","enterprise":"a{enterprise}","issuer_scope":"a{scope}",
                "repo_property_team":{team:?}}}"#
            );
            GithubClaims::decode(json.into_bytes()).unwrap()
        })
    }

    fn policy(allow: &[String], deny: &[String]) -> Policy {
        let deny = if deny.is_empty() { String::new() } else { format!("\"deny\":[{}],", deny.join(",")) };
        Policy::parse(&format!(
            r#"{{"version":1,"audience":"b","issuers":{{"github":{{"kind":"github"}}}},"roles":{{"deploy":
            {{"issuer":"github","unscoped":true,{deny}"allow":[{}]}}}}}}"#,
            allow.join(",")
        ))
        .unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The index finds what the evaluator finds without it, and an explanation lists what decides.
        #[test]
        fn it_decides_nothing(
            allow in vec(rule(), 1..150),
            deny in vec(rule(), 0..60),
            jobs in vec(claims(), 20),
            disclosure in prop_oneof![Just(Disclosure::Full), Just(Disclosure::Claims)],
        ) {
            let policy = policy(&allow, &deny);
            let condition = &policy.find("deploy").unwrap().condition;
            let (lists, plain) = (condition.lists(), condition.lists().map(Alternatives::without_index));
            for claims in jobs {
                let mut decisive = Vec::new();
                for (list, plain) in lists.iter().zip(&plain) {
                    let first = list.first(&claims).map(|(position, _)| position);
                    prop_assert_eq!(first, plain.first(&claims).map(|(position, _)| position));
                    decisive.push(first);
                }
                prop_assert_eq!(condition.holds(&claims), matches!(decisive[..], [None, Some(_)]));
                let (rules, omitted) = select(condition, &claims, false, disclosure);
                let all = allow.len().saturating_add(deny.len());
                prop_assert_eq!(rules.len(), all.min(limits::EXPLAINED_RULES));
                prop_assert_eq!(omitted, all.saturating_sub(rules.len()));
                let rules: Vec<_> = rules.iter().map(|selected| (selected.rule, selected.matched)).collect();
                let places: Vec<_> = rules.iter().map(|(rule, _)| (rule.effect == Effect::Allow, rule.index)).collect();
                prop_assert!(places.is_sorted());
                for (is_allow, first) in [(false, decisive[0]), (true, decisive[1])] {
                    let listed = rules.iter().find(|(rule, _)| {
                        (rule.effect == Effect::Allow) == is_allow && rule.holds(&claims)
                    });
                    prop_assert_eq!(listed.map(|(rule, _)| rule.index as usize), first);
                }
                for (rule, matched) in rules {
                    prop_assert!(matched.is_none_or(|matched| matched == rule.holds(&claims)));
                }
            }
        }
    }
}
