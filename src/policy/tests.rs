//! The index of many rules, compared with evaluation without it.

use alloc::{format, string::String, vec, vec::Vec};

use proptest::{collection::vec, prelude::*};

use super::{
    Policy,
    condition::{Alternatives, Effect},
    selection::{Disclosure, select},
};
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
        let members = claims.iter().zip(patterns).map(|(claim, pattern)| format!("\"{claim}\":{pattern}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

fn claims() -> impl Strategy<Value = GithubClaims> {
    vec(value(), 5).prop_map(|values| {
        let [workflow, enterprise, environment, team, scope] = &values[..] else { panic!() };
        let environment =
            if environment.is_empty() { String::new() } else { format!("\"environment\":{environment:?},") };
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
