//! Partial evaluation: what the text holds is evaluated, all else is a hole.

use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression, FuncCall, Object, ObjectKey, ObjectValue, UnaryOp,
    UnaryOperator,
};

use super::{
    functions,
    scope::{Env, Scope},
    values::{last_of_each_name, same, scalar},
};
use crate::{
    document::{Hole, Item, Member, Node, Span, Text, Value},
    forms::json::with_placeholders,
};

impl Scope<'_> {
    /// The value of an expression.
    pub(super) fn eval(&self, expression: &Expression, env: Option<&Env<'_>>) -> Node {
        let span = self.span(expression);
        self.deeper(|| self.node(expression, env, span))
            .flatten()
            .unwrap_or_else(|| Node { span, value: Value::Hole(self.unknown(span, env)) })
    }

    fn node(&self, expression: &Expression, env: Option<&Env<'_>>, span: Span) -> Option<Node> {
        let value = match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(flag) => Value::Bool(*flag.value()),
            Expression::Number(number) => Value::Number(number.value().to_string()),
            Expression::String(text) => {
                self.charge(text.value().len()).then(|| Value::Text(with_placeholders(text.value())))?
            }
            Expression::Array(array) => {
                Value::List(array.iter().map(|element| Item::One(self.eval(element, env))).collect())
            }
            Expression::Object(object) => Value::Object(self.members(object, env)),
            Expression::StringTemplate(template) => return self.template_value(template, env, span),
            Expression::HeredocTemplate(heredoc) => Value::Text(self.template(&heredoc.template, env)?),
            Expression::Parenthesis(inner) => return Some(self.eval(inner.inner(), env)),
            Expression::Variable(name) => match env.and_then(|env| env.find(name.as_str())) {
                Some(value) => return self.copy(value),
                None => Value::Hole(Hole::new(name.as_str())),
            },
            Expression::Traversal(traversal) => return self.traversal(traversal, env, span),
            Expression::FuncCall(call) => self.call(call, env, span)?,
            Expression::Conditional(conditional) => return self.conditional(conditional, env),
            Expression::ForExpr(each) => self.for_expression(each, env, span)?,
            Expression::UnaryOp(operation) => self.unary(operation, env)?,
            Expression::BinaryOp(operation) => self.binary(operation, env)?,
        };
        Some(Node { span, value })
    }

    fn members(&self, object: &Object, env: Option<&Env<'_>>) -> Vec<Member> {
        let member = |(key, value): (&ObjectKey, &ObjectValue)| {
            let (name, span) = match key {
                ObjectKey::Ident(name) => {
                    (Text::new(name.as_str()), self.key_span(name.as_str(), self.span(value.expr())))
                }
                ObjectKey::Expression(expression) => {
                    let span = self.span(expression);
                    let key = self.eval(expression, env);
                    (scalar(&key).unwrap_or_else(|| Text::hole(self.unknown(span, env))), span)
                }
            };
            Member { name, span, value: self.eval(value.expr(), env) }
        };
        last_of_each_name(object.iter().map(member).collect())
    }

    fn conditional(&self, conditional: &Conditional, env: Option<&Env<'_>>) -> Option<Node> {
        if let Value::Bool(condition) = self.eval(&conditional.cond_expr, env).value {
            let branch = if condition { &conditional.true_expr } else { &conditional.false_expr };
            return Some(self.eval(branch, env));
        }
        let one = self.eval(&conditional.true_expr, env);
        let other = self.eval(&conditional.false_expr, env);
        same(&one, &other).then_some(one)
    }

    fn call(&self, call: &FuncCall, env: Option<&Env<'_>>, span: Span) -> Option<Value> {
        if call.name.is_namespaced() {
            return None;
        }
        let mut arguments: Vec<Node> = call.args.iter().map(|argument| self.eval(argument, env)).collect();
        if call.args.expand_final() {
            let Value::List(items) = arguments.pop()?.value else { return None };
            for item in items {
                let Item::One(node) = item else { return None };
                arguments.push(node);
            }
        }
        let name = call.name.name.as_str();
        if !self.charge(functions::work(name, &arguments)) {
            return None;
        }
        functions::call(name, arguments, span)
    }

    fn unary(&self, operation: &UnaryOp, env: Option<&Env<'_>>) -> Option<Value> {
        match (operation.operator.value(), self.eval(&operation.expr, env).value) {
            (UnaryOperator::Not, Value::Bool(flag)) => Some(Value::Bool(!flag)),
            _ => None,
        }
    }

    fn binary(&self, operation: &BinaryOp, env: Option<&Env<'_>>) -> Option<Value> {
        let left = self.eval(&operation.lhs_expr, env);
        let right = self.eval(&operation.rhs_expr, env);
        let literals = || Some((literal(&left)?, literal(&right)?));
        let value = match (operation.operator.value(), &left.value, &right.value) {
            (BinaryOperator::Eq, ..) => literals().map(|(left, right)| left == right)?,
            (BinaryOperator::NotEq, ..) => literals().map(|(left, right)| left != right)?,
            // One side can settle it, whatever the other is.
            (BinaryOperator::And, Value::Bool(one), Value::Bool(other)) => *one && *other,
            (BinaryOperator::Or, Value::Bool(one), Value::Bool(other)) => *one || *other,
            (BinaryOperator::And, Value::Bool(false), _) | (BinaryOperator::And, _, Value::Bool(false)) => {
                false
            }
            (BinaryOperator::Or, Value::Bool(true), _) | (BinaryOperator::Or, _, Value::Bool(true)) => true,
            _ => return None,
        };
        Some(Value::Bool(value))
    }
}

/// A scalar with its type, to compare.
fn literal(node: &Node) -> Option<(&'static str, String)> {
    match &node.value {
        Value::Null => Some(("null", String::new())),
        Value::Bool(flag) => Some(("bool", flag.to_string())),
        Value::Number(number) => Some(("number", number.clone())),
        Value::Text(text) => Some(("text", text.literal()?)),
        Value::List(_) | Value::Object(_) | Value::Hole(_) => None,
    }
}
