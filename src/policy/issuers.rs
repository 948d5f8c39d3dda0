//! The issuers of a policy, and those that a role trusts.

use super::{
    members::Level,
    path::{Path, PolicyError},
};
use crate::{
    claims::{Issuer, IssuerError, IssuerKind},
    error::Quoted,
    json::{Number, Object, Value},
    suggest,
};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

pub(super) fn read(path: &Path<'_>, members: &Value) -> Result<BTreeMap<String, Issuer>, PolicyError> {
    let mut issuers = Vec::new();
    for (name, value) in path.object(members)?.iter() {
        let path = path.member(name);
        let members = path.object(value).map_err(|error| match value {
            Value::String(iss) => error.suggesting(written(iss).as_deref()),
            _ => error,
        })?;
        issuers.push((name.to_string(), issuer(&path, members)?));
    }
    if let Some((first, second)) = twice(&issuers) {
        return Err(path
            .member(second)
            .value(&format!("this is the same issuer as {}, name it once", Quoted(first))));
    }
    Ok(issuers.into_iter().collect())
}

/// An `iss` as a policy has it.
fn written(iss: &str) -> Option<String> {
    let issuer = Issuer::parse(iss.trim().trim_end_matches('/')).ok()?;
    let (host, path) = issuer.as_str().split_once("://")?.1.split_once('/').unwrap_or_default();
    let kind = issuer.kind();
    Some(match kind {
        IssuerKind::Github if path.is_empty() => "{ \"kind\": \"github\" }".into(),
        IssuerKind::Github => format!("{{ \"kind\": \"github\", \"enterprise\": \"{path}\" }}"),
        IssuerKind::Ghes => format!("{{ \"kind\": \"ghes\", \"host\": \"{host}\" }}"),
        _ => format!("{{ \"kind\": \"{}\", … }}", kind.as_str()),
    })
}

/// The names of an issuer that has two.
fn twice(issuers: &[(String, Issuer)]) -> Option<(&str, &str)> {
    let mut names = BTreeMap::new();
    issuers
        .iter()
        .find_map(|(name, issuer)| Some((names.insert(issuer.as_str(), name.as_str())?, name.as_str())))
}

fn issuer(path: &Path<'_>, members: &Object) -> Result<Issuer, PolicyError> {
    const KINDS: [&str; 4] = ["github", "ghes", "ghe.com", "loopback"];
    let (kind_path, kind) = path.required(members, "kind").map_err(|error| {
        let mut addresses =
            ["issuer", "iss", "url"].into_iter().filter_map(|name| members.get(name)?.as_str());
        error.suggesting(addresses.find_map(written).as_deref())
    })?;
    let valid = |path: &Path<'_>, issuer: Result<Issuer, IssuerError>| {
        issuer.map_err(|error| path.value(&error.to_string()))
    };
    match kind_path.string(kind)? {
        "github" => {
            path.known(Level::Issuer, members, &["kind", "enterprise"])?;
            match members.get("enterprise") {
                None => Ok(Issuer::github()),
                Some(slug) => {
                    let path = path.member("enterprise");
                    valid(&path, Issuer::enterprise(path.string(slug)?))
                }
            }
        }
        "ghes" => {
            path.known(Level::Issuer, members, &["kind", "host"])?;
            let (path, host) = path.required(members, "host")?;
            valid(&path, Issuer::ghes(path.string(host)?))
        }
        "ghe.com" => {
            path.known(Level::Issuer, members, &["kind", "subdomain", "enterprise"])?;
            let own_path = path.flag(members, "enterprise")?;
            let (path, subdomain) = path.required(members, "subdomain")?;
            let subdomain = path.string(subdomain)?;
            valid(&path, if own_path { Issuer::ghe_enterprise(subdomain) } else { Issuer::ghe(subdomain) })
        }
        "loopback" => {
            path.known(Level::Issuer, members, &["kind", "port"])?;
            match path.required(members, "port")? {
                (_, Value::Number(Number::Unsigned(port @ 1..=65_535))) => {
                    Ok(Issuer::loopback(u16::try_from(*port).unwrap_or_default()))
                }
                (path, _) => Err(path.value("a port must be a number from 1 to 65535")),
            }
        }
        other => Err(kind_path
            .value(&format!(
                "unknown issuer kind {}, expected `github`, `ghes`, `ghe.com` or `loopback`",
                Quoted(other)
            ))
            .suggesting(written(other).as_deref().or_else(|| suggest::did_you_mean(other, KINDS)))),
    }
}

/// The issuers of these names. Names and ids of accounts and repositories are unique only within one instance of
/// GitHub, so a role is for jobs of one.
pub(super) fn trusted<'i>(
    path: &Path<'_>,
    names: &[Arc<str>],
    issuers: &'i BTreeMap<String, Issuer>,
) -> Result<Vec<&'i Issuer>, PolicyError> {
    let mut trusted: Vec<&Issuer> = Vec::new();
    for name in names {
        let Some(issuer) = issuers.get(&**name) else {
            return Err(path
                .value(&format!("the policy has no issuer {}", Quoted(name)))
                .suggesting(suggest::did_you_mean(name, issuers.keys().map(String::as_str))));
        };
        if trusted.contains(&issuer) {
            return Err(path.value(&format!("the issuer {} is named twice", Quoted(name))));
        }
        if let Some(first) = trusted.first()
            && !issuer.is_of_same_instance(first)
        {
            return Err(path.value(&format!(
                "the issuers `{first}` and `{issuer}` are of different GitHub instances, where the same name or id \
                 may be another repository: write a role for each"
            )));
        }
        trusted.push(issuer);
    }
    Ok(trusted)
}
