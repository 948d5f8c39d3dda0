//! The roles of the native policy: by far most of a large one, so they are compiled as they are read.

use super::{
    Grant,
    condition::{ClaimCondition, Condition, Effect, Rule, Rules},
    fit, grant,
    members::{Level, PATTERN, ROLE},
    pattern::{Pattern, Patterns, fold},
    place::{Place, PolicyError},
    texts::Texts,
};
use crate::{
    claims::{ClaimName, Form, REPO_PROPERTY},
    error::Quoted,
    json::{self, Number, Object, Reader, Value},
    limits,
};
use alloc::{
    borrow::Cow,
    boxed::Box,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// A role before its issuers are looked for, which may be written behind it.
pub(super) struct Draft {
    pub(super) description: Option<Arc<str>>,
    /// At least one.
    pub(super) issuers: Vec<Arc<str>>,
    /// Those of the policy by default.
    pub(super) audiences: Option<Vec<String>>,
    pub(super) is_unscoped: bool,
    pub(super) deny: Rules,
    pub(super) allow: Rules,
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
                    place.check_known(Level::Role, &name, &ROLE)?;
                    members.push((name.into_owned(), reader.value()?));
                }
            }
            Ok(())
        })?;
        let members = Object::from(members);
        let (issuer_place, issuers) = place.required(&members, "issuer")?;
        let issuers = issuer_place.strings(issuers)?;
        let audience_place = place.member("audience");
        let audiences = members.get("audience").map(|value| audience_place.strings(value)).transpose()?;
        let grant = members.get("grant");
        let grant = grant.map(|value| grant::read(&place.member("grant"), value).map(Arc::new));
        Ok(Draft {
            description: description(place, &members)?.map(Arc::from),
            issuers: issuers.iter().map(|issuer| self.texts.text(issuer)).collect(),
            audiences,
            allow: allow.ok_or_else(|| place.missing("allow"))?,
            is_unscoped: place.flag(&members, "unscoped")?,
            deny: deny.unwrap_or_default(),
            grant: grant.transpose()?,
        })
    }

    fn rules(
        &mut self,
        place: &Place<'_>,
        reader: &mut Reader<'_>,
        effect: Effect,
    ) -> Result<Rules, PolicyError> {
        let mut rules = Rules::default();
        if reader.token() == Some(b'[') {
            reader.array(|reader| {
                let position = rules.conditions.len();
                let (place, value) = (place.item(position), reader.value()?);
                let members = place.object(&value)?;
                let conditions = self.conditions(&place, members, effect)?;
                let index = u32::try_from(position).unwrap_or(u32::MAX);
                rules.conditions.push(Condition::Rule(Rule { conditions, index, effect }));
                let description = description(&place, members)?;
                rules.descriptions.extend(description.map(|text| (index, Box::from(text))));
                (self.progress)(reader.offset());
                Ok::<_, PolicyError>(())
            })?;
            // An empty list is none.
            if rules.conditions.is_empty() {
                place.array(&Value::Array(Vec::new()))?;
            }
        } else {
            place.array(&reader.value()?)?;
        }
        Ok(rules)
    }

    /// The conditions of a rule. It is small: read as a whole first, its reading is less code.
    fn conditions(
        &mut self,
        place: &Place<'_>,
        rule: &Object,
        effect: Effect,
    ) -> Result<Box<[Condition]>, PolicyError> {
        let mut conditions = Vec::new();
        for (name, value) in rule.iter() {
            let place = place.member(name);
            match name {
                "description" => {}
                "claims" => {
                    let members = place.object(value)?;
                    if members.iter().next().is_none() {
                        return Err(place.value("expected at least one claim"));
                    }
                    for (name, value) in members.iter() {
                        let place = place.member(name);
                        let claim = other_claim(&place, name)?;
                        if place.strings(value)?.iter().any(|text| text.contains('*')) {
                            return Err(
                                place.value("`claims` has strings that are compared literally, no wildcards")
                            );
                        }
                        conditions.push(self.condition(&place, claim, value, effect)?);
                    }
                }
                _ => {
                    let claim = ClaimName::from_name(name).ok_or_else(|| place.unknown_claim(name))?;
                    conditions.push(self.condition(&place, claim, value, effect)?);
                }
            }
        }
        if conditions.is_empty() {
            return Err(place.value("a rule must have at least one condition"));
        }
        fit::check_rule(place, &conditions)?;
        Ok(conditions.into())
    }

    fn condition(
        &mut self,
        place: &Place<'_>,
        claim: ClaimName,
        value: &Value,
        effect: Effect,
    ) -> Result<Condition, PolicyError> {
        let mut patterns = Vec::new();
        if let Value::Array(_) = value {
            for (index, item) in place.array(value)?.iter().enumerate() {
                self.pattern(&place.item(index), &claim, item, &mut patterns)?;
            }
        } else {
            self.pattern(place, &claim, value, &mut patterns)?;
        }
        // GitHub compares these names without case, so a job could choose another spelling than the one denied.
        let patterns = if effect == Effect::Deny && claim.ignores_case() {
            let compared = patterns.iter().map(|pattern| self.without_case(&claim, pattern)).collect();
            Patterns::folded(patterns, compared)
        } else {
            Patterns::new(patterns)
        };
        Ok(Condition::Claim(ClaimCondition { claim: self.texts.claim(claim), patterns }))
    }

    fn without_case(&mut self, claim: &ClaimName, pattern: &Pattern) -> Pattern {
        match (pattern, &*fold(claim, pattern.as_str())) {
            (Pattern::Exact(_), text) => self.texts.exact(text),
            // It has the same stars.
            (Pattern::Glob(glob), text) => {
                self.texts.glob(text, glob.is_workflow()).unwrap_or_else(|| pattern.clone())
            }
            (Pattern::Has(_), text) => Pattern::Has(text.into()),
        }
    }

    fn pattern(
        &mut self,
        place: &Place<'_>,
        claim: &ClaimName,
        value: &Value,
        patterns: &mut Vec<Pattern>,
    ) -> Result<(), PolicyError> {
        match value {
            Value::String(text) => {
                check_literal(place, text, "a string is compared literally")?;
                patterns.push(fit::checked(place, claim, self.texts.exact(text))?);
            }
            Value::Object(members) => {
                place.known(Level::Pattern, members, &PATTERN)?;
                match (members.get("glob"), members.get("has")) {
                    (Some(_), Some(_)) => {
                        return Err(place.value(
                            "`glob` and `has` are two conditions: write them as a list, of which one \
                            must match, or in two rules",
                        ));
                    }
                    (_, Some(elements)) => elements_of(&place.member("has"), claim, elements, patterns)?,
                    _ => self.globs(place, claim, members, patterns)?,
                }
            }
            Value::Number(Number::Unsigned(number)) => {
                return Err(place
                    .value("GitHub's claims are strings, ids included: put the number in quotation marks")
                    .suggesting(Some(&format!("\"{number}\""))));
            }
            Value::Bool(flag) => {
                return Err(place
                    .value("GitHub's claims are strings, booleans included: put the value in quotation marks")
                    .suggesting(Some(&format!("\"{flag}\""))));
            }
            other => {
                return Err(place.value(&format!(
                    "a condition must be a string, a list, `{{ \"glob\": … }}` or `{{ \"has\": … }}`, not {}",
                    other.kind()
                )));
            }
        }
        Ok(())
    }

    fn globs(
        &mut self,
        place: &Place<'_>,
        claim: &ClaimName,
        members: &Object,
        patterns: &mut Vec<Pattern>,
    ) -> Result<(), PolicyError> {
        let (place, sources) = place.required(members, "glob")?;
        for source in place.strings(sources)? {
            let glob = self.texts.glob(&source, claim.form() == Form::WorkflowRef).ok_or_else(|| {
                place
                    .value("a glob has `*` within a segment and `**` across segments, no more stars in a row")
            })?;
            patterns.push(fit::checked(&place, claim, glob)?);
        }
        Ok(())
    }
}

