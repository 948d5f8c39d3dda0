//! The exports for JavaScript: convert, call, map errors. Nothing is decided here.

#![allow(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands strings of JavaScript over by value or by reference alike, and values by value only"
)]
#![allow(
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "what wasm-bindgen exports must be public, and is reached from JavaScript"
)]
#![allow(clippy::missing_errors_doc, reason = "what is thrown is in `src/js/types.d.ts`")]
// Natively there is nothing to build.
#![cfg(target_arch = "wasm32")]

mod algorithms;
mod cross;
#[cfg(feature = "exchange")]
mod exchange;
mod host;
mod inspect;
mod key_parts;
mod own;
mod promise;
#[cfg(feature = "test-exports")]
mod test_exports;
mod view;
mod webcrypto;
#[cfg(feature = "exchange")]
mod webcrypto_signer;

use std::time::Duration;

use claimgate::{
    Authorized, Code, Disclosure, ErrorDetails, GithubClaims, KeySet, Policy, Quoted, Refusal, Subject,
    UnixTime, Untrusted, Verifier, VerifyError, signature::SignatureAlgorithm,
};
use rlsf::SmallGlobalTlsf;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::SubtleCrypto;

use self::{
    algorithms::Provider,
    cross::{Seconds, fail, from_js, seconds, to_js},
    host::Host,
    view::{IssuerInfo, JobDescription},
};

#[global_allocator]
static ALLOCATOR: SmallGlobalTlsf = SmallGlobalTlsf::new();

/// Bytes of a policy that are read until `progress` is called again: some hundredths of a second.
const PROGRESS_BYTES: usize = 4 * 1024 * 1024;

/// The options of a verifier that are not JavaScript's own. Absent ones have the core's defaults.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Options {
    algorithms: Option<Vec<String>>,
    leeway: Option<Seconds>,
    max_age: Option<Seconds>,
    /// Whether `host` or `subtle` leaves RSA to the module.
    #[serde(default)]
    leaves_rsa: bool,
}

/// A [`Verifier`], and the algorithms that the keys of its issuers are read for.
#[wasm_bindgen]
pub struct Core {
    verifier: Verifier,
    algorithms: Vec<Box<dyn SignatureAlgorithm>>,
    /// Whether signatures are verified by promises.
    is_async: bool,
}

#[wasm_bindgen]
impl Core {
    /// Loads a policy. `host` or `subtle` verifies signatures, or else the module does. `progress`, which does not throw,
    /// receives how many bytes of a large policy have been read.
    #[wasm_bindgen(constructor)]
    pub fn new(
        policy: &str,
        options: JsValue,
        host: Option<Host>,
        subtle: Option<SubtleCrypto>,
        progress: Option<js_sys::Function>,
    ) -> Result<Core, JsValue> {
        let options: Options = from_js("options", options)?;
        let provider = Provider::new(host, subtle, options.leaves_rsa);
        let algorithms = provider.algorithms(options.algorithms.as_deref())?;
        let mut next = PROGRESS_BYTES;
        let policy = Policy::parse_with_progress(policy, |bytes| {
            if let Some(progress) = progress.as_ref().filter(|_| bytes >= next) {
                #[expect(clippy::cast_precision_loss, reason = "wasm has at most 2^32 of them")]
                let _: Result<JsValue, JsValue> = progress.call1(&JsValue::UNDEFINED, &(bytes as f64).into());
                next = bytes.saturating_add(PROGRESS_BYTES);
            }
        });
        let mut verifier = Verifier::new(policy.map_err(|error| fail(&error))?);
        if let Some(Seconds(leeway)) = options.leeway {
            verifier = verifier.with_leeway(Duration::from_secs(leeway)).map_err(|error| fail(&error))?;
        }
        if let Some(Seconds(age)) = options.max_age {
            verifier = verifier.with_maximum_age(Duration::from_secs(age));
        }
        Ok(Self { verifier, algorithms, is_async: provider.is_async() })
    }

    fn policy(&self) -> &Policy {
        self.verifier.policy()
    }

    /// Name, `iss` and discovery address of each issuer.
    pub fn issuers(&self) -> Result<JsValue, JsValue> {
        let issuers: Vec<_> =
            self.policy().issuers().map(|(name, issuer)| IssuerInfo::new(name, issuer)).collect();
        to_js(&issuers)
    }

    /// The `iss` of each issuer that `role` trusts. Unless `discloses`, an unknown role gets no suggestion.
    #[wasm_bindgen(js_name = issuersOf)]
    pub fn issuers_of(&self, role: &str, discloses: bool) -> Result<Vec<String>, JsValue> {
        let issuers = self.policy().issuers_of(role);
        let issuers = issuers.map_err(|denial| refused(Refusal::Denied(denial), discloses))?;
        Ok(issuers.map(|issuer| issuer.as_str().into()).collect())
    }

