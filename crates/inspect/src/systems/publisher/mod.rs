//! What the trusted publishers of package registries have in common.

use claimgate::{Quoted, did_you_mean};

use super::Parsed;
use crate::{
    document::{Item, Node, Piece, Span, Text, Value},
    expression::{Coercion, Expr, Finding, Grade, Matcher, Pattern, Shape, Syntax, Truth},
};

/// The one issuer that the registries trust.
const ISSUER: &str = "https://token.actions.githubusercontent.com";

/// Members that a publisher may do without, and names that are near to these.
const OPTIONAL: [&str; 10] = [
    "environment",
    "owner",
    "owner_id",
    "repository",
    "repository_owner",
    "repository_owner_id",
    "repository_name",
    "workflow",
    "workflow_repository_owner",
    "workflow_repository_name",
];

/// A publisher while it is read.
pub(super) struct Publisher<'n> {
    /// The registry, for messages.
    registry: &'static str,
    node: &'n Node,
    conditions: Vec<Expr>,
    findings: Vec<Finding>,
}

/// The publishers below a document, which may be a list, or wrapped in members of these names.
pub(super) fn find(node: &Node, wrappers: &[&str], is_publisher: fn(&Node) -> bool) -> Vec<Node> {
    let mut found = Vec::new();
    collect(node, wrappers, is_publisher, 4, &mut found);
    found
}

fn collect(
    node: &Node,
    wrappers: &[&str],
    is_publisher: fn(&Node) -> bool,
    depth: usize,
    found: &mut Vec<Node>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if is_publisher(node) {
        return found.push(node.clone());
    }
    match &node.value {
        Value::List(items) => {
            for item in items {
                if let Item::One(node) = item {
                    collect(node, wrappers, is_publisher, depth, found);
                }
            }
        }
        _ => {
            for node in wrappers.iter().filter_map(|wrapper| node.get(wrapper)) {
                collect(node, wrappers, is_publisher, depth, found);
            }
        }
    }
}

/// Whether a document has a member of each of these.
pub(super) fn has_each(node: &Node, names: &[&str]) -> bool {
    names.iter().all(|name| node.get(name).is_some())
}

/// Whether a document has most of the parts of a publisher, as the answers of registries call them.
pub(super) fn is_generic(node: &Node) -> bool {
    let parts = ["repository_owner", "repository_name", "workflow_filename"];
    parts.iter().filter(|name| node.get(name).is_some()).count() > 1
}

/// Reads each publisher; any of them may accept a token.
pub(super) fn any(registry: &'static str, policies: &[Node], read: fn(&mut Publisher<'_>)) -> Parsed {
    let mut parsed = Parsed::new(Expr::Any(Vec::new()));
    let mut publishers = Vec::new();
    for node in policies {
        let mut publisher = Publisher { registry, node, conditions: Vec::new(), findings: Vec::new() };
        publisher.misspelt();
        read(&mut publisher);
        parsed.findings.append(&mut publisher.findings);
        publishers.push(Expr::place("publisher", node.span, Expr::All(publisher.conditions)));
    }
    parsed.expr = Expr::any_of(publishers);
    parsed
}

