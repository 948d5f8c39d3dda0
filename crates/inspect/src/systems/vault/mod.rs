//! Roles of Vault's JWT auth method, and of `OpenBao`'s.

mod claims;
mod fields;

use claimgate::{Quoted, did_you_mean};

use self::fields::Field;
use super::Parsed;
use crate::{
    document::{Hole, Item, Node, Span, Text, Value},
    expression::{Claims, Coercion, Expr, Finding, Grade, Matcher, Pattern, Shape, Spelling, Syntax, Truth},
};

/// The fields that tell a role from other documents.
const TELLING: [&str; 6] =
    ["user_claim", "role_type", "bound_claims", "bound_claims_type", "bound_subject", "bound_audiences"];

/// The fields that decide about a login. Vault ignores a field that it does not know.
const DECIDING: [&str; 11] = [
    "user_claim",
    "user_claim_json_pointer",
    "role_type",
    "bound_claims",
    "bound_claims_type",
    "bound_subject",
    "bound_audiences",
    "claim_mappings",
    "groups_claim",
    "token_bound_cidrs",
    "bound_cidrs",
];

/// Further fields, whose names are near to those that decide.
const OTHERS: [&str; 3] = ["role_name", "token_type", "token_policies"];

/// The names that Go's reader of JSON takes for another one in any case.
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The role itself, what `vault read -format=json` wraps it in, or a list of either.
pub(super) fn find(node: &Node) -> Vec<Node> {
    let is_role = |node: &Node| TELLING.iter().any(|name| node.get(name).is_some());
    if is_role(node) {
        return vec![node.clone()];
    }
    if let Some(data) = node.get("data").filter(|data| is_role(data)) {
        return vec![data.clone()];
    }
    let Value::List(items) = &node.value else { return Vec::new() };
    let roles = items.iter().filter_map(|item| match item {
        Item::One(node) => Some(node.get("data").unwrap_or(node)),
        Item::Each { .. } => None,
    });
    roles.filter(|role| is_role(role)).cloned().collect()
}

pub(super) fn parse(policies: &[Node]) -> Parsed {
    let mut findings = Vec::new();
    let mut assumptions = vec![
        "the auth method verifies the token's signature by the issuer's keys, and its `bound_issuer`, if it is set, is the token's `iss`"
            .to_owned(),
        "the JWT plugin is v0.20.3, v0.21.0 or newer: a role without `bound_audiences` refuses a token that has `aud`"
            .to_owned(),
    ];
    let mut roles = Vec::new();
    for node in policies {
        let mut role = Role { node, conditions: Vec::new(), findings: Vec::new() };
        role.read(&mut assumptions);
        findings.append(&mut role.findings);
        let name = ["role_name", "name"].iter().find_map(|name| node.get(name)?.str());
        let name = name.map_or_else(|| "role".to_owned(), |name| format!("role {}", Quoted(&name)));
        roles.push(Expr::place(name, node.span, Expr::All(role.conditions)));
    }
    Parsed { expr: Expr::any_of(roles), findings, assumptions }
}

/// A role while it is read.
struct Role<'n> {
    node: &'n Node,
    conditions: Vec<Expr>,
    findings: Vec<Finding>,
}

