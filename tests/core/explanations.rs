//! What an explanation lists, and how large it may become.

use claimgate::{Effect, Explanation, MissKind, Pattern, limits};
use serde_json::{Value, json};

use crate::support::{authorize, sample_with};

/// As the npm package has it.
fn to_json(explanation: &Explanation) -> String {
    let count = |object: &mut Value, name: &str, omitted: usize| {
        if omitted > 0 {
            object[name] = json!(omitted);
        }
    };
    let rules: Vec<Value> = explanation
        .rules
        .iter()
        .map(|rule| {
            let conditions: Vec<Value> = rule
                .conditions
                .iter()
                .map(|condition| {
                    let expected: Vec<Value> = condition
                        .expected
                        .iter()
                        .map(|pattern| match pattern {
                            Pattern::Exact(text) => json!(text.to_string()),
                            Pattern::Has(element) => json!({ "has": element.to_string() }),
                            other => json!({ "glob": other.as_str() }),
                        })
                        .collect();
                    let nearest = condition
                        .nearest
                        .as_ref()
                        .map(|miss| json!({ "kind": miss.kind.as_str(), "hint": miss.hint }));
                    let mut outcome = json!({ "claim": condition.claim, "matched": condition.matched,
                        "expected": expected, "found": condition.found, "nearest": nearest });
                    count(&mut outcome, "omittedPatterns", condition.omitted);
                    outcome
                })
                .collect();
            let mut outcome = json!({ "description": rule.description, "rule": rule.place, "effect": rule.effect.as_str(),
                "matched": rule.matched, "conditions": conditions });
            count(&mut outcome, "omittedConditions", rule.omitted);
            outcome
        })
        .collect();
    json!(rules).to_string()
}

/// A denial's explanation, in full and without what the policy expects.
fn explain(role: &Value, claims: &Value) -> [Explanation; 2] {
    let denial = authorize(role.clone(), claims).unwrap_err();
    [denial.explanation().unwrap(), denial.without_expectations().explanation().unwrap()]
}

/// Row B2.
#[test]
fn an_explanation_has_a_bound_and_counts_what_it_leaves_out() {
    let names =
        |count: usize| (0..count).map(|number| json!(format!("environment-{number}"))).collect::<Value>();
    let globs =
        |count: usize| json!({ "glob": (0..count).map(|number| format!("a*{number}")).collect::<Vec<_>>() });
    let quotes = |count: usize| json!("\"\\\u{1}".repeat(count));
    let properties = (0..12).map(|number| (format!("repo_property_{number:02}"), quotes(86)));
    let claims = sample_with(properties.collect());
    let each_property = |expected: &dyn Fn(usize) -> Value| -> Value {
        (0..12).map(|number| (format!("repo_property_{number:02}"), expected(number))).collect()
    };
    let rules = [
        vec![json!({ "environment": names(10_000) })],
        vec![json!({ "environment": globs(10_000) })],
        vec![json!({ "environment": names(200), "workflow": names(200), "enterprise": globs(3) }); 100],
        vec![json!({ "environment": "x".repeat(100_000), "workflow": names(3) }); 3],
        vec![each_property(&|_| json!("x")); 100],
        vec![each_property(&|_| quotes(1000))],
        vec![(0..5_000).map(|number| (format!("repo_property_x{number}"), json!("x"))).collect()],
        (0..1_000).map(|number| json!({ "environment": number.to_string() })).collect(),
    ];
    for (number, rules) in rules.iter().enumerate() {
        let role = json!({ "unscoped": true, "allow": rules });
        let [full, claims] = explain(&role, &claims);
        for explanation in [&full, &claims] {
            let bytes = to_json(explanation).len();
            assert!(bytes <= limits::EXPLANATION_BYTES, "{number}: {bytes} bytes");
            let lists_most = explanation.omitted == 0 || explanation.rules.len() == limits::EXPLAINED_RULES;
            assert!(lists_most || bytes > limits::EXPLANATION_BYTES / 4, "{number}: {bytes} bytes");
            assert_eq!(explanation.rules.len() + explanation.omitted, rules.len(), "{number}");
            for (rule, written) in explanation.rules.iter().zip(rules) {
                let conditions = written.as_object().unwrap();
                assert_eq!(rule.conditions.len() + rule.omitted, conditions.len(), "{number}");
            }
        }
        for condition in full.rules.iter().flat_map(|rule| &rule.conditions) {
            let written = &rules[0][&condition.claim];
            let patterns = written.as_array().or_else(|| written["glob"].as_array()).map_or(1, Vec::len);
            assert_eq!(condition.expected.len() + condition.omitted, patterns, "{number}");
        }
        assert!(
            claims
                .rules
                .iter()
                .flat_map(|rule| &rule.conditions)
                .all(|condition| { condition.expected.is_empty() && condition.omitted == 0 })
        );
    }
    let role = json!({ "unscoped": true, "allow": [{ "environment": names(10_000) }] });
    let denial = authorize(role, &claims).unwrap_err();
    let said = "`environment` must be `environment-0`, `environment-1`, `environment-2`, `environment-3`, \
        `environment-4`, `environment-5`, `environment-6`, `environment-7` or 9992 more, not `prod`";
    assert!(denial.to_string().ends_with(said), "{denial}");
}

