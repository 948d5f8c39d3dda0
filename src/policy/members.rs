//! The members of a policy's objects, and what people write in their place.

use alloc::{format, string::String};

use super::path::{Path, PolicyError};
use crate::{
    claims::{Claim, ClaimName, REPO_PROPERTY},
    error::Quoted,
    json::Object,
    suggest,
};

/// An object of the policy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Policy,
    Issuer,
    Role,
    Rule,
    Pattern,
    Grant,
}

pub(super) const POLICY: [&str; 5] = ["$schema", "version", "audience", "issuers", "roles"];
pub(super) const ROLE: [&str; 7] =
    ["description", "issuer", "audience", "allow", "deny", "grant", "unscoped"];
pub(super) const PATTERN: [&str; 2] = ["glob", "has"];
pub(super) const GRANT: [&str; 3] = ["audience", "scope", "ttl"];

/// Where a member belongs that has no other meaning elsewhere.
const BELONGS: &[(&[&str], &str)] = &[
    (&["allow", "deny", "grant", "unscoped", "issuer"], "a role"),
    (&["glob", "has"], "the condition of a claim, such as `\"ref\": { \"glob\": … }`"),
    (&["scope", "ttl"], "the `grant` of a role"),
    (&["kind", "enterprise", "host", "subdomain", "port"], "an issuer in `issuers`"),
    (&["audience"], "the policy, or a role to narrow it"),
    (&["version", "issuers", "roles", "$schema"], "the policy itself"),
];

/// Names from other systems for a member of this level.
const ALIASES: &[(Level, &[&str], &str)] = &[
    (Level::Rule, &["repo", "repository_name", "full_name"], "repository"),
    (Level::Rule, &["repo_id"], "repository_id"),
    (Level::Rule, &["owner", "org", "organization", "organisation", "repo_owner"], "repository_owner"),
    (Level::Rule, &["owner_id", "org_id", "organization_id", "repo_owner_id"], "repository_owner_id"),
    (Level::Rule, &["branch", "branch_name", "tag", "git_ref", "ref_name"], "ref"),
    (Level::Rule, &["subject", "subject_pattern", "sub_pattern", "subject_claim"], "sub"),
    (Level::Rule, &["event", "trigger"], "event_name"),
    (Level::Rule, &["user", "username", "login", "sender"], "actor"),
    (Level::Rule, &["commit", "commit_sha"], "sha"),
    (Level::Rule, &["env", "environment_name", "stage"], "environment"),
    (Level::Rule, &["workflow_file", "workflow_path", "workflow_filename"], "workflow_ref"),
    (Level::Rule, &["reusable_workflow", "called_workflow", "job_workflow"], "job_workflow_ref"),
    (Level::Rule, &["visibility"], "repository_visibility"),
    (Level::Rule, &["runner", "runner_type"], "runner_environment"),
    (Level::Rule, &["protected"], "ref_protected"),
    (Level::Role, &["conditions", "condition", "rules", "permit", "statement"], "allow"),
    (Level::Role, &["forbid", "block", "except"], "deny"),
    (Level::Role, &["permissions", "token", "access_token"], "grant"),
    (Level::Role, &["aud", "bound_audiences"], "audience"),
    (Level::Role, &["iss"], "issuer"),
    (Level::Policy, &["aud", "bound_audiences"], "audience"),
    (Level::Policy, &["iss", "providers"], "issuers"),
    (Level::Issuer, &["type", "provider"], "kind"),
    (Level::Issuer, &["slug", "enterprise_slug"], "enterprise"),
    (Level::Issuer, &["hostname", "domain", "server"], "host"),
    (Level::Grant, &["lifetime", "expires_in", "expiry", "duration"], "ttl"),
    (Level::Grant, &["permissions"], "scope"),
    (Level::Grant, &["aud"], "audience"),
];

/// What other policy languages have and this one says in another way.
const ELSEWHERE: &[(Level, &[&str], &str)] = &[
    (Level::Rule, &["regex", "regexp", "pattern", "match"], NO_REGEX),
    (Level::Rule, &["not"], NO_NOT),
    (Level::Rule, &["conditions", "condition", "when", "if"], "write the claims in the rule itself"),
    (Level::Pattern, &["regex", "regexp", "pattern", "match", "matches", "like"], NO_REGEX),
    (Level::Pattern, &["not", "ne", "neq"], NO_NOT),
    (Level::Pattern, &["equals", "equal", "eq", "value"], "write the string itself"),
    (Level::Pattern, &["in", "any", "anyOf", "one_of"], "write a list of strings"),
    (Level::Pattern, &["prefix", "startsWith", "starts_with", "contains", "wildcard"], GLOB),
    (Level::Issuer, &["issuer", "iss", "url"], "`kind` and its members determine the issuer's URL"),
];