impl Role<'_> {
    fn read(&mut self, assumptions: &mut Vec<String>) {
        self.misspelt();
        self.role_type();
        self.constraints(assumptions);
        self.audience();
        self.subject();
        self.user_claim();
        claims::mappings(self);
        claims::groups(self);
        claims::bound(self);
        self.conditions.push(Expr::Spelling(Spelling { names: &REGISTERED, span: self.node.span }));
    }

    fn misspelt(&mut self) {
        for member in self.node.members().unwrap_or_default() {
            let is_other =
                |name: &String| !DECIDING.contains(&name.as_str()) && !OTHERS.contains(&name.as_str());
            let Some(name) = member.name.literal().filter(is_other) else { continue };
            if let Some(meant) = did_you_mean(&name, DECIDING) {
                self.finding(
                    "unknown_member",
                    Grade::Dangerous,
                    format!("Vault ignores {}, which it does not know: write `{meant}`", Quoted(&name)),
                    member.span,
                );
            }
        }
    }

    fn role_type(&mut self) {
        match fields::word(self.node, "role_type") {
            Field::Set(word, span) if word == "jwt" => {
                self.conditions.push(Expr::fixed(
                    "role_type",
                    Truth::True,
                    "the role is for tokens: `jwt`",
                    span,
                ));
            }
            Field::Set(word, span) if word == "oidc" => {
                self.refuse("role_type", "a role of the type `oidc` takes no tokens: write `jwt`", span);
            }
            Field::Set(word, span) => {
                self.refuse(
                    "role_type",
                    &format!("Vault refuses to save the type {}: write `jwt`", Quoted(&word)),
                    span,
                );
            }
            Field::Unset => {
                let span = self.node.span;
                let because = "without `role_type` the role is of the type `oidc`, which takes no tokens: set it to `jwt`";
                self.refuse("role_type", because, span);
                self.finding("default_role_type", Grade::Note, because.to_owned(), span);
            }
            Field::Hole(hole, span) => self.needs("role_type", &hole, span),
            Field::Wrong(kind, span) => self.wrong("role_type", kind, span),
        }
    }

    /// At least one bound constraint, without which Vault does not save a role.
    fn constraints(&mut self, assumptions: &mut Vec<String>) {
        let span = self.node.span;
        let is_set = |name: &str| match fields::get(self.node, name).map(|node| &node.value) {
            None => false,
            Some(Value::Text(text)) => !text.pieces().is_empty(),
            Some(Value::List(items)) => !items.is_empty(),
            Some(Value::Object(members)) => !members.is_empty(),
            Some(_) => true,
        };
        let is_addressed = is_set("token_bound_cidrs") || is_set("bound_cidrs");
        if is_addressed {
            assumptions.push(
                "the login comes from an address of `token_bound_cidrs`, of which the token says nothing"
                    .to_owned(),
            );
        }
        let is_bound = is_set("bound_claims") || is_set("bound_subject");
        if !is_bound && !is_addressed && !is_set("bound_audiences") {
            let because = "Vault refuses to save a role that has none of `bound_audiences`, `bound_subject`, `bound_claims` and `token_bound_cidrs`";
            self.refuse("bound constraints", because, span);
        } else if !is_bound {
            let message = "the role has neither `bound_claims` nor `bound_subject`: it admits the jobs of every repository that asks for the audience";
            self.finding("no_scope", Grade::Dangerous, message.to_owned(), span);
        }
    }

    fn audience(&mut self) {
        match fields::texts(self.node, "bound_audiences") {
            Field::Set(audiences, span) => {
                let patterns = audiences
                    .into_iter()
                    .map(|(text, span)| Pattern::new(text, Syntax::Exact, span))
                    .collect();
                let matcher = Matcher::Text { patterns, negated: false, coercion: Coercion::AnyOfList };
                self.test("aud", "bound_audiences", matcher, Truth::False, span);
            }
            // Of a token with an audience, a role without one does not match.
            Field::Unset => {
                self.test(
                    "aud",
                    "bound_audiences",
                    Matcher::Shape(Shape::Empty),
                    Truth::True,
                    self.node.span,
                );
            }
            Field::Hole(hole, span) => self.needs("bound_audiences", &hole, span),
            Field::Wrong(kind, span) => self.wrong("bound_audiences", kind, span),
        }
    }

    fn subject(&mut self) {
        match fields::text(self.node, "bound_subject") {
            Field::Unset => {}
            Field::Set(text, span) => {
                if text.shown().contains('*') {
                    let message = "`*` is literal in `bound_subject`, and no token has it: use `bound_claims` on `sub` with the type `glob`";
                    self.finding("literal_wildcard", Grade::Note, message.to_owned(), span);
                }
                self.equals("sub", "bound_subject", text, span);
            }
            Field::Hole(hole, span) => self.equals("sub", "bound_subject", Text::hole(hole), span),
            Field::Wrong(kind, span) => self.wrong("bound_subject", kind, span),
        }
    }

    fn user_claim(&mut self) {
        let (name, span) = match fields::word(self.node, "user_claim") {
            Field::Set(name, span) => (name, span),
            Field::Unset => {
                return self.refuse(
                    "user_claim",
                    "Vault refuses to save a role without `user_claim`",
                    self.node.span,
                );
            }
            Field::Hole(hole, span) => return self.needs("user_claim", &hole, span),
            Field::Wrong(kind, span) => return self.wrong("user_claim", kind, span),
        };
        let mut claim = name.clone();
        match fields::flag(self.node, "user_claim_json_pointer") {
            Field::Set(true, _) => {}
            Field::Hole(hole, span) if name.starts_with('/') => {
                return self.needs("user_claim_json_pointer", &hole, span);
            }
            Field::Wrong(kind, span) => return self.wrong("user_claim_json_pointer", kind, span),
            _ if name.starts_with('/') => {
                // The claim of this very name, and not what the pointer finds.
                claim = Claims::exactly(&name);
                let message =
                    "`user_claim` begins with `/`, and is a JSON pointer only with `user_claim_json_pointer`";
                self.finding("pointer_without_flag", Grade::Note, message.to_owned(), span);
            }
            _ => {}
        }
        self.test(&claim, "user_claim", Matcher::Shape(Shape::String), Truth::False, span);
    }

    fn equals(&mut self, claim: &str, operator: &str, text: Text, span: Span) {
        let patterns = vec![Pattern::new(text, Syntax::Exact, span)];
        let matcher = Matcher::Text { patterns, negated: false, coercion: Coercion::Strings };
        self.test(claim, operator, matcher, Truth::False, span);
    }

    fn test(&mut self, claim: &str, operator: &str, matcher: Matcher, absent: Truth, span: Span) {
        self.conditions.push(Expr::test(claim, operator, matcher, absent, span));
    }

    fn refuse(&mut self, subject: &str, because: &str, span: Span) {
        self.conditions.push(Expr::refused(subject, because, span));
    }

    fn wrong(&mut self, subject: &str, kind: &str, span: Span) {
        self.refuse(subject, &format!("Vault refuses to save a role whose `{subject}` is {kind}"), span);
    }

    fn needs(&mut self, subject: &str, hole: &Hole, span: Span) {
        let because = format!("the document does not hold {}", Quoted(&hole.name));
        self.conditions.push(Expr::fixed(subject, Truth::needs([hole.name.as_str()]), because, span));
    }

    fn finding(&mut self, code: &'static str, grade: Grade, message: String, span: Span) {
        self.findings.push(Finding { code, grade, message, span });
    }
}

#[cfg(test)]
mod tests;
