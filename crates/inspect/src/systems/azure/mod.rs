//! Federated identity credentials of Entra ID: issuer, subject and audience are compared exactly, or by an expression over claims.

mod expression;

use super::Parsed;
use crate::{
    document::{Hole, Item, Node, Piece, Text, Value},
    expression::{Coercion, Expr, Finding, Grade, Matcher, Pattern, Syntax, Truth},
};

const GITHUB: &str = "https://token.actions.githubusercontent.com";

/// The most characters of a field.
const FIELD_CHARS: usize = 600;

pub(super) fn find(node: &Node) -> Vec<Node> {
    node.find_all(&is_credential)
}

fn is_credential(node: &Node) -> bool {
    let has = |name: &str| node.get(name).is_some();
    has("issuer")
        && (has("subject") || has("claimsMatchingExpression"))
        && (has("audiences") || has("claimsMatchingExpression") || has("name"))
}

pub(super) fn parse(policies: &[Node]) -> Parsed {
    let mut findings = Vec::new();
    let mut credentials: Vec<Expr> = Vec::new();
    for (index, node) in policies.iter().enumerate() {
        let name = node.get("name").and_then(Node::str).unwrap_or_else(|| format!("credential[{index}]"));
        let expr = Expr::All(credential(node, &mut findings));
        credentials.push(if policies.len() == 1 { expr } else { Expr::place(name, node.span, expr) });
    }
    let expr = Expr::any_of(credentials);
    Parsed { expr, findings, assumptions: Vec::new() }
}

fn credential(node: &Node, findings: &mut Vec<Finding>) -> Vec<Expr> {
    let member = |name: &str| node.get(name).filter(|value| !matches!(value.value, Value::Null));
    let mut all = vec![exact("iss", "issuer", member("issuer"), node), audiences(member("audiences"), node)];
    for name in ["issuer", "subject"] {
        let text = member(name).and_then(Node::str).unwrap_or_default();
        if text.chars().count() > FIELD_CHARS {
            all.push(Expr::refused(name, format!("a field has at most {FIELD_CHARS} characters"), node.span));
        }
    }
    match (member("subject"), member("claimsMatchingExpression")) {
        (Some(_), Some(expression)) => all.push(Expr::refused(
            "claimsMatchingExpression",
            "Azure refuses to save a credential with both `subject` and `claimsMatchingExpression`",
            expression.span,
        )),
        (None, None) => all.push(Expr::refused(
            "subject",
            "a credential needs `subject` or `claimsMatchingExpression`",
            node.span,
        )),
        (Some(subject), None) => {
            if subject.str().is_some_and(|text| text.contains(['*', '?'])) {
                findings.push(Finding {
                    code: "wildcard_is_literal",
                    grade: Grade::Note,
                    message:
                        "`*` and `?` are literal in `subject`: wildcards need a `claimsMatchingExpression`"
                            .into(),
                    span: subject.span,
                });
            }
            all.push(exact("sub", "subject", Some(subject), node));
        }
        (None, Some(expression)) => flexible(expression, member("issuer"), &mut all, findings),
    }
    all
}

fn exact(claim: &str, field: &str, value: Option<&Node>, credential: &Node) -> Expr {
    let Some(value) = value else {
        return Expr::refused(field, format!("a credential needs `{field}`"), credential.span);
    };
    let Some(text) = value.text() else {
        return Expr::refused(field, format!("`{field}` must be a string, not {}", value.kind()), value.span);
    };
    Expr::test(
        claim,
        field,
        Matcher::Text {
            patterns: vec![Pattern::new(template(&text), Syntax::Exact, value.span)],
            negated: false,
            coercion: Coercion::Strings,
        },
        Truth::False,
        value.span,
    )
}

fn audiences(value: Option<&Node>, credential: &Node) -> Expr {
    let Some(value) = value else {
        return Expr::refused("audiences", "a credential needs `audiences`, a list of one", credential.span);
    };
    let mut patterns = Vec::new();
    for item in value.items() {
        let node = match &item {
            Item::One(node) | Item::Each { node, .. } => node,
        };
        match node.text() {
            Some(text) => patterns.push(Pattern::new(template(&text), Syntax::Exact, node.span)),
            None => return Expr::refused("audiences", "an audience must be a string", node.span),
        }
    }
    let count = patterns.len();
    let test = Expr::test(
        "aud",
        "audiences",
        Matcher::Text { patterns, negated: false, coercion: Coercion::AnyOfList },
        Truth::False,
        value.span,
    );
    if count == 1 {
        return test;
    }
    let because = "exactly one audience is documented";
    Expr::All(vec![test, Expr::undocumented("audiences", because, value.span)])
}

fn flexible(node: &Node, issuer: Option<&Node>, all: &mut Vec<Expr>, findings: &mut Vec<Finding>) {
    const NAME: &str = "claimsMatchingExpression";
    let is_github = issuer.and_then(Node::str).is_none_or(|issuer| issuer == GITHUB);
    if !is_github {
        all.push(Expr::undocumented(
            NAME,
            "what expressions may say for other issuers than github.com's is not evaluated",
            node.span,
        ));
        return;
    }
    let version_is_one = match node.get("languageVersion").map(|version| &version.value) {
        Some(Value::Number(number)) => number == "1",
        Some(Value::Text(text)) => text.literal().as_deref() == Some("1"),
        Some(Value::Hole(_)) => true,
        _ => false,
    };
    if !version_is_one {
        all.push(Expr::refused("languageVersion", "`languageVersion` must be 1", node.span));
    }
    let Some((value, text)) = node.get("value").and_then(|value| Some((value, value.text()?))) else {
        all.push(Expr::refused(
            NAME,
            "an expression is an object with `value`, a string, and `languageVersion`",
            node.span,
        ));
        return;
    };
    let read = expression::read(&template(&text), value.span);
    let is_refused =
        read.all.iter().any(|expr| matches!(expr, Expr::Fixed(fixed) if fixed.truth == Truth::False));
    all.extend(read.all);
    if is_refused {
        return;
    }
    if !read.tests_subject {
        all.push(Expr::refused(
            "sub",
            "Azure refuses to save an expression that does not test `sub`",
            value.span,
        ));
    }
    if !read.tests_id {
        all.push(Expr::undocumented(
            "repository_id",
            "an expression must test `repository_id` or `repository_owner_id` since September 2026: what becomes of older ones is not documented",
            value.span,
        ));
        findings.push(Finding {
            code: "name_only",
            grade: Grade::Caution,
            message: "the expression pins names only: add `claims['repository_id'] eq '…'`".into(),
            span: value.span,
        });
    }
    if text.shown().contains("@*") {
        findings.push(Finding {
            code: "id_is_free",
            grade: Grade::Caution,
            message: "`@*` accepts any ID, so only the names decide".into(),
            span: value.span,
        });
    }
}

/// Text with an expression of a Resource Manager template, `[parameters('x')]`, as a hole.
fn template(text: &Text) -> Text {
    match text.literal() {
        Some(literal) if literal.starts_with("[[") => Text::new(literal.get(1..).unwrap_or_default()),
        Some(literal) if literal.starts_with('[') && literal.ends_with(']') => {
            let name = literal.trim_start_matches('[').trim_end_matches(']').to_owned();
            let mut text = Text::default();
            text.push(Piece::Hole(Hole::new(name)));
            text
        }
        _ => text.clone(),
    }
}
