//! Templates: strings and heredocs with interpolations.

use hcl_edit::template::{Element, Strip, Template};

use super::{
    scope::{Env, Scope, text_size},
    values::{render, scalar},
};
use crate::{
    document::{Node, Span, Text, Value},
    forms::json::with_placeholders,
};

impl Scope<'_> {
    /// The value of a template: a lone interpolation is its expression, and keeps the type.
    pub(super) fn template_value(
        &self,
        template: &Template,
        env: Option<&Env<'_>>,
        span: Span,
    ) -> Option<Node> {
        if let Some(Element::Interpolation(lone)) = template.as_single_element() {
            return Some(self.eval(&lone.expr, env));
        }
        Some(Node { span, value: Value::Text(self.template(template, env)?) })
    }

    pub(super) fn template(&self, template: &Template, env: Option<&Env<'_>>) -> Option<Text> {
        let mut text = Text::default();
        for part in self.parts(template, env) {
            let piece = match part.content {
                Content::Literal(literal) => with_placeholders(&literal),
                Content::Value(node) => {
                    in_text(&node).unwrap_or_else(|| Text::hole(self.unknown(part.span, env)))
                }
            };
            if !self.charge(text_size(&piece)) {
                return None;
            }
            text.append(&piece);
        }
        Some(text)
    }

    /// The parts of a template, with what `~` strips.
    pub(super) fn parts(&self, template: &Template, env: Option<&Env<'_>>) -> Vec<Part> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut parts = Vec::with_capacity(elements.len());
        let mut strip_next = false;
        for (index, element) in elements.iter().enumerate() {
            let mut span = self.span(*element);
            let content = match element {
                Element::Literal(literal) => {
                    let mut literal: &str = literal;
                    if strip_next {
                        literal = literal.trim_start();
                    }
                    let next = elements.get(index.saturating_add(1));
                    if next.is_some_and(|next| strips(next).strip_start()) {
                        literal = literal.trim_end();
                    }
                    Content::Literal(literal.to_owned())
                }
                Element::Interpolation(interpolation) => {
                    // Its name is better without `${` and `}`.
                    span = self.span(&interpolation.expr);
                    Content::Value(self.eval(&interpolation.expr, env))
                }
                Element::Directive(_) => {
                    Content::Value(Node { span, value: Value::Hole(self.unknown(span, env)) })
                }
            };
            strip_next = strips(element).strip_end();
            parts.push(Part { span, content });
        }
        parts
    }
}

/// A part of a template.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) span: Span,
    pub(super) content: Content,
}

/// What a part of a template is.
#[derive(Debug)]
pub(super) enum Content {
    Literal(String),
    Value(Node),
}

const fn strips(element: &Element) -> Strip {
    match element {
        Element::Interpolation(interpolation) => interpolation.strip,
        Element::Literal(_) | Element::Directive(_) => Strip::None,
    }
}

/// What a value becomes within text. Lists and objects cannot be there but by `jsonencode`.
fn in_text(node: &Node) -> Option<Text> {
    if let Some(text) = scalar(node) {
        return Some(text);
    }
    let mut text = Text::default();
    render(node, &mut text)?;
    Some(text)
}
