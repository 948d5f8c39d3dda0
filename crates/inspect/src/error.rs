//! Why a document cannot be read.

use std::fmt;

use claimgate::{Code, PolicyError};

use crate::{
    document::Span,
    places::{Places, Position},
};

/// Why a document cannot be read as a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    code: Code,
    message: String,
    at: Option<Position>,
}

impl ReadError {
    /// The text is not of the form that it looks like.
    pub(crate) fn syntax(text: &str, offset: usize, message: impl Into<String>) -> Self {
        Self { code: Code::DocumentSyntax, message: message.into(), at: Some(Places::new(text).at(offset)) }
    }

    /// The text is of a known form, and of no known policy language, or of several.
    pub(crate) fn unknown(message: impl Into<String>) -> Self {
        Self { code: Code::DocumentUnknown, message: message.into(), at: None }
    }

    /// A value that a policy of this language may not have.
    pub(crate) fn value(text: &str, span: Span, message: impl Into<String>) -> Self {
        Self { code: Code::PolicyValue, message: message.into(), at: Some(Places::new(text).at(span.start)) }
    }

    /// A policy of Claimgate's that does not load.
    pub(crate) fn policy(error: &PolicyError) -> Self {
        let at = error.line().zip(error.column()).map(|(line, column)| Position { line, column });
        Self { code: error.code(), message: error.to_string(), at }
    }

    /// The text, or what it is evaluated for, is too large.
    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self { code: Code::DocumentTooLarge, message: message.into(), at: None }
    }

    /// The stable code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Where the text is wrong, if it is at one place.
    pub const fn position(&self) -> Option<Position> {
        self.at
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.at {
            Some(Position { line, column }) => write!(f, ", in line {line}, column {column}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ReadError {}
