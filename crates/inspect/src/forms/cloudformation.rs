//! The functions of `CloudFormation` templates, which stand for text that the template does not hold.

use std::collections::HashMap;

use super::json::{read_value, with_placeholders};
use crate::document::{Hole, Item, Member, Node, Piece, Span, Text, Value};

/// Bytes of text that the functions of a template make. Nested ones double their text at will.
const MADE: usize = crate::TEXT_BYTES;

/// What functions are resolved with.
struct Template {
    /// The defaults of the parameters.
    defaults: HashMap<String, String>,
    /// Bytes that may still be made.
    left: usize,
}

/// Puts text with holes in place of the functions of a template.
pub(super) fn resolve(node: &mut Node) {
    let defaults = defaults(node);
    Template { defaults, left: MADE }.resolve(node);
}

fn defaults(template: &Node) -> HashMap<String, String> {
    let parameters = template.get("Parameters").and_then(Node::members).unwrap_or_default();
    parameters
        .iter()
        .filter_map(|Member { name, value, .. }| Some((name.literal()?, scalar(value.get("Default")?)?)))
        .collect()
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => text.literal(),
        Value::Number(number) => Some(number.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

impl Template {
    fn resolve(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::List(items) => {
                for item in items.iter_mut() {
                    match item {
                        Item::One(node) | Item::Each { node, .. } => self.resolve(node),
                    }
                }
                items.retain(|item| !matches!(item, Item::One(node) if is_no_value(node)));
            }
            Value::Object(members) => {
                for member in members.iter_mut() {
                    self.resolve(&mut member.value);
                }
                let function = match members.as_slice() {
                    [Member { name, value, .. }] => name.literal().and_then(|name| self.call(&name, value)),
                    _ => None,
                };
                match function {
                    Some(Value::Text(text)) => {
                        *node =
                            json(&text, node.span).unwrap_or_else(|| Node::new(node.span, Value::Text(text)));
                    }
                    Some(value) => node.value = value,
                    None => members.retain(|member| !is_no_value(&member.value)),
                }
            }
            _ => {}
        }
    }

    /// What a function stands for, its argument being resolved; `None` if it is not a function.
    fn call(&mut self, name: &str, argument: &Node) -> Option<Value> {
        match name {
            "Ref" => argument.str().map(|name| Value::Hole(self.hole(&name))),
            "Condition" => None,
            "Fn::Sub" => Some(self.sub(argument).map_or_else(|| unknown("Sub", argument.span), Value::Text)),
            "Fn::GetAtt" => Some(attribute(argument)),
            "Fn::Join" => {
                Some(self.join(argument).map_or_else(|| unknown("Join", argument.span), Value::Text))
            }
            "Fn::Select" => Some(select(argument).unwrap_or_else(|| unknown("Select", argument.span))),
            "Fn::Split" => Some(split(argument).unwrap_or_else(|| unknown("Split", argument.span))),
            "Fn::ImportValue" => Some(named("ImportValue", argument)),
            "Fn::If" => Some(named("If", argument)),
            "Fn::FindInMap" => Some(named("FindInMap", argument)),
            _ => name.strip_prefix("Fn::").map(|name| unknown(name, argument.span)),
        }
    }

    /// `Fn::Sub`: a text, or a list of a text and an object with values for names in it.
    fn sub(&mut self, argument: &Node) -> Option<Text> {
        let (text, given) = match &argument.value {
            Value::List(items) => match items.as_slice() {
                [Item::One(text), Item::One(given)] => (text.text()?, given.members()?),
                _ => return None,
            },
            _ => (argument.text()?, [].as_slice()),
        };
        let mut result = Text::default();
        for piece in text.pieces() {
            match piece {
                Piece::Literal(literal) => self.sub_literal(literal, given, &mut result)?,
                other => result.push(other.clone()),
            }
        }
        Some(result)
    }

    fn sub_literal(&mut self, literal: &str, given: &[Member], result: &mut Text) -> Option<()> {
        let mut rest = literal;
        while let Some((before, from)) = rest.split_once("${") {
            let Some((name, behind)) = from.split_once('}') else { break };
            result.push(Piece::Literal(before.to_owned()));
            if let Some(literal) = name.strip_prefix('!') {
                result.push(Piece::Literal(format!("${{{literal}}}")));
            } else {
                let name = name.trim();
                let value = given.iter().find(|member| member.name.literal().as_deref() == Some(name));
                match value.map(|member| &member.value) {
                    Some(node) => match (node.text(), scalar(node)) {
                        (Some(text), _) => self.append(&text, result)?,
                        (None, Some(scalar)) => result.push(Piece::Literal(scalar)),
                        (None, None) => result.push(Piece::Hole(Hole::new(name))),
                    },
                    None => result.push(Piece::Hole(self.hole(name))),
                }
            }
            rest = behind;
        }
        result.push(Piece::Literal(rest.to_owned()));
        Some(())
    }

    /// `Fn::Join`: a delimiter, and a list of texts.
    fn join(&mut self, argument: &Node) -> Option<Text> {
        let Value::List(items) = &argument.value else { return None };
        let [Item::One(delimiter), Item::One(parts)] = items.as_slice() else { return None };
        let delimiter = delimiter.text()?;
        let Value::List(parts) = &parts.value else { return None };
        let mut result = Text::default();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.append(&delimiter, &mut result)?;
            }
            let Item::One(part) = part else { return None };
            self.append(&part.text().or_else(|| scalar(part).map(Text::new))?, &mut result)?;
        }
        Some(result)
    }

    /// Adds text to what a function makes, within the limit.
    fn append(&mut self, text: &Text, result: &mut Text) -> Option<()> {
        let bytes = text.pieces().iter().fold(0_usize, |sum, piece| match piece {
            Piece::Literal(text) | Piece::Verbatim(text) => sum.saturating_add(text.len()),
            Piece::Hole(_) | Piece::Claim { .. } => sum.saturating_add(16),
        });
        self.left = self.left.checked_sub(bytes)?;
        result.append(text);
        Some(())
    }

    fn hole(&self, name: &str) -> Hole {
        Hole { name: name.to_owned(), default: self.defaults.get(name).cloned() }
    }
}

