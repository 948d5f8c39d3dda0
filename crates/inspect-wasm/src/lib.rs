//! The exports of `claimgate/inspect`: convert, call, map errors. What crosses is described in `src/js/inspect/types.d.ts`.

#![allow(
    clippy::needless_pass_by_value,
    reason = "wasm-bindgen hands strings of JavaScript over by value or by reference alike, and values by value only"
)]
#![allow(
    missing_docs,
    unreachable_pub,
    reason = "what wasm-bindgen exports must be public, and is reached from JavaScript"
)]
#![allow(clippy::missing_errors_doc, reason = "what is thrown is in `src/js/inspect/types.d.ts`")]
// Natively there is nothing to build.
#![cfg(target_arch = "wasm32")]

use std::collections::BTreeMap;

use claimgate::Code;
use claimgate_inspect::{Options, Position, ReadError, System};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// What JavaScript hands over, as JSON text: its numbers are exact there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    system: Option<String>,
    #[serde(default)]
    inputs: BTreeMap<String, Json>,
    #[serde(default)]
    org: bool,
}

/// What is thrown, which `src/js/instance.js` makes a `ClaimgateError` of.
#[derive(Serialize)]
struct Failure {
    code: Code,
    message: String,
    #[serde(flatten)]
    at: Option<Position>,
}

/// Decides for claims, a JSON object as text, as the policy's system would.
#[wasm_bindgen]
pub fn evaluate(text: &str, claims: &str, options: &str) -> Result<JsValue, JsValue> {
    let claims: Map<String, Json> = parse("claims", claims)?;
    to_js(&claimgate_inspect::evaluate(text, &claims, &given(options)?).map_err(|error| read_error(&error))?)
}

/// Reads a policy without a token.
#[wasm_bindgen(js_name = readPolicy)]
pub fn read_policy(text: &str, options: &str) -> Result<JsValue, JsValue> {
    to_js(&claimgate_inspect::read_policy(text, &given(options)?).map_err(|error| read_error(&error))?)
}

fn given(options: &str) -> Result<Options, JsValue> {
    let Given { system, inputs, org } = parse("options", options)?;
    let system = match system {
        Some(name) => Some(System::from_name(&name).ok_or_else(|| unknown_system(&name))?),
        None => None,
    };
    Ok(Options { system, inputs, is_org: org })
}

fn unknown_system(name: &str) -> JsValue {
    let names = System::ALL.map(System::as_str);
    let hint = claimgate::did_you_mean(name, names).map(|name| format!(", did you mean `{name}`?"));
    let message = format!(
        "unknown system {}, expected one of `{}`{}",
        claimgate::Quoted(name),
        names.join("`, `"),
        hint.unwrap_or_default()
    );
    fail(Failure { code: Code::OptionInvalid, message, at: None })
}

fn parse<'de, T: Deserialize<'de>>(what: &str, json: &'de str) -> Result<T, JsValue> {
    serde_json::from_str(json).map_err(|error| {
        fail(Failure { code: Code::OptionInvalid, message: format!("`{what}`: {error}"), at: None })
    })
}

fn read_error(error: &ReadError) -> JsValue {
    fail(Failure { code: error.code(), message: error.to_string(), at: error.position() })
}

fn fail(failure: Failure) -> JsValue {
    to_js(&failure).unwrap_or_else(|failure| failure)
}

fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(Into::into)
}
