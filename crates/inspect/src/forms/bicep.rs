//! Bicep: the values of federated credentials. What is not a literal is a hole.

use std::collections::BTreeMap;

use super::{Document, Form};
use crate::{
    ReadError, System,
    cursor::Cursor,
    document::{Hole, Item, Member, Node, Piece, Span, Text, Value},
};

/// Levels of nesting.
const DEPTH: usize = 64;

struct Reader<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    /// `var x = …`, by its name.
    variables: BTreeMap<String, Value>,
    /// The defaults of `param x … = …`.
    defaults: BTreeMap<String, String>,
}

pub(super) fn read(text: &str) -> Result<Vec<Document>, ReadError> {
    let mut reader =
        Reader { text, cursor: Cursor::new(text), variables: BTreeMap::new(), defaults: BTreeMap::new() };
    let mut documents = Vec::new();
    while !reader.cursor.rest().is_empty() {
        reader.space();
        let word = reader.word().to_owned();
        match word.as_str() {
            "param" | "var" => reader.declaration(word == "var")?,
            "resource" => documents.extend(reader.resource()?),
            _ => reader.skip_line(),
        }
    }
    Ok(documents)
}

impl<'t> Reader<'t> {
    fn word(&mut self) -> &'t str {
        self.cursor.take_while(|character| character.is_ascii_alphanumeric() || character == '_')
    }

    /// White space, line ends and comments.
    fn space(&mut self) {
        loop {
            self.cursor.take_while(char::is_whitespace);
            if self.cursor.rest().starts_with("//") {
                self.cursor.take_while(|character| character != '\n');
            } else if self.cursor.rest().starts_with("/*") {
                let length = self
                    .cursor
                    .rest()
                    .find("*/")
                    .map_or(self.cursor.rest().len(), |end| end.saturating_add(2));
                self.cursor.take(length);
            } else {
                return;
            }
        }
    }

    fn blanks(&mut self) {
        self.cursor.take_while(|character| matches!(character, ' ' | '\t' | '\r'));
    }

    fn skip_line(&mut self) {
        self.cursor.take_while(|character| character != '\n');
        self.cursor.take(1);
    }

    fn syntax(&self, message: &str) -> ReadError {
        ReadError::syntax(self.text, self.cursor.at(), message)
    }

    /// `param x string = 'default'` or `var x = 'value'`.
    fn declaration(&mut self, is_variable: bool) -> Result<(), ReadError> {
        self.blanks();
        let name = self.word().to_owned();
        self.cursor.take_while(|character| !matches!(character, '=' | '\n'));
        if !self.cursor.eat("=") {
            return Ok(());
        }
        self.blanks();
        let value = self.value(0)?;
        if is_variable {
            self.variables.insert(name, value.value);
        } else if let Some(default) = value.str() {
            self.defaults.insert(name, default);
        }
        Ok(())
    }

    /// `resource NAME 'TYPE@VERSION' = { … }`, also with `existing`, a condition or a loop in front.
    fn resource(&mut self) -> Result<Option<Document>, ReadError> {
        self.blanks();
        self.word();
        self.blanks();
        if !self.cursor.rest().starts_with('\'') {
            self.skip_line();
            return Ok(None);
        }
        let of_type = self.value(0)?.str().unwrap_or_default();
        let is_credential = of_type.to_ascii_lowercase().contains("federatedidentitycredentials@");
        self.cursor.take_while(|character| !matches!(character, '=' | '\n'));
        if !is_credential || !self.cursor.eat("=") {
            self.skip_line();
            return Ok(None);
        }
        self.blanks();
        // `if (…) {` and `[for x in y: {`
        if !self.cursor.rest().starts_with('{') {
            self.cursor.take_while(|character| !matches!(character, '{' | '\n'));
        }
        let mut node = self.value(0)?;
        if let (Some(properties), Some(name)) = (node.get("properties").cloned(), node.get("name").cloned()) {
            let span = node.span;
            node = properties;
            if let Value::Object(members) = &mut node.value
                && !members.iter().any(|member| member.name.literal().as_deref() == Some("name"))
            {
                members.push(Member { name: Text::new("name"), span, value: name });
            }
        }
        Ok(Some(Document { system: Some(System::Azure), form: Form::Bicep, node }))
    }

    fn value(&mut self, depth: usize) -> Result<Node, ReadError> {
        if depth > DEPTH {
            return Err(self.syntax(&format!("nested deeper than {DEPTH} levels")));
        }
        let start = self.cursor.at();
        let value = match self.cursor.rest().chars().next() {
            Some('{') => self.object(depth)?,
            Some('[') if !self.cursor.rest().trim_start_matches(['[', ' ']).starts_with("for ") => {
                self.list(depth)?
            }
            Some('\'') => Value::Text(self.string()?),
            _ => self.expression(),
        };
        Ok(Node { span: Span { start, end: self.cursor.at() }, value })
    }

    fn object(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.cursor.take(1);
        let mut members = Vec::new();
        loop {
            self.space();
            self.cursor.eat(",");
            self.space();
            if self.cursor.eat("}") {
                return Ok(Value::Object(members));
            }
            let start = self.cursor.at();
            let name = match self.cursor.rest().chars().next() {
                None => return Err(self.syntax("a closing `}` is missing")),
                Some('\'') => self.string()?,
                Some(_) => Text::new(self.word()),
            };
            let span = Span { start, end: self.cursor.at() };
            self.blanks();
            if !self.cursor.eat(":") {
                return Err(self.syntax("expected a name, `:` and a value"));
            }
            self.blanks();
            let value = self.value(depth.saturating_add(1))?;
            members.push(Member { name, span, value });
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.cursor.take(1);
        let mut items = Vec::new();
        loop {
            self.space();
            self.cursor.eat(",");
            self.space();
            if self.cursor.eat("]") {
                return Ok(Value::List(items));
            }
            if self.cursor.rest().is_empty() {
                return Err(self.syntax("a closing `]` is missing"));
            }
            let before = self.cursor.at();
            items.push(Item::One(self.value(depth.saturating_add(1))?));
            if self.cursor.at() == before {
                return Err(self.syntax("expected a value"));
            }
        }
    }

    fn string(&mut self) -> Result<Text, ReadError> {
        if self.cursor.eat("'''") {
            let Some((literal, _)) = self.cursor.rest().split_once("'''") else {
                return Err(self.syntax("a string is not closed by `'''`"));
            };
            self.cursor.take(literal.len().saturating_add(3));
            let literal = literal.strip_prefix('\n').unwrap_or(literal);
            return Ok(Text::new(literal));
        }
        self.cursor.take(1);
        let mut text = Text::default();
        loop {
            let literal = self.cursor.take_while(|character| !matches!(character, '\'' | '\\' | '$' | '\n'));
            text.push(Piece::Literal(literal.to_owned()));
            if self.cursor.eat("'") {
                return Ok(text);
            }
            if self.cursor.eat("${") {
                self.interpolation(&mut text)?;
            } else if self.cursor.eat("$") {
                text.push(Piece::Literal("$".into()));
            } else if self.cursor.eat("\\") {
                let escaped = match self.cursor.rest().chars().next() {
                    Some('n') => "\n",
                    Some('r') => "\r",
                    Some('t') => "\t",
                    Some('\'') => "'",
                    Some('\\') => "\\",
                    Some('$') => "$",
                    _ => return Err(self.syntax("an escape that Bicep does not have")),
                };
                self.cursor.take(1);
                text.push(Piece::Literal(escaped.to_owned()));
            } else {
                return Err(self.syntax("a string is not closed by `'`"));
            }
        }
    }

    fn interpolation(&mut self, text: &mut Text) -> Result<(), ReadError> {
        let rest = self.cursor.rest();
        let mut depth = 1_usize;
        let end = rest.char_indices().find(|(_, character)| {
            match character {
                '{' => depth = depth.saturating_add(1),
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let Some((length, _)) = end else { return Err(self.syntax("a `${` is not closed by `}`")) };
        let source = self.cursor.take(length).trim().to_owned();
        self.cursor.take(1);
        match self.named(&source) {
            Value::Text(known) => text.append(&known),
            _ => text.push(Piece::Hole(self.hole(&source))),
        }
        Ok(())
    }

    fn hole(&self, name: &str) -> Hole {
        Hole { name: name.to_owned(), default: self.defaults.get(name).cloned() }
    }

    fn named(&self, name: &str) -> Value {
        self.variables.get(name).cloned().unwrap_or_else(|| Value::Hole(self.hole(name)))
    }

    /// A literal other than a string, the name of a variable, or any other expression up to the end of its line.
    fn expression(&mut self) -> Value {
        let mut depth = 0_usize;
        let rest = self.cursor.rest();
        let end = rest.char_indices().find(|(_, character)| match character {
            '(' | '[' | '{' => {
                depth = depth.saturating_add(1);
                false
            }
            ')' | ']' | '}' if depth > 0 => {
                depth = depth.saturating_sub(1);
                false
            }
            ']' | '}' => true,
            '\n' | ',' => depth == 0,
            _ => false,
        });
        let source = self.cursor.take(end.map_or(rest.len(), |(at, _)| at)).trim();
        let source = source.split("//").next().unwrap_or_default().trim();
        match source {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ if !source.is_empty() && source.bytes().all(|byte| byte.is_ascii_digit()) => {
                Value::Number(source.to_owned())
            }
            _ => self.named(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_have_holes_and_variables() {
        let text = "param org string = 'acme'\nvar repo = 'widget'\n\
            resource fic 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {\n  \
            name: 'main' // a comment\n  properties: {\n    issuer: 'https://x'\n    \
            subject: 'repo:${org}/${repo}:ref:refs/heads/it\\'s'\n    audiences: ['a', audience]\n  }\n}\n";
        let documents = read(text).unwrap();
        let [Document { node, .. }] = documents.as_slice() else { panic!("{documents:?}") };
        let subject = node.get("subject").and_then(Node::text).unwrap();
        assert_eq!(subject.shown(), "repo:{org}/widget:ref:refs/heads/it's");
        assert_eq!(subject.holes().next().unwrap().default.as_deref(), Some("acme"));
        assert_eq!(node.get("name").and_then(Node::str).as_deref(), Some("main"));
    }

    #[test]
    fn what_is_not_closed_is_an_error_at_its_place() {
        let text = "resource f 'x/federatedIdentityCredentials@1' = {\n  name: 'a\n}";
        assert_eq!(
            read(text).unwrap_err().to_string(),
            "a string is not closed by `'`, in line 2, column 11"
        );
    }
}
