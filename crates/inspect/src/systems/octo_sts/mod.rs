//! Trust policies of octo-sts.

mod findings;
mod identify;

use claimgate::{Quoted, did_you_mean};

pub(super) use self::identify::find;
use super::{Context, Parsed};
use crate::{
    document::{Item, Member, Node, Span, Text, Value},
    expression::{Claims, Coercion, Expr, Finding, Grade, Matcher, Pattern, Shape, Syntax, Truth},
    forms,
    re2::Re2,
};

/// The fields of a policy. Names fold case.
const FIELDS: [&str; 11] = [
    "issuer",
    "issuer_pattern",
    "subject",
    "subject_pattern",
    "audience",
    "audience_pattern",
    "claim_pattern",
    "permissions",
    "app",
    "app_pattern",
    "repositories",
];

/// The audience of the public service.
const DOMAIN: &str = "octo-sts.dev";

pub(super) fn parse(policies: &[Node], context: &Context) -> Parsed {
    let mut parsed = Parsed::new(Expr::Any(Vec::new()));
    parsed.assumptions.push(
        "the organisation has no `.github/chainguard/trusted-token-issuers.yaml` that leaves the issuer out"
            .to_owned(),
    );
    let mut parts = Vec::new();
    for node in policies {
        let mut policy = Policy { node, context, conditions: Vec::new(), findings: Vec::new() };
        policy.read(&mut parsed.assumptions);
        findings::add(&mut policy);
        parsed.findings.append(&mut policy.findings);
        parts.push(Expr::place("policy", node.span, Expr::All(policy.conditions)));
    }
    parsed.expr = Expr::any_of(parts);
    parsed
}

/// A policy while it is read.
struct Policy<'n> {
    node: &'n Node,
    context: &'n Context,
    conditions: Vec<Expr>,
    findings: Vec<Finding>,
}

