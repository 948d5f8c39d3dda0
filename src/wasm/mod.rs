//! The exports for JavaScript: convert, call, map errors. Nothing is decided here.

#![allow(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands strings of JavaScript over by value or by reference alike, and values by value only"
)]
#![allow(
    unreachable_pub,
    reason = "what wasm-bindgen exports must be public, and is reached from JavaScript"
)]

#[cfg(feature = "mint")]
mod exchange;
mod inspect;
mod json;
mod shape;
#[cfg(feature = "test-exports")]
mod test_exports;

use alloc::{string::String, vec::Vec};
use rlsf::SmallGlobalTlsf;
use wasm_bindgen::prelude::*;

use self::{
    json::Json,
    shape::{Failure, fail},
};
use crate::{
    claims::Subject,
    error::{Code, Quoted},
    gate::{Gate, Refusal},
    jwk::KeySet,
    policy::{Disclosure, Policy},
    signature::{
        Algorithm, SignatureAlgorithm,
        host::{Host, HostAlgorithm},
        rsa, unsupported_reason,
    },
    suggest,
    time::UnixTime,
    verify::VerifyError,
};

#[cfg(feature = "every-algorithm")]
use crate::signature::ring;

#[global_allocator]
static ALLOCATOR: SmallGlobalTlsf = SmallGlobalTlsf::new();

#[wasm_bindgen]
extern "C" {
    /// A function of JavaScript that does not throw: `src/js/loaded-policy.js` sees to it.
    pub type Progress;

    #[wasm_bindgen(method)]
    fn call(this: &Progress, receiver: &JsValue, bytes: f64);
}

/// Bytes of a policy that are read until `Progress` is called again: some hundredths of a second.
const PROGRESS_BYTES: usize = 4 * 1024 * 1024;

/// A [`Gate`], and the algorithms that the keys of its issuers are read for.
#[wasm_bindgen]
pub struct Core {
    gate: Gate,
    algorithms: Vec<HostAlgorithm>,
}

#[wasm_bindgen]
impl Core {
    /// Loads a policy. Absent options have the core's defaults; `algorithms` is RS256 alone. With
    /// a `host` it verifies signatures, else the wasm does. `progress` is told how many bytes of a large
    /// policy have been read.
    #[wasm_bindgen(constructor)]
    pub fn new(
        policy: &str,
        algorithms: Option<Vec<String>>,
        leeway: Option<f64>,
        maximum_age: Option<f64>,
        host: Option<Host>,
        progress: Option<Progress>,
    ) -> Result<Core, JsValue> {
        let mut next = PROGRESS_BYTES;
        let policy = Policy::parse_with_progress(policy, |bytes| {
            if let Some(progress) = progress.as_ref().filter(|_| bytes >= next) {
                #[expect(clippy::cast_precision_loss, reason = "wasm has at most 2^32 of them")]
                progress.call(&JsValue::UNDEFINED, bytes as f64);
                next = bytes.saturating_add(PROGRESS_BYTES);
            }
        });
        let mut gate = Gate::new(policy.map_err(|error| fail(&error))?);
        if let Some(leeway) = leeway {
            gate = gate.with_leeway(seconds("leeway", leeway)?).map_err(|error| fail(&error))?;
        }
        if let Some(age) = maximum_age {
            gate = gate.with_maximum_age(seconds("maxAge", age)?);
        }
        Ok(Self { gate, algorithms: find_algorithms(algorithms.as_deref(), host.as_ref())? })
    }

    /// Name, `iss` and discovery address of each issuer.
    pub fn issuers(&self) -> JsValue {
        Json::of(|json| json.list(self.gate.policy().issuers(), shape::issuer))
    }

    /// The `iss` of each issuer that `role` trusts. Unless `disclose`, an unknown role gets no suggestion.
    #[wasm_bindgen(js_name = issuersOf)]
    pub fn issuers_of(&self, role: &str, disclose: bool) -> Result<Vec<String>, JsValue> {
        let issuers = self.gate.policy().issuers_of(role);
        let issuers = issuers.map_err(|denial| refused(Refusal::Denied(denial), disclose))?;
        Ok(issuers.map(|issuer| issuer.as_str().into()).collect())
    }

    /// The one of them by whose keys `token` is verified, which is not verified yet.
    #[wasm_bindgen(js_name = issuerFor)]
    pub fn issuer_for(&self, token: &str, role: &str) -> Result<String, JsValue> {
        let token = inspect::parse(token)?;
        let issuer = self.gate.policy().issuer_for(role, &token).map_err(|denial| fail(&denial))?;
        Ok(issuer.as_str().into())
    }

