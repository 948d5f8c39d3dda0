//! What a policy says that loads, and is hardly meant.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{
    Policy,
    condition::{ClaimCondition, Condition, Rule},
    pattern::Pattern,
};
use crate::{
    claims::{Claim, ClaimName},
    error::{Quoted, stable_names},
};

stable_names! {
    /// The kinds of [`PolicyWarning`]s.
    pub enum WarningCode {
        /// A pattern that looks like one of another language, such as `release-.*` or `{main,dev}`.
        OtherPatternLanguage = "other_pattern_language",
        /// A value that begins or ends with white space.
        WhiteSpace = "white_space",
        /// A short name of a branch that begins with `refs/`.
        LongBranchName = "long_branch_name",
        /// A `sub` whose ids may be any.
        SubjectIdsFree = "subject_ids_free",
    }
}

/// Something in a policy that is legal, and probably a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PolicyWarning {
    /// What kind it is.
    pub code: WarningCode,
    /// Where in the policy: `roles.deploy.deny[0].ref`.
    pub place: String,
    /// What it is and what to do, for people.
    pub message: String,
}

impl fmt::Display for PolicyWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Quoted(&self.place), self.message)
    }
}

impl Policy {
    /// What is legal in the policy and probably not meant, in its order.
    ///
    /// ```
    /// use claimgate::{Policy, WarningCode};
    /// let policy = Policy::parse(r#"{ "version": 1, "audience": "https://deploy.example.com",
    ///     "issuers": { "github": { "kind": "github" } },
    ///     "roles": { "deploy": { "issuer": "github", "allow": [ { "repository_id": "74" } ],
    ///                            "deny": [ { "ref": "refs/heads/release-.x" }, { "environment": "prod-.+" } ] } } }"#)?;
    /// let warnings = policy.warnings();
    /// assert_eq!(warnings.len(), 1);
    /// assert_eq!(warnings[0].code, WarningCode::OtherPatternLanguage);
    /// assert_eq!(warnings[0].place, "roles.deploy.deny[1].environment");
    /// # Ok::<(), claimgate::PolicyError>(())
    /// ```
    pub fn warnings(&self) -> Vec<PolicyWarning> {
        let mut warnings = Vec::new();
        for (name, role) in &self.roles {
            role.condition.each_rule(&mut |rule| {
                let conditions = rule.conditions.iter().filter_map(|condition| match condition {
                    Condition::Claim(condition) => Some(condition),
                    _ => None,
                });
                for condition in conditions {
                    warn(name, rule, condition, &mut warnings);
                }
            });
        }
        warnings
    }
}

fn warn(role_name: &str, rule: &Rule, condition: &ClaimCondition, warnings: &mut Vec<PolicyWarning>) {
    let claim = &*condition.claim;
    for pattern in condition.patterns.as_slice() {
        if let Some((code, message)) = remark(claim, pattern) {
            let parent = if let ClaimName::Other(_) = claim { "claims." } else { "" };
            let place = format!("roles.{role_name}.{}.{parent}{claim}", rule.place());
            warnings.push(PolicyWarning { code, place, message });
        }
    }
}

fn remark(claim: &ClaimName, pattern: &Pattern) -> Option<(WarningCode, String)> {
    let text = pattern.as_str();
    let quoted = Quoted(text);
    if let Some(syntax) = other_syntax(text) {
        let message = format!(
            "{quoted} is compared as it is, {syntax} has no meaning here: the only wildcards are `*` and `**` of \
             `glob`, and a list is any of its values"
        );
        return Some((WarningCode::OtherPatternLanguage, message));
    }
    if text.trim() != text {
        let message = format!("{quoted} begins or ends with white space, which counts");
        return Some((WarningCode::WhiteSpace, message));
    }
    match claim {
        ClaimName::Github(Claim::HeadRef | Claim::BaseRef) if text.starts_with("refs/") => {
            let message = format!(
                "{} is the short name of a branch, and {quoted} has `refs/`",
                Quoted(&claim.to_string())
            );
            Some((WarningCode::LongBranchName, message))
        }
        ClaimName::Subject if text.starts_with("repo:") && text.contains("@*") => {
            let message = format!(
                "the ids in {quoted} may be any, so the next owner of the name matches, too: write the ids, or add \
                 `repository_id` to the rule"
            );
            Some((WarningCode::SubjectIdsFree, message))
        }
        _ => None,
    }
}

/// What a text has of regular expressions, or of the globs of shells.
fn other_syntax(text: &str) -> Option<&'static str> {
    let encloses = |open, close, separator: char| {
        text.split_once(open)
            .and_then(|(_, rest): (&str, &str)| rest.split_once(close))
            .is_some_and(|(inner, _)| inner.contains(separator))
    };
    let found = [
        ("`{…,…}`", encloses('{', '}', ',')),
        ("`(…|…)`", encloses('(', ')', '|')),
        ("`[…-…]`", encloses('[', ']', '-')),
        ("`.*`", text.contains(".*")),
        ("`.+`", text.contains(".+")),
        ("`\\d`", ["\\d", "\\w", "\\."].iter().any(|escape| text.contains(escape))),
        ("`^` at the beginning", text.starts_with('^')),
        ("`$` at the end", text.ends_with('$')),
        ("`?`", text.contains('?')),
    ];
    found.into_iter().find_map(|(syntax, is_there)| is_there.then_some(syntax))
}
