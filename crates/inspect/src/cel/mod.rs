//! The Common Expression Language, as Google Cloud evaluates it for Workload Identity Federation.
//!
//! Source: the language definition of cel-spec, and Google's own functions. Values may have holes; the result then is unknown where
//! they matter.

mod ast;
mod budget;
mod check;
mod evaluate;
mod functions;
mod lexer;
mod parser;
mod value;

pub(crate) use self::{
    ast::{Kind, Operator, Term},
    check::check,
    lexer::Problem,
    parser::parse,
    value::Value,
};
