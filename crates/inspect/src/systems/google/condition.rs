//! `attributeCondition`: `&&`, `||` and `!` become the tree, and each clause a separate test.

use super::mapping::{Mapping, problem};
use crate::{
    cel::{self, Kind, Operator, Term, Value},
    document::{Node, Span, Text},
    expression::{Computed, Expr, Finding, Grade, Matcher, Truth},
    re2::has_alternation,
};

/// The most characters of a condition.
const CHARS: usize = 4_096;

const NAME: &str = "attributeCondition";

/// Claims that a token may lack.
const OPTIONAL: [&str; 4] = ["environment", "environment_node_id", "enterprise", "enterprise_id"];

pub(super) fn read(node: &Node, mapping: &Mapping, findings: &mut Vec<Finding>) -> Expr {
    let Some(text) = node.text() else {
        return Expr::refused(NAME, format!("`{NAME}` must be a string, not {}", node.kind()), node.span);
    };
    if text.shown().chars().count() > CHARS {
        return Expr::refused(NAME, format!("a condition has at most {CHARS} characters"), node.span);
    }
    let parsed = cel::parse(&text).and_then(|mut term| {
        mapping.substitute(&mut term);
        cel::check(&term)?;
        Ok(term)
    });
    match parsed {
        Ok(term) => {
            let source = text.flat().unwrap_or_default();
            lint(&term, node.span, false, findings);
            lower(&term, &source, node.span)
        }
        // A hole outside of a string may be any part of the expression.
        Err(_) if text.holes().next().is_some() => {
            let truth = Truth::needs_of(&text);
            Expr::fixed(NAME, truth, "the document does not hold a part of the condition", node.span)
        }
        Err(found) => problem(NAME.to_owned(), &found, node.span),
    }
}

fn lower(term: &Term, source: &str, span: Span) -> Expr {
    match &term.kind {
        Kind::And(parts) => Expr::All(parts.iter().map(|part| lower(part, source, span)).collect()),
        Kind::Or(parts) => Expr::Any(parts.iter().map(|part| lower(part, source, span)).collect()),
        Kind::Not(part) => Expr::Not(Box::new(lower(part, source, span))),
        _ => Expr::test(
            term.claim().unwrap_or(NAME),
            shown(&source.get(term.range.clone()).unwrap_or_default().replace(Text::HOLE, "…")),
            Matcher::Computed(Computed::Holds(term.clone())),
            Truth::False,
            span,
        ),
    }
}

/// The source of a clause on one line.
fn shown(source: &str) -> String {
    let line = source.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// What works differently from what it looks like.
fn lint(term: &Term, span: Span, is_negated: bool, findings: &mut Vec<Finding>) {
    match &term.kind {
        Kind::Binary(operator @ (Operator::Equal | Operator::NotEqual), left, right) => {
            let is_claim =
                |part: &Term| part.claim().is_some_and(|claim| !matches!(claim, "exp" | "iat" | "nbf"));
            let is_other = |part: &Term| {
                matches!(
                    part.kind,
                    Kind::Literal(Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::Bool(_))
                )
            };
            if (is_claim(left) && is_other(right)) || (is_claim(right) && is_other(left)) {
                let is_open = (*operator == Operator::NotEqual) != is_negated;
                findings.push(Finding {
                    code: "number_against_string",
                    grade: if is_open { Grade::Dangerous } else { Grade::Note },
                    message: format!(
                        "claims of GitHub are strings, so this comparison is always {}: write the value in quotes",
                        *operator == Operator::NotEqual
                    ),
                    span,
                });
            }
            let claim = left.claim().or_else(|| right.claim()).filter(|claim| OPTIONAL.contains(claim));
            if let Some(claim) = claim
                && (*operator == Operator::NotEqual || is_negated)
            {
                findings.push(Finding {
                    code: "claim_may_be_absent",
                    grade: Grade::Note,
                    message: format!("a token may lack `{claim}`, which is an error here and denies: ask with `has(assertion.{claim})`"),
                    span,
                });
            }
        }
        Kind::Call { name, arguments, .. } if name == "matches" => {
            let pattern = arguments.last().and_then(|part| match &part.kind {
                Kind::Literal(Value::Text(text)) => Text::literal(text),
                _ => None,
            });
            if let Some(pattern) = pattern {
                let is_anchored = pattern.starts_with('^') && pattern.ends_with('$');
                let escapes = is_anchored && has_alternation(&pattern);
                if !is_anchored || escapes {
                    findings.push(Finding {
                        code: "pattern_not_anchored",
                        grade: Grade::Dangerous,
                        message: "the pattern matches parts of the value: write `^(?:…)$` around all of it"
                            .into(),
                        span,
                    });
                }
            }
        }
        _ => {}
    }
    let negates = matches!(term.kind, Kind::Not(_)) != is_negated;
    for part in term.parts() {
        lint(part, span, negates, findings);
    }
}
