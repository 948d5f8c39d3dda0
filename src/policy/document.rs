//! The native policy: JSON read into issuers, roles and conditions, or one clear error.

use super::{
    Glob, Grant, Policy, Role,
    condition::{ClaimCondition, Condition, Effect, Pattern, Rule},
    place::{Place, PolicyError},
    scope,
};
use crate::{
    claims::{Claim, ClaimName, Issuer, IssuerError, REPO_PROPERTY},
    error::{Code, Quoted},
    json::{self, Number, Object, Value},
    limits,
    map::Map,
    suggest,
};
use alloc::{boxed::Box, format, string::ToString, sync::Arc, vec::Vec};

pub(super) fn parse(json: &[u8]) -> Result<Policy, PolicyError> {
    let root = Place::Root;
    let document = json::parse_object(json, limits::POLICY_DEPTH)
        .map_err(|error| root.error(Code::PolicyJson, format!("the policy is {error}")).at(error.offset))?;
    root.known(&document, &["$schema", "version", "audience", "issuers", "roles"])?;
    if let Some(schema) = document.get("$schema") {
        root.member("$schema").string(schema)?;
    }
    match root.required(&document, "version")? {
        (_, Value::Number(Number::Unsigned(1))) => {}
        (place, _) => return Err(place.value("the version must be the number 1")),
    }
    let (place, audience) = root.required(&document, "audience")?;
    let audiences = place.strings(audience)?;

    let (place, members) = root.required(&document, "issuers")?;
    let mut issuers = Map::new();
    for (name, value) in place.object(members)?.iter() {
        let place = place.member(name);
        let issuer = issuer(&place, place.object(value)?)?;
        if let Some((other, _)) = issuers.iter().find(|(_, known)| **known == issuer) {
            return Err(place.value(&format!("this is the same issuer as {}, name it once", Quoted(other))));
        }
        issuers.insert(name.to_string(), issuer);
    }

    let (place, members) = root.required(&document, "roles")?;
    let mut roles = Map::new();
    for (name, value) in place.object(members)?.iter() {
        let place = place.member(name);
        roles.insert(name.to_string(), role(&place, place.object(value)?, &issuers)?);
    }
    Ok(Policy { audiences, issuers, roles })
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
                "{} is no kind of issuer, the kinds are `github`, `ghes`, `ghe.com` and `loopback`",
                Quoted(other)
            ))
            .suggesting(suggest::did_you_mean(other, KINDS))),
    }
}

const UNSCOPED: &str = "the rule admits jobs of every owner: add a `repository_id`, `repository`, \
    `repository_owner_id`, `repository_owner`, `enterprise_id`, `enterprise`, `workflow_ref` or `sub` without a \
    wildcard in the owner's place, or say `\"unscoped\": true` in the role";

fn role(place: &Place<'_>, members: &Object, issuers: &Map<Issuer>) -> Result<Role, PolicyError> {
    place.known(members, &["issuer", "allow", "deny", "grant", "unscoped"])?;
    let (issuer_place, issuer) = place.required(members, "issuer")?;
    let issuer = issuer_place.string(issuer)?;
    let Some(trusted) = issuers.get(issuer) else {
        return Err(issuer_place
            .value(&format!("the policy has no issuer {}", Quoted(issuer)))
            .suggesting(suggest::did_you_mean(issuer, issuers.iter().map(|(name, _)| name))));
    };
    let (allow_place, allow) = place.required(members, "allow")?;
    let allow = rules(&allow_place, allow, Effect::Allow)?;
    if !place.flag(members, "unscoped")?
        && let Some(index) = allow.iter().position(|rule| !scope::is_scoped(rule, trusted))
    {
        return Err(allow_place.item(index).error(Code::PolicyUnscoped, UNSCOPED.to_string()));
    }
    let deny = match members.get("deny") {
        Some(deny) => rules(&place.member("deny"), deny, Effect::Deny)?,
        None => Vec::new(),
    };
    let grant = members.get("grant").map(|value| grant(&place.member("grant"), value)).transpose()?;
    let condition =
        Condition::All([Condition::Not(Box::new(Condition::Any(deny))), Condition::Any(allow)].into());
    Ok(Role { issuer: issuer.to_string(), condition: Arc::new(condition), grant })
}