fn description<'m>(place: &Place<'_>, members: &'m Object) -> Result<Option<&'m str>, PolicyError> {
    let Some(value) = members.get("description") else { return Ok(None) };
    let place = place.member("description");
    let text = place.string(value)?;
    if text.len() > limits::DESCRIPTION_BYTES {
        let most = limits::DESCRIPTION_BYTES;
        return Err(place.value(&format!("a description must be at most {most} bytes long")));
    }
    Ok(Some(text))
}

/// The elements that a list must have, any of them.
fn elements_of(
    place: &Place<'_>,
    claim: &ClaimName,
    value: &Value,
    patterns: &mut Vec<Pattern>,
) -> Result<(), PolicyError> {
    let ClaimName::RepoProperty(_) = claim else {
        return Err(place.value("`has` is for custom properties, whose values may be lists joined by commas"));
    };
    for element in place.strings(value)? {
        if element.contains(',') {
            return Err(
                place.value("commas separate the elements of a list, so none has one: name them one by one")
            );
        }
        check_literal(place, &element, "the elements of `has` are compared literally")?;
        patterns.push(Pattern::Has(element.as_str().into()));
    }
    Ok(())
}

/// Refuses a wildcard where it would be compared literally.
fn check_literal(place: &Place<'_>, text: &str, what: &str) -> Result<(), PolicyError> {
    if !text.contains('*') {
        return Ok(());
    }
    let mut glob = "{ \"glob\": ".to_string();
    json::write_string(text, &mut glob);
    glob.push_str(" }");
    let message = format!("{what}, and {} has a wildcard: write it as a glob", Quoted(text));
    Err(place.value(&message).suggesting(Some(&glob)))
}

/// A claim that the table does not have.
fn other_claim(place: &Place<'_>, name: &str) -> Result<ClaimName, PolicyError> {
    const REGISTERED: [&str; 6] = ["iss", "aud", "exp", "nbf", "iat", "jti"];
    if ClaimName::from_name(name).is_some() {
        return Err(place.value(&format!("{} is a known claim: write it in the rule itself", Quoted(name))));
    }
    if REGISTERED.contains(&name) {
        return Err(place.value("a rule cannot have a registered claim: the verifier checks it"));
    }
    if name.is_empty() || name.starts_with(REPO_PROPERTY) {
        return Err(place.value("`claims` is for claims that GitHub has added since this release"));
    }
    Ok(ClaimName::Other(name.to_string()))
}
