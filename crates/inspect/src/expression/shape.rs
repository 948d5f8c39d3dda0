//! What kind of value a claim must be, whatever it says.

use serde_json::Value as Json;

use super::octo_sts;

/// What kind of value a claim must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A string.
    String,
    /// A string, or `null` where that is the same as no claim.
    StringOrNull,
    /// A string, or a list of strings.
    Strings,
    /// Nothing: an empty string or list.
    Empty,
    /// The text of an integer of 32 bits.
    Int32,
    /// An issuer that octo-sts looks at.
    OctoStsIssuer,
    /// A subject that octo-sts looks at.
    OctoStsSubject,
    /// Audiences that octo-sts looks at.
    OctoStsAudiences,
}

impl Shape {
    pub(super) fn matches(self, found: &Json) -> bool {
        match self {
            Self::String => found.is_string(),
            Self::StringOrNull => found.is_string() || found.is_null(),
            Self::Strings => {
                found.is_string() || found.as_array().is_some_and(|items| items.iter().all(Json::is_string))
            }
            Self::Empty => match found {
                Json::String(text) => text.is_empty(),
                Json::Array(items) => items.is_empty(),
                other => other.is_null(),
            },
            Self::Int32 => int32(found).is_some(),
            Self::OctoStsIssuer => found.as_str().is_some_and(octo_sts::is_issuer),
            Self::OctoStsSubject => found.as_str().is_some_and(octo_sts::is_subject),
            Self::OctoStsAudiences => octo_sts::are_audiences(found),
        }
    }

    pub(super) const fn shown(self) -> &'static str {
        match self {
            Self::String | Self::StringOrNull => "a string",
            Self::Strings => "a string or a list of strings",
            Self::Empty => "absent or empty",
            Self::Int32 => "an integer of 32 bits, as a string",
            Self::OctoStsIssuer => {
                "a URL with `https`, without user, query and fragment, of 255 characters at most"
            }
            Self::OctoStsSubject => {
                "1 to 255 printable characters without white space and none of \"'`\\<>;&$(){}[]"
            }
            Self::OctoStsAudiences => {
                "1 to 255 printable characters each, without white space and none of \"'`\\<>;|&$(){}[]@"
            }
        }
    }
}

/// The integer of 32 bits that a claim is the text of.
pub(super) fn int32(found: &Json) -> Option<i32> {
    found.as_str()?.parse().ok()
}
