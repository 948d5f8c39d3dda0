//! A statement: principal, action and all of its conditions must match.

use claimgate::Quoted;

use super::{Reader, condition, principal, unknown_and_repeated};
use crate::{
    document::{Item, Node, Span, Text, Value},
    expression::{Claims, Expr, Pattern, Syntax, Truth},
};

pub(super) struct Statement {
    /// Its `Sid`.
    pub(super) name: Option<String>,
    pub(super) is_deny: bool,
    pub(super) expr: Expr,
}

const ACTION: &str = "sts:assumerolewithwebidentity";

/// What IAM refuses to save goes to `refusals`: it is the whole policy that then does not exist.
pub(super) fn statement(node: &Node, reader: &mut Reader, refusals: &mut Vec<Expr>) -> Statement {
    if node.members().is_none() {
        refusals.push(Expr::refused(
            "Statement",
            format!("a statement must be an object, not {}", node.kind()),
            node.span,
        ));
    }
    let known = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition"];
    unknown_and_repeated(node, &known, refusals);
    let mut refuse = |because: &str| {
        refusals.push(Expr::refused(
            "Statement",
            format!("IAM refuses to save the policy: {because}"),
            node.span,
        ));
    };
    for [one, other] in [["Principal", "NotPrincipal"], ["Action", "NotAction"]] {
        match (node.get(one), node.get(other)) {
            (None, None) => refuse(&format!("a statement of a trust policy needs `{one}`")),
            (Some(_), Some(_)) => refuse(&format!("a statement has `{one}` or `{other}`, not both")),
            _ => {}
        }
    }
    let effect = node.get("Effect").and_then(Node::text);
    let is_deny = match effect.as_ref().map(|effect| (effect, effect.literal())) {
        Some((_, Some(effect))) if effect == "Allow" => false,
        Some((_, Some(effect))) if effect == "Deny" => true,
        Some((_, Some(other))) => {
            refuse(&format!("`Effect` must be `Allow` or `Deny`, not {}", Quoted(&other)));
            false
        }
        Some((effect, None)) => {
            let truth = Truth::needs_of(effect);
            refusals.push(Expr::fixed("Effect", truth, "the document does not hold the effect", node.span));
            false
        }
        None => {
            refuse("a statement needs `Effect`, a string");
            false
        }
    };
    let mut all = vec![principal(node, reader), action(node)];
    let mut tests_subject = false;
    if let Some(condition) = node.get("Condition") {
        let conditions = condition::conditions(condition, is_deny, reader, refusals);
        tests_subject = conditions.tests_subject;
        all.extend(conditions.all);
    }
    if !is_deny && !tests_subject {
        let because = "nothing in the statement tests `sub`: IAM has refused to save such policies for GitHub since June 2025, and \
                       STS was observed to refuse older ones, although the documented rules match";
        all.push(Expr::undocumented("sub", because, node.span));
    }
    Statement { name: node.get("Sid").and_then(Node::str), is_deny, expr: Expr::All(all) }
}

fn principal(node: &Node, reader: &mut Reader) -> Expr {
    match (node.get("Principal"), node.get("NotPrincipal")) {
        (Some(principal), _) => principal::principal(principal, reader),
        (None, Some(principal)) => Expr::undocumented(
            "NotPrincipal",
            "`NotPrincipal` is documented for trust policies, and reported as refused when saved",
            principal.span,
        ),
        (None, None) => Expr::fixed("Principal", Truth::False, "there is no `Principal`", node.span),
    }
}

fn action(node: &Node) -> Expr {
    let Some(action) = node.get("Action") else {
        let span = node.get("NotAction").map_or(node.span, |action| action.span);
        return Expr::undocumented(
            "NotAction",
            "what `NotAction` does in a trust policy is not documented",
            span,
        );
    };
    let truth = Truth::any(action.items().iter().map(|item| match item {
        Item::One(node) => action_matches(node),
        Item::Each { over, .. } => Truth::needs([over.name.as_str()]),
    }));
    let because = match truth {
        Truth::False => "no action is `sts:AssumeRoleWithWebIdentity`, which tokens of GitHub need",
        Truth::Unknown(_) => "whether an action is `sts:AssumeRoleWithWebIdentity` is not known",
        Truth::True | Truth::Error(_) => "`sts:AssumeRoleWithWebIdentity` is among the actions",
    };
    Expr::fixed("Action", truth, because, action.span)
}

fn action_matches(node: &Node) -> Truth {
    let text = match &node.value {
        Value::Text(text) => text.clone(),
        Value::Hole(hole) => Text::hole(hole.clone()),
        _ => return Truth::False,
    };
    if text.literal().is_some_and(|action| action.trim_matches('*').is_empty() && !action.is_empty()) {
        return Truth::unknown("a bare `*` as the action is reported as refused in trust policies");
    }
    // Prefix and name fold case.
    let mut folded = Text::default();
    for piece in text.pieces() {
        folded.push(match piece {
            crate::document::Piece::Literal(literal) => {
                crate::document::Piece::Literal(literal.to_ascii_lowercase())
            }
            other => other.clone(),
        });
    }
    Pattern::new(folded, Syntax::StarQuestion, Span::default()).matches(ACTION, &Claims::default())
}
