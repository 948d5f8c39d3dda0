//! Whole documents.

use alloc::borrow::Cow;

use super::{JsonError, JsonReason, Object, Reader, Value, read};

/// Reads one value from `bytes`, nested at most `depth` levels.
pub(crate) fn parse(bytes: &[u8], depth: usize) -> Result<Value, JsonError> {
    read(bytes, depth, Reader::value)
}

/// Reads one object from `bytes`, nested at most `depth` levels.
pub(crate) fn parse_object(bytes: &[u8], depth: usize) -> Result<Object, JsonError> {
    match parse(bytes, depth)? {
        Value::Object(members) => Ok(members),
        other => {
            let offset = bytes.len().saturating_sub(bytes.trim_ascii_start().len());
            Err(JsonError { offset, reason: JsonReason::NotAnObject(other.kind()) })
        }
    }
}

/// Reads the members of one object from `bytes`, nested at most `depth` levels, as `visit` does.
pub(crate) fn read_object<'t>(
    bytes: &'t [u8],
    depth: usize,
    visit: impl FnMut(&mut Reader<'t>, Cow<'t, str>) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        parse_object(bytes, depth)?;
    }
    read(bytes, depth, |reader| reader.object(visit))
}
