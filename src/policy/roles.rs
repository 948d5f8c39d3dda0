//! The roles of the native policy: by far most of a large one, so they are compiled as they are read.

use super::{
    Grant,
    condition::{ClaimCondition, Condition, Effect, Rule, Rules},
    fit, grant,
    interner::Interner,
    members::{Level, PATTERN, ROLE},
    path::{Path, PolicyError},
    pattern::{Pattern, Patterns, fold},
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

/// A role whose issuer names are not resolved yet: the document may define the issuers after the roles.
pub(super) struct UnresolvedRole {
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
    interner: Interner,
    /// Is shown how many bytes have been read.
    progress: &'p mut dyn FnMut(usize),
}

pub(super) fn read(
    path: &Path<'_>,
    reader: &mut Reader<'_>,
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<(String, UnresolvedRole)>, PolicyError> {
    let mut compiler = Compiler { interner: Interner::new(), progress };
    let mut roles = Vec::new();
    each_member(path, reader, &mut |reader, name| {
        let role = compiler.role(&path.member(&name), reader)?;
        roles.push((name.into_owned(), role));
        Ok(())
    })?;
    Ok(roles)
}

type Visit<'v, 't> = dyn FnMut(&mut Reader<'t>, Cow<'t, str>) -> Result<(), PolicyError> + 'v;

/// As [`Reader::object`], where something else may stand.
fn each_member<'t>(
    path: &Path<'_>,
    reader: &mut Reader<'t>,
    visit: &mut Visit<'_, 't>,
) -> Result<(), PolicyError> {
    if reader.token() == Some(b'{') {
        return reader.object(visit);
    }
    let value = reader.value()?;
    path.object(&value).map(|_| ())
}

impl Compiler<'_> {
    fn role(&mut self, path: &Path<'_>, reader: &mut Reader<'_>) -> Result<UnresolvedRole, PolicyError> {
        let (mut allow, mut deny) = (None, None);
        let mut members = Vec::new();
        each_member(path, reader, &mut |reader, name| {
            match &*name {
                "allow" => allow = Some(self.rules(&path.member("allow"), reader, Effect::Allow)?),
                "deny" => deny = Some(self.rules(&path.member("deny"), reader, Effect::Deny)?),
                _ => {
                    path.check_known(Level::Role, &name, &ROLE)?;
                    members.push((name.into_owned(), reader.value()?));
                }
            }
            Ok(())
        })?;
        let members = Object::from(members);
        let (issuer_path, issuers) = path.required(&members, "issuer")?;
        let issuers = issuer_path.strings(issuers)?;
        let audience_path = path.member("audience");
        let audiences = members.get("audience").map(|value| audience_path.strings(value)).transpose()?;
        let grant = members.get("grant");
        let grant = grant.map(|value| grant::read(&path.member("grant"), value).map(Arc::new));
        Ok(UnresolvedRole {
            description: description(path, &members)?.map(Arc::from),
            issuers: issuers.iter().map(|issuer| self.interner.text(issuer)).collect(),
            audiences,
            allow: allow.ok_or_else(|| path.missing("allow"))?,
            is_unscoped: path.flag(&members, "unscoped")?,
            deny: deny.unwrap_or_default(),
            grant: grant.transpose()?,
        })
    }

    fn rules(
        &mut self,
        path: &Path<'_>,
        reader: &mut Reader<'_>,
        effect: Effect,
    ) -> Result<Rules, PolicyError> {
        let mut rules = Rules::default();
        if reader.token() == Some(b'[') {
            reader.array(|reader| {
                let position = rules.conditions.len();
                let (path, value) = (path.item(position), reader.value()?);
                let members = path.object(&value)?;
                let conditions = self.conditions(&path, members, effect)?;
                let index = u32::try_from(position).unwrap_or(u32::MAX);
                rules.conditions.push(Condition::Rule(Rule { conditions, index, effect }));
                let description = description(&path, members)?;
                rules.descriptions.extend(description.map(|text| (index, Box::from(text))));
                (self.progress)(reader.offset());
                Ok::<_, PolicyError>(())
            })?;
            // An empty list is none.
            if rules.conditions.is_empty() {
                path.array(&Value::Array(Vec::new()))?;
            }
        } else {
            path.array(&reader.value()?)?;
        }
        Ok(rules)
    }

    /// The conditions of a rule. It is small: read as a whole first, its reading is less code.
    fn conditions(
        &mut self,
        path: &Path<'_>,
        rule: &Object,
        effect: Effect,
    ) -> Result<Box<[Condition]>, PolicyError> {
        let mut conditions = Vec::new();
        for (name, value) in rule.iter() {
            let path = path.member(name);
            match name {
                "description" => {}
                "claims" => {
                    let members = path.object(value)?;
                    if members.iter().next().is_none() {
                        return Err(path.value("expected at least one claim"));
                    }
                    for (name, value) in members.iter() {
                        let path = path.member(name);
                        let claim = other_claim(&path, name)?;
                        if path.strings(value)?.iter().any(|text| text.contains('*')) {
                            return Err(
                                path.value("`claims` has strings that are compared literally, no wildcards")
                            );
                        }
                        conditions.push(self.condition(&path, claim, value, effect)?);
                    }
                }
                _ => {
                    let claim = ClaimName::from_name(name).ok_or_else(|| path.unknown_claim(name))?;
                    conditions.push(self.condition(&path, claim, value, effect)?);
                }
            }
        }
        if conditions.is_empty() {
            return Err(path.value("a rule must have at least one condition"));
        }
        fit::check_rule(path, &conditions)?;
        Ok(conditions.into())
    }

    fn condition(
        &mut self,
        path: &Path<'_>,
        claim: ClaimName,
        value: &Value,
        effect: Effect,
    ) -> Result<Condition, PolicyError> {
        let mut patterns = Vec::new();
        if let Value::Array(_) = value {
            for (index, item) in path.array(value)?.iter().enumerate() {
                self.pattern(&path.item(index), &claim, item, &mut patterns)?;
            }
        } else {
            self.pattern(path, &claim, value, &mut patterns)?;
        }
        // GitHub compares these names without case, so a job could choose another spelling than the one denied.
        let patterns = if effect == Effect::Deny && claim.ignores_case() {
            let compared = patterns.iter().map(|pattern| self.without_case(&claim, pattern)).collect();
            Patterns::folded(patterns, compared)
        } else {
            Patterns::new(patterns)
        };
        Ok(Condition::Claim(ClaimCondition { claim: self.interner.claim(claim), patterns }))
    }

    fn without_case(&mut self, claim: &ClaimName, pattern: &Pattern) -> Pattern {
        match (pattern, &*fold(claim, pattern.as_str())) {
            (Pattern::Exact(_), text) => self.interner.exact(text),
            // It has the same stars.
            (Pattern::Glob(glob), text) => {
                self.interner.glob(text, glob.is_workflow()).unwrap_or_else(|| pattern.clone())
            }
            (Pattern::Has(_), text) => Pattern::Has(text.into()),
        }
    }

    fn pattern(
        &mut self,
        path: &Path<'_>,
        claim: &ClaimName,
        value: &Value,
        patterns: &mut Vec<Pattern>,
    ) -> Result<(), PolicyError> {
        match value {
            Value::String(text) => {
                check_literal(path, text, "a string is compared literally")?;
                patterns.push(fit::checked(path, claim, self.interner.exact(text))?);
            }
            Value::Object(members) => {
                path.known(Level::Pattern, members, &PATTERN)?;
                match (members.get("glob"), members.get("has")) {
                    (Some(_), Some(_)) => {
                        return Err(path.value(
                            "`glob` and `has` are two conditions: write them as a list, of which one \
                            must match, or in two rules",
                        ));
                    }
                    (_, Some(elements)) => elements_of(&path.member("has"), claim, elements, patterns)?,
                    _ => self.globs(path, claim, members, patterns)?,
                }
            }
            Value::Number(Number::Unsigned(number)) => {
                return Err(path
                    .value("GitHub's claims are strings, ids included: put the number in quotation marks")
                    .suggesting(Some(&format!("\"{number}\""))));
            }
            Value::Bool(flag) => {
                return Err(path
                    .value("GitHub's claims are strings, booleans included: put the value in quotation marks")
                    .suggesting(Some(&format!("\"{flag}\""))));
            }
            other => {
                return Err(path.value(&format!(
                    "a condition must be a string, a list, `{{ \"glob\": … }}` or `{{ \"has\": … }}`, not {}",
                    other.kind()
                )));
            }
        }
        Ok(())
    }

    fn globs(
        &mut self,
        path: &Path<'_>,
        claim: &ClaimName,
        members: &Object,
        patterns: &mut Vec<Pattern>,
    ) -> Result<(), PolicyError> {
        let (path, sources) = path.required(members, "glob")?;
        for source in path.strings(sources)? {
            let glob = self.interner.glob(&source, claim.form() == Form::WorkflowRef).ok_or_else(|| {
                path.value("a glob has `*` within a segment and `**` across segments, no more stars in a row")
            })?;
            patterns.push(fit::checked(&path, claim, glob)?);
        }
        Ok(())
    }
}

