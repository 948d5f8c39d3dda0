//! What people paste in place of a token, a policy or keys. The parsers are strict; this says what a text is that they refuse
//! ([`InputKind`]), and finds the one token in a longer text ([`token_in`]).

mod encoding;
mod kind;
mod names;
mod secret;
mod token_in;

pub use self::{kind::InputKind, token_in::token_in};
