//! `for` expressions: over a known list they are its values, over an unknown one an item for each element.

use hcl_edit::expr::{Expression, ForExpr};

use super::{
    scope::{Env, Scope},
    values::{each, hole, scalar},
};
use crate::document::{Hole, Item, Member, Node, Span, Text, Value};

/// One round of a loop.
struct Round {
    key: Node,
    value: Node,
    /// The list whose elements the round stands for, if it is not known.
    over: Option<Hole>,
}

impl Scope<'_> {
    pub(super) fn for_expression(&self, each: &ForExpr, env: Option<&Env<'_>>, span: Span) -> Option<Value> {
        let rounds = rounds(self.eval(&each.intro.collection_expr, env))?;
        match &each.key_expr {
            None => self.for_list(each, rounds, env, span),
            Some(_) if each.grouping => None,
            Some(key) => self.for_object(each, key, rounds, env),
        }
    }

    fn for_list(
        &self,
        each: &ForExpr,
        rounds: Vec<Round>,
        env: Option<&Env<'_>>,
        span: Span,
    ) -> Option<Value> {
        let mut items = Vec::new();
        for Round { key, value, over } in rounds {
            if !self.charge(1) {
                return None;
            }
            Self::round(each, &key, &value, env, |env| {
                let condition = each.cond.as_ref().map(|condition| self.eval(&condition.expr, Some(env)));
                let node = || self.eval(&each.value_expr, Some(env));
                match (over, condition.as_ref().map(|condition| &condition.value)) {
                    (_, Some(Value::Bool(false))) => {}
                    (Some(over), _) => items.push(Item::Each { over, node: node() }),
                    (None, None | Some(Value::Bool(true))) => items.push(Item::One(node())),
                    // It is an item or none.
                    (None, Some(_)) => {
                        let condition =
                            each.cond.as_ref().map_or(span, |condition| self.span(&condition.expr));
                        items.push(Item::Each { over: self.unknown(condition, Some(env)), node: node() });
                    }
                }
            });
        }
        Some(Value::List(items))
    }

    fn for_object(
        &self,
        each: &ForExpr,
        name: &Expression,
        rounds: Vec<Round>,
        env: Option<&Env<'_>>,
    ) -> Option<Value> {
        let mut members: Vec<Member> = Vec::new();
        for Round { key, value, over } in rounds {
            if over.is_some() || !self.charge(1) {
                return None;
            }
            Self::round(each, &key, &value, env, |env| {
                match each.cond.as_ref().map(|condition| self.eval(&condition.expr, Some(env)).value) {
                    None | Some(Value::Bool(true)) => {}
                    Some(Value::Bool(false)) => return Some(()),
                    Some(_) => return None,
                }
                let node = self.eval(name, Some(env));
                members.push(Member {
                    name: scalar(&node)?,
                    span: node.span,
                    value: self.eval(&each.value_expr, Some(env)),
                });
                Some(())
            })?;
        }
        Some(Value::Object(members))
    }

    fn round<T>(
        each: &ForExpr,
        key: &Node,
        value: &Node,
        outer: Option<&Env<'_>>,
        run: impl FnOnce(&Env<'_>) -> T,
    ) -> T {
        let name = each.intro.value_var.as_str();
        match &each.intro.key_var {
            None => run(&Env { outer, name, value }),
            Some(key_name) => {
                let env = Env { outer, name: key_name.as_str(), value: key };
                run(&Env { outer: Some(&env), name, value })
            }
        }
    }

    /// Calls `run` with an iterator, such as that of a `dynamic` block, for each element of its `for_each`, and with the list
    /// where that is not known.
    pub(super) fn each_of(
        &self,
        collection: Node,
        iterator: &str,
        env: Option<&Env<'_>>,
        run: &mut dyn FnMut(Option<Hole>, &Env<'_>),
    ) {
        let is_set = iterator == "each" && matches!(collection.value, Value::List(_));
        for Round { key, value, over } in rounds(collection).into_iter().flatten() {
            if !self.charge(1) {
                return;
            }
            // Resources are made of sets, whose elements are their own keys.
            let key = if is_set { self.copy(&value).unwrap_or(key) } else { key };
            let span = value.span;
            let member = |name: &str, value: Node| Member { name: Text::new(name), span, value };
            let variable =
                Node { span, value: Value::Object(vec![member("key", key), member("value", value)]) };
            run(over, &Env { outer: env, name: iterator, value: &variable });
        }
    }
}

fn rounds(collection: Node) -> Option<Vec<Round>> {
    let span = collection.span;
    match collection.value {
        Value::List(items) => Some(
            items
                .into_iter()
                .enumerate()
                .map(|(index, item)| match item {
                    Item::One(value) => {
                        let key = Node { span, value: Value::Number(index.to_string()) };
                        Round { key, value, over: None }
                    }
                    Item::Each { over, node } => Round::unknown(over, node),
                })
                .collect(),
        ),
        Value::Object(members) => Some(
            members
                .into_iter()
                .map(|Member { name, span, value }| Round {
                    key: Node { span, value: Value::Text(name) },
                    value,
                    over: None,
                })
                .collect(),
        ),
        Value::Hole(over) => match each(over, span) {
            Item::Each { over, node } => Some(vec![Round::unknown(over, node)]),
            Item::One(_) => None,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
    }
}

impl Round {
    fn unknown(over: Hole, value: Node) -> Self {
        let key = hole(value.span, format!("{}.key", over.element().name));
        Self { key, value, over: Some(over) }
    }
}
