//! Signature algorithms as objects that the caller passes, so that the linker drops the others.

use alloc::{
    boxed::Box,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::{
    fmt,
    future::{Future, ready},
    pin::Pin,
    str::FromStr,
};

use crate::{
    error::{Code, Quoted},
    suggest,
};

#[cfg(feature = "ring")]
pub mod ring;
#[cfg(feature = "ring")]
pub mod rsa;

/// A JWS signature algorithm (RFC 7518, section 3.1; RFC 8037; RFC 9864).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, GitHub's only algorithm.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519, named `EdDSA` or `Ed25519` in a header.
    EdDsa,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: &'static [Self] = &[
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// The algorithm that a header's or a key's `alg` names, case and all.
    ///
    /// ```
    /// use claimgate::signature::Algorithm;
    /// assert_eq!(Algorithm::from_name("RS256"), Some(Algorithm::Rs256));
    /// assert_eq!(Algorithm::from_name("rs256"), None);
    /// assert_eq!(Algorithm::from_name("none"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "Ed25519" => Some(Self::EdDsa),
            _ => Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name),
        }
    }

    /// The name in RFC 7518; `EdDSA` for Ed25519.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Whether its keys are of RSA.
    pub const fn is_rsa(self) -> bool {
        use Algorithm::{Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        matches!(self, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512)
    }

    /// Bytes of the shortest signature: of RSA with 2048 bits, the fewest that a key may have, or of the curve.
    pub(crate) const fn least_signature_bytes(self) -> usize {
        match self {
            Self::Es256 | Self::EdDsa => 64,
            Self::Es384 => 96,
            _ => 256,
        }
    }
}

/// Why an algorithm of another name is not supported, where there is more to say than that it is unknown.
pub(crate) fn unsupported_reason(name: &str) -> Option<&'static str> {
    let starts_with =
        |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if starts_with("HS") || starts_with("HMAC") {
        Some("it signs with a shared secret, and GitHub signs with RS256 and publishes its keys")
    } else if name.eq_ignore_ascii_case("none") {
        Some("a token must be signed")
    } else {
        None
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// As [`Algorithm::from_name`].
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::from_name(name).ok_or_else(|| UnknownAlgorithm { name: name.to_string() })
    }
}

/// A name that is not one of a supported [`Algorithm`].
///
/// ```
/// use claimgate::signature::Algorithm;
/// let error = "rs256".parse::<Algorithm>().unwrap_err();
/// assert_eq!(error.to_string(), "the algorithm `rs256` is not supported, did you mean `RS256`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownAlgorithm {
    /// The name.
    pub name: String,
}

impl UnknownAlgorithm {
    /// The stable code, as of an option that names the algorithm.
    pub const fn code(&self) -> Code {
        Code::OptionInvalid
    }

    /// The algorithm that was probably meant.
    pub fn suggestion(&self) -> Option<&'static str> {
        suggest::did_you_mean(&self.name, Algorithm::ALL.iter().map(|algorithm| algorithm.name()))
    }
}

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the algorithm {} is not supported", Quoted(&self.name))?;
        match unsupported_reason(&self.name) {
            Some(reason) => write!(f, ": {reason}"),
            None => f.write_str(&suggest::suffix(self.suggestion())),
        }
    }
}

impl core::error::Error for UnknownAlgorithm {}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The numbers of a public key, checked for size and encoding, not yet bound to an algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// RSA: modulus and exponent, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The public exponent.
        e: Vec<u8>,
    },
    /// A point on P-256: `0x04`, then 32 bytes each of the coordinates.
    P256(Vec<u8>),
    /// A point on P-384: `0x04`, then 48 bytes each of the coordinates.
    P384(Vec<u8>),
    /// An Ed25519 public key of 32 bytes.
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// Whether keys of this kind are used with `algorithm`.
    pub const fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        matches!(
            (self, algorithm),
            (Self::Rsa { .. }, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512)
                | (Self::P256(_), Es256)
                | (Self::P384(_), Es384)
                | (Self::Ed25519(_), EdDsa)
        )
    }
}

/// How many bits a big-endian number without leading zero bytes has.
pub(crate) fn bit_length(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len().saturating_mul(8).saturating_sub(unused)
}

/// One algorithm of one provider.
pub trait SignatureAlgorithm: Send + Sync {
    /// Which algorithm this is.
    fn algorithm(&self) -> Algorithm;

    /// Binds `key`, which [fits](PublicKey::fits), to this algorithm, doing now what need not be
    /// done again for each token.
    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey>;
}

impl<A: SignatureAlgorithm + ?Sized> SignatureAlgorithm for &A {
    fn algorithm(&self) -> Algorithm {
        (**self).algorithm()
    }

    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey> {
        (**self).prepare(key)
    }
}

/// A public key bound to one algorithm.
pub trait VerifyingKey: Send + Sync {
    /// Whether `signature` is this key's for `message`.
    ///
    /// # Errors
    ///
    /// [`InvalidSignature`] if it is not, for whatever reason.
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>;

    /// The same for providers that answer later, such as WebCrypto. By default it is what [`verify`](Self::verify)
    /// returns. The future borrows nothing, because the key set may be replaced before it is done.
    fn verify_async(self: Arc<Self>, message: &[u8], signature: &[u8]) -> SignatureFuture {
        Box::pin(ready(self.verify(message, signature)))
    }
}

/// What [`VerifyingKey::verify_async`] returns.
pub type SignatureFuture = Pin<Box<dyn Future<Output = Result<(), InvalidSignature>>>>;

/// The signature does not hold. It carries no detail, so that it can tell a forger nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSignature;

impl fmt::Display for InvalidSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not hold")
    }
}

impl core::error::Error for InvalidSignature {}
