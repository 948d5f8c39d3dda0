//! Who a statement is about: the OIDC provider of the token's issuer, or others.

use super::{Reader, variables};
use crate::{
    document::{Hole, Item, Node, Piece, Text, Value},
    expression::{Coercion, Expr, Matcher, Pattern, Syntax, Truth},
};

const MARKER: &str = ":oidc-provider/";

pub(super) fn principal(node: &Node, reader: &mut Reader) -> Expr {
    match &node.value {
        Value::Hole(hole) => referenced(&hole.name, node, reader),
        Value::Text(text) if text.literal().as_deref() == Some("*") => any(node),
        Value::Object(members) => {
            let mut principals = Vec::new();
            for member in members {
                let kind = member.name.shown();
                for item in member.value.items() {
                    let value = match &item {
                        Item::One(node) | Item::Each { node, .. } => node,
                    };
                    principals.push(match kind.as_str() {
                        "Federated" => federated(value, reader),
                        "AWS" if value.str().as_deref() == Some("*") => any(value),
                        "AWS" | "Service" | "CanonicalUser" => Expr::fixed(
                            "Principal",
                            Truth::False,
                            format!("the caller is a federated identity, and no `{kind}` principal"),
                            value.span,
                        ),
                        _ => Expr::refused(
                            "Principal",
                            format!(
                                "IAM refuses to save the policy: unknown kind of principal {}",
                                claimgate::Quoted(&kind)
                            ),
                            member.span,
                        ),
                    });
                }
            }
            Expr::any_of(principals)
        }
        _ => Expr::refused(
            "Principal",
            "`Principal` must be an object such as `{ \"Federated\": … }`",
            node.span,
        ),
    }
}

fn any(node: &Node) -> Expr {
    Expr::undocumented("Principal", "whether `*` covers an OIDC provider is not documented", node.span)
}

fn referenced(name: &str, node: &Node, reader: &mut Reader) -> Expr {
    reader.assume(format!("`{name}` is the OIDC provider of the token's issuer"));
    Expr::fixed("Principal", Truth::True, "assumed to be the OIDC provider of the token's issuer", node.span)
}

fn federated(node: &Node, reader: &mut Reader) -> Expr {
    let Some(text) = node.text() else {
        return Expr::refused(
            "Principal",
            format!("a principal must be a string, not {}", node.kind()),
            node.span,
        );
    };
    let text = variables::with_template_holes(&text);
    if text.literal().as_deref() == Some("*") {
        return any(node);
    }
    let Some((arn, issuer)) = split(&text) else {
        let Some(Hole { name, .. }) = text.holes().next() else {
            let because = "the provider is not the OIDC provider of an issuer";
            return Expr::fixed("Principal", Truth::False, because, node.span);
        };
        return referenced(&name.clone(), node, reader);
    };
    if !could_be_arn(&arn) {
        let because =
            "the ARN is compared as a whole: expected `arn:aws:iam::<account>:oidc-provider/<issuer>`";
        return Expr::fixed("Principal", Truth::False, because, node.span);
    }
    let mut expected = Text::new("https://");
    expected.append(&issuer);
    Expr::test(
        "iss",
        "Principal.Federated",
        Matcher::Text {
            patterns: vec![Pattern::new(expected, Syntax::Exact, node.span)],
            negated: false,
            coercion: Coercion::Strings,
        },
        Truth::False,
        node.span,
    )
}

/// The text in front of the marker, and the issuer behind it.
fn split(text: &Text) -> Option<(Text, Text)> {
    let (mut arn, mut issuer) = (Text::default(), Text::default());
    let mut is_behind = false;
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) if !is_behind => match literal.split_once(MARKER) {
                Some((before, behind)) => {
                    arn.push(Piece::Literal(before.to_owned()));
                    issuer.push(Piece::Literal(behind.to_owned()));
                    is_behind = true;
                }
                None => arn.push(piece.clone()),
            },
            _ if is_behind => issuer.push(piece.clone()),
            _ => arn.push(piece.clone()),
        }
    }
    is_behind.then_some((arn, issuer))
}

/// Account and partition do not decide; there are no wildcards.
fn could_be_arn(arn: &Text) -> bool {
    let shown = arn.shown();
    if arn.holes().next().is_some() {
        return shown.starts_with("arn:") || shown.starts_with('{');
    }
    let mut parts = shown.splitn(5, ':');
    let is_partition = |partition: &str| matches!(partition, "aws" | "aws-cn" | "aws-us-gov");
    parts.next() == Some("arn")
        && parts.next().is_some_and(is_partition)
        && parts.next() == Some("iam")
        && parts.next() == Some("")
        && parts.next().is_some_and(|account| !account.is_empty() && !account.contains(['*', '?', ':']))
}
