//! The native policy: JSON compiled while it is read into issuers, roles and conditions, or one clear
//! error.

use super::{
    Policy, Role,
    condition::Condition,
    place::{Place, PolicyError},
    roles::{self, Draft},
    scope,
};
use crate::{
    claims::{ClaimName, Issuer, IssuerError},
    error::{Code, Quoted},
    json::{self, JsonError, JsonReason, Number, Object, Reader, Value},
    limits,
    map::Map,
    sort, suggest,
};
use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// Shows `progress` after each rule how many bytes have been read.
pub(super) fn parse(json: &[u8], progress: &mut dyn FnMut(usize)) -> Result<Policy, PolicyError> {
    let root = Place::Root;
    let mut drafts = None;
    let document = read(json, &mut |reader| {
        drafts = Some(roles::read(&root.member("roles"), reader, progress)?);
        Ok(())
    });
    let document = document.or_else(|error| {
        // What is wrong around the roles is said first, and of what is not JSON nothing else.
        head(&read(json, &mut |reader| Ok(reader.pass()?))?)?;
        Err(error)
    })?;
    let (audiences, issuers) = head(&document)?;
    let audiences = Arc::from(audiences);
    let drafts = drafts.ok_or_else(|| root.missing("roles"))?;
    let mut roles = Vec::with_capacity(drafts.len());
    for (name, draft) in drafts {
        let role = role(&root.member("roles").member(&name), draft, &issuers, &audiences)?;
        roles.push((name, role));
    }
    Ok(Policy { audiences, issuers, roles: Map::from_distinct(roles) })
}

impl From<JsonError> for PolicyError {
    #[cold]
    #[inline(never)]
    fn from(error: JsonError) -> Self {
        Place::Root.error(Code::PolicyJson, format!("the policy is {error}")).at(error.offset)
    }
}