    /// The one of them by whose keys `token` is verified, which is not verified yet.
    #[wasm_bindgen(js_name = issuerFor)]
    pub fn issuer_for(&self, token: &str, role: &str) -> Result<String, JsValue> {
        let token = parse(token)?;
        let issuer = self.policy().issuer_for(role, &token).map_err(|denial| fail(&denial))?;
        Ok(issuer.as_str().into())
    }

    /// Replaces the keys of the issuer with that `iss`, unless none of the new ones is usable; returns which are.
    #[wasm_bindgen(js_name = setKeys)]
    pub fn set_keys(&mut self, iss: &str, jwks: &str) -> Result<JsValue, JsValue> {
        let found = self.verifier.policy().issuers().find(|(_, issuer)| issuer.as_str() == iss);
        let (_, issuer) = found.ok_or_else(|| {
            let message = format!("the policy has no issuer {}", Quoted(iss));
            fail(ErrorDetails::new(Code::OptionInvalid, message))
        })?;
        let algorithms: Vec<&dyn SignatureAlgorithm> =
            self.algorithms.iter().map(|algorithm| &**algorithm).collect();
        let keys = KeySet::parse(issuer, jwks, &algorithms).map_err(|error| fail(&error))?;
        let report = to_js(&keys)?;
        self.verifier.set_keys(keys).map_err(|error| fail(&error))?;
        Ok(report)
    }

    /// Verifies `token` at `now`, in seconds since 1970, and decides whether it has `role`: if so, it returns the payload
    /// that was verified, which is JSON; with WebCrypto a promise of it. Unless `discloses`, a denial does not say what the
    /// policy expects.
    ///
    /// The token comes as bytes, which are made of a string faster than it crosses.
    pub fn authorize(&self, token: &[u8], role: &str, now: f64, discloses: bool) -> Result<JsValue, JsValue> {
        let now = UnixTime::from_secs(seconds("clock", now)?);
        let payload = move |decision: Result<Authorized, Refusal>| match decision {
            Ok(job) => Ok(job.verified().claims_json().into()),
            Err(refusal) => Err(refused(refusal, discloses)),
        };
        if self.is_async {
            let decision = self.verifier.authorize_async(token, role, now);
            return Ok(promise::run(async move {
                let decision = decision.await;
                check_verified(&decision)?;
                payload(decision)
            })
            .into());
        }
        payload(self.verifier.authorize(token, role, now))
    }

    /// Describes a job that [`Core::authorize`] authorized, from the payload that it returned. Most requests do not need it. Unless `discloses`, the explanation does not say what the policy expects.
    pub fn describe(&self, payload: &str, role: &str, discloses: bool) -> Result<JsValue, JsValue> {
        let disclosure = if discloses { Disclosure::Full } else { Disclosure::Claims };
        let claims = GithubClaims::parse(payload).map_err(|error| fail(&VerifyError::Claims(error)))?;
        let policy = self.policy();
        let found = policy.issuers_of(role).and_then(|mut issuers| {
            let issuer = issuers.find(|issuer| issuer.as_str() == claims.iss());
            let audiences = policy.audiences_of(role)?;
            Ok((issuer, audiences, policy.grant_of(role)?, policy.explain(role, &claims, disclosure)?))
        });
        let (issuer, audiences, grant, explanation) = found.map_err(|denial| fail(&denial))?;
        let issuer = issuer.ok_or_else(|| JsValue::from_str("the job is of another issuer than its role"))?;
        let subject = Subject::check(&claims, issuer)
            .map_err(|contradiction| fail(&VerifyError::Subject(contradiction)))?;
        let audience = claims.aud().iter().find(|audience| audiences.contains(audience)).map(String::as_str);
        to_js(&JobDescription::new(&explanation, audience, &subject, grant))
    }
}

/// A token, **not verified**. What is something else is refused as that.
pub(crate) fn parse(token: &str) -> Result<Untrusted<'_>, JsValue> {
    Untrusted::parse(token).map_err(|error| fail(&Refusal::Token(error).of(token.as_bytes())))
}

/// Whether a signature was verified that is said to be invalid.
fn check_verified(decision: &Result<Authorized, Refusal>) -> Result<(), JsValue> {
    let missing = webcrypto::missing_algorithm();
    match (decision, missing) {
        (Err(refusal), Some(algorithm)) if refusal.code() == Code::SignatureInvalid => {
            Err(algorithms::missing(algorithm))
        }
        _ => Ok(()),
    }
}

fn refused(refusal: Refusal, discloses: bool) -> JsValue {
    fail(&if discloses { refusal } else { refusal.without_expectations() })
}
