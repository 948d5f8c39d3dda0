//! bicep

use super::Document;
use crate::ReadError;

pub(super) fn read(_text: &str) -> Result<Vec<Document>, ReadError> {
    Err(ReadError::unknown("not yet"))
}
