//! Policy variables, `${key}`, in the values of conditions; and the placeholders of templates, which look the same.

use super::keys::{Key, Keys};
use crate::document::{Hole, Piece, Text};

/// Text with the placeholders of templates, `${NAME}`, as holes. IAM's variables have a `:` in their name.
pub(super) fn with_template_holes(text: &Text) -> Text {
    read(text, |name| is_placeholder(name).then(|| Piece::Hole(Hole::new(name))))
}

/// Text with IAM's variables and the placeholders of templates.
pub(super) fn with_variables(text: &Text, keys: &Keys) -> Text {
    read(text, |name| match name {
        "*" | "?" | "$" => Some(Piece::Verbatim(name.to_owned())),
        _ if is_placeholder(name) => Some(Piece::Hole(Hole::new(name))),
        _ => {
            let (key, default) = match name.split_once(',') {
                Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\'').to_owned())),
                None => (name.trim(), None),
            };
            Some(match keys.read(&Text::new(key)).0 {
                Key::Claim(name) => Piece::Claim { name, default },
                Key::Unknown(_) => Piece::Hole(Hole::new(key)),
                // A claim that no token has.
                Key::Never(_) | Key::Hole(_) => Piece::Claim { name: String::new(), default },
            })
        }
    })
}

fn is_placeholder(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-'))
}

fn read(text: &Text, replace: impl Fn(&str) -> Option<Piece>) -> Text {
    let mut read = Text::default();
    for piece in text.pieces() {
        let Piece::Literal(literal) = piece else {
            read.push(piece.clone());
            continue;
        };
        let mut rest = literal.as_str();
        while let Some((before, behind)) = rest.split_once("${") {
            read.push(Piece::Literal(before.to_owned()));
            let replaced = behind.split_once('}').and_then(|(name, after)| Some((replace(name)?, after)));
            let (piece, after) = replaced.unwrap_or_else(|| (Piece::Literal("${".to_owned()), behind));
            read.push(piece);
            rest = after;
        }
        read.push(Piece::Literal(rest.to_owned()));
    }
    read
}