/// The JSON that text is: names of members have holes only in text that is substituted as a whole.
fn json(text: &Text, span: Span) -> Option<Node> {
    let Some(Piece::Literal(start)) = text.pieces().first() else { return None };
    if !start.trim_start().starts_with('{') {
        return None;
    }
    let mut json = String::new();
    let mut holes = HashMap::new();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) | Piece::Verbatim(literal) => json.push_str(literal),
            Piece::Hole(hole) => {
                // The reader makes a hole of it.
                let mark = format!("<hole {}>", holes.len());
                json.push_str(&mark);
                holes.insert(mark, hole.clone());
            }
            Piece::Claim { .. } => return None,
        }
    }
    let mut node = read_value(&json).ok()?;
    restore(&mut node, &holes);
    node.move_to(span);
    Some(node)
}

/// Puts holes in the places of their marks.
fn restore(node: &mut Node, holes: &HashMap<String, Hole>) {
    match &mut node.value {
        Value::Text(text) => restore_text(text, holes),
        Value::List(items) => {
            for item in items {
                match item {
                    Item::One(node) | Item::Each { node, .. } => restore(node, holes),
                }
            }
        }
        Value::Object(members) => {
            for member in members {
                if let Some(name) = member.name.literal() {
                    member.name = with_placeholders(&name);
                    restore_text(&mut member.name, holes);
                }
                restore(&mut member.value, holes);
            }
        }
        _ => {}
    }
}

fn restore_text(text: &mut Text, holes: &HashMap<String, Hole>) {
    let mut restored = Text::default();
    for piece in text.pieces() {
        restored.push(match piece {
            Piece::Hole(hole) => Piece::Hole(holes.get(&hole.name).unwrap_or(hole).clone()),
            other => other.clone(),
        });
    }
    *text = restored;
}

/// A member or an item with this value is left out.
fn is_no_value(node: &Node) -> bool {
    matches!(&node.value, Value::Hole(hole) if hole.name == "AWS::NoValue")
}

/// Inputs are given by name, so a function that has none gets that of its place.
fn unknown(function: &str, span: Span) -> Value {
    Value::Hole(Hole::new(format!("{function}@{}", span.start)))
}

/// A function by its first argument, such as a condition.
fn named(function: &str, argument: &Node) -> Value {
    let words: Vec<String> = argument
        .items()
        .iter()
        .map_while(|item| match item {
            Item::One(node) => node.text().map(|text| text.shown()),
            Item::Each { .. } => None,
        })
        .collect();
    let words: &[String] = if function == "If" { words.get(..1).unwrap_or_default() } else { &words };
    if words.is_empty() {
        unknown(function, argument.span)
    } else {
        Value::Hole(Hole::new(format!("{function}({})", words.join(", "))))
    }
}

/// `Fn::GetAtt`: `Role.Arn`, or a list of both parts.
fn attribute(argument: &Node) -> Value {
    let parts: Option<Vec<String>> = argument
        .items()
        .iter()
        .map(|item| match item {
            Item::One(node) => node.text().map(|text| text.shown()),
            Item::Each { .. } => None,
        })
        .collect();
    match parts {
        Some(parts) if !parts.is_empty() => Value::Hole(Hole::new(parts.join("."))),
        _ => unknown("GetAtt", argument.span),
    }
}

