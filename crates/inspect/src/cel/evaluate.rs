//! Evaluates CEL for the claims of a token, with values that are not known.
//!
//! `Err` is an error of CEL or an unknown value, which `||`, `&&` and the macros on lists absorb.

use super::{
    Value,
    ast::{Kind, Macro, MacroKind, Operator, Term},
    budget::Budget,
    functions,
};
use crate::{
    document::Text,
    expression::{Claims, Truth},
};

/// What a term is evaluated for.
struct Scope<'c> {
    claims: &'c Claims,
    variables: Vec<(String, Value)>,
    budget: Budget,
}

impl Term {
    /// The value for a token with these claims.
    pub(crate) fn value(&self, claims: &Claims) -> Result<Value, Truth> {
        Scope { claims, variables: Vec::new(), budget: Budget::new() }.value(self)
    }

    /// The value as a condition: anything but a bool is an error.
    pub(crate) fn truth(&self, claims: &Claims) -> Truth {
        self.value(claims).map_or_else(|truth| truth, |value| truth_of(&value))
    }
}

fn truth_of(value: &Value) -> Truth {
    match value {
        Value::Bool(flag) => Truth::from(*flag),
        other => Truth::Error(format!("{} is not a bool", other.type_name())),
    }
}

/// A truth as a value.
fn to_value(truth: Truth) -> Result<Value, Truth> {
    match truth {
        Truth::True => Ok(Value::Bool(true)),
        Truth::False => Ok(Value::Bool(false)),
        other => Err(other),
    }
}

