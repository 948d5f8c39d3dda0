//! The algorithms as the module itself has them, and by the host where there is one.

use claimgate::{
    ErrorDetails,
    signature::{Algorithm, SignatureAlgorithm, ring, rsa},
};
use wasm_bindgen::JsValue;

use crate::{
    cross::fail,
    host::{Host, HostAlgorithm},
};

pub(crate) static OWN: &[&dyn SignatureAlgorithm] = &[
    rsa::RS256,
    rsa::RS384,
    rsa::RS512,
    rsa::PS256,
    rsa::PS384,
    rsa::PS512,
    ring::ES256,
    ring::ES384,
    ring::EDDSA,
];

/// The algorithms of these names; by default RS256 only.
///
/// # Errors
///
/// As an option, if a name is not known.
pub(crate) fn find(names: Option<&[String]>, host: Option<&Host>) -> Result<Vec<HostAlgorithm>, JsValue> {
    let Some(names) = names else { return Ok(vec![HostAlgorithm::new(rsa::RS256, host)]) };
    let found = names.iter().map(|name| {
        let algorithm: Algorithm = name.parse().map_err(|error| fail(&error))?;
        let own = OWN.iter().find(|own| own.algorithm() == algorithm);
        // The module has every algorithm that has a name.
        own.map(|own| HostAlgorithm::new(*own, host)).ok_or_else(|| {
            fail(ErrorDetails::new(
                claimgate::Code::OptionInvalid,
                format!("`{algorithm}` is not in this module"),
            ))
        })
    });
    found.collect()
}
