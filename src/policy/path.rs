//! Paths to the values of a policy, and the errors that name them.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::locate::{self, Step};
use crate::{
    error::{Code, Quoted},
    input::InputKind,
    json::{JsonError, Object, Value, line_and_column},
    suggest,
};

/// The path of a value in the document: each step knows the one before it, up to the root.
pub(super) enum Path<'p> {
    Root,
    Member(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    pub(super) const fn member(&'p self, name: &'p str) -> Self {
        Self::Member(self, name)
    }

    pub(super) const fn item(&'p self, index: usize) -> Self {
        Self::Item(self, index)
    }

    pub(super) fn required<'o>(
        &'p self,
        members: &'o Object,
        name: &'p str,
    ) -> Result<(Self, &'o Value), PolicyError> {
        let value = members.get(name).ok_or_else(|| self.missing(name))?;
        Ok((self.member(name), value))
    }

    pub(super) fn missing(&self, name: &str) -> PolicyError {
        let message = format!("the member {} is required", Quoted(name));
        Path::Member(self, name).error(Code::PolicyMemberMissing, message)
    }

    pub(super) fn flag(&'p self, members: &Object, name: &'p str) -> Result<bool, PolicyError> {
        match members.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => {
                Err(self.member(name).value(&format!("expected `true` or `false`, not {}", other.kind())))
            }
        }
    }

    pub(super) fn object<'o>(&self, value: &'o Value) -> Result<&'o Object, PolicyError> {
        match value {
            Value::Object(members) => Ok(members),
            other => Err(self.value(&format!("expected an object, not {}", other.kind()))),
        }
    }

    pub(super) fn array<'o>(&self, value: &'o Value) -> Result<&'o [Value], PolicyError> {
        match value {
            Value::Array(items) if !items.is_empty() => Ok(items),
            Value::Array(_) => Err(self.value("expected a list of at least one item")),
            other => Err(self.value(&format!("expected a list, not {}", other.kind()))),
        }
    }

    pub(super) fn string<'o>(&self, value: &'o Value) -> Result<&'o str, PolicyError> {
        match value {
            Value::String(text) if !text.is_empty() => Ok(text),
            Value::String(_) => Err(self.value("expected a string that is not empty")),
            other => Err(self.value(&format!("expected a string, not {}", other.kind()))),
        }
    }

    /// One string that is not empty, or a list of at least one.
    pub(super) fn strings(&self, value: &Value) -> Result<Vec<String>, PolicyError> {
        let mut strings = Vec::new();
        if let Value::Array(_) = value {
            for (index, item) in self.array(value)?.iter().enumerate() {
                strings.push(self.item(index).string(item)?.to_string());
            }
        } else {
            strings.push(self.string(value)?.to_string());
        }
        Ok(strings)
    }

    pub(super) fn unknown(&self, message: &str, suggestion: Option<&str>) -> PolicyError {
        self.error(Code::PolicyMemberUnknown, message.to_string()).suggesting(suggestion)
    }

    pub(super) fn value(&self, message: &str) -> PolicyError {
        self.error(Code::PolicyValue, message.to_string())
    }

    pub(super) fn error(&self, code: Code, message: String) -> PolicyError {
        PolicyError(Box::new(Details {
            code,
            place: self.to_string(),
            steps: self.steps(),
            message,
            suggestion: None,
            is_said: false,
            position: None,
        }))
    }

    fn steps(&self) -> Vec<Step> {
        let (parent, step) = match self {
            Self::Root => return Vec::new(),
            Self::Member(parent, name) => (parent, Step::Member((*name).into())),
            Self::Item(parent, index) => (parent, Step::Item(*index)),
        };
        let mut steps = parent.steps();
        steps.push(step);
        steps
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Self::Root, name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A byte of the document, and where a person finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    offset: usize,
    line: usize,
    column: usize,
}

/// Why a policy cannot be loaded: one error, at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(Box<Details>);

/// In a box, because an error this large weighs on every `?` that it could pass.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    code: Code,
    place: String,
    /// The same place, whose names may have dots in them.
    steps: Vec<Step>,
    message: String,
    suggestion: Option<String>,
    /// Whether the suggestion is in the message.
    is_said: bool,
    position: Option<Position>,
}

impl PolicyError {
    /// What is not strict JSON.
    #[cold]
    #[inline(never)]
    pub(super) fn json(error: &JsonError) -> Self {
        let mut refusal = Path::Root.error(Code::PolicyJson, error.reason.to_string());
        refusal.0.position = Some(Position { offset: error.offset, line: 0, column: 0 });
        refusal
    }

    /// The same with its position in the document. If the document is something else than a policy, the error says what.
    #[cold]
    pub(super) fn located_in(mut self, json: &[u8]) -> Self {
        let offset = self.offset().unwrap_or_else(|| locate::offset_of(json, &self.0.steps));
        let (line, column) = line_and_column(json, offset);
        self.0.position = Some(Position { offset, line, column });
        if self.0.code == Code::PolicyJson {
            let reason = core::mem::take(&mut self.0.message);
            self.0.message =
                format!("the policy is not strict JSON at line {line}, column {column}: {reason}");
        }
        // Only what lacks all of a policy is something else.
        let is_elsewhere = self.place().starts_with("roles") || self.place().starts_with("issuers");
        if !is_elsewhere
            && let Some(kind) = InputKind::of(json)
            && kind != InputKind::Policy
            && let Some(noun) = kind.noun()
        {
            self.0.message = format!("expected a policy, but this is {noun}");
            self.0.place.clear();
            self.0.suggestion = None;
            self.0.position = Some(Position { offset: 0, line: 1, column: 1 });
        }
        self
    }

    /// As [`suggesting`](Self::suggesting), where the message says it already.
    pub(super) fn meaning(mut self, suggestion: &str) -> Self {
        self.0.is_said = true;
        self.suggesting(Some(suggestion))
    }

    pub(super) fn suggesting(mut self, suggestion: Option<&str>) -> Self {
        self.0.suggestion = suggestion.map(ToString::to_string);
        self
    }

    /// The stable code.
    pub const fn code(&self) -> Code {
        self.0.code
    }

    /// Where in the policy: `roles.deploy.allow[0].ref`; empty for the document as a whole.
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// The byte of the document where that is: a member where its name begins; of a member that is missing, what should contain it.
    pub fn offset(&self) -> Option<usize> {
        self.0.position.map(|position| position.offset)
    }

    /// The line of the document, from one.
    pub fn line(&self) -> Option<usize> {
        self.0.position.map(|position| position.line)
    }

    /// The column, from one, in characters.
    pub fn column(&self) -> Option<usize> {
        self.0.position.map(|position| position.column)
    }

    /// What was probably meant.
    pub fn suggestion(&self) -> Option<&str> {
        self.0.suggestion.as_deref()
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place().is_empty() {
            write!(f, "{}: ", Quoted(self.place()))?;
        }
        let suggestion = self.suggestion().filter(|_| !self.0.is_said);
        write!(f, "{}{}", self.0.message, suggest::suffix(suggestion))
    }
}

impl core::error::Error for PolicyError {}
