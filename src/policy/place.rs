//! Places in a policy, and the errors that name them.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use crate::{
    error::{Code, Quoted},
    json::{Object, Value},
    suggest,
};

/// A place in the document, which knows the way back to the root.
pub(super) enum Place<'p> {
    Root,
    Member(&'p Place<'p>, &'p str),
    Item(&'p Place<'p>, usize),
}

impl<'p> Place<'p> {
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
        Place::Member(self, name).error(Code::PolicyMemberMissing, message)
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

    pub(super) fn known(&self, members: &Object, names: &[&str]) -> Result<(), PolicyError> {
        members.iter().try_for_each(|(name, _)| self.check_known(name, names))
    }

    pub(super) fn check_known(&self, name: &str, names: &[&str]) -> Result<(), PolicyError> {
        if names.contains(&name) {
            return Ok(());
        }
        let message = format!("the member {} is not known", Quoted(name));
        Err(Place::Member(self, name).unknown(&message, suggest::did_you_mean(name, names.iter().copied())))
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
            message,
            suggestion: None,
            offset: None,
        }))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Self::Root, name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// Why a policy cannot be loaded: one error, at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(Box<Details>);

/// In a box, because an error this large weighs on every `?` that it could pass.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    code: Code,
    place: String,
    message: String,
    suggestion: Option<String>,
    offset: Option<usize>,
}

impl PolicyError {
    pub(super) fn at(mut self, offset: usize) -> Self {
        self.0.offset = Some(offset);
        self
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

    /// At which byte of the document reading stopped, if it is not strict JSON.
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
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
        write!(f, "{}{}", self.0.message, suggest::suffix(self.suggestion()))
    }
}

impl core::error::Error for PolicyError {}
