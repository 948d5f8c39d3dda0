//! What CEL's checker refuses: names and functions that do not exist, and literals of types that do not fit.

use super::{
    Value,
    ast::{Kind, Operator, Term},
    functions::{KNOWN, UNDOCUMENTED},
    lexer::Problem,
};

/// A type that is known before the evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Null,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    List,
    Map,
}

/// Checks an expression in which `attribute.…` is already what is mapped.
pub(crate) fn check(term: &Term) -> Result<(), Problem> {
    type_of(term, &mut Vec::new()).map(drop)
}

fn clash(term: &Term, message: &str) -> Problem {
    Problem::new(term.range.start, format!("{message}, so the expression does not compile"))
}

fn type_of(term: &Term, variables: &mut Vec<String>) -> Result<Option<Type>, Problem> {
    Ok(match &term.kind {
        Kind::Literal(value) => match value {
            Value::Null => Some(Type::Null),
            Value::Bool(_) => Some(Type::Bool),
            Value::Int(_) => Some(Type::Int),
            Value::Uint(_) => Some(Type::Uint),
            Value::Double(_) => Some(Type::Double),
            Value::Text(_) => Some(Type::Text),
            _ => None,
        },
        Kind::Name(name) => {
            let is_declared =
                variables.contains(name) || matches!(name.as_str(), "assertion" | "attribute" | "google");
            if !is_declared {
                let message = format!(
                    "{} is not declared: expected `assertion`, `attribute` or `google`",
                    claimgate::Quoted(name)
                );
                return Err(clash(term, &message));
            }
            None
        }
        // What is mapped was checked as a mapping.
        Kind::Hole(_) | Kind::Unmapped(_) | Kind::Mapped(_) => None,
        Kind::Select(part, _) => {
            if type_of(part, variables)?.is_some_and(|found| found != Type::Map) {
                return Err(clash(term, "this value has no members"));
            }
            None
        }
        Kind::Has(part, _) => {
            type_of(part, variables)?;
            Some(Type::Bool)
        }
        Kind::Index(part, index) => {
            type_of(part, variables)?;
            type_of(index, variables)?;
            None
        }
        Kind::Call { name, target, arguments } => call(term, name, target.as_deref(), arguments, variables)?,
        Kind::List(items) => {
            for item in items {
                type_of(item, variables)?;
            }
            Some(Type::List)
        }
        Kind::Map(entries) => {
            for (key, value) in entries {
                type_of(key, variables)?;
                type_of(value, variables)?;
            }
            Some(Type::Map)
        }
        Kind::Not(part) => bools([part.as_ref()], variables)?,
        Kind::Negative(part) => {
            let found = type_of(part, variables)?;
            if found.is_some_and(|found| !matches!(found, Type::Int | Type::Double)) {
                return Err(clash(term, "`-` takes a number"));
            }
            found
        }
        Kind::And(parts) | Kind::Or(parts) => bools(parts, variables)?,
        Kind::Conditional(condition, then, otherwise) => {
            bools([condition.as_ref()], variables)?;
            let (then, otherwise) = (type_of(then, variables)?, type_of(otherwise, variables)?);
            if let (Some(one), Some(other)) = (then, otherwise)
                && one != other
            {
                return Err(clash(term, "the branches of `?:` have different types"));
            }
            then.and(otherwise)
        }
        Kind::Binary(operator, left, right) => binary(term, *operator, left, right, variables)?,
        Kind::Macro(made) => {
            type_of(&made.range, variables)?;
            variables.push(made.variable.clone());
            let filter = match &made.filter {
                Some(filter) => type_of(filter, variables)?,
                None => None,
            };
            let body = type_of(&made.body, variables)?;
            variables.pop();
            let condition = if made.kind == super::ast::MacroKind::Map { filter } else { body };
            if condition.is_some_and(|found| found != Type::Bool) {
                return Err(clash(&made.body, "a bool is expected here"));
            }
            match made.kind {
                super::ast::MacroKind::Map | super::ast::MacroKind::Filter => Some(Type::List),
                _ => Some(Type::Bool),
            }
        }
    })
}

fn bools<'t>(
    parts: impl IntoIterator<Item = &'t Term>,
    variables: &mut Vec<String>,
) -> Result<Option<Type>, Problem> {
    for part in parts {
        if type_of(part, variables)?.is_some_and(|found| found != Type::Bool) {
            return Err(clash(part, "a bool is expected here"));
        }
    }
    Ok(Some(Type::Bool))
}

