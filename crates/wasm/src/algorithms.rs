//! The providers of each algorithm: the host's `node:crypto`, WebCrypto, and the module itself.

use claimgate::{
    Code, ErrorDetails,
    signature::{Algorithm, SignatureAlgorithm},
};
use wasm_bindgen::JsValue;
use web_sys::SubtleCrypto;

use crate::{
    cross::fail,
    host::{Host, HostAlgorithm},
    own,
    webcrypto::WebCryptoAlgorithm,
};

/// What verifies signatures.
pub(crate) struct Provider {
    elsewhere: Elsewhere,
    /// Whether RSA is the module's all the same, because it is faster here.
    leaves_rsa: bool,
}

/// What verifies signatures in place of the module.
enum Elsewhere {
    Host(Host),
    WebCrypto(SubtleCrypto),
    Nowhere,
}

impl Provider {
    /// At most one of `host` and `subtle` is given.
    pub(crate) fn new(host: Option<Host>, subtle: Option<SubtleCrypto>, leaves_rsa: bool) -> Self {
        let elsewhere = match (host, subtle) {
            (Some(host), _) => Elsewhere::Host(host),
            (None, Some(subtle)) => Elsewhere::WebCrypto(subtle),
            (None, None) => Elsewhere::Nowhere,
        };
        Self { elsewhere, leaves_rsa }
    }

    pub(crate) const fn is_async(&self) -> bool {
        matches!(self.elsewhere, Elsewhere::WebCrypto(_))
    }

    /// One algorithm of this provider.
    ///
    /// # Errors
    ///
    /// As an option, if no provider has it.
    pub(crate) fn algorithm(&self, algorithm: Algorithm) -> Result<Box<dyn SignatureAlgorithm>, JsValue> {
        let own = own::find(algorithm);
        Ok(match (&self.elsewhere, own) {
            (_, Some(own)) if self.leaves_rsa && algorithm.is_rsa() => Box::new(own),
            (Elsewhere::Nowhere, Some(own)) => Box::new(own),
            (Elsewhere::Nowhere, None) => return Err(missing(algorithm)),
            (Elsewhere::Host(host), _) => Box::new(HostAlgorithm::new(algorithm, own, host.clone())),
            (Elsewhere::WebCrypto(subtle), _) => {
                Box::new(WebCryptoAlgorithm::new(algorithm, own, subtle.clone()))
            }
        })
    }

    /// The algorithms of these names; by default RS256 only.
    ///
    /// # Errors
    ///
    /// As an option, if a name is not known.
    pub(crate) fn algorithms(
        &self,
        names: Option<&[String]>,
    ) -> Result<Vec<Box<dyn SignatureAlgorithm>>, JsValue> {
        let Some(names) = names else { return Ok(vec![self.algorithm(Algorithm::Rs256)?]) };
        names.iter().map(|name| self.algorithm(name.parse().map_err(|error| fail(&error))?)).collect()
    }
}

/// Neither WebCrypto nor the module has the algorithm.
pub(crate) fn missing(algorithm: Algorithm) -> JsValue {
    let message = format!(
        "`{algorithm}` needs WebCrypto, which is missing here or does not have it: use `https` and a current browser, or \
         `claimgate/slim` with `claimgate/server.wasm`, which implements it"
    );
    fail(ErrorDetails::new(Code::OptionInvalid, message).at("algorithms"))
}
