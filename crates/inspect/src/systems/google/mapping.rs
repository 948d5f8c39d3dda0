//! `attributeMapping`: CEL over the assertion, and the limits of what it makes.

use std::collections::BTreeMap;

use claimgate::Quoted;

use crate::{
    cel::{self, Kind, Problem, Term},
    document::{Node, Span, Value},
    expression::{Computed, Expr, Matcher, Truth},
};

/// The most bytes of `google.subject`.
const SUBJECT_BYTES: usize = 127;
/// The most bytes of all results together.
const TOTAL_BYTES: usize = 8_192;
/// The most characters of an expression.
const EXPRESSION_CHARS: usize = 2_048;
/// The most attributes of the owner's.
const ATTRIBUTES: usize = 50;

/// What is mapped, by its name: `google.subject`, `attribute.repository`.
pub(super) struct Mapping {
    terms: BTreeMap<String, Term>,
    /// Whether there may be more, which the document does not hold.
    pub(super) has_holes: Option<String>,
}

impl Mapping {
    pub(super) fn read(node: Option<&Node>, provider: &Node, all: &mut Vec<Expr>) -> Self {
        let mut mapping = Self { terms: BTreeMap::new(), has_holes: None };
        let Some(node) = node else {
            let because = "`google.subject` must be mapped";
            all.push(Expr::refused("google.subject", because, provider.span));
            return mapping;
        };
        let Some(members) = node.members() else {
            if let Value::Hole(hole) = &node.value {
                let truth = Truth::needs([hole.name.as_str()]);
                all.push(Expr::fixed(
                    "attributeMapping",
                    truth,
                    "the document does not hold the mapping",
                    node.span,
                ));
                mapping.has_holes = Some(hole.name.clone());
            } else {
                let because = format!("`attributeMapping` must be an object, not {}", node.kind());
                all.push(Expr::refused("attributeMapping", because, node.span));
            }
            return mapping;
        };
        for member in members {
            let Some(name) = member.name.literal() else {
                mapping.has_holes = member.name.holes().next().map(|hole| hole.name.clone());
                continue;
            };
            if !is_name(&name) {
                let because = format!(
                    "{} cannot be mapped: expected `google.subject`, `google.groups` or `attribute.` with 1 to 100 characters of `a-z`, `0-9` and `_`",
                    Quoted(&name)
                );
                all.push(Expr::refused(name, because, member.span));
                continue;
            }
            match expression(&member.value) {
                Ok(term) => {
                    let most = if name == "google.subject" { SUBJECT_BYTES } else { TOTAL_BYTES };
                    all.push(test(
                        &name,
                        term.claim(),
                        Computed::Text { term: term.clone(), most },
                        &member.value,
                    ));
                    mapping.terms.insert(name, term);
                }
                Err(expr) => all.push(expr(name)),
            }
        }
        if !mapping.terms.contains_key("google.subject") && mapping.has_holes.is_none() {
            let is_given =
                members.iter().any(|member| member.name.literal().as_deref() == Some("google.subject"));
            if !is_given {
                all.push(Expr::refused("google.subject", "`google.subject` must be mapped", node.span));
            }
        }
        if mapping.terms.keys().filter(|name| name.starts_with("attribute.")).count() > ATTRIBUTES {
            let because = format!("at most {ATTRIBUTES} attributes can be mapped");
            all.push(Expr::refused("attributeMapping", because, node.span));
        }
        let terms: Vec<Term> = mapping.terms.values().cloned().collect();
        if !terms.is_empty() {
            all.push(test("attributeMapping", None, Computed::Total { terms, most: TOTAL_BYTES }, node));
        }
        mapping
    }

    /// What is mapped to a name.
    pub(super) fn get(&self, name: &str) -> Option<&Term> {
        self.terms.get(name)
    }

