//! The access policy of an API key role: statements, of which the last one that matches decides.

use claimgate::Quoted;

use super::super::{Context, Parsed};
use crate::{
    ReadError,
    document::{Item, Node, Piece, Span, Text, Value},
    expression::{Coercion, Expr, Finding, Grade, Matcher, Pattern, Syntax, Truth},
};

/// Statements that are read. Each that allows repeats those behind it that deny.
const STATEMENTS: usize = 64;

/// A statement, read.
struct Statement {
    is_allow: bool,
    matches: Expr,
    name: String,
    span: Span,
}

pub(super) fn is_policy(node: &Node) -> bool {
    let Some(Value::List(items)) = node.get("statements").map(|statements| &statements.value) else {
        return false;
    };
    items.iter().any(|item| match item {
        Item::One(node) => node.get("principal").is_some_and(|principal| principal.get("oidc").is_some()),
        Item::Each { .. } => false,
    })
}

pub(super) fn parse(policy: &Node, context: &Context) -> Result<Parsed, ReadError> {
    let mut findings = Vec::new();
    let mut statements = Vec::new();
    let items = policy.get("statements").map(Node::items).unwrap_or_default();
    if items.len() > STATEMENTS {
        let message = format!("the policy has {} statements, and at most {STATEMENTS} are read", items.len());
        return Err(ReadError::too_large(message));
    }
    for (index, item) in items.iter().enumerate() {
        let Item::One(node) = item else {
            return Err(ReadError::value(
                &context.text,
                policy.span,
                "a list of statements that the document does not hold",
            ));
        };
        statements.push(statement(node, index, context, &mut findings)?);
    }
    // A statement that allows decides if it matches and none behind it denies.
    let mut allowed = Vec::new();
    for (index, statement) in statements.iter().enumerate().filter(|(_, statement)| statement.is_allow) {
        let mut parts = vec![statement.matches.clone()];
        for denying in statements.iter().skip(index).filter(|denying| !denying.is_allow) {
            let place = Expr::place(denying.name.clone(), denying.span, denying.matches.clone());
            parts.push(Expr::Not(Box::new(place)));
        }
        allowed.push(Expr::place(statement.name.clone(), statement.span, Expr::All(parts)));
    }
    if allowed.is_empty() {
        allowed.push(Expr::fixed("statements", Truth::False, "no statement allows", policy.span));
    }
    let assumptions = vec!["the token is valid now, and its `jti` was not used before".to_owned()];
    Ok(Parsed { expr: Expr::Any(allowed), findings, assumptions })
}

fn statement(
    node: &Node,
    index: usize,
    context: &Context,
    findings: &mut Vec<Finding>,
) -> Result<Statement, ReadError> {
    let wrong = |span: Span, message: &str| ReadError::value(&context.text, span, message);
    let is_allow = match node.get("effect").and_then(Node::str).as_deref() {
        Some("allow") => true,
        Some("deny") => false,
        _ => return Err(wrong(node.span, "the `effect` of a statement is `allow` or `deny`")),
    };
    let Some(issuer) = node.get("principal").and_then(|principal| principal.get("oidc")) else {
        return Err(wrong(node.span, "the `principal` of a statement has the issuer as `oidc`"));
    };
    let Some(text) = issuer.text() else { return Err(wrong(issuer.span, "the issuer is a string")) };
    let mut tests = vec![test("iss", "principal", equals(text, issuer.span), issuer.span)];
    for item in node.get("conditions").map(Node::items).unwrap_or_default() {
        let Item::One(condition) = item else {
            return Err(wrong(node.span, "a list of conditions that the document does not hold"));
        };
        if matches!(condition.value, Value::Null) {
            continue;
        }
        tests.push(read_condition(&condition, context, findings)?);
    }
    if tests.len() == 1 && is_allow {
        findings.push(Finding {
            code: "no_scope",
            grade: Grade::Dangerous,
            message: "the statement has no conditions: it admits the jobs of every repository".to_owned(),
            span: node.span,
        });
    }
    Ok(Statement {
        is_allow,
        matches: Expr::All(tests),
        name: format!("statements[{index}]"),
        span: node.span,
    })
}

