//! What expressions refer to, and how much work their evaluation may be.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use hcl_edit::{
    expr::Expression,
    structure::{Block, BlockLabel, Body},
};

use crate::document::{Hole, Item, Node, Piece, Span, Text, Value};

/// Expressions within expressions, also by way of locals.
const DEPTH: usize = 128;

/// Expressions that are evaluated, and bytes of values that are copied: locals that refer to locals can multiply.
const WORK: usize = 8 * 1024 * 1024;

/// The most characters of source text in the name of a hole.
const NAME: usize = 120;

/// The names that a text defines.
#[derive(Debug)]
pub(super) struct Scope<'t> {
    /// The text of the document.
    pub(super) text: &'t str,
    base: usize,
    locals: BTreeMap<&'t str, &'t Expression>,
    defaults: BTreeMap<&'t str, &'t Expression>,
    issuers: BTreeMap<String, &'t Expression>,
    open: RefCell<Vec<&'t str>>,
    depth: Cell<usize>,
    work: Cell<usize>,
}

/// A variable of a `for` expression or a `dynamic` block, and those around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Env<'e> {
    pub(super) outer: Option<&'e Env<'e>>,
    pub(super) name: &'e str,
    pub(super) value: &'e Node,
}

impl<'e> Env<'e> {
    pub(super) fn find(&self, name: &str) -> Option<&'e Node> {
        let mut env = *self;
        loop {
            if env.name == name {
                return Some(env.value);
            }
            env = *env.outer?;
        }
    }
}

impl<'t> Scope<'t> {
    pub(super) fn new(text: &'t str, base: usize, body: Option<&'t Body>) -> Self {
        let mut scope = Self {
            text,
            base,
            locals: BTreeMap::new(),
            defaults: BTreeMap::new(),
            issuers: BTreeMap::new(),
            open: RefCell::default(),
            depth: Cell::new(0),
            work: Cell::new(0),
        };
        for block in body.into_iter().flat_map(Body::blocks) {
            scope.define(block);
        }
        scope
    }

    fn define(&mut self, block: &'t Block) {
        let label = |index: usize| block.labels.get(index).map(BlockLabel::as_str);
        let kind = block.ident.as_str();
        match (kind, label(0), label(1)) {
            ("locals", ..) => {
                self.locals.extend(
                    block.body.attributes().map(|attribute| (attribute.key.as_str(), &attribute.value)),
                );
            }
            ("variable", Some(name), _) => {
                if let Some(default) = block.body.get_attribute("default") {
                    self.defaults.insert(name, &default.value);
                }
            }
            ("resource" | "data", Some(resource @ "aws_iam_openid_connect_provider"), Some(name)) => {
                if let Some(url) = block.body.get_attribute("url") {
                    let prefix = if kind == "data" { "data." } else { "" };
                    self.issuers.insert(format!("{prefix}{resource}.{name}"), &url.value);
                }
            }
            _ => {}
        }
    }

    /// Where an expression, a block or an attribute stands.
    pub(super) fn span(&self, of: &impl hcl_edit::Span) -> Span {
        let range = of.span().unwrap_or_default();
        Span { start: range.start.saturating_add(self.base), end: range.end.saturating_add(self.base) }
    }

    /// Where the key of an object stands, which is right before its value.
    pub(super) fn key_span(&self, key: &str, value: Span) -> Span {
        let before = self.text.get(..value.start).unwrap_or_default();
        match before.rfind(key) {
            Some(start) => Span { start, end: start.saturating_add(key.len()) },
            None => value,
        }
    }

    pub(super) fn local(&self, name: &str) -> Option<(&'t str, &'t Expression)> {
        self.locals.get_key_value(name).map(|(name, value)| (*name, *value))
    }

    /// The default of a variable, if it is a string, a number or a boolean.
    pub(super) fn default(&self, name: &str) -> Option<String> {
        let default = *self.defaults.get(name)?;
        match default {
            Expression::String(text) => Some(text.value().clone()),
            Expression::Number(number) => Some(number.value().to_string()),
            Expression::Bool(flag) => Some(flag.value().to_string()),
            _ => None,
        }
    }

    /// The URL of an `aws_iam_openid_connect_provider` of the text, by the start of a reference to it.
    pub(super) fn issuer(&self, reference: &str) -> Option<&'t Expression> {
        self.issuers.get(reference).copied()
    }

    /// Evaluates within a local, unless it is within it already.
    pub(super) fn within<T>(&self, local: &'t str, evaluate: impl FnOnce() -> T) -> Option<T> {
        if self.open.borrow().contains(&local) {
            return None;
        }
        self.open.borrow_mut().push(local);
        let result = evaluate();
        self.open.borrow_mut().pop();
        Some(result)
    }

    /// Evaluates one level deeper, unless that is too deep or too much.
    pub(super) fn deeper<T>(&self, evaluate: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= DEPTH || !self.charge(1) {
            return None;
        }
        self.depth.set(depth.saturating_add(1));
        let result = evaluate();
        self.depth.set(depth);
        Some(result)
    }

    /// Accounts for work, and answers whether it may be done.
    pub(super) fn charge(&self, work: usize) -> bool {
        let done = self.work.get().saturating_add(work);
        self.work.set(done);
        done <= WORK
    }

    /// A copy of a value, unless that is too much.
    pub(super) fn copy(&self, node: &Node) -> Option<Node> {
        self.charge(size(node)).then(|| node.clone())
    }

    /// A hole that is called by its source text.
    pub(super) fn unknown(&self, span: Span, env: Option<&Env<'_>>) -> Hole {
        let source = self.text.get(span.start..span.end).unwrap_or_default();
        let mut name = String::new();
        for word in source.split_whitespace() {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(word);
            if name.len() > NAME {
                // What is cut off must not make two holes one.
                name = format!("{}… ({})", name.chars().take(NAME).collect::<String>(), span.start);
                break;
            }
        }
        // An expression of a loop's variable has another value in each round.
        let mut env = if self.charge(source.len()) { env } else { None };
        while let Some(Env { outer, name: variable, value }) = env {
            let is_word = |word: &str| word == *variable;
            if source
                .split(|character: char| !character.is_alphanumeric() && !matches!(character, '_' | '-'))
                .any(is_word)
                && let Some(text) = value.text()
            {
                let shown: String = text.shown().chars().take(NAME).collect();
                name = format!("{name} for {variable} = {shown}");
            }
            env = *outer;
        }
        Hole::new(name)
    }
}

/// About how many bytes a value has.
pub(super) fn size(node: &Node) -> usize {
    let inner = match &node.value {
        Value::Null | Value::Bool(_) => 0,
        Value::Number(number) => number.len(),
        Value::Text(text) => text_size(text),
        Value::Hole(hole) => hole.name.len(),
        Value::List(items) => items
            .iter()
            .map(|item| match item {
                Item::One(node) => size(node),
                Item::Each { over, node } => size(node).saturating_add(over.name.len()),
            })
            .fold(0, usize::saturating_add),
        Value::Object(members) => members
            .iter()
            .map(|member| text_size(&member.name).saturating_add(size(&member.value)))
            .fold(0, usize::saturating_add),
    };
    inner.saturating_add(1)
}

pub(super) fn text_size(text: &Text) -> usize {
    text.pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(literal) | Piece::Verbatim(literal) => literal.len(),
            Piece::Hole(Hole { name, .. }) | Piece::Claim { name, .. } => name.len(),
        })
        .fold(1, usize::saturating_add)
}
