//! Hostile texts cost no more than their size, and end in an error or a verdict.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::format_collect,
    clippy::too_many_lines,
    reason = "the texts are made of small numbers, once"
)]

use std::time::Instant;

use claimgate_inspect::{Options, System, evaluate};
use serde_json::{Map, Value as Json, json};

fn claims() -> Map<String, Json> {
    let claims = json!({
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": format!("repo:octo-org/octo-repo:ref:refs/heads/{}", "a".repeat(8_000)),
        "repository": "octo-org/octo-repo",
        "ref": "refs/heads/main",
    });
    claims.as_object().cloned().unwrap_or_default()
}

const GITHUB: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";

fn aws(statements: &[Json]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn aws_statement(pattern: &str) -> Json {
    json!({ "Effect": "Allow", "Principal": { "Federated": GITHUB }, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringLike": { "token.actions.githubusercontent.com:sub": pattern } } })
}

fn google(condition: &str) -> String {
    json!({ "attributeMapping": { "google.subject": "assertion.sub" }, "attributeCondition": condition,
        "oidc": { "issuerUri": "https://token.actions.githubusercontent.com" } })
    .to_string()
}

fn octo_sts(pattern: &str) -> String {
    format!(
        "issuer: https://token.actions.githubusercontent.com\nsubject_pattern: '{pattern}'\npermissions: {{contents: read}}\n"
    )
}

/// Texts that are as hostile as their form allows. What they come to is not the point: they do it soon.
fn hostile() -> Vec<(&'static str, String)> {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000));
    let stars = format!("{}b", "*a?".repeat(2_000));
    vec![
        ("JSON, 10,000 statements", aws(&vec![aws_statement("repo:other/*"); 4_000])),
        ("JSON, patterns of stars", aws(&vec![aws_statement(&stars); 100])),
        ("JSON, a pattern of 900 kB", aws(&[aws_statement(&format!("*{}*", "a?".repeat(450_000)))])),
        ("JSON, nested lists", deep("[", "]")),
        ("JSON, nested objects", format!("{}1{}", "{\"Statement\":".repeat(50_000), "}".repeat(50_000))),
        ("YAML, nested flow lists", format!("issuer: {}", deep("[", "]"))),
        ("YAML, nested blocks", (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        (
            "YAML, aliases of aliases",
            (1..60).fold("issuer: x\na0: &a0 [x, x]\n".to_owned(), |text, n| {
                format!("{text}a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1)
            }),
        ),
        ("HCL, nested lists", format!("resource \"aws_iam_role\" \"x\" {{\n assume_role_policy = {}\n}}", deep("[", "]"))),
        ("HCL, nested templates", format!("locals {{\n x = {}\n}}", "\"${".repeat(50_000))),
        (
            "HCL, locals that double",
            format!(
                "locals {{\n a0 = \"x\"\n{}}}\nresource \"aws_iam_role\" \"x\" {{\n assume_role_policy = local.a59\n}}",
                (1..60).map(|n| format!(" a{n} = \"${{local.a{}}}${{local.a{}}}\"\n", n - 1, n - 1)).collect::<String>()
            ),
        ),
        ("Bicep, nested objects", format!("resource f 'x/federatedIdentityCredentials@1' = {}", "{ a: ".repeat(100_000))),
        ("command, nested substitutions", format!("gcloud iam workload-identity-pools providers create-oidc x --issuer-uri={}", "$(".repeat(200_000))),
        ("command, a word of 900 kB", format!("vault write auth/jwt/role/x bound_subject={}", "a\\ ".repeat(300_000))),
        ("CEL, nested parentheses", google(&format!("{}true{}", "(".repeat(2_000), ")".repeat(2_000)))),
        ("CEL, nested negations", google(&"!".repeat(4_096))),
        ("CEL, a chain of ||", google(&format!("{}true", "false||".repeat(580)))),
        ("CEL, nested macros", google(&{
            let mut text = "true".to_owned();
            for n in 0..40 {
                text = format!("[1,2,3,4,5,6,7,8,9].all(x{n}, {text})");
            }
            text
        })),
        ("CEL, sizes that multiply", google(&format!("[assertion.sub].all(x, {} == x)", ["x"; 600].join(" + ")))),
        ("RE2, nested counts", octo_sts("((((a{30}){30}){30}){30}){30}")),
        ("RE2, many alternatives", octo_sts(&vec!["(a|aa)+"; 2_000].join(""))),
        ("RE2, a quadratic search", google(&format!("assertion.sub.matches('{}b')", "a*".repeat(1_500)))),
        ("Azure, a long expression", json!({ "issuer": "https://token.actions.githubusercontent.com", "audiences": ["x"],
            "claimsMatchingExpression": { "languageVersion": 1, "value": format!("claims['sub'] matches '{}'", "*a".repeat(100_000)) } }).to_string()),
    ]
}

#[test]
fn hostile_texts_end_soon() {
    let claims = claims();
    for (name, text) in hostile() {
        for system in [None, Some(System::Aws), Some(System::Google), Some(System::OctoSts)] {
            let started = Instant::now();
            let _ = evaluate(&text, &claims, &Options { system, ..Options::default() });
            // Shown with `--nocapture`. It is not asserted: what is not bounded takes longer than the step may.
            println!("{:>9.3?}  {name} {}", started.elapsed(), system.map_or("", System::as_str));
        }
    }
}

#[test]
fn texts_and_claims_are_bounded() {
    let text = "x".repeat(claimgate_inspect::TEXT_BYTES + 1);
    let error = evaluate(&text, &Map::new(), &Options::default()).expect_err("too large");
    assert_eq!(error.code().as_str(), "document_too_large");
    let large = json!({ "sub": "x".repeat(claimgate_inspect::CLAIMS_BYTES) });
    let error =
        evaluate(&aws(&[aws_statement("x")]), large.as_object().unwrap_or(&Map::new()), &Options::default())
            .expect_err("too large");
    assert_eq!(error.code().as_str(), "document_too_large");
}
