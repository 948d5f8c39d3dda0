//! YAML 1.2, with the tags of `CloudFormation`, and in octo-sts policies with the scalars of YAML 1.1.

mod core_schema;
mod go_yaml;
mod tree;

use std::rc::Rc;

pub(crate) use self::go_yaml::text as octo_sts_scalar;
use self::tree::{Kind, Raw};
use super::{Document, Form, cloudformation, json::with_placeholders};
use crate::{
    ReadError, System,
    document::{Item, Member, Node, Span, Text, Value},
};

/// How scalars are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// By the core schema.
    Core,
    /// As octo-sts reads them: each becomes text.
    OctoSts,
}

pub(super) fn read(text: &str, system: Option<System>) -> Result<Vec<Document>, ReadError> {
    // Places are counted in the whole text.
    let roots = tree::read(text)?;
    let documents: Vec<Document> = roots
        .iter()
        .filter(|root| !matches!(&root.kind, Kind::Scalar { text, .. } if text.is_empty()))
        .map(|root| document(root, system))
        .collect();
    if documents.is_empty() {
        return Err(ReadError::syntax(text, 0, "the text is empty"));
    }
    Ok(documents)
}

fn document(root: &Raw, system: Option<System>) -> Document {
    let dialect = match system {
        Some(System::OctoSts) => Dialect::OctoSts,
        None if is_octo_sts(root) => Dialect::OctoSts,
        _ => Dialect::Core,
    };
    let mut node = node(root, dialect);
    if dialect == Dialect::Core {
        cloudformation::resolve(&mut node);
    }
    Document { system: None, form: Form::Yaml, node }
}

/// Whether it has the members of an octo-sts policy, and none by which Azure's credentials differ.
fn is_octo_sts(root: &Raw) -> bool {
    let Kind::Object(members) = &root.kind else { return false };
    let has = |names: &[&str]| {
        members.iter().any(|(name, _)| match &name.kind {
            Kind::Scalar { text, .. } => names.iter().any(|name| name.eq_ignore_ascii_case(text)),
            _ => false,
        })
    };
    has(&["issuer", "issuer_pattern"])
        && has(&["subject", "subject_pattern", "claim_pattern", "permissions"])
        && !has(&["audiences", "claimsMatchingExpression", "name"])
}

fn node(raw: &Raw, dialect: Dialect) -> Node {
    let value = match &raw.kind {
        Kind::Scalar { text, is_plain } => scalar(text, *is_plain, raw.tag.as_deref(), dialect),
        Kind::List(items) => Value::List(items.iter().map(|item| Item::One(node(item, dialect))).collect()),
        Kind::Object(pairs) => Value::Object(members(pairs, dialect)),
    };
    let node = Node { span: raw.span, value };
    match raw.tag.as_deref().filter(|_| dialect == Dialect::Core).and_then(function) {
        // A tag is short for an object with one member.
        Some(name) => {
            let member = Member { name: Text::new(name), span: raw.span, value: node };
            Node { span: raw.span, value: Value::Object(vec![member]) }
        }
        None => node,
    }
}

/// `Fn::Sub` of `!Sub`.
fn function(tag: &str) -> Option<String> {
    match tag {
        "Ref" | "Condition" => Some(tag.to_owned()),
        _ if tag.starts_with(|first: char| first.is_ascii_uppercase()) => Some(format!("Fn::{tag}")),
        _ => None,
    }
}

fn scalar(text: &str, is_plain: bool, tag: Option<&str>, dialect: Dialect) -> Value {
    match (tag, is_plain, dialect) {
        (Some(tag), _, Dialect::Core) if tag.starts_with("tag:yaml.org,") => core_schema::tagged(tag, text),
        (None, true, Dialect::Core) => {
            core_schema::value(text).unwrap_or_else(|| Value::Text(with_placeholders(text)))
        }
        (_, _, Dialect::Core) => Value::Text(with_placeholders(text)),
        (None, true, Dialect::OctoSts) => octo_sts_text(&go_yaml::text(text)),
        (Some(tag), _, Dialect::OctoSts) if tag.starts_with("tag:yaml.org,") && !tag.ends_with(":str") => {
            octo_sts_text(&go_yaml::text(text))
        }
        (_, _, Dialect::OctoSts) => octo_sts_text(text),
    }
}

/// Groups of a regular expression have names in `<` and `>`, which are not placeholders.
fn octo_sts_text(text: &str) -> Value {
    Value::Text(if text.contains("(?") { Text::new(text) } else { with_placeholders(text) })
}

fn members(pairs: &[(Rc<Raw>, Rc<Raw>)], dialect: Dialect) -> Vec<Member> {
    let mut members = Vec::new();
    let mut merged = Vec::new();
    for (name, value) in pairs {
        if is_merge(name) {
            merge(value, dialect, &mut merged);
        } else {
            members.push(Member {
                name: Text::new(name_text(name, dialect)),
                span: name.span,
                value: node(value, dialect),
            });
        }
    }
    if merged.is_empty() {
        return members;
    }
    // What stands in the object itself wins over what is merged into it, and of that the first.
    let mut names: std::collections::HashSet<String> =
        members.iter().filter_map(|member| member.name.literal()).collect();
    for member in merged {
        if member.name.literal().is_some_and(|name| names.insert(name)) {
            members.push(member);
        }
    }
    members
}

fn is_merge(name: &Raw) -> bool {
    name.tag.is_none() && matches!(&name.kind, Kind::Scalar { text, is_plain: true } if text == "<<")
}

fn merge(value: &Raw, dialect: Dialect, merged: &mut Vec<Member>) {
    match &value.kind {
        Kind::Object(pairs) => merged.extend(members(pairs, dialect)),
        Kind::List(items) => {
            for item in items {
                if let Kind::Object(pairs) = &item.kind {
                    merged.extend(members(pairs, dialect));
                }
            }
        }
        Kind::Scalar { .. } => {}
    }
}

/// The name of a member. No policy language has names that are not scalars.
fn name_text(name: &Raw, dialect: Dialect) -> String {
    match &name.kind {
        Kind::Scalar { text, is_plain: true } if dialect == Dialect::OctoSts && name.tag.is_none() => {
            go_yaml::text(text)
        }
        Kind::Scalar { text, .. } => text.clone(),
        Kind::List(_) | Kind::Object(_) => format!("{:?}", Span::from(name.span.start..name.span.end)),
    }
}

#[cfg(test)]
mod tests;
