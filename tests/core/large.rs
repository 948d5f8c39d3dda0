//! Policies of any size, and the jobs that they admit.

use std::fmt::Write as _;

/// How many rules a repository has.
pub(crate) const RULES_EACH: usize = 10;

/// A policy for the audience with `count` rules of four conditions, ten for each repository: all in one
/// role `deploy`, or ten in each of the roles `deploy-0`, `deploy-1`, …. The repositories' rules are not
/// beside each other.
pub(crate) fn policy(audience: &str, count: usize, one_role: bool) -> String {
    let mut json = format!(
        r#"{{"version":1,"audience":"{audience}","issuers":{{"github":{{"kind":"github"}}}},"roles":{{"#
    );
    let in_role = if one_role { count } else { RULES_EACH };
    for at in 0..count {
        match (at % in_role, one_role) {
            (0, true) => json.push_str(r#""deploy":{"issuer":"github","allow":["#),
            (0, false) => {
                write!(json, r#""deploy-{}":{{"issuer":"github","allow":["#, at / in_role).unwrap();
            }
            _ => json.push(','),
        }
        // 7919 has no divisor in common with any count of the tests.
        json.push_str(&rule(if one_role { at * 7919 % count } else { at }));
        if at % in_role == in_role - 1 {
            json.push_str(if at == count - 1 { "]}" } else { "]}," });
        }
    }
    json.push_str("}}");
    json
}

/// The rule of that number: one environment of one repository.
fn rule(number: usize) -> String {
    let Job { repository, id, sub, .. } = Job::new(number);
    format!(
        r#"{{"repository_id":"{id}","repository":"{repository}","sub":"{sub}","job_workflow_ref":"{WORKFLOW}"}}"#
    )
}

pub(crate) const WORKFLOW: &str = "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main";

/// The job that the rule of a number admits.
pub(crate) struct Job {
    pub(crate) owner: String,
    pub(crate) repository: String,
    pub(crate) id: String,
    pub(crate) environment: String,
    pub(crate) sub: String,
}

impl Job {
    pub(crate) fn new(number: usize) -> Self {
        let repository = number / RULES_EACH;
        let owner = format!("octo-org-{}", repository % 997);
        let environment = format!("environment-{}", number % RULES_EACH);
        let repository_name = format!("{owner}/repository-{repository}");
        Self {
            sub: format!("repo:{repository_name}:environment:{environment}"),
            owner,
            repository: repository_name,
            id: (10_000_000 + repository).to_string(),
            environment,
        }
    }
}