impl Scope<'_> {
    fn truth(&mut self, term: &Term) -> Truth {
        self.value(term).map_or_else(|truth| truth, |value| truth_of(&value))
    }

    fn value(&mut self, term: &Term) -> Result<Value, Truth> {
        self.budget.charge(1)?;
        match &term.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::Hole(hole) => Err(Truth::needs([hole.name.as_str()])),
            Kind::Name(name) => self.name(name),
            Kind::Mapped(term) => self.value(term),
            Kind::Unmapped(name) => Err(Truth::Error(format!("no attribute `{name}` is mapped"))),
            Kind::Select(part, name) => {
                if let Some(found) = self.claim(part, name) {
                    return found;
                }
                let of = self.value(part)?;
                member(&of, &Value::Text(Text::new(name.as_str())))
            }
            Kind::Has(part, name) => {
                if is_assertion(part) {
                    return Ok(Value::Bool(self.claims.as_map().contains_key(name)));
                }
                match self.value(part)? {
                    Value::Map(entries) => to_value(Truth::any(
                        entries.iter().map(|(key, _)| key.equals(&Value::Text(Text::new(name.as_str())))),
                    )),
                    other => Err(Truth::Error(format!("{} has no members", other.type_name()))),
                }
            }
            Kind::Index(part, index) => {
                let index = self.value(index)?;
                if let Value::Text(text) = &index
                    && let Some(name) = text.literal()
                    && let Some(found) = self.claim(part, &name)
                {
                    return found;
                }
                let of = self.value(part)?;
                member(&of, &index)
            }
            Kind::Call { target, name, arguments } => {
                let target = match target {
                    Some(target) => Some(self.value(target)?),
                    None => None,
                };
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    values.push(self.value(argument)?);
                }
                functions::call(name, target, values, &self.budget)
            }
            Kind::List(items) => {
                items.iter().map(|item| self.value(item)).collect::<Result<_, _>>().map(Value::List)
            }
            Kind::Map(entries) => {
                let mut map = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    map.push((self.value(key)?, self.value(value)?));
                }
                Ok(Value::Map(map))
            }
            Kind::Not(part) => to_value(self.truth(part).negated()),
            Kind::Negative(part) => functions::negative(self.value(part)?),
            Kind::And(parts) => to_value(Truth::all(parts.iter().map(|part| self.truth(part)))),
            Kind::Or(parts) => to_value(Truth::any(parts.iter().map(|part| self.truth(part)))),
            Kind::Conditional(condition, then, otherwise) => match self.truth(condition) {
                Truth::True => self.value(then),
                Truth::False => self.value(otherwise),
                other => Err(other),
            },
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right),
            Kind::Macro(made) => self.comprehension(made),
        }
    }

    /// A claim by its name, without a copy of all of them.
    fn claim(&self, part: &Term, name: &str) -> Option<Result<Value, Truth>> {
        is_assertion(part).then(|| {
            let found = self.claims.as_map().get(name);
            found.map(Value::from).ok_or_else(|| Truth::Error(format!("the token has no claim `{name}`")))
        })
    }

    fn name(&self, name: &str) -> Result<Value, Truth> {
        if let Some((_, value)) = self.variables.iter().rev().find(|(variable, _)| variable == name) {
            self.budget.charge(size(value))?;
            return Ok(value.clone());
        }
        if name == "assertion" {
            self.budget.charge(self.claims.as_map().len())?;
            return Ok(Value::from(&serde_json::Value::Object(self.claims.as_map().clone())));
        }
        Err(Truth::Error(format!("{} is not declared", claimgate::Quoted(name))))
    }

    fn binary(&mut self, operator: Operator, left: &Term, right: &Term) -> Result<Value, Truth> {
        if operator == Operator::In && is_assertion(right) {
            let name = self.value(left)?;
            return match &name {
                Value::Text(text) => match text.literal() {
                    Some(name) => Ok(Value::Bool(self.claims.as_map().contains_key(&name))),
                    None => Err(Truth::needs_of(text)),
                },
                _ => Ok(Value::Bool(false)),
            };
        }
        let (left, right) = (self.value(left)?, self.value(right)?);
        let ordered = |holds: fn(std::cmp::Ordering) -> bool| {
            left.order(&right).map(|order| Value::Bool(order.is_some_and(holds)))
        };
        match operator {
            Operator::Equal => to_value(left.equals(&right)),
            Operator::NotEqual => to_value(left.equals(&right).negated()),
            Operator::Less => ordered(std::cmp::Ordering::is_lt),
            Operator::LessOrEqual => ordered(std::cmp::Ordering::is_le),
            Operator::Greater => ordered(std::cmp::Ordering::is_gt),
            Operator::GreaterOrEqual => ordered(std::cmp::Ordering::is_ge),
            Operator::In => match &right {
                Value::List(items) => {
                    self.budget.charge(items.len())?;
                    to_value(Truth::any(items.iter().map(|item| left.equals(item))))
                }
                Value::Map(entries) => to_value(Truth::any(entries.iter().map(|(key, _)| left.equals(key)))),
                other => Err(Truth::Error(format!("`in` takes a list or a map, not {}", other.type_name()))),
            },
            _ => functions::arithmetic(operator, left, right, &self.budget),
        }
    }

    fn comprehension(&mut self, made: &Macro) -> Result<Value, Truth> {
        let elements: Vec<Value> = match self.value(&made.range)? {
            Value::List(items) => items,
            Value::Map(entries) => entries.into_iter().map(|(key, _)| key).collect(),
            other => return Err(Truth::Error(format!("{} has no elements", other.type_name()))),
        };
        let mut truths = Vec::new();
        let mut kept = Vec::new();
        for element in elements {
            self.budget.charge(1)?;
            self.variables.push((made.variable.clone(), element.clone()));
            let outcome = self.element(made, element, &mut truths, &mut kept);
            self.variables.pop();
            outcome?;
        }
        match made.kind {
            MacroKind::All => to_value(Truth::all(truths)),
            MacroKind::Exists => to_value(Truth::any(truths)),
            MacroKind::ExistsOne => {
                Ok(Value::Bool(truths.iter().filter(|truth| **truth == Truth::True).count() == 1))
            }
            MacroKind::Map | MacroKind::Filter => Ok(Value::List(kept)),
        }
    }

    fn element(
        &mut self,
        made: &Macro,
        element: Value,
        truths: &mut Vec<Truth>,
        kept: &mut Vec<Value>,
    ) -> Result<(), Truth> {
        let definite = |truth: Truth| match truth {
            Truth::True => Ok(true),
            Truth::False => Ok(false),
            // Only `all` and `exists` absorb.
            other => Err(other),
        };
        match made.kind {
            MacroKind::All | MacroKind::Exists => truths.push(self.truth(&made.body)),
            MacroKind::ExistsOne => truths.push(Truth::from(definite(self.truth(&made.body))?)),
            MacroKind::Filter => {
                if definite(self.truth(&made.body))? {
                    kept.push(element);
                }
            }
            MacroKind::Map => {
                let is_kept = match &made.filter {
                    Some(filter) => definite(self.truth(filter))?,
                    None => true,
                };
                if is_kept {
                    kept.push(self.value(&made.body)?);
                }
            }
        }
        Ok(())
    }
}

fn is_assertion(term: &Term) -> bool {
    matches!(&term.kind, Kind::Name(name) if name == "assertion")
}

fn member(of: &Value, key: &Value) -> Result<Value, Truth> {
    match of {
        Value::Map(entries) => {
            for (name, value) in entries {
                match name.equals(key) {
                    Truth::True => return Ok(value.clone()),
                    Truth::False => {}
                    other => return Err(other),
                }
            }
            Err(Truth::Error("no such key".into()))
        }
        Value::List(items) => {
            let index = match key {
                Value::Int(index) => usize::try_from(*index).ok(),
                Value::Uint(index) => usize::try_from(*index).ok(),
                _ => None,
            };
            index
                .and_then(|index| items.get(index))
                .cloned()
                .ok_or_else(|| Truth::Error("no such element".into()))
        }
        Value::Opaque(_) => Err(Truth::unknown("values of this type are not evaluated")),
        other => Err(Truth::Error(format!("{} has no members", other.type_name()))),
    }
}

/// What it costs to copy a value.
fn size(value: &Value) -> usize {
    match value {
        Value::List(items) => items.iter().map(size).fold(1, usize::saturating_add),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| size(key).saturating_add(size(value)))
            .fold(1, usize::saturating_add),
        Value::Text(text) => text.literal().map_or(1, |literal| literal.len() / 64).saturating_add(1),
        _ => 1,
    }
}
