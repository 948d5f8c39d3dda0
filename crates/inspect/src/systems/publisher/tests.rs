use serde_json::{Value as Json, json};

use crate::{Evaluation, Options, ReadError, Verdict, evaluate};

/// A token that each registry accepts once its audience is that registry's.
fn token(audience: &str, changes: &Json) -> Json {
    let file = "octo-org/octo-repo/.github/workflows/release.yml@refs/tags/v1";
    let mut token = json!({
        "iss": "https://token.actions.githubusercontent.com", "aud": audience, "jti": "j", "nbf": 1, "iat": 1, "exp": 2,
        "repository": "octo-org/octo-repo", "repository_owner": "octo-org", "repository_owner_id": "65",
        "ref": "refs/tags/v1", "sha": "0123", "event_name": "release", "run_id": "30",
        "workflow_ref": file, "job_workflow_ref": file,
    });
    for (claim, value) in changes.as_object().unwrap() {
        token[claim] = value.clone();
    }
    token
}

fn evaluated(document: &Json, claims: &Json) -> Result<Evaluation, ReadError> {
    evaluate(&document.to_string(), claims.as_object().unwrap(), &Options::default())
}

#[test]
fn what_a_document_lacks_is_unknown_unless_something_else_denies() {
    let pypi = |id: Json, name: &str| json!({ "owner": "octo-org", "owner_id": id, "repository": name, "workflow": "release.yml" });
    let crates_io = |id: Json, name: &str| {
        json!({ "github_configs": [{ "crate": "octo", "repository_owner": "octo-org", "repository_owner_id": id,
            "repository_name": name, "workflow_filename": "release.yml" }] })
    };
    let rubygems = |id: Json, name: &str| {
        json!([{ "trusted_publisher_type": "OIDC::TrustedPublisher::GitHubAction", "trusted_publisher": {
            "repository_owner": "octo-org", "repository_owner_id": id, "repository_name": name,
            "workflow_filename": "release.yml" } }])
    };
    for (audience, document) in [
        ("pypi", &pypi as &dyn Fn(Json, &str) -> Json),
        ("crates.io", &crates_io),
        ("rubygems.org", &rubygems),
    ] {
        for (id, name, expected) in [
            (json!("65"), "octo-repo", Verdict::Allow),
            (json!(65), "octo-repo", Verdict::Allow),
            (json!("66"), "octo-repo", Verdict::Deny),
            (Json::Null, "octo-repo", Verdict::Unknown),
            (Json::Null, "other", Verdict::Deny),
            (json!("<ID>"), "octo-repo", Verdict::Unknown),
            (json!("65"), "<REPO>", Verdict::Unknown),
            (json!("66"), "<REPO>", Verdict::Deny),
        ] {
            let evaluation = evaluated(&document(id, name), &token(audience, &json!({}))).unwrap();
            assert_eq!(evaluation.verdict, expected, "{audience} {name} {:?}", evaluation.deciding);
        }
    }
}

#[test]
fn any_of_several_publishers_lets_a_token_in() {
    let publisher = |workflow: &str, environment: &str| json!({ "owner": "octo-org", "owner_id": "65", "repository": "octo-repo", "workflow": workflow, "environment": environment });
    let publishers = json!([publisher("ci.yml", ""), publisher("release.yml", "Release")]);
    let verdict = |environment: &str| {
        evaluated(&publishers, &token("pypi", &json!({ "environment": environment }))).unwrap().verdict
    };
    assert_eq!((verdict("release"), verdict("dev")), (Verdict::Allow, Verdict::Deny));
}

#[test]
fn a_misspelt_member_is_found_and_parts_without_a_registry_need_its_name() {
    let mut publisher = json!({ "owner": "octo-org", "repository": "octo-repo", "workflow": "release.yml", "enviroment": "release" });
    let evaluation = evaluated(&publisher, &token("pypi", &json!({}))).unwrap();
    assert!(evaluation.findings.iter().any(|finding| finding.code == "unknown_member"));
    publisher = json!({ "repository_owner": "octo-org", "repository_name": "octo-repo", "workflow_filename": "release.yml" });
    let error = evaluated(&publisher, &token("pypi", &json!({}))).unwrap_err();
    assert!(error.to_string().contains("`pypi`, `crates-io`, `rubygems`"), "{error}");
}
