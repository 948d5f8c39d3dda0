//! What the fuzz targets check, as plain functions, so that it can be run without libFuzzer, too: each
//! panics where a property does not hold.

pub mod base64url;
pub mod exchange;
pub mod glob;
pub mod growth;
pub mod input;
pub mod inspect;
pub mod json;
pub mod jwks;
pub mod policy;
pub mod random;
pub mod rsa;
pub mod sub;
pub mod token;
pub mod verify;

mod jobs;
mod support;

/// A target's name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 13] = [
    ("base64url", base64url::check),
    ("exchange", exchange::check),
    ("glob", glob::check),
    ("growth", growth::check),
    ("input", input::check),
    ("inspect", inspect::check),
    ("json", json::check),
    ("jwks", jwks::check),
    ("policy", policy::check),
    ("rsa", rsa::check),
    ("sub", sub::check),
    ("token", token::check),
    ("verify", verify::check),
];
