//! The native policy: JSON compiled while it is read into issuers, roles and conditions, or one clear
//! error.

use super::{
    Policy, Role,
    condition::Condition,
    issuers,
    members::{Level, POLICY},
    path::{Path, PolicyError},
    roles::{self, UnresolvedRole},
    scope,
};
use crate::{
    claims::{ClaimName, Issuer},
    error::{Code, Quoted},
    json::{self, JsonError, JsonReason, Number, Object, Reader, Value},
    limits, suggest,
};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::str::FromStr;

impl Policy {
    /// Reads a native policy.
    ///
    /// ```
    /// use claimgate::{Code, Policy};
    /// let error = Policy::parse(r#"{ "version": 1, "audience": "https://deploy.example.com",
    ///     "issuers": { "github": { "kind": "github" } },
    ///     "roles": { "deploy": { "issuer": "github", "allow": [ { "repositry": "octo-org/octo-repo" } ] } } }"#)
    ///     .unwrap_err();
    /// assert_eq!(error.code(), Code::PolicyMemberUnknown);
    /// assert_eq!(error.place(), "roles.deploy.allow[0].repositry");
    /// assert_eq!(error.suggestion(), Some("repository"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyError`] names the first place that is wrong, and what was probably meant.
    pub fn parse<T: AsRef<[u8]> + ?Sized>(json: &T) -> Result<Self, PolicyError> {
        parse(json.as_ref(), &mut |_| {})
    }

    /// The same for large policies: `progress` is told after each rule how many bytes have been read.
    ///
    /// ```
    /// use claimgate::Policy;
    /// let policy = r#"{ "version": 1, "audience": "https://deploy.example.com",
    ///     "issuers": { "github": { "kind": "github" } },
    ///     "roles": { "deploy": { "issuer": "github", "allow": [ { "repository_id": "74" } ] } } }"#;
    /// let mut read = 0;
    /// Policy::parse_with_progress(policy, |bytes| read = bytes)?;
    /// assert!(read > policy.len() / 2 && read < policy.len());
    /// # Ok::<(), claimgate::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`].
    pub fn parse_with_progress<T: AsRef<[u8]> + ?Sized>(
        json: &T,
        mut progress: impl FnMut(usize),
    ) -> Result<Self, PolicyError> {
        parse(json.as_ref(), &mut progress)
    }
}

impl FromStr for Policy {
    type Err = PolicyError;

    /// As [`Policy::parse`].
    fn from_str(json: &str) -> Result<Self, PolicyError> {
        Self::parse(json)
    }
}

/// Shows `progress` after each rule how many bytes have been read.
fn parse(json: &[u8], progress: &mut dyn FnMut(usize)) -> Result<Policy, PolicyError> {
    compile(json, progress).map_err(|error| error.located_in(json))
}

fn compile(json: &[u8], progress: &mut dyn FnMut(usize)) -> Result<Policy, PolicyError> {
    let root = Path::Root;
    let mut unresolved_roles = None;
    let document = read(json, &mut |reader| {
        unresolved_roles = Some(roles::read(&root.member("roles"), reader, progress)?);
        Ok(())
    });
    let document = document.or_else(|error| {
        // What is wrong around the roles is said first, and of what is not JSON nothing else.
        head(&read(json, &mut |reader| Ok(reader.skip_value()?))?)?;
        Err(error)
    })?;
    let (audiences, issuers) = head(&document)?;
    let audiences = Arc::from(audiences);
    let unresolved_roles = unresolved_roles.ok_or_else(|| root.missing("roles"))?;
    let mut roles = BTreeMap::new();
    for (name, unresolved) in unresolved_roles {
        let role = role(&root.member("roles").member(&name), unresolved, &issuers, &audiences)?;
        roles.insert(name, role);
    }
    Ok(Policy { audiences, issuers, roles })
}

impl From<JsonError> for PolicyError {
    fn from(error: JsonError) -> Self {
        Self::json(&error)
    }
}

/// The document's members, but for the roles, which `roles` reads.
fn read(
    json: &[u8],
    roles: &mut dyn FnMut(&mut Reader<'_>) -> Result<(), PolicyError>,
) -> Result<Object, PolicyError> {
    json::read(json, limits::POLICY_DEPTH, |reader| {
        if reader.token() != Some(b'{') {
            let offset = reader.offset();
            let reason = JsonReason::NotAnObject(reader.value()?.kind());
            return Err(JsonError { offset, reason }.into());
        }
        let mut members = Vec::new();
        reader.object(|reader, name| {
            if name == "roles" {
                roles(reader)
            } else {
                members.push((name.into_owned(), reader.value()?));
                Ok(())
            }
        })?;
        Ok(Object::from(members))
    })
}

/// What stands around the roles: the audiences and the issuers.
fn head(document: &Object) -> Result<(Vec<String>, BTreeMap<String, Issuer>), PolicyError> {
    let root = Path::Root;
    root.known(Level::Policy, document, &POLICY)?;
    if let Some(schema) = document.get("$schema") {
        root.member("$schema").string(schema)?;
    }
    match root.required(document, "version")? {
        (_, Value::Number(Number::Unsigned(1))) => {}
        (path, _) => return Err(path.value("the version must be the number 1")),
    }
    let (path, audience) = root.required(document, "audience")?;
    let audiences = path.strings(audience)?;

    let (path, members) = root.required(document, "issuers")?;
    Ok((audiences, issuers::read(&path, members)?))
}

const UNSCOPED: &str = "the rule admits jobs of every owner: add a `repository_id`, `repository`, \
    `repository_owner_id`, `repository_owner`, `enterprise_id`, `enterprise`, `workflow_ref` or `sub` without a \
    wildcard in the owner's place, or say `\"unscoped\": true` in the role";

/// What can be said of a role when the issuers are known.
fn role(
    path: &Path<'_>,
    unresolved: UnresolvedRole,
    issuers: &BTreeMap<String, Issuer>,
    audiences: &Arc<[String]>,
) -> Result<Role, PolicyError> {
    let trusted = issuers::trusted(&path.member("issuer"), &unresolved.issuers, issuers)?;
    if let Some(audience) =
        unresolved.audiences.iter().flatten().find(|audience| !audiences.contains(audience))
    {
        let message =
            format!("{} is not an audience of the policy, which a role can only narrow", Quoted(audience));
        let suggestion = suggest::did_you_mean(audience, audiences.iter().map(String::as_str));
        return Err(path.member("audience").value(&message).suggesting(suggestion));
    }
    let is_scoped = |rule| trusted.iter().all(|issuer| scope::is_scoped(rule, issuer));
    if !unresolved.is_unscoped
        && let Some(index) = unresolved.allow.conditions.iter().position(|rule| !is_scoped(rule))
    {
        let path = path.member("allow");
        return Err(path.item(index).error(Code::PolicyUnscoped, UNSCOPED.to_string()));
    }
    let condition = Condition::role(unresolved.deny, unresolved.allow);
    let mut other_claims: Vec<Arc<ClaimName>> = Vec::new();
    condition.each_claim(&mut |condition| {
        if let ClaimName::Other(_) = *condition.claim
            && !other_claims.contains(&condition.claim)
        {
            other_claims.push(Arc::clone(&condition.claim));
        }
    });
    Ok(Role {
        description: unresolved.description,
        issuers: unresolved.issuers.into(),
        audiences: unresolved.audiences.map_or_else(|| Arc::clone(audiences), Arc::from),
        condition: Arc::new(condition),
        other_claims: other_claims.into(),
        grant: unresolved.grant,
    })
}