fn description<'m>(path: &Path<'_>, members: &'m Object) -> Result<Option<&'m str>, PolicyError> {
    let Some(value) = members.get("description") else { return Ok(None) };
    let path = path.member("description");
    let text = path.string(value)?;
    if text.len() > limits::DESCRIPTION_BYTES {
        let most = limits::DESCRIPTION_BYTES;
        return Err(path.value(&format!("a description must be at most {most} bytes long")));
    }
    Ok(Some(text))
}

/// The elements that a list must have, any of them.
fn elements_of(
    path: &Path<'_>,
    claim: &ClaimName,
    value: &Value,
    patterns: &mut Vec<Pattern>,
) -> Result<(), PolicyError> {
    let ClaimName::RepoProperty(_) = claim else {
        return Err(path.value("`has` is for custom properties, whose values may be lists joined by commas"));
    };
    for element in path.strings(value)? {
        if element.contains(',') {
            return Err(
                path.value("commas separate the elements of a list, so none has one: name them one by one")
            );
        }
        check_literal(path, &element, "the elements of `has` are compared literally")?;
        patterns.push(Pattern::Has(element.as_str().into()));
    }
    Ok(())
}

/// Refuses a wildcard where it would be compared literally.
fn check_literal(path: &Path<'_>, text: &str, what: &str) -> Result<(), PolicyError> {
    if !text.contains('*') {
        return Ok(());
    }
    let mut glob = "{ \"glob\": ".to_string();
    json::write_string(text, &mut glob);
    glob.push_str(" }");
    let message = format!("{what}, and {} has a wildcard: write it as a glob", Quoted(text));
    Err(path.value(&message).suggesting(Some(&glob)))
}

/// A claim that the table does not have.
fn other_claim(path: &Path<'_>, name: &str) -> Result<ClaimName, PolicyError> {
    const REGISTERED: [&str; 6] = ["iss", "aud", "exp", "nbf", "iat", "jti"];
    if ClaimName::from_name(name).is_some() {
        return Err(path.value(&format!("{} is a known claim: write it in the rule itself", Quoted(name))));
    }
    if REGISTERED.contains(&name) {
        return Err(path.value("a rule cannot have a registered claim: the verifier checks it"));
    }
    if name.is_empty() || name.starts_with(REPO_PROPERTY) {
        return Err(path.value("`claims` is for claims that GitHub has added since this release"));
    }
    Ok(ClaimName::Other(name.to_string()))
}
