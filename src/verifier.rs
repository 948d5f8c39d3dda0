//! A policy with the keys of its issuers: from the text of a token to the decision, in one call.

use alloc::{boxed::Box, string::ToString, sync::Arc, vec::Vec};
use core::{error::Error, fmt, future::Future, time::Duration};

use crate::{
    claims::Issuer,
    error::Code,
    input::InputKind,
    jwk::{KeySet, KeySetError},
    policy::{Authorized, Denial, Explanation, Policy},
    time::UnixTime,
    token::{ParseError, Untrusted},
    verify::{OptionError, Requirements, Tolerance, VerifyError},
};

/// Authorizes the jobs of tokens, as the verifier that `createVerifier` returns in JavaScript, but does not fetch
/// keys: [`set_keys`](Self::set_keys) takes them.
///
/// ```
/// # #[cfg(all(feature = "ring", feature = "std"))] {
/// use std::time::Duration;
/// use claimgate::{Verifier, KeySet, Policy, UnixTime, signature::ring::RS256};
///
/// fn open(policy: &str, jwks: &[u8]) -> Result<Verifier, Box<dyn std::error::Error>> {
///     let policy = Policy::parse(policy)?;
///     let keys = policy.issuers_of("deploy-production")?.map(|issuer| KeySet::parse(issuer, jwks, &[RS256]));
///     let keys = keys.collect::<Result<Vec<_>, _>>()?;
///     let mut verifier = Verifier::new(policy).with_leeway(Duration::from_secs(30))?;
///     keys.into_iter().try_for_each(|keys| verifier.set_keys(keys))?;
///     Ok(verifier)
/// }
///
/// fn admit(verifier: &Verifier, token: &str) -> bool {
///     match verifier.authorize(token, "deploy-production", UnixTime::now()) {
///         Ok(job) => job.claims().git_ref() == Some("refs/heads/main"),
///         Err(refusal) => {
///             eprintln!("{}: {refusal}", refusal.code());
///             false
///         }
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Verifier {
    policy: Arc<Policy>,
    /// At most one set for each issuer; a policy has few.
    keys: Vec<KeySet>,
    tolerance: Tolerance,
}

impl Verifier {
    /// A verifier without keys. It rejects every token until [`Verifier::set_keys`] adds the keys of the
    /// role's issuer.
    pub fn new(policy: Policy) -> Self {
        Self { policy: Arc::new(policy), keys: Vec::new(), tolerance: Tolerance::DEFAULT }
    }

    /// As [`Validation::with_leeway`](crate::Validation::with_leeway).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn with_leeway(mut self, leeway: Duration) -> Result<Self, OptionError> {
        self.tolerance = self.tolerance.with_leeway(leeway)?;
        Ok(self)
    }

    /// As [`Validation::with_maximum_age`](crate::Validation::with_maximum_age).
    #[must_use]
    pub const fn with_maximum_age(mut self, age: Duration) -> Self {
        self.tolerance.maximum_age = Some(age);
        self
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Replaces the keys of an issuer.
    ///
    /// # Errors
    ///
    /// [`KeySetError::NoUsableKey`], and the verifier keeps the keys that it has: an issuer that
    /// publishes no usable key has an outage, not a rotation.
    pub fn set_keys(&mut self, keys: KeySet) -> Result<(), KeySetError> {
        keys.check_usable()?;
        self.keys.retain(|kept| kept.issuer() != keys.issuer());
        self.keys.push(keys);
        Ok(())
    }

    /// The keys of `issuer` that are in use.
    pub fn keys(&self, issuer: &Issuer) -> Option<&KeySet> {
        self.keys.iter().find(|keys| keys.issuer() == issuer)
    }

    /// Verifies a token for the issuer and audience of `role` at the time `now`, and decides
    /// whether its job has the role.
    ///
    /// # Errors
    ///
    /// [`Refusal`] says why not.
    pub fn authorize<T: AsRef<[u8]> + ?Sized>(
        &self,
        token: &T,
        role: &str,
        now: UnixTime,
    ) -> Result<Authorized, Refusal> {
        let text = token.as_ref();
        let (token, required, keys) = self.prepare(text, role)?;
        let verified = token.verify_for(&required, keys, now);
        self.policy
            .authorize(role, verified.map_err(|error| Refusal::Verify(error).of(text))?)
            .map_err(Refusal::Denied)
    }

    /// The same with keys of a provider that answers later, such as WebCrypto; see
    /// [`VerifyingKey::verify_async`](crate::signature::VerifyingKey::verify_async). The future borrows nothing: keys that are
    /// replaced in the meantime have no influence on it.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn authorize_async<T: AsRef<[u8]> + ?Sized>(
        &self,
        token: &T,
        role: &str,
        now: UnixTime,
    ) -> impl Future<Output = Result<Authorized, Refusal>> + use<T> {
        let text = token.as_ref();
        let verification = self
            .prepare(text, role)
            .map(|(token, required, keys)| token.verify_async(required.to_validation(), keys, now));
        let (policy, role, text) = (Arc::clone(&self.policy), role.to_string(), text.to_vec());
        async move {
            let verified = verification?.await.map_err(|error| Refusal::Verify(error).of(&text))?;
            policy.authorize(&role, verified).map_err(Refusal::Denied)
        }
    }

    /// The token, what the role requires of it, and the keys of its issuer.
    fn prepare<'a>(
        &'a self,
        text: &'a [u8],
        role: &str,
    ) -> Result<(Untrusted<'a>, Requirements<'a>, &'a KeySet), Refusal> {
        let audiences = self.policy.audiences_of(role).map_err(Refusal::Denied)?;
        let token = Untrusted::parse(text).map_err(|error| Refusal::Token(error).of(text))?;
        let issuer = self.policy.issuer_for(role, &token).map_err(Refusal::Denied)?;
        let keys = self.keys(issuer).ok_or_else(|| Refusal::NoKeys.of(text))?;
        Ok((token, Requirements { issuer, audiences, tolerance: self.tolerance }, keys))
    }
}

