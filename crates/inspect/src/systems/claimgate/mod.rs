//! Claimgate's own policies. The core reads and checks the policy; the tree is then made of the document, which knows where each
//! rule stands, and compares as the core does.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use ::claimgate::{
    ClaimCondition, ClaimName, Effect, Glob, Issuer, Pattern as Native, Policy, Quoted, WarningCode,
};

use super::{Context, Parsed};
use crate::{
    ReadError,
    document::{Item, Node, Span, Text, Value},
    expression::{Coercion, Expr, Finding, Grade, Matcher, Pattern, Shape, Syntax, Truth},
};

pub(super) fn find(node: &Node) -> Vec<Node> {
    let has = |name: &str| node.get(name).is_some();
    let is_policy = has("roles") && (has("version") || has("issuers"));
    if is_policy { vec![node.clone()] } else { Vec::new() }
}

pub(super) fn parse(policies: &[Node], context: &Context) -> Result<Parsed, ReadError> {
    let policy = Policy::parse(&context.text).map_err(|error| ReadError::policy(&error))?;
    let [document] = policies else { return Err(ReadError::unknown("paste one policy of Claimgate")) };
    let mut reader = Reader { context, spans: BTreeMap::new() };
    let mut roles = Vec::new();
    for member in document.get("roles").and_then(Node::members).unwrap_or_default() {
        let name = member.name.shown();
        let expr = reader.role(&policy, &name, &member.value)?;
        roles.push(Expr::place(format!("roles.{name}"), member.span, expr));
    }
    let mut parsed = Parsed::new(Expr::Any(Vec::new()));
    if roles.len() > 1 {
        parsed.assumptions.push("the job asks for a role that admits it: the policy has several".to_owned());
    }
    parsed.expr = Expr::any_of(roles);
    parsed.findings = policy
        .warnings()
        .into_iter()
        .map(|warning| Finding {
            code: warning.code.as_str(),
            grade: if warning.code == WarningCode::SubjectIdsFree { Grade::Caution } else { Grade::Note },
            span: reader.spans.get(&warning.place).copied().unwrap_or(document.span),
            message: warning.message,
        })
        .collect();
    Ok(parsed)
}

struct Reader<'c> {
    context: &'c Context,
    /// Where each condition stands, by the core's name of the place.
    spans: BTreeMap<String, Span>,
}

