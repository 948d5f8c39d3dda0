//! References: to locals, to variables, to attributes of resources.

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::{
    scope::{Env, Scope},
    values::{hole, scalar, text},
};
use crate::document::{Hole, Item, Node, Piece, Span, Text, Value};

/// A step from a value to one within it.
#[derive(Clone, Debug)]
enum Step {
    Name(String),
    Index(usize),
    Splat,
    /// An index that is not known, as its source text.
    Unknown(String),
}

impl Scope<'_> {
    pub(super) fn traversal(&self, traversal: &Traversal, env: Option<&Env<'_>>, span: Span) -> Option<Node> {
        let steps: Vec<Step> =
            traversal.operators.iter().map(|operator| self.step(operator.value(), env)).collect();
        let Expression::Variable(root) = &traversal.expr else {
            return self.walk(self.eval(&traversal.expr, env), &steps);
        };
        if let Some(value) = env.and_then(|env| env.find(root.as_str())) {
            return self.walk(self.copy(value)?, &steps);
        }
        match (root.as_str(), steps.as_slice()) {
            ("local", [Step::Name(name), steps @ ..]) => {
                let (name, expression) = self.local(name)?;
                self.walk(self.within(name, || self.eval(expression, None))?, steps)
            }
            ("var", [Step::Name(name)]) => {
                let hole = Hole { name: format!("var.{name}"), default: self.default(name) };
                Some(Node { span, value: Value::Hole(hole) })
            }
            (root, steps) => self.provider(root, steps, span).or_else(|| {
                let steps: String = steps.iter().map(Step::shown).collect();
                Some(hole(span, format!("{root}{steps}")))
            }),
        }
    }

    fn step(&self, operator: &TraversalOperator, env: Option<&Env<'_>>) -> Step {
        match operator {
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Step::Splat,
            TraversalOperator::GetAttr(name) => Step::Name(name.as_str().to_owned()),
            TraversalOperator::LegacyIndex(index) => Step::number(&index.value().to_string()),
            TraversalOperator::Index(expression) => {
                let node = self.eval(expression, env);
                match &node.value {
                    Value::Number(number) => Step::number(number),
                    _ => match scalar(&node).map(|text| (text.literal(), text)) {
                        Some((Some(name), _)) => Step::Name(name),
                        Some((None, text)) => Step::Unknown(text.shown()),
                        None => Step::Unknown(self.unknown(node.span, env).name),
                    },
                }
            }
        }
    }

    fn walk(&self, mut node: Node, steps: &[Step]) -> Option<Node> {
        let mut steps = steps;
        while let [step, rest @ ..] = steps {
            steps = rest;
            node = match (node.value, step) {
                (Value::Object(members), Step::Name(name)) => members
                    .into_iter()
                    .rev()
                    .find(|member| member.name.literal().as_deref() == Some(name))
                    .map(|member| member.value)?,
                (Value::List(items), Step::Index(index)) => {
                    let known = items.iter().take(index.saturating_add(1));
                    if known.clone().any(|item| matches!(item, Item::Each { .. })) {
                        return None;
                    }
                    match items.into_iter().nth(*index)? {
                        Item::One(node) | Item::Each { node, .. } => node,
                    }
                }
                (Value::List(items), Step::Splat) => {
                    let mut walked = Vec::with_capacity(items.len());
                    for item in items {
                        walked.push(match item {
                            Item::One(node) => Item::One(self.walk(node, rest)?),
                            Item::Each { over, node } => Item::Each { over, node: self.walk(node, rest)? },
                        });
                    }
                    return Some(Node { span: node.span, value: Value::List(walked) });
                }
                // All of a list is the list.
                (Value::Hole(hole), Step::Splat) if rest.is_empty() => {
                    Node { span: node.span, value: Value::Hole(hole) }
                }
                (Value::Hole(of), step) => {
                    if !self.charge(of.name.len()) {
                        return None;
                    }
                    hole(node.span, format!("{}{}", of.name, step.shown()))
                }
                _ => return None,
            };
        }
        Some(node)
    }

    /// The attributes `url` and `arn` of an identity provider that the text defines.
    fn provider(&self, root: &str, steps: &[Step], span: Span) -> Option<Node> {
        let (prefix, steps) = match (root, steps) {
            ("data", [Step::Name(kind), Step::Name(name), steps @ ..]) => {
                (format!("data.{kind}.{name}"), steps)
            }
            (kind, [Step::Name(name), steps @ ..]) => (format!("{kind}.{name}"), steps),
            _ => return None,
        };
        let (Step::Name(attribute), Some(url)) = (steps.last()?, self.issuer(&prefix)) else { return None };
        let url = self.eval(url, None).str()?;
        // AWS stores and answers it without the scheme.
        let host = url.strip_prefix("https://").unwrap_or(&url);
        match attribute.as_str() {
            "url" => Some(text(span, host)),
            "arn" => {
                let mut arn = Text::new("arn:aws:iam::");
                arn.push(Piece::Hole(Hole::new("account")));
                arn.push(Piece::Literal(format!(":oidc-provider/{host}")));
                Some(Node { span, value: Value::Text(arn) })
            }
            _ => None,
        }
    }
}

impl Step {
    fn number(literal: &str) -> Self {
        literal.parse().map_or_else(|_| Self::Unknown(literal.to_owned()), Self::Index)
    }

    fn shown(&self) -> String {
        match self {
            Self::Name(name) => format!(".{name}"),
            Self::Index(index) => format!("[{index}]"),
            Self::Splat => "[*]".to_owned(),
            Self::Unknown(source) => format!("[{source}]"),
        }
    }
}
