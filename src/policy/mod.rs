//! Trust policies: who may have which role, decided and explained.

mod budget;
mod condition;
mod denial;
mod document;
mod explain;
mod explanation;
mod fit;
mod glob;
mod grant;
mod index;
mod interner;
mod issuers;
mod language;
mod locate;
mod members;
mod nearest;
mod path;
mod pattern;
mod roles;
mod scope;
mod selection;
mod subject;
#[cfg(test)]
mod tests;
mod warning;
mod workflow;

use alloc::{
    boxed::Box,
    collections::BTreeMap,
    string::{String, ToString},
    sync::Arc,
};
use core::{fmt, ops::Bound};

pub use self::{
    condition::{ClaimCondition, Effect},
    denial::{Denial, Evaluation},
    explanation::{ConditionOutcome, Explanation, RuleOutcome},
    glob::Glob,
    grant::Grant,
    nearest::{MissKind, NearestMiss},
    path::PolicyError,
    pattern::Pattern,
    selection::Disclosure,
    warning::{PolicyWarning, WarningCode},
};
use self::{
    condition::{Condition, Rule},
    explain::explain,
};
use crate::{
    claims::{ClaimName, GithubClaims, Issuer},
    json::Value,
    limits, suggest,
    token::Untrusted,
    verify::{Validation, Verified},
};

/// The JSON Schema of the native policy (draft 2020-12).
pub const POLICY_SCHEMA: &str = include_str!("schema.json");

/// A trust policy: issuers, and roles with the conditions that a job must meet to have them.
#[derive(Clone)]
pub struct Policy {
    audiences: Arc<[String]>,
    issuers: BTreeMap<String, Issuer>,
    roles: BTreeMap<String, Role>,
}

#[derive(Clone)]
struct Role {
    description: Option<Arc<str>>,
    /// The names in `Policy::issuers`, where they are known to be; at least one.
    issuers: Box<[Arc<str>]>,
    /// The policy's, or some of them.
    audiences: Arc<[String]>,
    condition: Arc<Condition>,
    /// The claims of its rules that GitHub's table does not have.
    other_claims: Box<[Arc<ClaimName>]>,
    grant: Option<Arc<Grant>>,
}

/// A job that has a role. There is no other way to one than [`Policy::authorize`]: it cannot be
/// made of its parts, changed, or had twice.
///
/// ```
/// # use claimgate::{Authorized, GithubClaims, Verified};
/// fn compiles(job: Authorized) -> Authorized { job }
/// ```
///
/// ```compile_fail
/// # use claimgate::{Authorized, GithubClaims, Verified};
/// fn forges(job: Authorized) -> Authorized { Authorized { ..job } }
/// ```
///
/// ```compile_fail
/// # use claimgate::{Authorized, GithubClaims, Verified};
/// fn forges(job: Verified<GithubClaims>) -> Authorized { job.into() }
/// ```
///
/// ```compile_fail
/// # use claimgate::{Authorized, GithubClaims, Verified};
/// fn forges(job: &Authorized) -> Authorized { job.clone() }
/// ```
///
/// ```compile_fail
/// # use claimgate::{Authorized, GithubClaims, Verified};
/// fn forges() -> Authorized { Default::default() }
/// ```
pub struct Authorized {
    verified: Verified<GithubClaims>,
    role: String,
    /// That of the role, which holds.
    condition: Arc<Condition>,
    description: Option<Arc<str>>,
    grant: Option<Arc<Grant>>,
    disclosure: Disclosure,
}

impl Authorized {
    /// The verified token.
    pub const fn verified(&self) -> &Verified<GithubClaims> {
        &self.verified
    }

    /// What the token says of the job.
    pub const fn claims(&self) -> &GithubClaims {
        self.verified.claims()
    }

    /// The role.
    pub fn role(&self) -> &str {
        &self.role
    }

    /// The first rule that admits the job, such as `allow[0]`.
    pub fn rule(&self) -> String {
        self.condition.first_rule(self.claims()).map(Rule::place).unwrap_or_default()
    }

    /// How the rules of the role were decided. It is computed when it is called.
    pub fn explanation(&self) -> Explanation {
        explain(&self.condition, self.description.as_deref(), self.claims(), false, self.disclosure)
    }

    /// The same job, with an [`explanation`](Self::explanation) for callers who may see what their own token
    /// says, but not what the policy expects; see [`Denial::without_expectations`].
    #[must_use]
    pub fn without_expectations(self) -> Self {
        Self { disclosure: Disclosure::Claims, ..self }
    }

    /// What the role grants, if the policy says so.
    pub fn grant(&self) -> Option<&Grant> {
        self.grant.as_deref()
    }
}

impl Policy {
    /// The issuers by their names in the policy.
    pub fn issuers(&self) -> impl Iterator<Item = (&str, &Issuer)> {
        self.issuers.iter().map(|(name, issuer)| (name.as_str(), issuer))
    }

