//! Members of IAM bindings: `principal://…` and `principalSet://…`.

use super::mapping::Mapping;
use crate::{
    document::{Node, Piece, Text},
    expression::{Computed, Expr, Finding, Grade, Matcher, Test, Truth},
};

const NAME: &str = "member";

pub(super) fn read(
    node: &Node,
    mapping: &Mapping,
    provider: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Expr {
    let Some(text) = node.text() else {
        return Expr::refused(NAME, format!("a member must be a string, not {}", node.kind()), node.span);
    };
    let no_match = |because: &str| Expr::fixed(NAME, Truth::False, because, node.span);
    // The path is definite up to the first hole; the value behind it may have more.
    let head = match text.pieces().first() {
        Some(Piece::Literal(head)) => head.clone(),
        _ => return unknown(&text, node),
    };
    let (is_set, rest) = match (head.strip_prefix("principal://"), head.strip_prefix("principalSet://")) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return no_match("the member is not one of a workload identity pool"),
    };
    let marker = "/workloadIdentityPools/";
    let Some((before, behind)) = rest.split_once(marker) else {
        return if text.literal().is_some() {
            no_match("the member names no pool")
        } else {
            unknown_path(&text, is_set, mapping, node, findings)
        };
    };
    if !before.starts_with("iam.googleapis.com/projects/") {
        return no_match(
            "expected `//iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/…`",
        );
    }
    let Some((pool, selector)) = behind.split_once('/') else {
        return if text.literal().is_some() {
            no_match("the member selects nothing of the pool")
        } else {
            unknown_path(&text, is_set, mapping, node, findings)
        };
    };
    if let Some(provider) = provider {
        let of = format!("{}{marker}{pool}/", before.trim_start_matches("iam.googleapis.com/"));
        if !provider.starts_with(&of) {
            return no_match("the member is of another pool");
        }
    }
    select(is_set, &text.with_start(selector), mapping, node, findings)
}

fn unknown(text: &Text, node: &Node) -> Expr {
    let truth = Truth::needs_of(text);
    Expr::fixed(NAME, truth, "the document does not hold the member", node.span)
}

/// `principalSet://iam.googleapis.com/${pool.name}/attribute.repository/acme/widget`: which pool it is stays open, what it selects does not.
fn unknown_path(
    text: &Text,
    is_set: bool,
    mapping: &Mapping,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Expr {
    let mut pieces = text.pieces().iter().skip(1).skip_while(|piece| !matches!(piece, Piece::Literal(_)));
    let selector = match pieces.next() {
        Some(Piece::Literal(literal)) => ["/attribute.", "/subject/", "/group/", "/*"]
            .into_iter()
            .find_map(|start| literal.find(start).and_then(|at| literal.get(at.saturating_add(1)..))),
        _ => None,
    };
    let Some(selector) = selector else { return unknown(text, node) };
    let mut selected = Text::new(selector);
    for piece in pieces {
        selected.push(piece.clone());
    }
    select(is_set, &selected, mapping, node, findings)
}

fn select(
    is_set: bool,
    selected: &Text,
    mapping: &Mapping,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Expr {
    let first = match selected.pieces().first() {
        Some(Piece::Literal(first)) => first.clone(),
        _ => return unknown(selected, node),
    };
    if is_set && first == "*" {
        findings.push(Finding {
            code: "whole_pool",
            grade: Grade::Caution,
            message: "`*` is every identity that the pool accepts: the condition decides alone".into(),
            span: node.span,
        });
        return Expr::fixed(NAME, Truth::True, "the member is every identity of the pool", node.span);
    }
    let Some((kind, start)) = first.split_once('/') else {
        return if selected.literal().is_some() {
            Expr::fixed(NAME, Truth::False, "the member selects nothing of the pool", node.span)
        } else {
            unknown(selected, node)
        };
    };
    let text = selected.with_start(start);
    let name = match (is_set, kind) {
        (false, "subject") => "google.subject",
        (true, "group") => "google.groups",
        (true, attribute) if attribute.starts_with("attribute.") => attribute,
        _ => {
            let because = "`principal://` takes `subject/…`; `principalSet://` takes `attribute.NAME/…`, `group/…` or `*`";
            return Expr::fixed(NAME, Truth::False, because, node.span);
        }
    };
    if start.contains("/attribute.") {
        findings.push(Finding {
            code: "two_attributes",
            grade: Grade::Dangerous,
            message: "a member selects by one attribute: all behind it is the value".into(),
            span: node.span,
        });
    }
    let Some(term) = mapping.get(name).cloned() else {
        return match &mapping.has_holes {
            Some(hole) => Expr::fixed(
                name,
                Truth::needs([hole.as_str()]),
                "the document does not hold the mapping",
                node.span,
            ),
            None => Expr::fixed(
                name,
                Truth::False,
                format!("`{name}` is not mapped, so the member never matches"),
                node.span,
            ),
        };
    };
    let claim = term.claim().unwrap_or(name).to_owned();
    let computed =
        if name == "google.groups" { Computed::Has { term, text } } else { Computed::Equals { term, text } };
    Expr::Test(Test {
        claim,
        operator: NAME.to_owned(),
        matcher: Matcher::Computed(computed),
        absent: Truth::False,
        span: node.span,
    })
}