/// `Fn::Select`: an index, and a list.
fn select(argument: &Node) -> Option<Value> {
    let Value::List(items) = &argument.value else { return None };
    let [Item::One(index), Item::One(list)] = items.as_slice() else { return None };
    let index: usize = scalar(index)?.parse().ok()?;
    let Value::List(list) = &list.value else { return None };
    match list.get(index)? {
        Item::One(node) => Some(node.value.clone()),
        Item::Each { .. } => None,
    }
}

/// `Fn::Split`: a delimiter, and a text.
fn split(argument: &Node) -> Option<Value> {
    let Value::List(items) = &argument.value else { return None };
    let [Item::One(delimiter), Item::One(text)] = items.as_slice() else { return None };
    let (delimiter, text) = (delimiter.str().filter(|delimiter| !delimiter.is_empty())?, text.str()?);
    let part = |part: &str| Item::One(Node::new(argument.span, Value::Text(Text::new(part))));
    Some(Value::List(text.split(&delimiter).map(part).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::read_json;

    #[test]
    fn functions_are_text_with_holes() {
        for (function, expected) in [
            (r#"{"Fn::Sub": "repo:${Org}/${ Repo }:${!x}*"}"#, "repo:{Org}/{Repo}:${x}*"),
            (r#"{"Fn::Sub": ["${A}-${B}-${C}", {"A": {"Ref": "Org"}, "B": "b", "C": 1}]}"#, "{Org}-b-1"),
            (
                r#"{"Fn::Join": [":", ["repo", {"Fn::Join": ["/", [{"Ref": "Org"}, "x"]]}, "*"]]}"#,
                "repo:{Org}/x:*",
            ),
            (r#"{"Fn::GetAtt": ["GithubOidc", "Arn"]}"#, "{GithubOidc.Arn}"),
            (r#"{"Fn::GetAtt": "GithubOidc.Arn"}"#, "{GithubOidc.Arn}"),
            (r#"{"Fn::If": ["IsProd", "a", "b"]}"#, "{If(IsProd)}"),
            (r#"{"Fn::Select": ["1", {"Fn::Split": ["/", "a/b"]}]}"#, "b"),
            (r#"{"Fn::ImportValue": "shared-org"}"#, "{ImportValue(shared-org)}"),
            (r#"{"Fn::Sub": "a${b"}"#, "a${b"),
        ] {
            let mut node = read_json(function).unwrap();
            resolve(&mut node);
            assert_eq!(node.text().map(|text| text.shown()).as_deref(), Some(expected), "{function}");
        }
    }

    #[test]
    fn json_in_text_is_read() {
        let template = r#"{"Fn::Sub": "{\"${Provider}:sub\": [\"repo:${Org}/x\", \"<ORG>\"]}"}"#;
        let mut node = read_json(template).unwrap();
        resolve(&mut node);
        let member = &node.members().unwrap()[0];
        assert_eq!(member.name.shown(), "{Provider}:sub");
        let Value::List(items) = &member.value.value else { panic!() };
        let texts = items.iter().map(|item| match item {
            Item::One(node) | Item::Each { node, .. } => node.text().unwrap().shown(),
        });
        assert_eq!(texts.collect::<Vec<_>>(), ["repo:{Org}/x", "{<ORG>}"]);
    }

    #[test]
    fn text_that_doubles_is_bounded() {
        let mut function = r#""x""#.to_owned();
        for _ in 0..40 {
            function = format!(r#"{{"Fn::Sub": ["${{A}}${{A}}", {{"A": {function}}}]}}"#);
        }
        let mut node = read_json(&function).unwrap();
        resolve(&mut node);
        assert!(node.text().unwrap().holes().next().is_some());
    }

    #[test]
    fn parameters_have_defaults_and_no_value_is_left_out() {
        let template = r#"{"Parameters": {"Org": {"Type": "String", "Default": "acme"}},
            "a": {"Ref": "Org"}, "b": {"Ref": "AWS::NoValue"}, "c": [{"Ref": "AWS::NoValue"}, 1]}"#;
        let mut node = read_json(template).unwrap();
        resolve(&mut node);
        assert_eq!(
            node.get("a").unwrap().text().unwrap().holes().next().unwrap().default.as_deref(),
            Some("acme")
        );
        assert!(node.get("b").is_none());
        assert_eq!(node.get("c").unwrap().items().len(), 1);
    }
}