    /// The audiences that a token may have: one of them is enough.
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// The roles' names.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.keys().map(String::as_str)
    }

    /// Whether a role has a grant, so that there is an access token to have.
    pub fn has_grants(&self) -> bool {
        self.roles.values().any(|role| role.grant.is_some())
    }

    /// The issuers that `role` trusts, all of the same GitHub instance; at least one.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownRole`].
    pub fn issuers_of(&self, role: &str) -> Result<impl Iterator<Item = &Issuer>, Denial> {
        self.find(role).map(|found| self.trusted(found))
    }

    /// The audiences that a token for `role` may have: one of them is enough.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownRole`].
    pub fn audiences_of(&self, role: &str) -> Result<&[String], Denial> {
        self.find(role).map(|found| &*found.audiences)
    }

    /// What `role` grants, if the policy says so.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownRole`].
    pub fn grant_of(&self, role: &str) -> Result<Option<&Grant>, Denial> {
        Ok(self.find(role)?.grant.as_deref())
    }

    /// The issuer by whose keys `token` is verified for `role`: of several that the role trusts the one that the
    /// token names, or the first. The token is **not verified**: naming another issuer only makes it fail.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownRole`].
    pub fn issuer_for(&self, role: &str, token: &Untrusted<'_>) -> Result<&Issuer, Denial> {
        let found = self.find(role)?;
        let issuers = || self.trusted(found);
        let named = if found.issuers.len() > 1 { token.issuer_unverified() } else { None };
        let named = named.and_then(|iss| issuers().find(|issuer| issuer.as_str() == iss));
        // A role has an issuer: it is not loaded without.
        named.or_else(|| issuers().next()).ok_or_else(|| self.unknown_role(role))
    }

    /// What `token` must prove for `role`.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownRole`].
    pub fn validation(&self, role: &str, token: &Untrusted<'_>) -> Result<Validation, Denial> {
        let audiences = self.audiences_of(role)?.to_vec();
        Ok(Validation::for_audiences(self.issuer_for(role, token)?.clone(), audiences))
    }

    /// Decides whether the job that `verified` is about may have `role`.
    ///
    /// # Errors
    ///
    /// [`Denial`] explains why.
    pub fn authorize(&self, role: &str, verified: Verified<GithubClaims>) -> Result<Authorized, Denial> {
        let found = self.find(role)?;
        if !self.trusted(found).any(|issuer| issuer == verified.issuer())
            || !found.audiences.iter().any(|audience| audience == verified.audience())
        {
            return Err(Denial::Mismatch { role: role.to_string() });
        }
        if let Some((claim, kind)) = found.not_text(verified.claims()) {
            return Err(Denial::NotText { role: role.to_string(), claim: claim.to_string(), found: kind });
        }
        let role = role.to_string();
        let (condition, description) = (Arc::clone(&found.condition), found.description.clone());
        if condition.holds(verified.claims()) {
            let (grant, disclosure) = (found.grant.clone(), Disclosure::Full);
            return Ok(Authorized { verified, role, condition, description, grant, disclosure });
        }
        let is_denied = condition.denying_rule(verified.claims()).is_some();
        let rules = Evaluation::new(condition, description, verified.into_claims(), is_denied);
        Err(if is_denied { Denial::Rule { role, rules } } else { Denial::NoRule { role, rules } })
    }

    /// Holds each rule of `role` against claims that **need not be verified**, for people who ask why
    /// a token is refused. It is no decision and there is no way from it to one: whether the token is
    /// genuine, of the role's issuer, for the policy's audience and still valid is not looked at.
    ///
    /// ```
    /// # use claimgate::{Denial, Explanation, Policy, Untrusted};
    /// fn debug(policy: &Policy, token: &str) -> Result<Explanation, Box<dyn std::error::Error>> {
    ///     let claims = Untrusted::parse(token)?.github_claims_unverified()?;
    ///     Ok(policy.explain_unverified("deploy-production", &claims)?)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownRole`].
    pub fn explain_unverified(&self, role: &str, claims: &GithubClaims) -> Result<Explanation, Denial> {
        self.explain(role, claims, Disclosure::Full)
    }

    /// As [`Policy::explain_unverified`], with as much of the policy as `disclosure` allows.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownRole`].
    pub fn explain(
        &self,
        role: &str,
        claims: &GithubClaims,
        disclosure: Disclosure,
    ) -> Result<Explanation, Denial> {
        let found = self.find(role)?;
        Ok(explain(&found.condition, found.description.as_deref(), claims, false, disclosure))
    }

    /// The issuers that a role trusts.
    fn trusted<'p>(&'p self, role: &'p Role) -> impl Iterator<Item = &'p Issuer> {
        role.issuers.iter().filter_map(|name| self.issuers.get(&**name))
    }

    fn find(&self, role: &str) -> Result<&Role, Denial> {
        self.roles.get(role).ok_or_else(|| self.unknown_role(role))
    }

    #[cold]
    fn unknown_role(&self, role: &str) -> Denial {
        let before = self.roles.range::<str, _>((Bound::Unbounded, Bound::Excluded(role))).rev();
        let behind = self.roles.range::<str, _>((Bound::Excluded(role), Bound::Unbounded));
        let near = before.take(limits::COMPARED_ROLES).chain(behind.take(limits::COMPARED_ROLES));
        let near = near.map(|(name, _)| name.as_str());
        let suggestion = suggest::did_you_mean(role, near).map(ToString::to_string);
        Denial::UnknownRole { role: role.to_string(), suggestion }
    }
}

impl fmt::Debug for Policy {
    /// Without the roles: a policy may be large, and what its rules expect must not be disclosed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("audiences", &self.audiences)
            .field("issuers", &self.issuers)
            .field("roles", &self.roles.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Authorized {
    /// Without the rules of the role, which must not be disclosed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized")
            .field("role", &self.role)
            .field("rule", &self.rule())
            .field("verified", &self.verified)
            .field("grant", &self.grant)
            .finish_non_exhaustive()
    }
}

impl Role {
    /// A claim that the rules name under `claims` and that is not a string in the token, with what it is. All of
    /// GitHub's own are strings, and a `deny` rule could not be compared with anything else.
    fn not_text(&self, claims: &GithubClaims) -> Option<(&ClaimName, &'static str)> {
        self.other_claims.iter().find_map(|claim| match claims.other_claim(&claim.to_string())? {
            Value::String(_) => None,
            other => Some((&**claim, other.kind())),
        })
    }
}