/// Why a [`Verifier`] did not authorize a job, by the stage that failed.
///
/// As with all errors of this crate, the message is complete: it includes that of the [source](Error::source).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// The text is something else than a token of a job, such as a secret of the runner.
    Input {
        /// What it is.
        kind: InputKind,
        /// Why it was refused.
        refusal: Box<Self>,
    },
    /// The text is not a token that could be verified.
    Token(ParseError),
    /// The verifier has no keys of the role's issuer yet.
    NoKeys,
    /// The token is not verified.
    Verify(VerifyError),
    /// The job does not have the role.
    Denied(Denial),
}

impl Refusal {
    /// The same refusal, with what `text` is if it is known to be something else than a token.
    #[must_use]
    pub fn of(self, text: &[u8]) -> Self {
        match InputKind::of(text) {
            None | Some(InputKind::Token) => self,
            Some(kind) => Self::Input { kind, refusal: Box::new(self) },
        }
    }

    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Input { kind, .. } if kind.is_secret() => Code::TokenKind,
            Self::Input { refusal, .. } => refusal.code(),
            Self::Token(error) => error.code(),
            Self::NoKeys => Code::KeysUnavailable,
            Self::Verify(error) => error.code(),
            Self::Denied(denial) => denial.code(),
        }
    }

    /// The rules of the role, evaluated against the token, where it came to that. It is computed when it is
    /// called.
    pub fn explanation(&self) -> Option<Explanation> {
        if let Self::Denied(denial) = self { denial.explanation() } else { None }
    }

    /// The same for callers who may see what their own token says, but not what the policy expects or whom
    /// it trusts; see [`Denial::without_expectations`].
    #[must_use]
    pub fn without_expectations(self) -> Self {
        match self {
            Self::Input { kind, refusal } => {
                Self::Input { kind, refusal: Box::new(refusal.without_expectations()) }
            }
            Self::Verify(error) => Self::Verify(error.without_expectations()),
            Self::Denied(denial) => Self::Denied(denial.without_expectations()),
            other => other,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input { kind, .. } => f.write_str(kind.as_token()),
            Self::Token(error) => error.fmt(f),
            Self::NoKeys => f.write_str("the verifier has no keys of the role's issuer yet"),
            Self::Verify(error) => error.fmt(f),
            Self::Denied(denial) => denial.fmt(f),
        }
    }
}

impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Input { refusal, .. } => Some(&**refusal),
            Self::Token(error) => Some(error),
            Self::NoKeys => None,
            Self::Verify(error) => Some(error),
            Self::Denied(denial) => Some(denial),
        }
    }
}