fn read_condition(node: &Node, context: &Context, findings: &mut Vec<Finding>) -> Result<Expr, ReadError> {
    let wrong = |message: &str| ReadError::value(&context.text, node.span, message);
    let Some(claim) = node.get("claim").and_then(Node::str) else {
        return Err(wrong("a condition has the name of a claim in `claim`"));
    };
    let Some(text) = node.get("value").and_then(Node::text) else {
        return Err(wrong("a condition has a string in `value`"));
    };
    let operator = node.get("operator").and_then(Node::str).unwrap_or_default();
    let matcher = match operator.as_str() {
        "string_equals" => equals(text, node.span),
        "string_matches" => {
            findings.push(Finding {
                code: "not_anchored",
                grade: Grade::Caution,
                message: format!(
                    "the regular expression for {} matches anywhere in the claim unless it has `\\A` and `\\z`",
                    Quoted(&claim)
                ),
                span: node.span,
            });
            regex(&text, node.span)
        }
        other => {
            let message = format!(
                "the operator {} does not exist: write `string_equals` or `string_matches`",
                Quoted(other)
            );
            return Err(wrong(&message));
        }
    };
    Ok(test(&claim, &operator, matcher, node.span))
}

fn test(claim: &str, operator: &str, matcher: Matcher, span: Span) -> Expr {
    Expr::test(claim, operator, matcher, Truth::False, span)
}

fn equals(text: Text, span: Span) -> Matcher {
    text_matcher(text, Syntax::Exact, span)
}

fn text_matcher(text: Text, syntax: Syntax, span: Span) -> Matcher {
    Matcher::Text {
        patterns: vec![Pattern::new(text, syntax, span)],
        negated: false,
        coercion: Coercion::Strings,
    }
}

/// A regular expression of Ruby, which is decided if all but its anchors is literal.
fn regex(text: &Text, span: Span) -> Matcher {
    let Some(source) = text.literal() else {
        // Anything may stand in the hole, an alternation, too.
        let holes = text.holes().map(|hole| Piece::Hole(hole.clone()));
        let mut any = Text::default();
        holes.for_each(|hole| any.push(hole));
        return text_matcher(any, Syntax::Star, span);
    };
    let (from_start, rest) = match source.strip_prefix("\\A") {
        Some(rest) => (true, rest),
        None => (false, source.as_str()),
    };
    let (to_end, rest) = match rest.strip_suffix("\\z") {
        Some(rest) if !rest.ends_with('\\') => (true, rest),
        _ => (false, rest),
    };
    let Some(literal) = literal(rest) else {
        return Matcher::Undocumented(format!(
            "{} is a regular expression of Ruby, and of these only literal text is decided here",
            Quoted(&source)
        ));
    };
    let run = |is_anchored: bool| if is_anchored { "" } else { "*" };
    text_matcher(Text::new(format!("{}{literal}{}", run(from_start), run(to_end))), Syntax::Star, span)
}

/// The text that a regular expression without operators stands for.
fn literal(source: &str) -> Option<String> {
    let mut literal = String::new();
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        match character {
            // An escaped `*` would be a wildcard in the pattern.
            '\\' => literal.push(characters.next().filter(|next| {
                next.is_ascii_punctuation() && !matches!(next, '*' | '<' | '>' | '`' | '\'')
            })?),
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => return None,
            other => literal.push(other),
        }
    }
    Some(literal)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Options, Verdict, evaluate};

    #[test]
    fn the_last_statement_that_matches_decides() {
        let statement = |effect: &str, operator: &str, value: &str| {
            json!({ "effect": effect, "principal": { "oidc": "https://token.actions.githubusercontent.com" },
                "conditions": [{ "operator": operator, "claim": "repository", "value": value }] })
        };
        let claims = json!({ "iss": "https://token.actions.githubusercontent.com", "repository": "octo-org/octo-repo" });
        let all = |effect: &str| statement(effect, "string_matches", "octo-org\\/");
        let one = |effect: &str| statement(effect, "string_equals", "octo-org/octo-repo");
        let other = |effect: &str| statement(effect, "string_matches", "\\Aocto-org/octo\\z");
        let regex = |effect: &str| statement(effect, "string_matches", "octo-(org|repo)");
        for (statements, expected) in [
            (vec![all("allow")], Verdict::Allow),
            (vec![other("allow")], Verdict::Deny),
            (vec![all("allow"), one("deny")], Verdict::Deny),
            (vec![one("deny"), all("allow")], Verdict::Allow),
            (vec![all("allow"), other("deny")], Verdict::Allow),
            (vec![one("deny")], Verdict::Deny),
            (vec![regex("allow")], Verdict::Unknown),
            (vec![regex("allow"), all("deny")], Verdict::Deny),
            (vec![regex("deny"), all("allow")], Verdict::Allow),
        ] {
            let policy = json!({ "name": "push", "access_policy": { "statements": statements } }).to_string();
            let verdict =
                evaluate(&policy, claims.as_object().unwrap(), &Options::default()).unwrap().verdict;
            assert_eq!(verdict, expected, "{policy}");
        }
    }
}