fn binary(
    term: &Term,
    operator: Operator,
    left: &Term,
    right: &Term,
    variables: &mut Vec<String>,
) -> Result<Option<Type>, Problem> {
    let types = (type_of(left, variables)?, type_of(right, variables)?);
    let is_numeric = |found: Type| matches!(found, Type::Int | Type::Uint | Type::Double);
    match operator {
        Operator::In => {
            if types.1.is_some_and(|found| !matches!(found, Type::List | Type::Map)) {
                return Err(clash(term, "`in` takes a list or a map"));
            }
            // A literal list has a type if all of its elements have the same.
            if let (Some(one), Kind::List(items)) = (types.0, &right.kind) {
                let mut differ = !items.is_empty();
                for item in items {
                    differ &= type_of(item, variables)?.is_some_and(|other| other != one);
                }
                if differ {
                    return Err(clash(term, "the elements of the list have another type"));
                }
            }
            Ok(Some(Type::Bool))
        }
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual => {
            if let (Some(one), Some(other)) = types {
                let is_order = !matches!(operator, Operator::Equal | Operator::NotEqual);
                let fits = one == other || (is_order && is_numeric(one) && is_numeric(other));
                let has_order = !is_order || !matches!(one, Type::List | Type::Map | Type::Null);
                if !fits || !has_order {
                    return Err(clash(term, "values of different types are compared"));
                }
            }
            Ok(Some(Type::Bool))
        }
        _ => match types {
            (Some(one), Some(other)) if one != other => {
                Err(clash(term, "values of different types are combined"))
            }
            (Some(one), Some(_)) if !combines(operator, one) => {
                Err(clash(term, "the operator does not take these values"))
            }
            (Some(one), Some(_)) => Ok(Some(one)),
            _ => Ok(None),
        },
    }
}

fn call(
    term: &Term,
    name: &str,
    target: Option<&Term>,
    arguments: &[Term],
    variables: &mut Vec<String>,
) -> Result<Option<Type>, Problem> {
    let mut types = Vec::new();
    for part in target.into_iter().chain(arguments) {
        types.push(type_of(part, variables)?);
    }
    if KNOWN.contains(&name) {
        if !fits(name, target.is_some(), &types) {
            return Err(clash(term, &format!("`{name}` does not take these values")));
        }
    } else if !UNDOCUMENTED.contains(&name) {
        return Err(clash(term, &format!("unknown function {}", claimgate::Quoted(name))));
    }
    Ok(match name {
        "contains" | "startsWith" | "endsWith" | "matches" | "bool" => Some(Type::Bool),
        "size" | "int" => Some(Type::Int),
        "uint" => Some(Type::Uint),
        "double" => Some(Type::Double),
        "string" | "extract" | "join" => Some(Type::Text),
        "split" => Some(Type::List),
        _ => None,
    })
}

fn combines(operator: Operator, of: Type) -> bool {
    match of {
        Type::Int | Type::Uint => true,
        Type::Double => operator != Operator::Remainder,
        Type::Text | Type::List => operator == Operator::Add,
        Type::Null | Type::Bool | Type::Map => false,
    }
}

/// Whether a known function has an overload for these types, where they are known; that of a method's target is the first.
fn fits(name: &str, is_method: bool, types: &[Option<Type>]) -> bool {
    let is = |found: &Option<Type>, expected: &[Type]| found.is_none_or(|found| expected.contains(&found));
    let is_text = |found: &Option<Type>| is(found, &[Type::Text]);
    match (name, is_method, types) {
        ("contains" | "startsWith" | "endsWith" | "extract" | "split", true, [target, argument])
        | ("matches", _, [target, argument]) => is_text(target) && is_text(argument),
        ("split", true, [target, argument, limit]) => {
            is_text(target) && is_text(argument) && is(limit, &[Type::Int])
        }
        ("join", true, [target]) => is(target, &[Type::List]),
        ("join", true, [target, argument]) => is(target, &[Type::List]) && is_text(argument),
        ("size", _, [of]) => is(of, &[Type::Text, Type::List, Type::Map]),
        ("int" | "uint" | "double", false, [of]) => {
            is(of, &[Type::Int, Type::Uint, Type::Double, Type::Text])
        }
        ("string", false, [of]) => is(of, &[Type::Bool, Type::Int, Type::Uint, Type::Double, Type::Text]),
        ("bool", false, [of]) => is(of, &[Type::Bool, Type::Text]),
        ("bytes", false, [of]) => is_text(of),
        ("dyn", false, [_]) => true,
        _ => false,
    }
}
