use serde_json::json;

use crate::{Options, Verdict, evaluate};

fn decide(policy: &str, extra: &[(&str, serde_json::Value)]) -> (Verdict, Vec<&'static str>) {
    let mut claims = json!({
        "iss": "https://token.actions.githubusercontent.com",
        "sub": "repo:acme/widget:ref:refs/heads/main",
        "aud": "octo-sts.dev",
        "repository_id": "74",
        "ref_protected": true,
    });
    for (name, value) in extra {
        claims[name] = value.clone();
    }
    let evaluation = evaluate(policy, claims.as_object().unwrap(), &Options::default()).unwrap();
    (evaluation.verdict, evaluation.findings.iter().map(|finding| finding.code).collect())
}

const HEAD: &str = "issuer: https://token.actions.githubusercontent.com\n";
const SUBJECT: &str = "subject: repo:acme/widget:ref:refs/heads/main\n";

#[test]
fn policies_are_decided_field_by_field() {
    for (rest, expected) in [
        ("claim_pattern: {ref_protected: true}\n", Verdict::Allow),
        ("claim_pattern: {ref_protected: 'TRUE'}\n", Verdict::Deny),
        ("claim_pattern: {ref_protected: [true]}\n", Verdict::Deny),
        ("claim_pattern: {repository_id: 74, repository_id: 74}\n", Verdict::Deny),
        ("claim_pattern: ~\n", Verdict::Allow),
        ("claim_pattern: {repository_id: <ID>}\n", Verdict::Unknown),
        ("claim_pattern: {aud: octo-sts.*}\n", Verdict::Allow),
        ("claim_pattern: {sub: '('}\n", Verdict::Deny),
        ("claim_pattern: {x: '\\p{Letter}'}\n", Verdict::Deny),
        ("claim_pattern: {repository_id: '\\p{Letter}'}\n", Verdict::Unknown),
        ("audience: ''\n", Verdict::Allow),
        ("audience: a\naudience_pattern: .*\n", Verdict::Deny),
        ("audience_pattern: octo.*\n", Verdict::Allow),
        ("Subject: repo:acme/widget:ref:refs/heads/main\n", Verdict::Unknown),
        ("subjects: x\n", Verdict::Deny),
        ("app: 12\n", Verdict::Allow),
        ("app_pattern: ')('\n", Verdict::Deny),
        ("permissions: read\n", Verdict::Deny),
        ("permissions: {contents: [read]}\n", Verdict::Deny),
    ] {
        let policy = format!("{HEAD}{SUBJECT}{rest}");
        assert_eq!(decide(&policy, &[]).0, expected, "{rest}");
    }
}

#[test]
fn tokens_are_refused_by_their_own_text() {
    let policy = "issuer_pattern: .*\nsubject_pattern: .*\naudience_pattern: .*\n";
    for (claim, value, expected) in [
        ("aud", json!(["octo-sts.dev", "x"]), Verdict::Allow),
        ("aud", json!(["octo-sts.dev", "a b"]), Verdict::Deny),
        ("aud", json!([]), Verdict::Deny),
        ("iss", json!("http://token.actions.githubusercontent.com"), Verdict::Deny),
        ("sub", json!("repo:acme/widget:environment:a(b)"), Verdict::Deny),
        ("sub", json!(7), Verdict::Deny),
    ] {
        assert_eq!(decide(policy, &[(claim, value.clone())]).0, expected, "{claim} {value}");
    }
}

#[test]
fn traps_are_found() {
    for (policy, expected) in [
        (
            "issuer_pattern: https://token.actions.x\nsubject_pattern: .*\n",
            &["unescaped_dot", "no_scope"][..],
        ),
        (
            "issuer: x\nsubject_pattern: repo:acme/widget:.*\nclaim_pattern: {repository_id: '74'}\n",
            &["pull_request", "whole_repository"],
        ),
        ("issuer: x\nsubject_pattern: repo:acme@65/widget@74:ref:refs/heads/.*\n", &["any_branch"]),
        ("issuer: x\nsubject: repo:acme@65/widget@74:pull_request\n", &["pull_request"]),
        ("issuer: x\nsubject: repo:acme@65/widget@74:*\n", &["literal_wildcard"]),
        (
            "issuer: x\nsubject_pattern: repo:acme/a:x|repo:acme/b:x\nclaim_pattern: {repository_owner_id: 065}\n",
            &["top_level_alternation", "yaml_scalar"],
        ),
        ("issuer: x\nsubject: repo:acme/widget:ref:refs/heads/main\n", &["pinned_by_name"]),
        ("issuer: x\nsubject_pattern: repo:.*\n", &["no_scope", "pull_request", "whole_repository"]),
    ] {
        assert_eq!(decide(policy, &[]).1, expected, "{policy}");
    }
}
