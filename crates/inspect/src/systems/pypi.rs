//! pypi

use super::{Context, Parsed};
use crate::{Form, ReadError, document::Node};

pub(super) fn find(_node: &Node) -> Vec<Node> {
    Vec::new()
}

pub(super) fn parse(_policies: &[Node], _form: Form, _context: &Context) -> Result<Parsed, ReadError> {
    Err(ReadError::unknown("not yet"))
}