fn rules(place: &Place<'_>, value: &Value, effect: Effect) -> Result<Vec<Condition>, PolicyError> {
    let mut rules = Vec::new();
    for (index, value) in place.array(value)?.iter().enumerate() {
        let place = place.item(index);
        let mut conditions = Vec::new();
        for (name, value) in place.object(value)?.iter() {
            conditions.push(claim(&place, name, value)?);
        }
        if conditions.is_empty() {
            return Err(place.value("a rule must have at least one condition"));
        }
        let condition = Box::new(Condition::All(conditions));
        rules.push(Condition::Rule(Rule { effect, index, condition }));
    }
    Ok(rules)
}

fn claim(rule: &Place<'_>, name: &str, value: &Value) -> Result<Condition, PolicyError> {
    let place = rule.member(name);
    let Some(claim) = ClaimName::from_name(name) else {
        return Err(match name {
            "iss" => place.unknown("a rule cannot have `iss`, the role's `issuer` says it", None),
            "aud" => place.unknown("a rule cannot have `aud`, the policy's `audience` says it", None),
            _ => {
                let known = Claim::ALL.iter().map(|claim| claim.name()).chain(["sub"]);
                let message = format!(
                    "{} is no claim of github's tokens, custom properties are `{REPO_PROPERTY}<name>`",
                    Quoted(name)
                );
                place.unknown(&message, suggest::did_you_mean(name, known))
            }
        });
    };
    let mut patterns = Vec::new();
    match value {
        Value::Array(_) => {
            for (index, item) in place.array(value)?.iter().enumerate() {
                pattern(&place.item(index), item, &mut patterns)?;
            }
        }
        value => pattern(&place, value, &mut patterns)?,
    }
    Ok(Condition::Claim(ClaimCondition { claim, patterns }))
}

fn pattern(place: &Place<'_>, value: &Value, patterns: &mut Vec<Pattern>) -> Result<(), PolicyError> {
    match value {
        Value::String(text) if text.contains('*') => {
            let mut glob = "{ \"glob\": ".to_string();
            json::write_string(text, &mut glob);
            glob.push_str(" }");
            Err(place
                .value(&format!(
                    "a string is compared literally, and {} has a wildcard: write it as a glob",
                    Quoted(text)
                ))
                .suggesting(Some(&glob)))
        }
        Value::String(text) => {
            patterns.push(Pattern::Exact(text.clone()));
            Ok(())
        }
        Value::Object(members) => {
            place.known(members, &["glob"])?;
            let (place, source) = place.required(members, "glob")?;
            for source in place.strings(source)? {
                let glob = Glob::parse(&source).ok_or_else(|| {
                    place.value(
                        "a glob has `*` within a segment and `**` across segments, no more stars in a row",
                    )
                })?;
                patterns.push(Pattern::Glob(glob));
            }
            Ok(())
        }
        Value::Number(Number::Unsigned(number)) => Err(place
            .value("github's claims are strings, ids included: put the number in quotation marks")
            .suggesting(Some(&format!("\"{number}\"")))),
        Value::Bool(flag) => Err(place
            .value("github's claims are strings, booleans included: put the value in quotation marks")
            .suggesting(Some(&format!("\"{flag}\"")))),
        other => Err(place.value(&format!(
            "a condition must be a string, a list of strings, or {{ \"glob\": … }}, not {}",
            other.kind()
        ))),
    }
}

fn grant(place: &Place<'_>, value: &Value) -> Result<Grant, PolicyError> {
    let members = place.object(value)?;
    place.known(members, &["audience", "scope", "ttl"])?;
    let (audience_place, audience) = place.required(members, "audience")?;
    let audience = audience_place.string(audience)?.to_string();
    let mut scope = Vec::new();
    if let Some(value) = members.get("scope") {
        let place = place.member("scope");
        for (index, item) in place.array(value)?.iter().enumerate() {
            let place = place.item(index);
            let token = place.string(item)?;
            // RFC 6749, section 3.3.
            if !token.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
                return Err(place.value("a scope is made of printable ascii without space, `\"` and `\\`"));
            }
            scope.push(token.to_string());
        }
    }
    let ttl = match members.get("ttl") {
        None => limits::DEFAULT_GRANT_SECONDS,
        Some(Value::Number(Number::Unsigned(seconds))) if limits::GRANT_SECONDS.contains(seconds) => *seconds,
        Some(_) => {
            let (least, most) = (limits::GRANT_SECONDS.start(), limits::GRANT_SECONDS.end());
            return Err(place
                .member("ttl")
                .value(&format!("the ttl must be {least} to {most} seconds, as a number")));
        }
    };
    Ok(Grant { audience, scope, ttl })
}