impl Policy<'_> {
    fn read(&mut self, assumptions: &mut Vec<String>) {
        self.names();
        self.token();
        for (exact, pattern, claim) in
            [("issuer", "issuer_pattern", "iss"), ("subject", "subject_pattern", "sub")]
        {
            let is_set = self.either(exact, pattern, claim, Coercion::Strings);
            if !is_set {
                let because = format!("octo-sts refuses a policy that has neither `{exact}` nor `{pattern}`");
                self.refuse(exact, because, self.node.span);
            }
        }
        if !self.either("audience", "audience_pattern", "aud", Coercion::AnyOfList) {
            let assumption = format!(
                "the service is `{DOMAIN}`: without `audience` the audience must be the service's own domain"
            );
            if !assumptions.contains(&assumption) {
                assumptions.push(assumption);
            }
            self.equals("aud", "default audience", Text::new(DOMAIN), Coercion::AnyOfList, self.node.span);
        }
        self.claim_pattern();
        self.app();
        self.permissions();
        self.repositories();
    }

    /// Unknown and repeated names, with which octo-sts does not read the policy.
    fn names(&mut self) {
        let mut seen: Vec<String> = Vec::new();
        for Member { name, span, .. } in self.node.members().unwrap_or_default() {
            let name = name.shown();
            let folded = name.to_ascii_lowercase();
            if !FIELDS.contains(&folded.as_str()) {
                let meant = did_you_mean(&folded, FIELDS)
                    .map(|meant| format!(": write `{meant}`"))
                    .unwrap_or_default();
                self.refuse(
                    &Quoted(&name).to_string(),
                    format!("octo-sts refuses a policy with the unknown field {}{meant}", Quoted(&name)),
                    *span,
                );
            } else if seen.contains(&name) {
                self.refuse(
                    &name,
                    format!("octo-sts refuses a policy in which `{folded}` occurs twice"),
                    *span,
                );
            } else if seen.iter().any(|seen| seen.eq_ignore_ascii_case(&folded)) {
                let because = format!("which of the fields named `{folded}` counts is not documented");
                self.conditions.push(Expr::undocumented(&name, because, *span));
            } else {
                seen.push(name);
            }
        }
    }

    /// What octo-sts requires of every token.
    fn token(&mut self) {
        let span = self.node.span;
        self.test("iss", "valid issuer", Matcher::Shape(Shape::OctoStsIssuer), span);
        self.test("sub", "valid subject", Matcher::Shape(Shape::OctoStsSubject), span);
        self.test("aud", "valid audience", Matcher::Shape(Shape::OctoStsAudiences), span);
    }

    /// The text of a field, which folds case in its name; `None` if it is unset or empty.
    fn field(&mut self, field: &str) -> Option<(Text, Span)> {
        let node = get(self.node, field)?;
        let Some(text) = scalar(node) else {
            self.refuse(
                field,
                format!("octo-sts takes a string as `{field}`, not {}", node.kind()),
                node.span,
            );
            return None;
        };
        (!text.pieces().is_empty()).then_some((text, node.span))
    }

    /// A condition by a field with a value or one with a pattern; `false` if neither is set.
    fn either(&mut self, exact: &str, pattern: &str, claim: &str, coercion: Coercion) -> bool {
        let (value, regex) = (self.field(exact), self.field(pattern));
        if let (Some(_), Some((_, span))) = (&value, &regex) {
            self.refuse(
                pattern,
                format!("octo-sts refuses a policy that has both `{exact}` and `{pattern}`"),
                *span,
            );
        }
        if let Some((text, span)) = &regex {
            self.regex(claim, pattern, text, coercion, *span);
        }
        if let Some((text, span)) = &value {
            self.equals(claim, exact, text.clone(), coercion, *span);
        }
        value.is_some() || regex.is_some()
    }

    fn claim_pattern(&mut self) {
        let Some(node) = get(self.node, "claim_pattern") else { return };
        let Some(members) = self.object(node, "claim_pattern") else { return };
        for Member { name, span, value } in members {
            let name = name.shown();
            let Some(text) = scalar(value) else {
                let because =
                    format!("octo-sts takes a string as a pattern for a claim, not {}", value.kind());
                self.refuse(&Quoted(&name).to_string(), because, *span);
                continue;
            };
            self.regex(
                &Claims::exactly(&name),
                "claim_pattern",
                &text,
                Coercion::StringsAndBooleans,
                value.span,
            );
        }
    }

    /// Which GitHub App gives the token; no claim matters.
    fn app(&mut self) {
        let (app, pattern) = (self.field("app"), self.field("app_pattern"));
        if let (Some(_), Some((_, span))) = (&app, &pattern) {
            self.refuse(
                "app_pattern",
                "octo-sts refuses a policy that has both `app` and `app_pattern`".into(),
                *span,
            );
        }
        if let Some((text, span)) = pattern {
            let _ = self.compile("app_pattern", &text, span);
        }
    }

    fn permissions(&mut self) {
        let Some(node) = get(self.node, "permissions") else { return };
        for Member { name, span, value } in self.object(node, "permissions").unwrap_or_default() {
            if scalar(value).is_none() {
                let because = format!("octo-sts takes a string as a permission, not {}", value.kind());
                self.refuse(&Quoted(&name.shown()).to_string(), because, *span);
            }
        }
    }

    fn repositories(&mut self) {
        let Some(node) = get(self.node, "repositories") else { return };
        if !self.context.is_org {
            let because =
                "`repositories` is only for a policy in the organisation's own repository `.github`";
            self.refuse("repositories", because.to_owned(), node.span);
        }
        let is_list = match &node.value {
            Value::List(items) => items.iter().all(|item| match item {
                Item::One(node) | Item::Each { node, .. } => scalar(node).is_some(),
            }),
            Value::Null | Value::Hole(_) => true,
            // `~` has become the empty text.
            Value::Text(text) => text.pieces().is_empty(),
            _ => false,
        };
        if !is_list {
            self.refuse(
                "repositories",
                "octo-sts takes a list of names as `repositories`".to_owned(),
                node.span,
            );
        }
    }

    /// The members of an object without a name twice; nothing is an object without members.
    fn object<'m>(&mut self, node: &'m Node, field: &str) -> Option<&'m [Member]> {
        let members = match &node.value {
            Value::Object(members) => members.as_slice(),
            Value::Null => &[],
            Value::Text(text) if text.pieces().is_empty() => &[],
            _ => {
                if let Some(text) = scalar(node).filter(|text| text.holes().next().is_some()) {
                    self.needs(field, &text, node.span);
                } else {
                    let because = format!("octo-sts takes an object as `{field}`, not {}", node.kind());
                    self.refuse(field, because, node.span);
                }
                return None;
            }
        };
        let mut seen = std::collections::HashSet::new();
        for Member { name, span, .. } in members {
            let name = name.shown();
            if seen.contains(&name) {
                let because = format!("octo-sts refuses a policy in which {} occurs twice", Quoted(&name));
                self.refuse(&Quoted(&name).to_string(), because, *span);
            }
            seen.insert(name);
        }
        Some(members)
    }

    fn equals(&mut self, claim: &str, operator: &str, text: Text, coercion: Coercion, span: Span) {
        let patterns = vec![Pattern::new(text, Syntax::Exact, span)];
        self.test(claim, operator, Matcher::Text { patterns, negated: false, coercion }, span);
    }

    fn regex(&mut self, claim: &str, operator: &str, source: &Text, coercion: Coercion, span: Span) {
        let Some(regex) = self.compile(operator, source, span) else { return };
        self.test(
            claim,
            operator,
            Matcher::Regex { regex, source: source.clone(), whole: true, coercion },
            span,
        );
    }

    /// A pattern; `None` if it is invalid, so that the whole policy is refused.
    fn compile(&mut self, field: &str, source: &Text, span: Span) -> Option<Result<Re2, Truth>> {
        let Some(pattern) = source.literal() else {
            return Some(Err(Truth::needs_of(source)));
        };
        match Re2::compile(&pattern) {
            Err(Truth::Error(error)) => {
                let because = format!("octo-sts refuses the pattern {}: {error}", Quoted(&pattern));
                self.refuse(field, because, span);
                None
            }
            other => Some(other),
        }
    }

    fn test(&mut self, claim: &str, operator: &str, matcher: Matcher, span: Span) {
        self.conditions.push(Expr::test(claim, operator, matcher, Truth::False, span));
    }

    fn refuse(&mut self, subject: &str, because: String, span: Span) {
        self.conditions.push(Expr::refused(subject, because, span));
    }

    fn needs(&mut self, subject: &str, text: &Text, span: Span) {
        let truth = Truth::needs_of(text);
        self.conditions.push(Expr::fixed(
            subject,
            truth,
            format!("the document does not hold `{subject}`"),
            span,
        ));
    }

    fn finding(&mut self, code: &'static str, grade: Grade, message: impl Into<String>, span: Span) {
        self.findings.push(Finding { code, grade, message: message.into(), span });
    }
}

/// A member by its name in any case.
fn get<'n>(node: &'n Node, field: &str) -> Option<&'n Node> {
    let is_field =
        |member: &&Member| member.name.literal().is_some_and(|name| name.eq_ignore_ascii_case(field));
    node.members()?.iter().find(is_field).map(|member| &member.value)
}

/// A scalar as octo-sts reads it: text, whatever it is in JSON.
fn scalar(node: &Node) -> Option<Text> {
    match &node.value {
        Value::Null => Some(Text::default()),
        Value::Bool(flag) => Some(Text::new(flag.to_string())),
        Value::Number(number) => Some(Text::new(forms::octo_sts_scalar(number))),
        Value::Text(_) | Value::Hole(_) => node.text(),
        Value::List(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests;
