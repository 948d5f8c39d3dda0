//! `Untrusted` → `Verified`: the signature, then the registered claims, then `sub`.

mod error;
mod pending;

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, future::Future, time::Duration};

pub use error::VerifyError;
use pending::{PendingSignature, SignedPayload};

use crate::{
    claims::{GithubClaims, Issuer, Subject, SubjectCheck},
    error::Code,
    jwk::{KeySet, Lookup},
    limits,
    time::UnixTime,
    token::Untrusted,
};

/// What a token must prove: who issued it, for whom, and when.
///
/// ```
/// use claimgate::{Issuer, Validation};
/// use std::time::Duration;
/// let validation = Validation::new(Issuer::github(), "https://deploy.example.com");
/// let strict = validation.with_leeway(Duration::from_secs(5))?.with_maximum_age(Duration::from_secs(120));
/// # Ok::<(), claimgate::OptionError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Validation {
    issuer: Issuer,
    audiences: Vec<String>,
    tolerance: Tolerance,
}

/// How exact a token's times must be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance {
    leeway: Duration,
    pub(crate) maximum_age: Option<Duration>,
}

impl Tolerance {
    pub(crate) const DEFAULT: Self = Self { leeway: limits::DEFAULT_LEEWAY, maximum_age: None };

    pub(crate) fn with_leeway(self, leeway: Duration) -> Result<Self, OptionError> {
        if leeway > limits::MAXIMUM_LEEWAY {
            return Err(OptionError { leeway });
        }
        Ok(Self { leeway, ..self })
    }
}

impl Validation {
    /// Requires tokens of `issuer` for `audience`, with a leeway of [`limits::DEFAULT_LEEWAY`].
    pub fn new(issuer: Issuer, audience: &str) -> Self {
        Self::for_audiences(issuer, [audience.to_string()].into())
    }

    pub(crate) const fn for_audiences(issuer: Issuer, audiences: Vec<String>) -> Self {
        Self { issuer, audiences, tolerance: Tolerance::DEFAULT }
    }

    /// Tolerates this much difference between the issuer's clock and `now`, for `exp`, `nbf` and `iat`.
    ///
    /// # Errors
    ///
    /// If `leeway` is more than [`limits::MAXIMUM_LEEWAY`].
    pub fn with_leeway(mut self, leeway: Duration) -> Result<Self, OptionError> {
        self.tolerance = self.tolerance.with_leeway(leeway)?;
        Ok(self)
    }

    /// Rejects tokens issued longer ago than this, whatever their lifetime. The leeway is not added.
    #[must_use]
    pub const fn with_maximum_age(mut self, age: Duration) -> Self {
        self.tolerance.maximum_age = Some(age);
        self
    }

    fn requirements(&self) -> Requirements<'_> {
        Requirements { issuer: &self.issuer, audiences: &self.audiences, tolerance: self.tolerance }
    }

    /// The issuer whose keys are needed.
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

/// A token of which the signature **and** `iss`, `aud`, `exp`, `nbf`, `iat` and `sub` were
/// verified. There is no other way to one than [`Untrusted::verify`]: it cannot be made of its
/// parts, changed, or had twice.
///
/// ```
/// # use claimgate::{GithubClaims, Verified};
/// fn compiles(token: Verified<GithubClaims>) -> Verified<GithubClaims> { token }
/// ```
///
/// ```compile_fail
/// # use claimgate::{GithubClaims, Verified};
/// fn forges(token: Verified<GithubClaims>) -> Verified<GithubClaims> { Verified { ..token } }
/// ```
///
/// ```compile_fail
/// # use claimgate::{GithubClaims, Verified};
/// fn forges(claims: GithubClaims) -> Verified<GithubClaims> { claims.into() }
/// ```
///
/// ```compile_fail
/// # use claimgate::{GithubClaims, Verified};
/// fn forges(token: &Verified<GithubClaims>) -> Verified<GithubClaims> { token.clone() }
/// ```
///
/// ```compile_fail
/// # use claimgate::{GithubClaims, Verified};
/// fn forges() -> Verified<GithubClaims> { Default::default() }
/// ```
#[derive(Debug)]
pub struct Verified<C> {
    claims: C,
    subject: SubjectCheck,
    issuer: Issuer,
    audience: String,
}

impl<C> Verified<C> {
    /// What the token says.
    pub const fn claims(&self) -> &C {
        &self.claims
    }

    /// `sub` taken apart, or from where on it could not be compared with the other claims.
    pub const fn subject(&self) -> &SubjectCheck {
        &self.subject
    }

    /// The issuer that was verified.
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The audience that was verified: one of `aud`.
    pub fn audience(&self) -> &str {
        &self.audience
    }
}

impl Verified<GithubClaims> {
    /// What the token says, which is no proof from here on.
    pub(crate) fn into_claims(self) -> GithubClaims {
        self.claims
    }

    /// The claims as the issuer wrote them: the JSON text that was signed.
    pub fn claims_json(&self) -> &str {
        self.claims.json()
    }
}

