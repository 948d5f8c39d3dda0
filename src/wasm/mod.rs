//! The exports for JavaScript: convert, call, map errors. Nothing is decided here.

#![allow(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands strings of JavaScript over by value or by reference alike, and values by value only"
)]
#![allow(
    unreachable_pub,
    reason = "what wasm-bindgen exports must be public, and is reached from JavaScript"
)]

mod shape;

use alloc::{string::String, vec::Vec};
use rlsf::SmallGlobalTlsf;
use serde::Serialize as _;
use wasm_bindgen::prelude::*;

use self::shape::{Failure, Shape, fail};
use crate::{
    claims::Issuer,
    error::{Code, Quoted},
    jwk::KeySet,
    map::Map,
    policy::{Denial, Policy},
    signature::{Algorithm, SignatureAlgorithm, ring},
    suggest,
    time::UnixTime,
    token::Untrusted,
    verify::{Verifier, VerifyError},
};

#[global_allocator]
static ALLOCATOR: SmallGlobalTlsf = SmallGlobalTlsf::new();

/// A policy, how it verifies, and the keys of its issuers as far as they have been loaded.
#[wasm_bindgen]
pub struct Core {
    policy: Policy,
    algorithms: Vec<&'static dyn SignatureAlgorithm>,
    leeway: Option<u64>,
    maximum_age: Option<u64>,
    keys: Map<KeySet>,
}

#[wasm_bindgen]
impl Core {
    /// Loads a policy. Absent options have the core's defaults; `algorithms` is RS256 alone.
    #[wasm_bindgen(constructor)]
    pub fn new(
        policy: &str,
        algorithms: Option<Vec<String>>,
        leeway: Option<f64>,
        maximum_age: Option<f64>,
    ) -> Result<Core, JsValue> {
        let core = Self {
            policy: Policy::parse(policy).map_err(fail)?,
            algorithms: algorithms
                .map_or_else(|| Ok([ring::RS256].into()), |names| find_algorithms(&names))?,
            leeway: leeway.map(|leeway| seconds("leeway", leeway)).transpose()?,
            maximum_age: maximum_age.map(|age| seconds("maxAge", age)).transpose()?,
            keys: Map::new(),
        };
        // A leeway beyond its bound is a mistake of the host, to be told when it starts.
        core.configure(Verifier::new(Issuer::github(), ""))?;
        Ok(core)
    }

    /// Name, `iss` and discovery address of each issuer.
    pub fn issuers(&self) -> Result<JsValue, JsValue> {
        to_js(&shape::list(self.policy.issuers(), shape::issuer))
    }

    /// The `iss` whose keys a token for `role` needs. Unless `disclose`, an unknown role gets no
    /// suggestion.
    #[wasm_bindgen(js_name = issuerOf)]
    pub fn issuer_of(&self, role: &str, disclose: bool) -> Result<String, JsValue> {
        let issuer = self.policy.issuer_of(role).map_err(|denial| denied(denial, disclose))?;
        Ok(issuer.as_str().into())
    }

    /// Replaces the keys of the issuer with that `iss`, unless none of the new ones is usable; says
    /// which are.
    #[wasm_bindgen(js_name = setKeys)]
    pub fn set_keys(&mut self, iss: &str, jwks: &str) -> Result<JsValue, JsValue> {
        let found = self.policy.issuers().find(|(_, issuer)| issuer.as_str() == iss);
        let (_, issuer) = found.ok_or_else(|| {
            refused(Code::OptionInvalid, alloc::format!("the policy has no issuer {}", Quoted(iss)))
        })?;
        let keys = KeySet::parse(issuer, jwks, &self.algorithms).map_err(fail)?;
        if keys.usable().next().is_none() {
            let reason =
                keys.skipped().first().map_or_else(String::new, |key| alloc::format!(": {}", key.reason));
            let message = alloc::format!("the key set has no usable key{reason}");
            return Err(refused(Code::KeySetMalformed, message));
        }
        let report = to_js(&shape::key_set(&keys))?;
        self.keys.insert(iss.into(), keys);
        Ok(report)
    }

    /// Verifies `token` at `now`, in seconds since 1970, and decides whether it has `role`.
    /// Unless `disclose`, a denial does not say what the policy expects.
    pub fn authorize(&self, token: &str, role: &str, now: f64, disclose: bool) -> Result<JsValue, JsValue> {
        let undisclosed =
            |error: VerifyError| fail(if disclose { error } else { error.without_expectations() });
        let verifier =
            self.configure(self.policy.verifier(role).map_err(|denial| denied(denial, disclose))?)?;
        let now = UnixTime::from_secs(seconds("clock", now)?);
        let token = Untrusted::parse(token).map_err(fail)?;
        let keys = self.keys.get(verifier.issuer().as_str()).ok_or_else(|| {
            refused(Code::KeyUnknown, "no keys of the role's issuer have been loaded".into())
        })?;
        let proven = token.verify(&verifier, keys, now).map_err(undisclosed)?;
        let authorized = self.policy.authorize(role, proven).map_err(|denial| denied(denial, disclose))?;
        to_js(&shape::authorized(&authorized))
    }

    fn configure(&self, mut verifier: Verifier) -> Result<Verifier, JsValue> {
        if let Some(seconds) = self.leeway {
            verifier = verifier.with_leeway(seconds).map_err(fail)?;
        }
        if let Some(seconds) = self.maximum_age {
            verifier = verifier.with_maximum_age(seconds);
        }
        Ok(verifier)
    }
}

/// Header and claims of a token, **not verified**.
#[wasm_bindgen(js_name = decodeUnverified)]
pub fn decode_unverified(token: &str) -> Result<JsValue, JsValue> {
    let untrusted = Untrusted::parse(token).map_err(fail)?;
    untrusted.claims_unverified().map_err(fail)?;
    to_js(&shape::decoded(&untrusted))
}

/// The stable codes of every error.
#[wasm_bindgen]
pub fn codes() -> Vec<String> {
    Code::ALL.iter().map(|code| code.as_str().into()).collect()
}

fn refused(code: Code, message: String) -> JsValue {
    Failure::new(code, message).throw()
}

fn denied(denial: Denial, disclose: bool) -> JsValue {
    let denial = if disclose { denial } else { denial.without_expectations() };
    fail(&denial)
}

fn find_algorithms(names: &[String]) -> Result<Vec<&'static dyn SignatureAlgorithm>, JsValue> {
    let mut algorithms = Vec::new();
    for name in names {
        let algorithm = Algorithm::from_name(name);
        let found = ring::ALL.iter().find(|candidate| Some(candidate.algorithm()) == algorithm);
        algorithms.push(*found.ok_or_else(|| {
            let known = Algorithm::ALL.iter().map(|algorithm| algorithm.name());
            let suggestion = suggest::suffix(suggest::did_you_mean(name, known));
            refused(
                Code::OptionInvalid,
                alloc::format!("the algorithm {} is not supported{suggestion}", Quoted(name)),
            )
        })?);
    }
    Ok(algorithms)
}

/// JavaScript's numbers are doubles: only whole, non-negative ones are seconds.
fn seconds(option: &str, value: f64) -> Result<u64, JsValue> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::float_cmp,
        reason = "whether the conversion is exact is what is asked"
    )]
    let whole = Some(value as u64).filter(|seconds| *seconds as f64 == value);
    whole.ok_or_else(|| {
        let message = alloc::format!("`{option}` must be a whole number of seconds");
        refused(Code::OptionInvalid, message)
    })
}

fn to_js(shape: &Shape<'_>) -> Result<JsValue, JsValue> {
    shape.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(Into::into)
}
