//! The core, through its public surface alone.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail by panicking, on overflow too"
)]
#![allow(clippy::needless_pass_by_value, reason = "`json!` makes values, and the tests are tables of them")]

mod api;
mod asynchronous;
mod claim_faults;
mod claims;
mod disclosure;
mod explanations;
mod hostile;
mod inputs;
mod keys;
mod large;
mod limits;
mod main_path;
mod messages;
mod mint;
mod policy;
mod policy_language;
mod rsa_sizes;
mod scale;
mod security;
mod serialize;
mod signatures;
mod signing_keys;
mod subject;
mod support;
mod tampering;
mod token;
mod token_faults;
mod verifier;
mod wycheproof;
