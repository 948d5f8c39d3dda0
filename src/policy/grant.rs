//! What a role grants.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    members::{GRANT, Level},
    path::{Path, PolicyError},
};
use crate::{
    json::{Number, Value},
    limits,
};

/// What a job gets with a role: the bounds of an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Grant {
    /// For whom the access token is.
    pub audience: String,
    /// What it permits (RFC 6749, section 3.3).
    pub scope: Vec<String>,
    /// How many seconds it lives.
    pub ttl: u64,
}

pub(super) fn read(path: &Path<'_>, value: &Value) -> Result<Grant, PolicyError> {
    let members = path.object(value)?;
    path.known(Level::Grant, members, &GRANT)?;
    let (audience_path, audience) = path.required(members, "audience")?;
    let audience = audience_path.string(audience)?.to_string();
    let mut scope = Vec::new();
    if let Some(value) = members.get("scope") {
        let path = path.member("scope");
        for (index, item) in path.array(value)?.iter().enumerate() {
            let path = path.item(index);
            let token = path.string(item)?;
            // RFC 6749, section 3.3.
            if !token.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
                return Err(path.value("a scope is made of printable ascii without space, `\"` and `\\`"));
            }
            scope.push(token.to_string());
        }
    }
    let ttl = match members.get("ttl") {
        None => limits::DEFAULT_GRANT_SECONDS,
        Some(Value::Number(Number::Unsigned(seconds))) if limits::GRANT_SECONDS.contains(seconds) => *seconds,
        Some(_) => {
            let (least, most) = (limits::GRANT_SECONDS.start(), limits::GRANT_SECONDS.end());
            return Err(path
                .member("ttl")
                .value(&format!("the ttl must be {least} to {most} seconds, as a number")));
        }
    };
    Ok(Grant { audience, scope, ttl })
}