impl Reader<'_> {
    fn role(&mut self, policy: &Policy, name: &str, role: &Node) -> Result<Expr, ReadError> {
        let unknown = |_| self.unread(role.span);
        let issuers = policy.issuers_of(name).map_err(unknown)?;
        let issuers: Vec<&str> = issuers.map(Issuer::as_str).collect();
        let audiences: Vec<&str> =
            policy.audiences_of(name).map_err(unknown)?.iter().map(String::as_str).collect();
        let at = |member: &str| role.get(member).map_or(role.span, |node| node.span);
        let mut parts = vec![
            equals("iss", "issuer", &issuers, Coercion::Strings, at("issuer")),
            equals("aud", "audience", &audiences, Coercion::AnyOfList, at("audience")),
        ];
        let path = format!("roles.{name}");
        let mut strings = BTreeMap::new();
        let deny = self.rules(&path, role, Effect::Deny, &mut strings)?;
        let allow = self.rules(&path, role, Effect::Allow, &mut strings)?;
        parts.extend(
            strings
                .into_iter()
                .map(|(claim, span)| test(claim, "string", Matcher::Shape(Shape::String), Truth::True, span)),
        );
        if !deny.is_empty() {
            parts.push(Expr::Not(Box::new(Expr::place("deny", at("deny"), Expr::Any(deny)))));
        }
        parts.push(Expr::place("allow", at("allow"), Expr::Any(allow)));
        Ok(Expr::All(parts))
    }

    /// The rules of a role, and in `strings` the claims in them that must be strings where a token has them: a rule that denies could
    /// not be compared with anything else, nor one about a claim that GitHub's table does not have.
    fn rules(
        &mut self,
        path: &str,
        role: &Node,
        effect: Effect,
        strings: &mut BTreeMap<String, Span>,
    ) -> Result<Vec<Expr>, ReadError> {
        let Some(Value::List(items)) = role.get(effect.as_str()).map(|list| &list.value) else {
            return Ok(Vec::new());
        };
        let mut rules = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let Item::One(node) = item else { return Err(self.unread(role.span)) };
            let place = format!("{}[{index}]", effect.as_str());
            let mut conditions = Vec::new();
            for entry in node.members().unwrap_or_default() {
                let name = entry.name.shown();
                if name == "description" {
                    continue;
                }
                // Of `claims`, each member is a claim.
                let (parent, members) = match entry.value.members() {
                    Some(members) if name == "claims" => ("claims.", members),
                    _ => ("", std::slice::from_ref(entry)),
                };
                for member in members {
                    let claim = member.name.shown();
                    let span = member.span;
                    self.spans.insert(format!("{path}.{place}.{parent}{claim}"), span);
                    let known = ClaimName::from_name(&claim).filter(|_| parent.is_empty());
                    let compared = known.unwrap_or_else(|| ClaimName::Other(claim.clone()));
                    if effect == Effect::Deny || !parent.is_empty() {
                        strings.entry(claim.clone()).or_insert(span);
                    }
                    let (operator, matcher) = self.matcher(compared, &member.value, effect)?;
                    conditions.push(test(claim, operator, matcher, Truth::False, span));
                }
            }
            rules.push(Expr::place(place, node.span, Expr::All(conditions)));
        }
        Ok(rules)
    }

    fn matcher(
        &self,
        claim: ClaimName,
        value: &Node,
        effect: Effect,
    ) -> Result<(&'static str, Matcher), ReadError> {
        let mut patterns = Vec::new();
        let mut holes = BTreeSet::new();
        let mut operators = BTreeSet::new();
        for item in value.items() {
            let Item::One(node) = item else { return Err(self.unread(value.span)) };
            let (operator, texts) = match (node.get("glob"), node.get("has")) {
                (Some(globs), _) => ("glob", globs.items()),
                (None, Some(elements)) => ("has", elements.items()),
                (None, None) => ("equals", vec![Item::One(node)]),
            };
            operators.insert(operator);
            for item in texts {
                let Item::One(node) = item else { return Err(self.unread(value.span)) };
                let Some(text) = node.text() else { return Err(self.unread(node.span)) };
                let Some(literal) = text.literal() else {
                    holes.extend(text.holes().map(|hole| hole.name.clone()));
                    continue;
                };
                patterns.push(match operator {
                    "glob" => {
                        Native::Glob(Glob::for_claim(&claim, &literal).ok_or_else(|| self.unread(node.span))?)
                    }
                    "has" => Native::Has(literal.into()),
                    _ => Native::Exact(literal.into()),
                });
            }
        }
        let operator = if operators.len() == 1 { operators.pop_first() } else { None };
        let condition = ClaimCondition::new(claim, patterns, effect);
        Ok((operator.unwrap_or("any of"), Matcher::Native { condition, holes: holes.into_iter().collect() }))
    }

    /// A value that the core takes, and that inputs have changed into something else.
    fn unread(&self, span: Span) -> ReadError {
        let text = self.context.text.get(span.start..span.end).unwrap_or_default();
        ReadError::value(&self.context.text, span, format!("{} cannot stand here", Quoted(text)))
    }
}

fn equals(claim: &str, operator: &str, texts: &[&str], coercion: Coercion, span: Span) -> Expr {
    let patterns = texts.iter().map(|text| Pattern::new(Text::new(*text), Syntax::Exact, span)).collect();
    test(claim, operator, Matcher::Text { patterns, negated: false, coercion }, Truth::False, span)
}

fn test(claim: impl Into<String>, operator: &str, matcher: Matcher, absent: Truth, span: Span) -> Expr {
    Expr::test(claim, operator, matcher, absent, span)
}
