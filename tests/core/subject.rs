use claimgate::{Code, Issuer, RepositoryForm, SubjectCheck, Validation, VerifyError};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, THEN, sample_with, verify, verify_with};

enum Expected {
    /// Consistent, in this form, customised or not.
    Reads(Option<RepositoryForm>, bool),
    /// Contradicts this claim.
    Contradicts(&'static str),
    /// Unchecked from this key on.
    Unchecked(&'static str),
}
use Expected::{Contradicts, Reads, Unchecked};

const CLASSIC: Option<RepositoryForm> = Some(RepositoryForm::Classic);
const IMMUTABLE: Option<RepositoryForm> = Some(RepositoryForm::Immutable);

fn check(sub: &str, changes: &Value, expected: &Expected) {
    let mut changes = changes.clone();
    changes["sub"] = json!(sub);
    match (verify(&sample_with(changes)), expected) {
        (Ok(verified), Reads(form, customised)) => match verified.subject() {
            SubjectCheck::Consistent(subject) => {
                assert_eq!(
                    (subject.repository_form(), subject.is_customised()),
                    (*form, *customised),
                    "{sub}"
                );
            }
            SubjectCheck::Unchecked { key } => panic!("{sub}: {key}"),
        },
        (Ok(verified), Unchecked(key)) => {
            assert_eq!(verified.subject(), &SubjectCheck::Unchecked { key: (*key).into() }, "{sub}");
        }
        (Err(VerifyError::Subject(contradiction)), Contradicts(claim)) => {
            assert_eq!(contradiction.claim.to_string(), *claim, "{sub}: {contradiction}");
        }
        (result, _) => panic!("{sub}: {:?}", result.map(|verified| verified.subject().clone())),
    }
}

#[test]
fn every_form_is_read_by_what_the_claims_render_to() {
    let no_environment = json!({ "environment": null });
    let pull_request =
        json!({ "environment": null, "event_name": "pull_request", "ref": "refs/pull/7/merge" });
    let tag = json!({ "environment": null, "ref": "refs/tags/v1", "ref_type": "tag" });
    let eastus = json!({ "environment": "production:eastus" });
    let property = json!({ "repo_property_workspace_id": "ws-abc123" });
    let workflow = "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main";
    for (sub, changes, expected) in [
        ("repo:octo-org/octo-repo:environment:prod", &json!({}), Reads(CLASSIC, false)),
        ("repo:octo-org@65/octo-repo@74:environment:prod", &json!({}), Reads(IMMUTABLE, false)),
        ("repo:octo-org/octo-repo:ref:refs/heads/main", &no_environment, Reads(CLASSIC, false)),
        ("repo:octo-org/octo-repo:ref:refs/tags/v1", &tag, Reads(CLASSIC, false)),
        ("repo:octo-org/octo-repo:pull_request", &pull_request, Reads(CLASSIC, false)),
        ("repo:octo-org@65/octo-repo@74:pull_request", &pull_request, Reads(IMMUTABLE, false)),
        ("repository_owner:octo-org:repository_visibility:private", &json!({}), Reads(None, true)),
        (&format!("job_workflow_ref:{workflow}"), &json!({}), Reads(None, true)),
        (
            &format!("repo:octo-org/octo-repo:environment:prod:job_workflow_ref:{workflow}"),
            &json!({}),
            Reads(CLASSIC, true),
        ),
        (
            &format!("repo:octo-org/octo-repo:pull_request:job_workflow_ref:{workflow}"),
            &pull_request,
            Reads(CLASSIC, true),
        ),
        ("environment:production%3Aeastus:repository_owner:octo-org", &eastus, Reads(None, true)),
        ("repo_property_workspace_id:ws-abc123", &property, Reads(None, true)),
        ("repository_id:74", &json!({}), Reads(None, true)),
        ("repo:octo-org/octo-repo:head_ref::actor:octocat", &json!({}), Reads(CLASSIC, true)),
        ("repo:octo-org/octo-repo:head_ref:actor:octocat", &json!({}), Reads(CLASSIC, true)),
        ("repo:octo-org/octo-repo:head_ref:", &json!({}), Reads(CLASSIC, true)),
        ("repo:octo-org/octo-repo:head_ref", &json!({}), Reads(CLASSIC, true)),
        ("repo:octo-org/octo-repo:head_ref:base_ref", &json!({}), Reads(CLASSIC, true)),
        ("repo:octo-org/octo-repo:head_ref:actor", &json!({}), Contradicts("head_ref")),
        // A template may name a claim that the job does not have.
        (
            &format!("repo:octo-org/octo-repo:environment::job_workflow_ref:{workflow}"),
            &no_environment,
            Reads(CLASSIC, true),
        ),
        ("repo:octo-org/octo-repo:head_ref:actor:hubot", &json!({}), Contradicts("actor")),
        ("repo:octo-org/other:environment:prod", &json!({}), Contradicts("repository")),
        ("repo:octo-org/octo-repo2:environment:prod", &json!({}), Contradicts("repository")),
        ("repo:octo-org@65/octo-repo@75:environment:prod", &json!({}), Contradicts("repository")),
        ("repo:octo-org-65/octo-repo-74:environment:prod", &json!({}), Contradicts("repository")),
        ("repo:octo-org/octo-repo:environment:production", &json!({}), Contradicts("environment")),
        ("repo:octo-org/octo-repo:environment:prod", &no_environment, Contradicts("environment")),
        ("repo:octo-org/octo-repo:pull_request", &json!({}), Contradicts("event_name")),
        ("repo:octo-org/octo-repo:ref:refs/heads/dev", &json!({}), Contradicts("ref")),
        ("repository_owner:evil", &json!({}), Contradicts("repository_owner")),
        ("repo:octo-org/octo-repo:head_ref:evil", &json!({}), Contradicts("head_ref")),
        ("repo:octo-org/octo-repo:ref:refs/heads/main", &json!({ "ref": "" }), Contradicts("ref")),
        (
            "repo:octo-org/octo-repo:environment:prod",
            &json!({ "environment": "" }),
            Contradicts("environment"),
        ),
        (
            "repo:octo-org/octo-repo:pull_request",
            &json!({ "event_name": "pull_requested" }),
            Contradicts("event_name"),
        ),
        // github.com escapes the colon.
        ("environment:production:eastus:repository_owner:octo-org", &eastus, Contradicts("environment")),
        ("repo:octo-org/octo-repo:later:x", &json!({}), Unchecked("later")),
        ("anything", &json!({}), Unchecked("anything")),
        ("repo:octo-org/octo-repo:environment", &json!({}), Unchecked("environment")),
        ("repo:octo-org/octo-repo:", &json!({}), Unchecked("")),
        ("sub:sub", &json!({}), Unchecked("sub")),
    ] {
        check(sub, changes, &expected);
    }
}

#[test]
fn two_environments_that_render_alike_are_told_apart_by_their_claim() {
    // GitHub escapes `:` but not `%`, so both jobs have this `sub`.
    let sub = "repo:octo-org/octo-repo:environment:Production%3AV1";
    for environment in ["Production:V1", "Production%3AV1"] {
        check(sub, &json!({ "environment": environment }), &Reads(CLASSIC, false));
    }
    check(sub, &json!({ "environment": "Production" }), &Contradicts("environment"));
}

#[test]
fn an_enterprise_server_may_leave_colons_as_they_are() {
    let ghes = Validation::new(Issuer::ghes("github.example.com").unwrap(), AUDIENCE);
    for escaped in ["production:eastus", "production%3Aeastus"] {
        let claims = sample_with(json!({
            "iss": ghes.issuer().as_str(),
            "environment": "production:eastus",
            "sub": format!("repo:octo-org/octo-repo:environment:{escaped}:actor:octocat"),
        }));
        let verified = verify_with(&ghes, &claims, THEN).unwrap();
        assert!(
            matches!(verified.subject(), SubjectCheck::Consistent(subject) if subject.segments().len() == 3),
            "{escaped}"
        );
    }
}

#[test]
fn an_enterprise_servers_unescaped_value_cannot_forge_segments() {
    let ghes = Validation::new(Issuer::ghes("github.example.com").unwrap(), AUDIENCE);
    for environment in ["prod:repository_owner:octo-org", "repository_owner:octo-org"] {
        let verdict = |rendered: &str| {
            let claims = json!({
                "iss": ghes.issuer().as_str(),
                "environment": environment,
                "repository_owner": "evil",
                "sub": format!("environment:{rendered}"),
            });
            verify_with(&ghes, &sample_with(claims), THEN).err().map(|error| error.code())
        };
        assert_eq!(verdict(environment), Some(Code::SubjectContradiction));
        assert_eq!(verdict(&environment.replace(':', "%3A")), None);
    }
}

#[test]
fn hostile_names_of_claims_are_escaped() {
    let error = verify(&sample_with(json!({ "sub": "repo_property_x`\n\u{202e}:z" }))).unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("`sub` contradicts the claim `repo_property_x\\u{60}\\n\\u{202e}`: "),
        "{message}"
    );
}

#[test]
fn a_contradiction_says_both_sides() {
    let error = verify(&sample_with(json!({ "environment": "dev" }))).unwrap_err();
    assert_eq!(error.code(), Code::SubjectContradiction);
    assert_eq!(error.to_string(), "`sub` contradicts the claim `environment`: expected `dev`, found `prod`");
}
