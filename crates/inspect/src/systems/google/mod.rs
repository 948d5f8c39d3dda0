//! Providers of Google Cloud's Workload Identity Federation, with the members of IAM bindings.
//!
//! In the order in which the exchange decides: issuer, audience, mapping, condition; then each binding for itself.

mod condition;
mod mapping;
mod member;

use self::mapping::Mapping;
use super::Parsed;
use crate::{
    document::{Item, Node, Piece, Text, Value},
    expression::{Coercion, Expr, Finding, Grade, Matcher, Pattern, Syntax, Truth},
};

/// The most audiences, and the most characters of one.
const AUDIENCES: (usize, usize) = (10, 256);

pub(super) fn find(node: &Node) -> Vec<Node> {
    node.find_all(&|node| is_provider(node) || is_bound_provider(node))
}

/// A provider with the members to which a resource is bound.
fn is_bound_provider(node: &Node) -> bool {
    (node.get("member").is_some() || node.get("members").is_some())
        && node.get("provider").is_some_and(is_provider)
}

fn is_provider(node: &Node) -> bool {
    ["attributeMapping", "attributeCondition"].iter().any(|name| node.get(name).is_some())
        || node
            .get("oidc")
            .is_some_and(|oidc| oidc.get("issuerUri").is_some() || oidc.get("allowedAudiences").is_some())
}

pub(super) fn parse(policies: &[Node]) -> Parsed {
    let mut parsed = Parsed::new(Expr::Any(Vec::new()));
    let mut providers: Vec<Expr> = Vec::new();
    for (index, node) in policies.iter().enumerate() {
        let expr = provider(node, &mut parsed);
        let name = node.get("name").and_then(Node::str).unwrap_or_else(|| format!("provider[{index}]"));
        providers.push(if policies.len() == 1 { expr } else { Expr::place(name, node.span, expr) });
    }
    parsed.expr = Expr::any_of(providers);
    parsed
}

fn provider(node: &Node, parsed: &mut Parsed) -> Expr {
    let given = node.get("provider").unwrap_or(node);
    let member_of = |name: &str| given.get(name).filter(|value| !matches!(value.value, Value::Null));
    let oidc = member_of("oidc");
    let mut all = vec![
        issuer(oidc.and_then(|oidc| oidc.get("issuerUri")), given),
        audience(oidc.and_then(|oidc| oidc.get("allowedAudiences")), member_of("name"), given, parsed),
    ];
    if matches!(member_of("disabled").map(|flag| &flag.value), Some(Value::Bool(true))) {
        all.push(Expr::fixed("disabled", Truth::False, "the provider is disabled", given.span));
    }
    if member_of("state").and_then(Node::str).as_deref() == Some("DELETED") {
        all.push(Expr::fixed("state", Truth::False, "the provider is deleted", given.span));
    }
    let mapping = Mapping::read(member_of("attributeMapping"), given, &mut all);
    let condition =
        member_of("attributeCondition").filter(|node| node.str().is_none_or(|text| !text.trim().is_empty()));
    match condition {
        Some(condition) => all.push(condition::read(condition, &mapping, &mut parsed.findings)),
        None => parsed.findings.push(Finding {
            code: "no_condition",
            grade: Grade::Dangerous,
            message: "without `attributeCondition` the provider accepts every token of the issuer, which is shared by all of GitHub".into(),
            span: given.span,
        }),
    }
    let members: Vec<Item> =
        ["member", "members"].into_iter().filter_map(|name| node.get(name)).flat_map(Node::items).collect();
    if !members.is_empty() {
        let pool = member_of("name").and_then(Node::str);
        let read = members.iter().map(|item| match item {
            Item::One(node) | Item::Each { node, .. } => {
                member::read(node, &mapping, pool.as_deref(), &mut parsed.findings)
            }
        });
        all.push(Expr::Any(read.collect()));
    }
    Expr::All(all)
}

fn text_test(claim: &str, operator: &str, patterns: Vec<Pattern>, coercion: Coercion, node: &Node) -> Expr {
    Expr::test(claim, operator, Matcher::Text { patterns, negated: false, coercion }, Truth::False, node.span)
}

fn issuer(node: Option<&Node>, provider: &Node) -> Expr {
    let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) else {
        let truth = Truth::needs(["issuerUri"]);
        return Expr::fixed("issuerUri", truth, "the document does not hold the issuer", provider.span);
    };
    let compared_with = |text: Text| {
        text_test(
            "iss",
            "issuerUri",
            vec![Pattern::new(text, Syntax::Exact, node.span)],
            Coercion::Strings,
            node,
        )
    };
    match text.literal().as_deref().and_then(|issuer| issuer.strip_suffix('/')) {
        Some(trimmed) => Expr::All(vec![
            compared_with(Text::new(trimmed)),
            Expr::undocumented(
                "issuerUri",
                "whether Google ignores a `/` at the end of the issuer is not documented",
                node.span,
            ),
        ]),
        None => compared_with(text),
    }
}

fn audience(allowed: Option<&Node>, name: Option<&Node>, provider: &Node, parsed: &mut Parsed) -> Expr {
    let allowed = allowed.filter(|allowed| match &allowed.value {
        Value::List(items) => !items.is_empty(),
        Value::Null => false,
        _ => true,
    });
    if let Some(allowed) = allowed {
        let mut patterns = Vec::new();
        for item in allowed.items() {
            let (Item::One(node) | Item::Each { node, .. }) = item;
            match node.text() {
                Some(text) => patterns.push(Pattern::new(text, Syntax::Exact, node.span)),
                None => return Expr::refused("allowedAudiences", "an audience must be a string", node.span),
            }
        }
        let (most, characters) = AUDIENCES;
        let is_long =
            |pattern: &Pattern| pattern.text.literal().is_some_and(|text| text.chars().count() > characters);
        if patterns.len() > most || patterns.iter().any(is_long) {
            let because = format!("Google takes at most {most} audiences of {characters} characters");
            return Expr::refused("allowedAudiences", because, allowed.span);
        }
        return text_test("aud", "allowedAudiences", patterns, Coercion::AnyOfList, allowed);
    }
    let named = name.and_then(|name| Some((name, name.text()?)));
    let (place, full_name, syntax) = if let Some((node, text)) = named {
        (node, text, Syntax::Exact)
    } else {
        let name = "projects/*/locations/global/workloadIdentityPools/*/providers/*";
        parsed.assumptions.push(
            "the audience names this provider: without `allowedAudiences` it must be the provider's full name, which the document does not hold".into(),
        );
        (provider, Text::new(name), Syntax::StarQuestion)
    };
    let patterns = ["https://iam.googleapis.com/", "//iam.googleapis.com/"].map(|prefix| {
        let mut text = Text::default();
        text.push(Piece::Literal(prefix.to_owned()));
        text.append(&full_name);
        Pattern::new(text, syntax, place.span)
    });
    text_test("aud", "audience", patterns.to_vec(), Coercion::AnyOfList, place)
}
