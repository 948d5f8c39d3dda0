//! What people paste in place of a token, a policy or keys. The parsers are strict; this identifies a text that they reject
//! ([`InputKind`]), and finds the one token in a longer text ([`token_in`]).

mod encoding;
mod identify;
mod kind;
mod names;
mod secret;
mod token_in;

pub use self::{kind::InputKind, token_in::token_in};
