//! The roles of the native policy: by far most of a large one, so they are compiled as they are read.

use super::{
    Grant,
    condition::{ClaimCondition, Condition, Effect, Pattern, Patterns, Rule},
    document,
    place::{Place, PolicyError},
    texts::Texts,
};
use crate::{
    claims::{Claim, ClaimName, REPO_PROPERTY},
    error::Quoted,
    json::{self, Number, Object, Reader, Value},
    suggest,
};
use alloc::{
    borrow::Cow,
    boxed::Box,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// A role before its issuer is looked for, which may be written behind it.
pub(super) struct Draft {
    pub(super) issuer: Arc<str>,
    pub(super) is_unscoped: bool,
    pub(super) deny: Box<[Condition]>,
    pub(super) allow: Box<[Condition]>,
    pub(super) grant: Option<Arc<Grant>>,
}

/// What reading goes on with from rule to rule.
struct Compiler<'p> {
    texts: Texts,
    /// Is shown how many bytes have been read.
    progress: &'p mut dyn FnMut(usize),
}

pub(super) fn read(
    place: &Place<'_>,
    reader: &mut Reader<'_>,
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<(String, Draft)>, PolicyError> {
    let mut compiler = Compiler { texts: Texts::new(), progress };
    let mut roles = Vec::new();
    each_member(place, reader, &mut |reader, name| {
        let role = compiler.role(&place.member(&name), reader)?;
        roles.push((name.into_owned(), role));
        Ok(())
    })?;
    Ok(roles)
}

type Visit<'v, 't> = dyn FnMut(&mut Reader<'t>, Cow<'t, str>) -> Result<(), PolicyError> + 'v;

/// As [`Reader::object`], where something else may stand.
fn each_member<'t>(
    place: &Place<'_>,
    reader: &mut Reader<'t>,
    visit: &mut Visit<'_, 't>,
) -> Result<(), PolicyError> {
    if reader.token() == Some(b'{') {
        return reader.object(visit);
    }
    let value = reader.value()?;
    place.object(&value).map(|_| ())
}

impl Compiler<'_> {
    fn role(&mut self, place: &Place<'_>, reader: &mut Reader<'_>) -> Result<Draft, PolicyError> {
        let (mut allow, mut deny) = (None, None);
        let mut members = Vec::new();
        each_member(place, reader, &mut |reader, name| {
            match &*name {
                "allow" => allow = Some(self.rules(&place.member("allow"), reader, Effect::Allow)?),
                "deny" => deny = Some(self.rules(&place.member("deny"), reader, Effect::Deny)?),
                _ => {
                    place.check_known(&name, &["issuer", "allow", "deny", "grant", "unscoped"])?;
                    members.push((name.into_owned(), reader.value()?));
                }
            }
            Ok(())
        })?;
        let members = Object::from(members);
        let (issuer_place, issuer) = place.required(&members, "issuer")?;
        let issuer = self.texts.text(issuer_place.string(issuer)?);
        let allow = allow.ok_or_else(|| place.missing("allow"))?;
        let is_unscoped = place.flag(&members, "unscoped")?;
        let grant = members.get("grant");
        let grant = grant.map(|value| document::grant(&place.member("grant"), value).map(Arc::new));
        Ok(Draft { issuer, is_unscoped, deny: deny.unwrap_or_default(), allow, grant: grant.transpose()? })
    }

    fn rules(
        &mut self,
        place: &Place<'_>,
        reader: &mut Reader<'_>,
        effect: Effect,
    ) -> Result<Box<[Condition]>, PolicyError> {
        let mut rules = Vec::new();
        if reader.token() == Some(b'[') {
            reader.array(|reader| {
                let conditions = self.conditions(&place.item(rules.len()), &reader.value()?)?;
                let index = u32::try_from(rules.len()).unwrap_or(u32::MAX);
                rules.push(Condition::Rule(Rule { conditions, index, effect }));
                (self.progress)(reader.offset());
                Ok::<_, PolicyError>(())
            })?;
            // An empty list is none.
            if rules.is_empty() {
                place.array(&Value::Array(Vec::new()))?;
            }
        } else {
            place.array(&reader.value()?)?;
        }
        Ok(rules.into())
    }

    /// The conditions of a rule. It is small: read as a whole first, its reading is less code.
    fn conditions(&mut self, place: &Place<'_>, rule: &Value) -> Result<Box<[Condition]>, PolicyError> {
        let mut conditions = Vec::new();
        for (name, value) in place.object(rule)?.iter() {
            let place = place.member(name);
            let claim = ClaimName::from_name(name).ok_or_else(|| unknown_claim(&place, name))?;
            let mut patterns = Vec::new();
            if let Value::Array(_) = value {
                for (index, item) in place.array(value)?.iter().enumerate() {
                    self.pattern(&place.item(index), item, &mut patterns)?;
                }
            } else {
                self.pattern(&place, value, &mut patterns)?;
            }
            let one = if patterns.len() == 1 { patterns.pop() } else { None };
            let patterns = one.map_or_else(|| Patterns::Many(patterns.into()), Patterns::One);
            let claim = self.texts.claim(claim);
            conditions.push(Condition::Claim(ClaimCondition { claim, patterns }));
        }
        if conditions.is_empty() {
            return Err(place.value("a rule must have at least one condition"));
        }
        Ok(conditions.into())
    }

    fn pattern(
        &mut self,
        place: &Place<'_>,
        value: &Value,
        patterns: &mut Vec<Pattern>,
    ) -> Result<(), PolicyError> {
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
                patterns.push(self.texts.exact(text));
                Ok(())
            }
            Value::Object(members) => {
                place.known(members, &["glob"])?;
                let (place, source) = place.required(members, "glob")?;
                for source in place.strings(source)? {
                    patterns.push(self.texts.glob(&source).ok_or_else(|| {
                        place.value(
                            "a glob has `*` within a segment and `**` across segments, no more stars in a row",
                        )
                    })?);
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
}

fn unknown_claim(place: &Place<'_>, name: &str) -> PolicyError {
    match name {
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
    }
}
