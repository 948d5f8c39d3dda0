use claimgate::{Code, Issuer, MissKind, Policy, Untrusted};
use serde_json::{Value, json};

use crate::support::{authorize, policy, sample, sample_with, sign};

/// The documents that `tests/package/schema.test.mjs` holds against the JSON Schema.
fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/policies.json")).unwrap()
}

fn with(base: &Value, changes: &Value) -> Value {
    let mut document = base.clone();
    for (pointer, value) in changes.as_object().unwrap() {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => parent.remove(member),
            value => parent.insert(member.to_string(), value.clone()),
        };
    }
    document
}

#[test]
fn every_document_is_accepted_or_refused_at_its_place() {
    let vectors = vectors();
    let mut wrong = Vec::new();
    for case in vectors["cases"].as_array().unwrap() {
        let document = with(&vectors["base"], &case["changes"]).to_string();
        let name = &case["name"];
        match (Policy::parse(&document), case["error"].as_object()) {
            (Ok(_), None) => {}
            (Err(error), Some(expected)) => {
                let found = json!({
                    "code": error.code().as_str(),
                    "place": error.place(),
                    "suggestion": error.suggestion(),
                    "message": error.to_string(),
                });
                let other = expected.iter().filter(|(member, value)| found[*member] != **value);
                wrong.extend(
                    other.map(|(member, value)| format!("{name}: expected {member} {value} in {found}")),
                );
            }
            (result, expected) => wrong.push(format!("{name}: {result:?}, expected {expected:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_policy_that_is_not_strict_json_is_refused() {
    for text in ["", "[]", "{", r#"{"version":1,"version":1}"#] {
        assert_eq!(Policy::parse(text).unwrap_err().code(), Code::PolicyJson, "{text}");
    }
    let error = Policy::parse("{\n  \"version\": 1,\n}").unwrap_err();
    assert_eq!(error.to_string(), "the policy is not strict JSON at line 3, column 1: trailing comma");
}

#[test]
fn what_is_wrong_around_the_roles_is_said_before_what_is_in_them() {
    let vectors = vectors();
    let wrong_roles = json!({ "/roles/deploy/allow": [{ "é": "x" }] });
    for (changes, place, code) in [
        (json!({}), "roles.deploy.allow[0].é", Code::PolicyMemberUnknown),
        (json!({ "/version": null }), "version", Code::PolicyMemberMissing),
        (json!({ "/zzz": 1 }), "zzz", Code::PolicyMemberUnknown),
        (json!({ "/issuers/github/kind": "x" }), "issuers.github.kind", Code::PolicyValue),
    ] {
        let document = with(&with(&vectors["base"], &wrong_roles), &changes).to_string();
        let error = Policy::parse(&document).unwrap_err();
        assert_eq!((error.place(), error.code()), (place, code));
        // And nothing is said of what is not JSON.
        assert_eq!(Policy::parse(&format!("{document},")).unwrap_err().offset(), Some(document.len()));
    }
}

#[test]
fn a_claim_that_is_absent_never_matches() {
    let claims =
        sample_with(json!({ "environment": null, "sub": "repo:octo-org/octo-repo:ref:refs/heads/main" }));
    let role = |pattern: Value| json!({ "allow": [{ "repository_id": "74", "environment": pattern }] });
    for pattern in [json!("prod"), json!({ "glob": "**" }), json!(["x", "prod"])] {
        let denial = authorize(role(pattern), &claims).unwrap_err();
        assert!(denial.to_string().ends_with("but is absent (the job has no `environment:`)"), "{denial}");
    }
}

#[test]
fn the_nearest_miss_is_what_people_get_wrong() {
    let plain = json!({});
    let on_branch = json!({ "environment": null, "sub": "repo:octo-org/octo-repo:ref:refs/heads/main" });
    let immutable = json!({ "sub": "repo:octo-org@65/octo-repo@74:environment:prod" });
    let on_immutable_branch =
        json!({ "environment": null, "sub": "repo:octo-org@65/octo-repo@74:ref:refs/heads/main" });
    let sha = "2b1d8d6f0d1c4f2e9a7b3c5d6e8f90123456789a";
    let workflow = "octo-org/octo-automation/.github/workflows/oidc.yml";
    let tagged = json!({ "job_workflow_ref": format!("{workflow}@refs/tags/v1") });
    let at_commit = json!({ "job_workflow_ref": format!("{workflow}@{sha}") });
    let no_ref = json!({ "ref": "" });
    let eastus =
        json!({ "environment": "prod:eastus", "sub": "repo:octo-org/octo-repo:environment:prod%3Aeastus" });
    let pull_request = json!({ "base_ref": "main" });
    let nested = json!({ "ref": "refs/heads/feature/x" });
    let slash = json!({ "workflow": "deploy/" });
    let caller = json!({ "workflow_ref": "octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main" });
    for (changes, condition, expected) in [
        (
            &on_immutable_branch,
            json!({ "sub": { "glob": "repo:octo-org/octo-repo:*" } }),
            Some(MissKind::ImmutableSubject),
        ),
        (&on_immutable_branch, json!({ "sub": "repo:octo-org/octo-repo" }), Some(MissKind::SubjectTail)),
        (&on_branch, json!({ "sub": "repo:octo-org/octo-repo" }), Some(MissKind::SubjectTail)),
        (&on_branch, json!({ "sub": "repo:octo-org/octo-repo:" }), Some(MissKind::SubjectTail)),
        (&on_branch, json!({ "sub": { "glob": "repo:octo-org/octo-repo:*" } }), Some(MissKind::GlobSegment)),
        (
            &tagged,
            json!({ "job_workflow_ref": "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/v1" }),
            Some(MissKind::WorkflowVersion),
        ),
        (
            &tagged,
            json!({ "job_workflow_ref": format!("octo-org/octo-automation/.github/workflows/oidc.yml@{sha}") }),
            Some(MissKind::WorkflowVersion),
        ),
        (
            &at_commit,
            json!({ "job_workflow_ref": { "glob": "octo-org/octo-automation/.github/workflows/*@refs/tags/v*" } }),
            Some(MissKind::WorkflowVersion),
        ),
        (
            &tagged,
            json!({ "job_workflow_ref": "octo-org/octo-automation/.github/workflows/oidc.yaml@refs/tags/v1" }),
            Some(MissKind::WorkflowFile),
        ),
        (&plain, json!({ "workflow": "example-workflow.yml" }), Some(MissKind::WorkflowName)),
        (&no_ref, json!({ "ref": "refs/heads/main" }), Some(MissKind::EmptyRef)),
        (&plain, json!({ "environment": "Prod" }), Some(MissKind::Case)),
        (&plain, json!({ "repository": { "glob": "Octo-Org/*" } }), Some(MissKind::Case)),
        (&plain, json!({ "environment": "prod " }), Some(MissKind::WhiteSpace)),
        (
            &plain,
            json!({ "sub": "repo:octo-org/octo-repo:ref:refs/heads/main" }),
            Some(MissKind::EnvironmentInSubject),
        ),
        (
            &on_branch,
            json!({ "sub": "repo:octo-org/octo-repo:environment:prod" }),
            Some(MissKind::NoEnvironmentInSubject),
        ),
        (&on_branch, json!({ "environment": "prod" }), Some(MissKind::Absent)),
        (
            &immutable,
            json!({ "sub": "repo:octo-org/octo-repo:environment:prod" }),
            Some(MissKind::ImmutableSubject),
        ),
        (
            &immutable,
            json!({ "sub": { "glob": "repo:octo-org/*:environment:prod" } }),
            Some(MissKind::ImmutableSubject),
        ),
        (
            &plain,
            json!({ "sub": "repo:octo-org@65/octo-repo@74:environment:prod" }),
            Some(MissKind::ClassicSubject),
        ),
        (
            &eastus,
            json!({ "sub": "repo:octo-org/octo-repo:environment:prod:eastus" }),
            Some(MissKind::EscapedColon),
        ),
        (&eastus, json!({ "environment": "prod%3Aeastus" }), Some(MissKind::EscapedColon)),
        (
            &caller,
            json!({ "job_workflow_ref": { "glob": "octo-org/octo-repo/.github/workflows/*@**" } }),
            Some(MissKind::OtherWorkflow),
        ),
        (
            &caller,
            json!({ "workflow_ref": { "glob": "octo-org/octo-automation/**" } }),
            Some(MissKind::OtherWorkflow),
        ),
        (&nested, json!({ "ref": { "glob": "refs/heads/*" } }), Some(MissKind::GlobSegment)),
        (&pull_request, json!({ "base_ref": "refs/heads/main" }), Some(MissKind::ShortRef)),
        (
            &plain,
            json!({ "sub": { "glob": "repo:octo-org/*:ref:refs/heads/main" } }),
            Some(MissKind::EnvironmentInSubject),
        ),
        (
            &immutable,
            json!({ "sub": "repo:octo-org/octo-repo:ref:refs/heads/main" }),
            Some(MissKind::EnvironmentInSubject),
        ),
        (&plain, json!({ "repository": "octo-org/octo-rpeo" }), Some(MissKind::Typo)),
        (&plain, json!({ "repository": "octo-org/docs-repo" }), None),
        (&plain, json!({ "run_attempt": "3" }), None),
        (&plain, json!({ "ref": { "glob": "refs/*/x" } }), None),
        (&plain, json!({ "sub": "repo:octo-org/octo-repo:environment:staging" }), None),
        (&plain, json!({ "sub": "repo:octo-org/docs-repo:ref:refs/heads/main" }), None),
        (&slash, json!({ "workflow": "deploy" }), Some(MissKind::TrailingSlash)),
        (&plain, json!({ "environment": "staging" }), None),
    ] {
        let mut rule = condition.clone();
        rule["repository_id"] = json!("74");
        let denial = authorize(json!({ "allow": [rule] }), &sample_with(changes.clone())).unwrap_err();
        let failed = denial.explanation().unwrap().nearest().unwrap().failed().next().unwrap().clone();
        assert_eq!(failed.nearest.map(|miss| miss.kind), expected, "{condition}");
    }
}

#[test]
fn hostile_claims_are_escaped_in_explanations() {
    let claims = sample_with(json!({ "actor": "a\n`b\u{202e}" }));
    let denial =
        authorize(json!({ "allow": [{ "repository_id": "74", "actor": "octocat" }] }), &claims).unwrap_err();
    assert!(denial.to_string().contains("not `a\\n\\u{60}b\\u{202e}`"), "{denial}");
}

#[test]
fn the_sample_passes_its_tight_policy() {
    let role = json!({ "allow": [{
        "repository_id": "74",
        "sub": ["repo:octo-org/octo-repo:environment:prod", "repo:octo-org@65/octo-repo@74:environment:prod"],
        "job_workflow_ref": { "glob": ["octo-org/octo-automation/.github/workflows/*@refs/heads/main"] },
        "runner_environment": "github-hosted",
    }] });
    assert!(authorize(role, &sample()).is_ok());
}

#[test]
fn of_rules_that_miss_as_much_the_one_that_holds_most_is_the_nearest() {
    let role = json!({ "allow": [
        { "repository": "octo-org/other" },
        { "repository_id": "74", "environment": "staging" },
        { "repository_id": "74", "environment": "staging", "actor": "hubot" },
    ] });
    let denial = authorize(role, &sample()).unwrap_err();
    assert_eq!(denial.explanation().unwrap().nearest().unwrap().place, "allow[1]");

    // Whatever denies or matches is not what was missed.
    let role = json!({
        "deny": [{ "actor": "hubot" }],
        "allow": [{ "repository_id": "74", "environment": "staging", "actor": "hubot" }],
    });
    let denial = authorize(role, &sample()).unwrap_err();
    assert_eq!(denial.explanation().unwrap().nearest().unwrap().place, "allow[0]");
    let role = json!({ "deny": [{ "actor": "octocat" }], "allow": [{ "repository_id": "74" }] });
    let denial = authorize(role, &sample()).unwrap_err();
    assert_eq!(denial.explanation().unwrap().nearest(), None);
}

#[test]
fn what_a_policy_has_can_be_listed() {
    let grant = json!({ "audience": "https://api.example.com" });
    let role = json!({ "allow": [{ "repository_id": "74" }] });
    let without = policy(role.clone());
    let with = policy(json!({ "allow": role["allow"], "grant": grant }));
    assert_eq!(without.roles().collect::<Vec<_>>(), ["deploy"]);
    assert_eq!(without.issuers().collect::<Vec<_>>(), [("github", &Issuer::github())]);
    assert_eq!((without.has_grants(), with.has_grants()), (false, true));
}

#[test]
fn without_expectations_only_an_absent_claim_is_hinted_at() {
    let role = json!({ "allow": [{ "repository_id": "74", "environment": "Prod", "base_ref": "main", "actor_id": "1" }] });
    let claims = sample_with(json!({ "actor_id": null }));
    let denial = authorize(role, &claims).unwrap_err().without_expectations();
    let rules = &denial.explanation().unwrap().rules;
    assert_eq!(rules[0].failed().next().unwrap().to_string(), "`actor_id` is absent");
    let hints: Vec<_> = rules[0]
        .failed()
        .map(|failed| (&*failed.claim, failed.nearest.as_ref().map(|miss| miss.kind)))
        .collect();
    assert_eq!(hints, [("actor_id", Some(MissKind::Absent)), ("base_ref", None), ("environment", None)]);
}

#[test]
fn an_unverified_explanation_holds_the_rules_and_nothing_else() {
    let role = json!({ "allow": [{ "repository_id": "74", "environment": "Prod" }] });
    let explain = |changes: Value| {
        let token = sign(&sample_with(changes));
        let (forged, _) = token.rsplit_once('.').unwrap();
        let claims = Untrusted::parse(&format!("{forged}.")).unwrap().github_claims_unverified().unwrap();
        policy(role.clone()).explain_unverified("deploy", &claims).unwrap()
    };
    // Neither signature nor issuer, audience, time or agreement with itself is looked at.
    let others = json!({ "iss": "https://evil.example", "aud": "x", "exp": 1, "environment": "Prod" });
    assert_eq!(explain(others).matched().unwrap().place, "allow[0]");
    let refused = explain(json!({}));
    assert!(refused.matched().is_none());
    let miss = refused.nearest().unwrap().failed().next().unwrap().nearest.clone();
    assert_eq!(miss.unwrap().kind, MissKind::Case);
    let claims = Untrusted::parse(&sign(&sample())).unwrap().github_claims_unverified().unwrap();
    assert_eq!(policy(role).explain_unverified("deplyo", &claims).unwrap_err().code(), Code::RoleUnknown);
}

#[test]
fn a_policy_that_is_not_json_is_wrong_at_a_byte() {
    let error = Policy::parse("{\n  \"version\": 1,\n}").unwrap_err();
    assert_eq!((error.offset(), error.line(), error.column()), (Some(18), Some(3), Some(1)));
    assert_eq!(Policy::parse("{}").unwrap_err().offset(), Some(0));
}

/// Each mistake of the vectors, in a document with lines: what is there begins with the last name of its place, or is what should have it.
#[test]
fn every_mistake_is_found_at_its_line_and_column() {
    let vectors = vectors();
    for case in vectors["cases"].as_array().unwrap().iter().filter(|case| case["error"].is_object()) {
        let document = serde_json::to_string_pretty(&with(&vectors["base"], &case["changes"])).unwrap();
        let error = Policy::parse(&document).unwrap_err();
        let (offset, line, column) =
            (error.offset().unwrap(), error.line().unwrap(), error.column().unwrap());
        let name = &case["name"];
        let lines: Vec<&str> = document.split('\n').collect();
        let rest: String = lines[line - 1].chars().skip(column - 1).collect();
        assert!(document.get(offset..).unwrap().starts_with(&rest), "{name}");
        let last = error.place().rsplit('.').next().unwrap().split('[').next().unwrap();
        if error.code() == Code::PolicyMemberMissing || error.place().ends_with(']') {
            assert!(error.place().is_empty() || !rest.is_empty(), "{name}");
        } else {
            assert!(rest.starts_with(&format!("\"{last}\":")), "{name}: {} is at {rest}", error.place());
        }
    }
}

#[test]
fn names_with_dots_are_no_other_places() {
    let text =
        r#"{ "version": 1, "audience": "a", "issuers": { "a.b": { "kind": "x" }, "a": {} }, "roles": {} }"#;
    let error = Policy::parse(text).unwrap_err();
    assert_eq!(error.place(), "issuers.a.b.kind");
    assert!(text.get(error.offset().unwrap()..).unwrap().starts_with("\"kind\""));
}

#[test]
fn what_is_no_policy_is_named() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/inputs.json")).unwrap();
    for case in vectors["cases"].as_array().unwrap() {
        let (text, kind) = (case["text"].as_str().unwrap(), case["kind"].as_str());
        let Err(error) = Policy::parse(text) else { continue };
        let noun = match kind {
            Some("token") if text.starts_with("ey") => "a token",
            Some("key_set") => "a JWK Set",
            Some("metadata") => "the metadata of an issuer, whose keys are at its `jwks_uri`",
            Some("personal_token") => "a secret access token of GitHub",
            _ => continue,
        };
        assert_eq!(error.to_string(), format!("expected a policy, but this is {noun}"), "{case}");
    }
}
