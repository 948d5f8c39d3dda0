//! Verifies the `OpenID` Connect tokens that GitHub Actions gives to jobs, and decides by a trust
//! policy what a job may have.
//!
//! ```text
//! bytes ─parse→ Untrusted ─verify→ Verified<GithubClaims> ─authorize→ Authorized ─mint→ AccessToken
//!         ParseError          VerifyError                    Denial          MintError
//! ```
//!
//! Each step consumes its input and has its own error; there is no other way to a value on the
//! right. The core knows no clock, no network and no randomness: time and keys are handed in.
//!
//! ```
//! # #[cfg(all(feature = "ring", feature = "std"))] {
//! use claimgate::{KeySet, Policy, UnixTime, Untrusted, signature::ring::RS256};
//!
//! fn admit(policy: &Policy, jwks: &[u8], token: &str) -> Result<(), Box<dyn std::error::Error>> {
//!     let token = Untrusted::parse(token)?;
//!     let validation = policy.validation("deploy-production", &token)?;
//!     let keys = KeySet::parse(validation.issuer(), jwks, &[RS256])?;
//!     let verified = token.verify(&validation, &keys, UnixTime::now())?;
//!     let job = policy.authorize("deploy-production", verified)?;
//!     println!("{:?} may deploy by {}", job.claims().repository(), job.rule());
//!     Ok(())
//! }
//! # }
//! ```
//!
//! A [`Verifier`] keeps the policy and the keys of its issuers, and takes these steps in one call. A
//! [`Minter`] signs the access token that the job then uses in place of a stored secret.
//!
//! # Features
//!
//! - `ring` (default): signatures verified by `ring`. Without it, implement
//!   [`signature::SignatureAlgorithm`]. On `wasm32-unknown-unknown` `ring` needs a source of randomness: add `getrandom`
//!   0.2 with its feature `js` or `custom` to your program.
//! - `mint` (default): [`Minter`], which signs by `ring`.
//! - `std` (default): [`UnixTime::now`]. Without it the crate is `no_std` with `alloc`.
//! - `serde`: `Serialize` for explanations, errors, claims, subjects, grants and key reports. [`ErrorDetails`]
//!   is what any error of this crate says, as fields.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

/// The README's Rust compiles.
#[cfg(all(doctest, feature = "mint", feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;

mod claims;
#[cfg(feature = "serde")]
mod details;
mod error;
mod input;
mod jwk;
#[cfg(feature = "mint")]
mod mint;
mod policy;
mod secrets;
#[cfg(feature = "serde")]
mod serialize;
mod stage;
mod suggest;
mod time;
mod token;
mod verifier;
mod verify;

pub mod base64url;
pub mod json;
pub mod limits;
pub mod signature;
#[cfg(feature = "test-exports")]
pub mod test_exports;

pub use base64url::{Base64UrlError, Base64UrlReason};
pub use claims::{
    Claim, ClaimName, ClaimsError, Contradiction, GithubClaims, Issuer, IssuerError, IssuerKind,
    RepositoryForm, Subject, SubjectCheck, SubjectSegment,
};
#[cfg(feature = "serde")]
pub use details::ErrorDetails;
pub use error::{Code, Quoted};
pub use input::{InputKind, token_in};
pub use jwk::{KeyProblem, KeySet, KeySetError, SkippedKey};
#[cfg(feature = "mint")]
pub use mint::{
    AccessToken, AccessTokenRequest, IssuedToken, MintError, Minter, Signer, SigningFailed, SigningFuture,
    SigningKey, SigningKeyError, SigningKeySlot, SigningKeys, SigningKeysError,
};
pub use policy::{
    Authorized, ClaimCondition, ConditionOutcome, Denial, Disclosure, Effect, Evaluation, Explanation, Glob,
    Grant, MissKind, NearestMiss, POLICY_SCHEMA, Pattern, Policy, PolicyError, PolicyWarning, RuleOutcome,
    WarningCode,
};
pub use signature::Algorithm;
pub use stage::{Answer, Stage};
pub use suggest::did_you_mean;
pub use time::UnixTime;
pub use token::{Header, HeaderProblem, ParseError, Segment, Untrusted};
pub use verifier::{Refusal, Verifier};
pub use verify::{OptionError, Validation, Verified, VerifyError};