#[test]
fn long_lists_of_one_rule_do_not_displace_other_rules() {
    let names: Vec<_> = (0..200).map(|number| format!("environment-{number}")).collect();
    let rules = vec![json!({ "repository_id": "74", "environment": names }); 100];
    let [full, _] = explain(&json!({ "allow": rules }), &sample_with(json!({})));
    assert_eq!((full.rules.len(), full.omitted), (100, 0));
    assert!(full.rules.iter().all(|rule| !rule.conditions[0].expected.is_empty()));
}

#[test]
fn long_descriptions_leave_room_for_what_is_expected() {
    let text = "x".repeat(limits::DESCRIPTION_BYTES);
    let mut rules = vec![json!({ "repository_id": "1", "environment": "Prod", "description": text }); 100];
    rules[70] = json!({ "repository_id": "74", "environment": "Prod", "description": text });
    let [full, claims] = explain(&json!({ "allow": rules }), &sample_with(json!({})));
    assert_eq!((full.rules.len(), full.omitted), (100, 0));
    assert!(to_json(&full).len() <= limits::EXPLANATION_BYTES);
    assert!(full.rules.iter().flat_map(|rule| &rule.conditions).all(|condition| condition.omitted == 0));
    // The rule that comes nearest has it in any case.
    assert_eq!(full.rules[70].description.as_ref(), Some(&text));
    assert!(claims.rules.iter().all(|rule| rule.description.is_none()));
}

#[test]
fn the_pattern_that_is_nearly_met_is_listed() {
    let mut names: Vec<_> = (0..500).map(|number| format!("environment-{number}")).collect();
    names[400] = "Prod".into();
    let [full, claims] = explain(
        &json!({ "allow": [{ "repository_id": "74", "environment": names }] }),
        &sample_with(json!({})),
    );
    let environment = &full.rules[0].conditions[0];
    assert_eq!(environment.nearest.as_ref().unwrap().kind, MissKind::Case);
    let expected: Vec<_> = environment.expected.iter().map(Pattern::as_str).collect();
    assert_eq!((expected[0], expected[14], expected[15]), ("environment-0", "environment-14", "Prod"));
    assert_eq!((expected.len(), environment.omitted), (16, 484));
    assert_eq!(claims.rules[0].conditions[0].nearest, None);
}

#[test]
fn the_rule_that_decides_is_listed_first_of_all() {
    let long = json!({ "environment": (0..200).map(|number| format!("environment-{number}")).collect::<Vec<_>>(),
        "repository": { "glob": (0..500).map(|number| format!("octo-org/*{number}")).collect::<Vec<_>>() } });
    let mut rules = vec![long; 100];
    rules.push(json!({ "repository_id": "74" }));
    let job = authorize(json!({ "unscoped": true, "allow": rules }), &sample_with(json!({}))).unwrap();
    for explanation in [job.explanation(), job.without_expectations().explanation()] {
        assert!(explanation.omitted > 0);
        assert_eq!(explanation.matched().unwrap().place, "allow[100]");
        assert_eq!(explanation.rules.last().unwrap().effect, Effect::Allow);
    }
}