/// The document's members, but for the roles, which `roles` reads.
fn read(
    json: &[u8],
    roles: &mut dyn FnMut(&mut Reader<'_>) -> Result<(), PolicyError>,
) -> Result<Object, PolicyError> {
    json::read(json, limits::POLICY_DEPTH, |reader| {
        if reader.token() != Some(b'{') {
            let reason = JsonReason::NotAnObject(reader.value()?.kind());
            return Err(JsonError { offset: 0, reason }.into());
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
fn head(document: &Object) -> Result<(Vec<String>, Map<Issuer>), PolicyError> {
    let root = Place::Root;
    root.known(document, &["$schema", "version", "audience", "issuers", "roles"])?;
    if let Some(schema) = document.get("$schema") {
        root.member("$schema").string(schema)?;
    }
    match root.required(document, "version")? {
        (_, Value::Number(Number::Unsigned(1))) => {}
        (place, _) => return Err(place.value("the version must be the number 1")),
    }
    let (place, audience) = root.required(document, "audience")?;
    let audiences = place.strings(audience)?;

    let (place, members) = root.required(document, "issuers")?;
    let mut issuers = Vec::new();
    for (name, value) in place.object(members)?.iter() {
        let place = place.member(name);
        issuers.push((name.to_string(), issuer(&place, place.object(value)?)?));
    }
    if let Some((first, second)) = twice(&issuers) {
        return Err(place
            .member(second)
            .value(&format!("this is the same issuer as {}, name it once", Quoted(first))));
    }
    Ok((audiences, Map::from_distinct(issuers)))
}

/// The names of an issuer that has two.
fn twice(issuers: &[(String, Issuer)]) -> Option<(&str, &str)> {
    let sorted = sort::by_text(issuers.iter().map(|(_, issuer)| issuer.as_str()));
    let name = |place: u32| issuers.get(place as usize).map(|(name, _)| name.as_str());
    sorted.windows(2).find_map(|pair| match pair {
        [(one, first), (other, second)] if one == other => Some((name(*first)?, name(*second)?)),
        _ => None,
    })
}

fn issuer(place: &Place<'_>, members: &Object) -> Result<Issuer, PolicyError> {
    const KINDS: [&str; 4] = ["github", "ghes", "ghe.com", "loopback"];
    let (kind_place, kind) = place.required(members, "kind")?;
    let valid = |place: &Place<'_>, issuer: Result<Issuer, IssuerError>| {
        issuer.map_err(|error| place.value(&error.to_string()))
    };
    match kind_place.string(kind)? {
        "github" => {
            place.known(members, &["kind", "enterprise"])?;
            match members.get("enterprise") {
                None => Ok(Issuer::github()),
                Some(slug) => {
                    let place = place.member("enterprise");
                    valid(&place, Issuer::enterprise(place.string(slug)?))
                }
            }
        }
        "ghes" => {
            place.known(members, &["kind", "host"])?;
            let (place, host) = place.required(members, "host")?;
            valid(&place, Issuer::ghes(place.string(host)?))
        }
        "ghe.com" => {
            place.known(members, &["kind", "subdomain", "enterprise"])?;
            let own_path = place.flag(members, "enterprise")?;
            let (place, subdomain) = place.required(members, "subdomain")?;
            let subdomain = place.string(subdomain)?;
            valid(&place, if own_path { Issuer::ghe_enterprise(subdomain) } else { Issuer::ghe(subdomain) })
        }
        "loopback" => {
            place.known(members, &["kind", "port"])?;
            match place.required(members, "port")? {
                (_, Value::Number(Number::Unsigned(port @ 1..=65_535))) => {
                    Ok(Issuer::loopback(u16::try_from(*port).unwrap_or_default()))
                }
                (place, _) => Err(place.value("a port must be a number from 1 to 65535")),
            }
        }
        other => Err(kind_place
            .value(&format!(
                "unknown issuer kind {}, expected `github`, `ghes`, `ghe.com` or `loopback`",
                Quoted(other)
            ))
            .suggesting(suggest::did_you_mean(other, KINDS))),
    }
}

const UNSCOPED: &str = "the rule admits jobs of every owner: add a `repository_id`, `repository`, \
    `repository_owner_id`, `repository_owner`, `enterprise_id`, `enterprise`, `workflow_ref` or `sub` without a \
    wildcard in the owner's place, or say `\"unscoped\": true` in the role";

/// What can be said of a role when the issuers are known.
fn role(
    place: &Place<'_>,
    draft: Draft,
    issuers: &Map<Issuer>,
    audiences: &Arc<[String]>,
) -> Result<Role, PolicyError> {
    let trusted = trusted(&place.member("issuer"), &draft.issuers, issuers)?;
    if let Some(audience) = draft.audiences.iter().flatten().find(|audience| !audiences.contains(audience)) {
        let message =
            format!("{} is not an audience of the policy, which a role can only narrow", Quoted(audience));
        let suggestion = suggest::did_you_mean(audience, audiences.iter().map(String::as_str));
        return Err(place.member("audience").value(&message).suggesting(suggestion));
    }
    let is_scoped = |rule| trusted.iter().all(|issuer| scope::is_scoped(rule, issuer));
    if !draft.is_unscoped
        && let Some(index) = draft.allow.conditions.iter().position(|rule| !is_scoped(rule))
    {
        let place = place.member("allow");
        return Err(place.item(index).error(Code::PolicyUnscoped, UNSCOPED.to_string()));
    }
    let condition = Condition::role(draft.deny, draft.allow);
    let mut other_claims: Vec<Arc<ClaimName>> = Vec::new();
    condition.each_claim(&mut |condition| {
        if let ClaimName::Other(_) = *condition.claim
            && !other_claims.contains(&condition.claim)
        {
            other_claims.push(Arc::clone(&condition.claim));
        }
    });
    Ok(Role {
        description: draft.description,
        issuers: draft.issuers.into(),
        audiences: draft.audiences.map_or_else(|| Arc::clone(audiences), Arc::from),
        condition: Arc::new(condition),
        other_claims: other_claims.into(),
        grant: draft.grant,
    })
}

/// The issuers of these names. Names and ids of accounts and repositories are unique only within one instance of
/// GitHub, so a role is for jobs of one.
fn trusted<'i>(
    place: &Place<'_>,
    names: &[Arc<str>],
    issuers: &'i Map<Issuer>,
) -> Result<Vec<&'i Issuer>, PolicyError> {
    let mut trusted: Vec<&Issuer> = Vec::new();
    for name in names {
        let Some(issuer) = issuers.get(name) else {
            return Err(place
                .value(&format!("the policy has no issuer {}", Quoted(name)))
                .suggesting(suggest::did_you_mean(name, issuers.iter().map(|(name, _)| name))));
        };
        if trusted.contains(&issuer) {
            return Err(place.value(&format!("the issuer {} is named twice", Quoted(name))));
        }
        if let Some(first) = trusted.first()
            && !issuer.is_of_same_instance(first)
        {
            return Err(place.value(&format!(
                "the issuers `{first}` and `{issuer}` are of different GitHub instances, where the same name or id \
                 may be another repository: write a role for each"
            )));
        }
        trusted.push(issuer);
    }
    Ok(trusted)
}