const NO_REGEX: &str = "regular expressions are not supported, use `{ \"glob\": … }` with `*` and `**`";
const GLOB: &str = "use `{ \"glob\": … }` with `*` and `**`";
const NO_NOT: &str = "a rule has no negation, use a `deny` rule";

/// What a member of an issuer is for that its kind does not have.
fn of_other_issuers(name: &str) -> &'static str {
    match name {
        "host" => "; `host` is for the kind `ghes`, and `subdomain` for `ghe.com`",
        "subdomain" => "; `subdomain` is for the kind `ghe.com`",
        "enterprise" => "; `enterprise` is for the kinds `github` and `ghe.com`",
        "port" => {
            "; `port` is for the kind `loopback`, and `ghes` has it in `host`, as `github.example.com:8443`"
        }
        "audience" => "; it belongs in the policy, or a role to narrow it",
        _ => "",
    }
}

/// Whether a name is that of a claim, or one that people have for it.
fn is_known_claim(name: &str) -> bool {
    ClaimName::from_name(name).is_some()
        || ALIASES.iter().any(|(level, names, _)| *level == Level::Rule && names.contains(&name))
}

impl Path<'_> {
    /// Refuses members that an object of this level does not have.
    pub(super) fn known(&self, level: Level, members: &Object, names: &[&str]) -> Result<(), PolicyError> {
        members.iter().try_for_each(|(name, _)| self.check_known(level, name, names))
    }

    pub(super) fn check_known(&self, level: Level, name: &str, names: &[&str]) -> Result<(), PolicyError> {
        if names.contains(&name) {
            return Ok(());
        }
        let message = format!("the member {} is not known", Quoted(name));
        Err(self.member(name).unknown_member(level, name, &message, names.iter().copied()))
    }

    /// The error about a claim that is not known, at its own path.
    pub(super) fn unknown_claim(&self, name: &str) -> PolicyError {
        let elsewhere = match name {
            "iss" => "the role's `issuer` says it",
            "aud" => "the `audience` of the policy or the role says it",
            "exp" | "nbf" | "iat" | "jti" => "the verifier checks it",
            _ => "",
        };
        if !elsewhere.is_empty() {
            return self.unknown(&format!("a rule cannot have {}: {elsewhere}", Quoted(name)), None);
        }
        let known = Claim::ALL.iter().map(|claim| claim.name()).chain(["sub"]);
        self.unknown_member(Level::Rule, name, &format!("unknown claim {}", Quoted(name)), known)
    }

    fn unknown_member<'n>(
        &self,
        level: Level,
        name: &str,
        message: &str,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> PolicyError {
        let of_level = |table: &'static [(Level, &[&str], &'static str)]| {
            table.iter().find(|(at, words, _)| *at == level && words.contains(&name)).map(|(.., what)| *what)
        };
        if let Some(what) = of_level(ELSEWHERE) {
            return self.unknown(&format!("{message}: {what}"), None);
        }
        // Only for what this object can have: the issuer of github.com has no host.
        let alias = of_level(ALIASES).filter(|meant| names.clone().any(|known| known == *meant));
        if let Some(meant) = alias {
            let form = match name {
                "branch" | "branch_name" => ", as `refs/heads/BRANCH`",
                "tag" => ", as `refs/tags/TAG`",
                "subject_pattern" | "sub_pattern" => ", as `{ \"glob\": … }`",
                _ => "",
            };
            return self.unknown(&format!("{message}, use {}{form}", Quoted(meant)), None).meaning(meant);
        }
        let belongs = BELONGS.iter().find(|(names, _)| names.contains(&name)).map(|(_, owner)| *owner);
        // A name that is known elsewhere is not a misspelt one.
        let nearest =
            suggest::did_you_mean(name, names).filter(|_| belongs.is_none() || level != Level::Issuer);
        if nearest.is_some() {
            return self.unknown(message, nearest);
        }
        let is_claim = !matches!(level, Level::Rule | Level::Issuer) && is_known_claim(name);
        let hint = match belongs {
            Some(_) if level == Level::Issuer => of_other_issuers(name).into(),
            _ if is_claim => "; it is a claim, and belongs in a rule of `allow` or `deny`".into(),
            Some(owner) => format!("; it belongs in {owner}"),
            None if level == Level::Rule => format!(
                "; custom properties are `{REPO_PROPERTY}<name>`, and claims that are newer than this release go into `claims`"
            ),
            None => String::new(),
        };
        self.unknown(&format!("{message}{hint}"), None)
    }
}