impl Untrusted<'_> {
    /// Verifies the signature with the issuer's `keys`, then what `validation` requires, at the
    /// time `now`. The claims are not read before the signature holds.
    ///
    /// # Errors
    ///
    /// [`VerifyError`] says which check failed; of a signature nothing more than that.
    pub fn verify(
        self,
        validation: &Validation,
        keys: &KeySet,
        now: UnixTime,
    ) -> Result<Verified<GithubClaims>, VerifyError> {
        self.verify_for(&validation.requirements(), keys, now)
    }

    /// The same by a provider that answers later, such as WebCrypto; see
    /// [`VerifyingKey::verify_async`](crate::signature::VerifyingKey::verify_async). The future borrows nothing.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn verify_async(
        self,
        validation: Validation,
        keys: &KeySet,
        now: UnixTime,
    ) -> impl Future<Output = Result<Verified<GithubClaims>, VerifyError>> + use<> {
        let pending = self.select_key(validation.issuer(), keys).map(PendingSignature::verify_async);
        async move { validation.requirements().check(pending?.await?, now) }
    }

    pub(crate) fn verify_for(
        self,
        required: &Requirements<'_>,
        keys: &KeySet,
        now: UnixTime,
    ) -> Result<Verified<GithubClaims>, VerifyError> {
        required.check(self.select_key(required.issuer, keys)?.verify()?, now)
    }
}

impl<'t> Untrusted<'t> {
    fn select_key(self, issuer: &Issuer, keys: &KeySet) -> Result<PendingSignature<'t>, VerifyError> {
        if keys.issuer() != issuer {
            return Err(VerifyError::Keys { expected: issuer.clone(), found: keys.issuer().clone() });
        }
        let key = match keys.look_up(&self.header().kid) {
            Lookup::Found(key) => key,
            Lookup::Ambiguous => return Err(VerifyError::AmbiguousKey { kid: self.header().kid.clone() }),
            Lookup::Unknown => return Err(self.unknown_key(issuer)),
        };
        if self.header().alg != key.algorithm {
            return Err(VerifyError::Algorithm { expected: key.algorithm, found: self.header().alg });
        }
        PendingSignature::new(self.into_parts(), key)
    }

    /// Most often the token is of another issuer. That it says so is no proof, but a good hint.
    fn unknown_key(&self, trusted: &Issuer) -> VerifyError {
        VerifyError::UnknownKey {
            kid: self.header().kid.clone(),
            issuer: Some(trusted.clone()),
            claimed_issuer: self.issuer_unverified().filter(|iss| *iss != trusted.as_str()),
        }
    }
}

/// What a [`Validation`] or a role of a policy requires, borrowed.
pub(crate) struct Requirements<'r> {
    pub(crate) issuer: &'r Issuer,
    pub(crate) audiences: &'r [String],
    pub(crate) tolerance: Tolerance,
}

impl Requirements<'_> {
    /// The same, owned.
    pub(crate) fn to_validation(&self) -> Validation {
        Validation {
            issuer: self.issuer.clone(),
            audiences: self.audiences.to_vec(),
            tolerance: self.tolerance,
        }
    }

    fn check(&self, signed: SignedPayload, now: UnixTime) -> Result<Verified<GithubClaims>, VerifyError> {
        let claims = GithubClaims::decode(signed.into_bytes()).map_err(VerifyError::Claims)?;
        self.check_issuer(&claims)?;
        self.check_times(&claims, now)?;
        let audience = self.check_audience(&claims)?.to_string();
        let subject = Subject::check(&claims, self.issuer).map_err(VerifyError::Subject)?;
        Ok(Verified { claims, subject, issuer: self.issuer.clone(), audience })
    }

    fn check_issuer(&self, claims: &GithubClaims) -> Result<(), VerifyError> {
        if claims.iss() == self.issuer.as_str() {
            return Ok(());
        }
        Err(VerifyError::Issuer { expected: Some(self.issuer.clone()), found: claims.iss().to_string() })
    }

    /// RFC 7519, sections 4.1.4 to 4.1.6.
    fn check_times(&self, claims: &GithubClaims, now: UnixTime) -> Result<(), VerifyError> {
        let (exp, iat) = (claims.exp(), claims.iat());
        let Tolerance { leeway, maximum_age } = self.tolerance;
        if now >= exp && now.since(exp) >= leeway {
            return Err(VerifyError::Expired { exp, now });
        }
        if let Some(nbf) = claims.nbf()
            && nbf.since(now) > leeway
        {
            return Err(VerifyError::NotYetValid { nbf, now });
        }
        if iat.since(now) > leeway {
            return Err(VerifyError::IssuedInFuture { iat, now });
        }
        if let Some(maximum) = maximum_age
            && now.since(iat) > maximum
        {
            return Err(VerifyError::TooOld { iat, now, maximum });
        }
        Ok(())
    }

    fn check_audience<'c>(&self, claims: &'c GithubClaims) -> Result<&'c str, VerifyError> {
        let found = claims.aud().iter().find(|audience| self.audiences.contains(audience));
        found.map(String::as_str).ok_or_else(|| VerifyError::Audience {
            expected: self.audiences.to_vec(),
            found: claims.aud().to_vec(),
            is_default: claims.repository_owner().map(|owner| self.issuer.owner_url(owner)).as_slice()
                == claims.aud(),
        })
    }
}

/// A leeway beyond [`limits::MAXIMUM_LEEWAY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptionError {
    /// The leeway.
    pub leeway: Duration,
}

impl OptionError {
    /// The stable code.
    pub const fn code(&self) -> Code {
        Code::OptionInvalid
    }
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded up, as it is too long by a fraction as well.
        let seconds = self.leeway.as_secs().saturating_add(u64::from(self.leeway.subsec_nanos() > 0));
        write!(
            f,
            "a leeway of {seconds} s is too long, it may be at most {} s",
            limits::MAXIMUM_LEEWAY.as_secs()
        )
    }
}

impl core::error::Error for OptionError {}