    /// Puts what is mapped in place of `attribute.x` and `google.x`.
    pub(super) fn substitute(&self, term: &mut Term) {
        let mapped_name = match &term.kind {
            Kind::Select(part, name) => match &part.kind {
                Kind::Name(root) if matches!(root.as_str(), "attribute" | "google") => {
                    Some(format!("{root}.{name}"))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(name) = mapped_name {
            term.kind = match (self.terms.get(&name), &self.has_holes) {
                (Some(mapped), _) => Kind::Mapped(Box::new(mapped.clone())),
                (None, Some(hole)) => Kind::Hole(crate::document::Hole::new(hole.as_str())),
                (None, None) => Kind::Unmapped(name),
            };
            return;
        }
        match &mut term.kind {
            Kind::Has(part, name) => {
                let root = match &part.kind {
                    Kind::Name(root) if matches!(root.as_str(), "attribute" | "google") => root.clone(),
                    _ => return self.substitute(part),
                };
                let is_mapped = self.terms.contains_key(&format!("{root}.{name}"));
                term.kind = Kind::Literal(cel::Value::Bool(is_mapped));
            }
            Kind::Select(part, _) | Kind::Not(part) | Kind::Negative(part) | Kind::Mapped(part) => {
                self.substitute(part);
            }
            Kind::Index(one, other) | Kind::Binary(_, one, other) => {
                self.substitute(one);
                self.substitute(other);
            }
            Kind::Call { target, arguments, .. } => {
                for part in target.iter_mut().map(AsMut::as_mut).chain(arguments) {
                    self.substitute(part);
                }
            }
            Kind::List(parts) | Kind::And(parts) | Kind::Or(parts) => {
                for part in parts {
                    self.substitute(part);
                }
            }
            Kind::Map(entries) => {
                for (key, value) in entries {
                    self.substitute(key);
                    self.substitute(value);
                }
            }
            Kind::Conditional(condition, then, otherwise) => {
                for part in [condition, then, otherwise] {
                    self.substitute(part);
                }
            }
            Kind::Macro(made) => {
                self.substitute(&mut made.range);
                if let Some(filter) = &mut made.filter {
                    self.substitute(filter);
                }
                self.substitute(&mut made.body);
            }
            Kind::Literal(_) | Kind::Hole(_) | Kind::Name(_) | Kind::Unmapped(_) => {}
        }
    }
}

fn test(name: &str, claim: Option<&str>, computed: Computed, node: &Node) -> Expr {
    Expr::test(claim.unwrap_or(name), name, Matcher::Computed(computed), Truth::False, node.span)
}

fn expression(node: &Node) -> Result<Term, Box<dyn FnOnce(String) -> Expr>> {
    let span = node.span;
    let Some(text) = node.text() else {
        let kind = node.kind();
        return Err(Box::new(move |name| {
            Expr::refused(name, format!("a mapping must be a string, not {kind}"), span)
        }));
    };
    if text.shown().chars().count() > EXPRESSION_CHARS {
        let because = format!("a mapping has at most {EXPRESSION_CHARS} characters");
        return Err(Box::new(move |name| Expr::refused(name, because, span)));
    }
    let parsed = cel::parse(&text).and_then(|term| cel::check(&term).map(|()| term));
    parsed.map_err(|found| -> Box<dyn FnOnce(String) -> Expr> {
        Box::new(move |name| problem(name, &found, span))
    })
}

fn is_name(name: &str) -> bool {
    match name.strip_prefix("attribute.") {
        Some(attribute) => {
            (1..=100).contains(&attribute.len())
                && attribute
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        }
        None => matches!(name, "google.subject" | "google.groups"),
    }
}

/// What Google refuses to save, or what may be CEL there.
pub(super) fn problem(name: String, problem: &Problem, span: Span) -> Expr {
    let because = format!("{}, at character {}", problem.message, problem.at.saturating_add(1));
    if problem.is_undocumented {
        Expr::undocumented(name, because, span)
    } else {
        Expr::refused(name, format!("not CEL: {because}"), span)
    }
}
