//! YAML

use super::Document;
use crate::{ReadError, System};

pub(super) fn read(_text: &str, _system: Option<System>) -> Result<Vec<Document>, ReadError> {
    Err(ReadError::unknown("not yet"))
}
