//! Where in the text of a policy a place is.

use alloc::boxed::Box;

use crate::{
    json::{self, JsonError, Reader},
    limits,
};

/// A step from a value to one that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(Box<str>),
    Item(usize),
}

/// The byte at which a place begins: a member where its name does, an item where it does. A place that is not there, such as a member
/// that is missing, has the byte of what should contain it. The text is read once, up to there, and nothing of it is kept.
pub(super) fn offset_of(json: &[u8], path: &[Step]) -> usize {
    let mut found = 0;
    let document = json::read(json, limits::POLICY_DEPTH, |reader| find(reader, path, &mut found));
    match document {
        Ok(()) | Err(Stop::Found | Stop::Json) => found,
    }
}

/// Why reading ends before the document does.
enum Stop {
    Found,
    /// The text breaks before the place: it ends at what was found so far.
    Json,
}

impl From<JsonError> for Stop {
    fn from(_: JsonError) -> Self {
        Self::Json
    }
}

/// Goes to the value that the rest of a path leads to.
fn find(reader: &mut Reader<'_>, path: &[Step], found: &mut usize) -> Result<(), Stop> {
    let first = reader.token();
    match (path.split_first(), first) {
        (Some((Step::Member(name), rest)), Some(b'{')) => {
            reader.object_with_offsets(|reader, member, offset| {
                if member == **name {
                    *found = offset;
                    find(reader, rest, found)?;
                    return Err(Stop::Found);
                }
                Ok(reader.skip_value()?)
            })
        }
        (Some((Step::Item(index), rest)), Some(b'[')) => {
            let mut position = 0;
            reader.array(|reader| {
                if position == *index {
                    reader.token();
                    *found = reader.offset();
                    find(reader, rest, found)?;
                    return Err(Stop::Found);
                }
                position = position.saturating_add(1);
                Ok(reader.skip_value()?)
            })
        }
        _ => Ok(reader.skip_value()?),
    }
}