    /// Replaces the keys of the issuer with that `iss`, unless none of the new ones is usable; says
    /// which are.
    #[wasm_bindgen(js_name = setKeys)]
    pub fn set_keys(&mut self, iss: &str, jwks: &str) -> Result<JsValue, JsValue> {
        let found = self.gate.policy().issuers().find(|(_, issuer)| issuer.as_str() == iss);
        let (_, issuer) =
            found.ok_or_else(|| option_error(alloc::format!("the policy has no issuer {}", Quoted(iss))))?;
        let algorithms: Vec<&dyn SignatureAlgorithm> =
            self.algorithms.iter().map(|algorithm| algorithm as _).collect();
        let keys = KeySet::parse(issuer, jwks, &algorithms).map_err(|error| fail(&error))?;
        let report = Json::of(|json| shape::key_set(&keys, json));
        self.gate.set_keys(keys).map_err(|error| fail(&error))?;
        Ok(report)
    }

    /// Verifies `token` at `now`, in seconds since 1970, and decides whether it has `role`: it
    /// returns if so. Unless `disclose`, a denial does not say what the policy expects.
    ///
    /// The token comes as bytes, which are made of a string faster than it crosses.
    pub fn authorize(&self, token: &[u8], role: &str, now: f64, disclose: bool) -> Result<(), JsValue> {
        let now = UnixTime::from_secs(seconds("clock", now)?);
        self.gate.authorize(token, role, now).map(drop).map_err(|refusal| refused(refusal, disclose))
    }

    /// What there is to say of a token that [`Core::authorize`] has let through: most requests never
    /// ask. It decides nothing, and the claims are not in it: they are in the token. Unless `disclose`, the
    /// explanation does not say what the policy expects.
    pub fn describe(&self, token: &str, role: &str, disclose: bool) -> Result<JsValue, JsValue> {
        let disclosure = if disclose { Disclosure::Full } else { Disclosure::Claims };
        let untrusted = inspect::parse(token)?;
        let claims = inspect::claims(&untrusted, token).map_err(|error| fail(&error))?;
        let policy = self.gate.policy();
        let found = policy.issuer_for(role, &untrusted).and_then(|issuer| {
            let audiences = policy.audiences_of(role)?;
            Ok((issuer, audiences, policy.grant_of(role)?, policy.explain(role, &claims, disclosure)?))
        });
        let (issuer, audiences, grant, explanation) = found.map_err(|denial| fail(&denial))?;
        let subject = Subject::check(&claims, issuer)
            .map_err(|contradiction| fail(&VerifyError::Subject(contradiction)))?;
        let audience = claims.aud().iter().find(|audience| audiences.contains(audience));
        Ok(Json::of(|json| shape::authorized(&explanation, audience, &subject, grant, json)))
    }
}

/// Header and claims of a token, **not verified**.
#[wasm_bindgen(js_name = decodeUnverified)]
pub fn decode_unverified(token: &str) -> Result<JsValue, JsValue> {
    let untrusted = inspect::parse(token)?;
    untrusted.claims_unverified().map_err(|error| fail(&error))?;
    Ok(Json::of(|json| shape::decoded(&untrusted, json)))
}

/// The stable codes of every error.
#[wasm_bindgen]
pub fn codes() -> JsValue {
    Json::of(|json| json.list(Code::ALL, |code, json| json.text(code.as_str())))
}

/// The algorithms as the wasm itself has them.
static OWN: &[&dyn SignatureAlgorithm] = &[
    rsa::RS256,
    #[cfg(feature = "every-algorithm")]
    rsa::RS384,
    #[cfg(feature = "every-algorithm")]
    rsa::RS512,
    #[cfg(feature = "every-algorithm")]
    rsa::PS256,
    #[cfg(feature = "every-algorithm")]
    rsa::PS384,
    #[cfg(feature = "every-algorithm")]
    rsa::PS512,
    #[cfg(feature = "every-algorithm")]
    ring::ES256,
    #[cfg(feature = "every-algorithm")]
    ring::ES384,
    #[cfg(feature = "every-algorithm")]
    ring::EDDSA,
];

fn refused(refusal: Refusal, disclose: bool) -> JsValue {
    fail(&if disclose { refusal } else { refusal.without_expectations() })
}

fn option_error(message: String) -> JsValue {
    Failure::new(Code::OptionInvalid, message).throw()
}

fn find_algorithms(names: Option<&[String]>, host: Option<&Host>) -> Result<Vec<HostAlgorithm>, JsValue> {
    let provided = |own| HostAlgorithm { host: host.cloned(), own };
    let Some(names) = names else { return Ok([provided(rsa::RS256)].into()) };
    let mut algorithms = Vec::new();
    for name in names {
        let algorithm = Algorithm::from_name(name);
        let found = OWN.iter().find(|provider| Some(provider.algorithm()) == algorithm);
        algorithms.push(provided(*found.ok_or_else(|| {
            let known = OWN.iter().map(|provider| provider.algorithm().name());
            let suggestion = suggest::suffix(suggest::did_you_mean(name, known));
            let reason = unsupported_reason(name).map_or(suggestion, |reason| [": ", reason].concat());
            option_error(alloc::format!("the algorithm {} is not supported{reason}", Quoted(name)))
        })?));
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
    whole.ok_or_else(|| option_error(alloc::format!("`{option}` must be a whole number of seconds")))
}

/// Without `std` the module has no texts of panics, which nobody would read: what traps is logged by
/// the host as what it is.
#[cfg(not(feature = "std"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