impl Publisher<'_> {
    /// Registries pass over a member that they do not know: a publisher with `enviroment` is for any.
    fn misspelt(&mut self) {
        for member in self.node.members().unwrap_or_default() {
            let Some(name) = member.name.literal().filter(|name| !OPTIONAL.contains(&name.as_str())) else {
                continue;
            };
            if let Some(meant) = did_you_mean(&name, OPTIONAL) {
                let message = format!("{} does not know {}: write `{meant}`", self.registry, Quoted(&name));
                self.findings.push(Finding {
                    code: "unknown_member",
                    grade: Grade::Dangerous,
                    message,
                    span: member.span,
                });
            }
        }
    }

    /// The first member of these names that is not empty. A number stands for its text.
    pub(super) fn text(&mut self, names: &[&str]) -> Option<(Text, Span)> {
        let node = names.iter().find_map(|name| self.node.get(name))?;
        match (&node.value, node.text()) {
            (_, Some(text)) => (!text.pieces().is_empty()).then_some((text, node.span)),
            (Value::Null, _) => None,
            (Value::Number(number), _) => Some((Text::new(number.as_str()), node.span)),
            _ => {
                let name = names.first().copied().unwrap_or_default();
                self.refuse(
                    name,
                    &format!("{} takes a string here, not {}", self.registry, node.kind()),
                    node.span,
                );
                None
            }
        }
    }

    /// The same of a member that a publisher must have.
    pub(super) fn required_text(&mut self, names: &[&str]) -> Option<(Text, Span)> {
        let found = self.text(names);
        if found.is_none() {
            let name = names.first().copied().unwrap_or_default();
            let because = format!("{} saves no publisher without {}", self.registry, Quoted(name));
            self.refuse(name, &because, self.node.span);
        }
        found
    }

    /// Where the publisher stands.
    pub(super) const fn span(&self) -> Span {
        self.node.span
    }

    /// Issuer and audience, which are one string each.
    pub(super) fn origin(&mut self, audience: &str) {
        let span = self.node.span;
        self.equals("iss", vec![Text::new(ISSUER)], span);
        self.equals("aud", vec![Text::new(audience)], span);
    }

    /// Claims that every token must have.
    pub(super) fn strings(&mut self, claims: &[&str]) {
        for claim in claims {
            self.test(claim, "required", Matcher::Shape(Shape::String), Truth::False, self.node.span);
        }
    }

    /// Events whose tokens are refused.
    pub(super) fn refused_events(&mut self, events: &[&str]) {
        let span = self.node.span;
        let patterns =
            events.iter().map(|event| Pattern::new(Text::new(*event), Syntax::Exact, span)).collect();
        let matcher = Matcher::Text { patterns, negated: true, coercion: Coercion::Strings };
        self.test("event_name", "none of", matcher, Truth::False, span);
    }

    /// The claim is any of these texts.
    pub(super) fn equals(&mut self, claim: &str, expected: Vec<Text>, span: Span) {
        self.matches(claim, "equals", Syntax::Exact, expected, span);
    }

    /// The same without regard to case.
    pub(super) fn equals_folded(&mut self, claim: &str, expected: Vec<Text>, span: Span) {
        self.matches(claim, "equals, in any case", Syntax::Folded, expected, span);
    }

    fn matches(&mut self, claim: &str, operator: &str, syntax: Syntax, expected: Vec<Text>, span: Span) {
        let patterns = expected.into_iter().map(|text| Pattern::new(text, syntax, span)).collect();
        let matcher = Matcher::Text { patterns, negated: false, coercion: Coercion::Strings };
        self.test(claim, operator, matcher, Truth::False, span);
    }

    /// The owner's ID, which registries ask GitHub for when the publisher is made.
    pub(super) fn owner_id(&mut self, found: Option<(Text, Span)>) {
        match found {
            Some((id, span)) => self.equals("repository_owner_id", vec![id], span),
            None => self.unknown_owner_id(),
        }
    }

    /// A document without the ID of the owner.
    pub(super) fn unknown_owner_id(&mut self) {
        let because = format!(
            "{} asks GitHub for the owner's ID when the publisher is made, and the document does not hold it",
            self.registry
        );
        self.test(
            "repository_owner_id",
            "equals",
            Matcher::Undocumented(because),
            Truth::False,
            self.node.span,
        );
    }

    /// The environment: of a publisher without one any, and none.
    pub(super) fn environment(&mut self, is_folded: bool) {
        match self.text(&["environment"]) {
            Some((text, span)) if is_folded => self.equals_folded("environment", vec![text], span),
            Some((text, span)) => self.equals("environment", vec![text], span),
            None => self.findings.push(Finding {
                code: "no_environment",
                grade: Grade::Note,
                message: "the publisher names no environment: every job of the workflow may publish"
                    .to_owned(),
                span: self.node.span,
            }),
        }
    }

    /// A workflow file whose name the registry never finds in a token.
    pub(super) fn yaml_file(&mut self, file: &Text, span: Span) {
        let end = file.literal_end();
        let is_open = matches!(file.pieces().last(), Some(Piece::Hole(_)));
        let is_yaml = is_open || [".yml", ".yaml"].iter().any(|extension| end.ends_with(extension));
        let has_path =
            file.pieces().iter().any(|piece| matches!(piece, Piece::Literal(text) if text.contains('/')));
        if !is_yaml || has_path {
            let because = format!(
                "{} takes the name of a file in `.github/workflows`, such as `release.yml`, not {}",
                self.registry,
                Quoted(&file.shown())
            );
            self.refuse("workflow file", &because, span);
        }
    }

    pub(super) fn test(&mut self, claim: &str, operator: &str, matcher: Matcher, absent: Truth, span: Span) {
        self.conditions.push(Expr::test(claim, operator, matcher, absent, span));
    }

    pub(super) fn refuse(&mut self, subject: &str, because: &str, span: Span) {
        self.conditions.push(Expr::refused(subject, because, span));
    }
}

/// `OWNER/REPO`.
pub(super) fn repository(owner: &Text, name: &Text) -> Text {
    let mut repository = owner.clone();
    repository.push(Piece::Literal("/".to_owned()));
    repository.append(name);
    repository
}

/// `OWNER/REPO/.github/workflows/FILE`.
pub(super) fn workflow_path(repository: &Text, file: &Text) -> Text {
    let mut path = repository.clone();
    path.push(Piece::Literal("/.github/workflows/".to_owned()));
    path.append(file);
    path
}

/// A file at the ref of the run, or at its commit.
pub(super) fn at_ref_or_sha(path: &Text) -> Vec<Text> {
    let at = |claim: &str| {
        let mut reference = path.clone();
        reference.push(Piece::Literal("@".to_owned()));
        reference.push(Piece::Claim { name: claim.to_owned(), default: None });
        reference
    };
    vec![at("ref"), at("sha")]
}

#[cfg(test)]
mod tests;
