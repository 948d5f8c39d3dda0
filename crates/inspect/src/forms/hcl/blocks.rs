//! Blocks and their arguments, `dynamic` ones too.

use hcl_edit::{
    expr::Expression,
    structure::{Block, BlockLabel, Body, Structure},
};

use super::scope::{Env, Scope};
use crate::document::{Hole, Item, Node, Span, Value};

/// A block within another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inner<'b> {
    pub(super) body: &'b Body,
    pub(super) env: Option<&'b Env<'b>>,
    /// The list for whose elements the block stands, if it is not known.
    pub(super) over: Option<&'b Hole>,
    pub(super) span: Span,
}

impl Scope<'_> {
    /// The value of an argument. Terraform takes `null` for an argument that is not there.
    pub(super) fn argument(&self, body: &Body, name: &str, env: Option<&Env<'_>>) -> Option<Node> {
        let node = self.eval(&body.get_attribute(name)?.value, env);
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    /// Calls `make` for each instance of a resource: once, or for each element of its `for_each` if that is known.
    pub(super) fn instances(&self, block: &Block, make: &mut dyn FnMut(Option<&Env<'_>>)) {
        let collection =
            self.argument(&block.body, "for_each", None).filter(|collection| match &collection.value {
                Value::List(items) => items.iter().all(|item| matches!(item, Item::One(_))),
                Value::Object(members) => members.iter().all(|member| member.name.literal().is_some()),
                _ => false,
            });
        match collection {
            Some(collection) => {
                self.each_of(collection, "each", None, &mut |_, env| make(Some(env)));
            }
            None => make(None),
        }
    }

    /// Calls `found` for each block of these names, and for each one that a `dynamic` block makes.
    pub(super) fn inner_blocks(
        &self,
        body: &Body,
        names: &[&str],
        env: Option<&Env<'_>>,
        found: &mut dyn FnMut(&str, Inner<'_>),
    ) {
        for block in body.iter().filter_map(Structure::as_block) {
            let kind = block.ident.as_str();
            if names.contains(&kind) {
                found(kind, Inner { body: &block.body, env, over: None, span: self.span(block) });
            } else if kind == "dynamic"
                && let Some(label) = block.labels.first().map(BlockLabel::as_str)
                && names.contains(&label)
            {
                self.dynamic(block, label, env, found);
            }
        }
    }

    fn dynamic(
        &self,
        block: &Block,
        name: &str,
        env: Option<&Env<'_>>,
        found: &mut dyn FnMut(&str, Inner<'_>),
    ) {
        let span = self.span(block);
        let Some(content) = block.body.get_blocks("content").next() else { return };
        let iterator = match block.body.get_attribute("iterator").map(|attribute| &attribute.value) {
            Some(Expression::Variable(iterator)) => iterator.as_str(),
            _ => name,
        };
        let Some(collection) = self.argument(&block.body, "for_each", env) else { return };
        let unknown = Node { span: collection.span, value: Value::Hole(self.unknown(collection.span, env)) };
        let collection = match collection.value {
            Value::List(_) | Value::Object(_) | Value::Hole(_) => collection,
            _ => unknown,
        };
        self.each_of(collection, iterator, env, &mut |over, env| {
            found(name, Inner { body: &content.body, env: Some(env), over: over.as_ref(), span });
        });
    }
}
