//! `Authorized` → [`AccessToken`]: a short-lived JWT access token (RFC 9068) for a job that has a
//! role, within what the role grants.

mod issued;
mod key;
mod key_error;
mod keys;
mod public_part;

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{error::Error, fmt, future::Future};

pub use self::{
    issued::IssuedToken,
    key::{Signer, SigningFailed, SigningFuture, SigningKey},
    key_error::SigningKeyError,
    keys::{SigningKeySlot, SigningKeys, SigningKeysError},
};
use crate::{
    base64url,
    claims::{Claim, ClaimName},
    error::{Code, Quoted, QuotedList},
    policy::{Authorized, Grant},
    time::UnixTime,
};

/// What of a job's identity its access token carries on, besides `sub`.
const IDENTITY: [Claim; 14] = [
    Claim::Repository,
    Claim::RepositoryId,
    Claim::RepositoryOwner,
    Claim::RepositoryOwnerId,
    Claim::Environment,
    Claim::Ref,
    Claim::Sha,
    Claim::EventName,
    Claim::Actor,
    Claim::ActorId,
    Claim::RunId,
    Claim::RunAttempt,
    Claim::WorkflowRef,
    Claim::JobWorkflowRef,
];

/// What a job asks for. What is not asked for is all that the role grants.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccessTokenRequest<'a> {
    /// For whom the token is to be (RFC 8693, section 2.1: `audience` and `resource`); each must be
    /// the audience of the grant.
    pub audiences: &'a [&'a str],
    /// What it is to permit: words of the grant's scope, with a space between (RFC 6749, section
    /// 3.3).
    pub scope: Option<&'a str>,
}

/// Issues access tokens in the name of one issuer, and verifies them.
///
/// ```
/// use claimgate::{AccessTokenRequest, Authorized, Minter, SigningKeys, UnixTime};
///
/// fn exchange(job: Authorized, keys: &str, now: UnixTime, id: &str) -> Result<String, Box<dyn std::error::Error>> {
///     let minter = Minter::new("https://tokens.example.com", SigningKeys::parse(keys)?);
///     let token = minter.mint(job, &AccessTokenRequest::default(), now, id)?;
///     assert!(minter.verify(token.as_str(), now).is_some());
///     Ok(token.into_string())
/// }
/// ```
#[derive(Debug)]
pub struct Minter {
    issuer: String,
    keys: SigningKeys,
}

impl Minter {
    /// `issuer` is the `iss` of the tokens: the address at which their verifiers find its metadata.
    /// The keys are [`SigningKeys`], or one [`SigningKey`].
    pub fn new(issuer: &str, keys: impl Into<SigningKeys>) -> Self {
        Self { issuer: issuer.to_string(), keys: keys.into() }
    }

    /// The `iss` of the tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The keys that sign.
    pub const fn keys(&self) -> &SigningKeys {
        &self.keys
    }

    /// Verifies an access token that this minter has issued, for introspection and revocation. Returns `None` for
    /// every other token, including those that have expired at `now`.
    pub fn verify(&self, token: &str, now: UnixTime) -> Option<IssuedToken> {
        issued::verify(&self.keys, &self.issuer, token, now)
    }

    /// An access token for a job that has a role: for the grant's audience, with the scope that was
    /// asked for, for as long as the grant says from `now` on. `id` becomes its `jti`: let it be
    /// random, with at least 128 bits.
    ///
    /// # Errors
    ///
    /// [`MintError`] if the role grants nothing, or not what is asked for. Nothing is cut down to
    /// what would be granted: a job that is to have less asks for less.
    pub fn mint(
        &self,
        job: Authorized,
        request: &AccessTokenRequest<'_>,
        now: UnixTime,
        id: &str,
    ) -> Result<AccessToken, MintError> {
        let mut token = self.prepare(job, request, now, id)?;
        let signature = self.keys.current().sign(token.token.as_bytes()).map_err(MintError::Signing)?;
        token.append(&signature);
        Ok(token)
    }

    /// The same by a [`Signer`] that answers later, such as WebCrypto. The future borrows nothing.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn mint_async(
        &self,
        job: Authorized,
        request: &AccessTokenRequest<'_>,
        now: UnixTime,
        id: &str,
    ) -> impl Future<Output = Result<AccessToken, MintError>> + use<> {
        let prepared = self.prepare(job, request, now, id).map(|token| {
            let signature = self.keys.current().sign_async(token.token.as_bytes());
            (token, signature)
        });
        async move {
            let (mut token, signature) = prepared?;
            token.append(&signature.await.map_err(MintError::Signing)?);
            Ok(token)
        }
    }

    /// The token without its signature.
    fn prepare(
        &self,
        job: Authorized,
        request: &AccessTokenRequest<'_>,
        now: UnixTime,
        id: &str,
    ) -> Result<AccessToken, MintError> {
        let grant = job.grant().ok_or_else(|| MintError::NoGrant { role: job.role().to_string() })?;
        check_audiences(request.audiences, grant)?;
        let scope = granted_scope(request.scope, grant)?;
        let claims = self.claims(&job, grant, &scope, now, id);
        let header = &self.keys.current().public.header;
        let token = [header, ".", &base64url::encode(claims.as_bytes())].concat();
        let lifetime = grant.ttl;
        Ok(AccessToken { token, id: id.to_string(), scope, lifetime, job })
    }

    /// RFC 9068, section 2.2. The client is the job that asked, and its name is what GitHub calls it.
    fn claims(&self, job: &Authorized, grant: &Grant, scope: &[String], now: UnixTime, id: &str) -> String {
        let claims = job.claims();
        let mut json = serde_json::Map::new();
        let mut text = |name: &str, value: &str| json.insert(name.into(), value.into());
        text("iss", &self.issuer);
        text("sub", claims.sub());
        text("aud", &grant.audience);
        text("client_id", claims.sub());
        text("jti", id);
        if !scope.is_empty() {
            text("scope", &scope.join(" "));
        }
        text("role", job.role());
        // IDs and names of repositories are unique only within one issuer.
        text("job_issuer", job.verified().issuer().as_str());
        for claim in IDENTITY {
            if let Some(value) = claims.get(&ClaimName::Github(claim)) {
                text(claim.name(), value);
            }
        }
        json.insert("iat".into(), now.as_secs().into());
        json.insert("exp".into(), now.as_secs().saturating_add(grant.ttl).into());
        serde_json::Value::Object(json).to_string()
    }
}

fn check_audiences(asked: &[&str], grant: &Grant) -> Result<(), MintError> {
    match asked.iter().find(|audience| **audience != grant.audience) {
        None => Ok(()),
        Some(audience) => Err(MintError::Audience { asked: (*audience).to_string() }),
    }
}

fn granted_scope(asked: Option<&str>, grant: &Grant) -> Result<Vec<String>, MintError> {
    let Some(asked) = asked else { return Ok(grant.scope.clone()) };
    let mut scope: Vec<String> = Vec::new();
    for word in asked.split(' ') {
        if word.is_empty() {
            return Err(MintError::ScopeMalformed);
        }
        if !grant.scope.iter().any(|granted| granted == word) {
            return Err(MintError::Scope { asked: word.to_string(), granted: grant.scope.clone() });
        }
        if !scope.iter().any(|known| known == word) {
            scope.push(word.to_string());
        }
    }
    Ok(scope)
}

/// A signed access token, and what its receiver is told of it.
pub struct AccessToken {
    token: String,
    id: String,
    scope: Vec<String>,
    lifetime: u64,
    job: Authorized,
}

impl AccessToken {
    fn append(&mut self, signature: &[u8]) {
        self.token.push('.');
        self.token.push_str(&base64url::encode(signature));
    }

    /// The job that it is for.
    pub const fn job(&self) -> &Authorized {
        &self.job
    }

    /// The compact JWS.
    pub fn as_str(&self) -> &str {
        &self.token
    }

    /// The compact JWS.
    pub fn into_string(self) -> String {
        self.token
    }

    /// Its `jti`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it permits.
    pub fn scope(&self) -> &[String] {
        &self.scope
    }

    /// For how many seconds it lives.
    pub const fn lifetime(&self) -> u64 {
        self.lifetime
    }
}

/// The token itself is not shown: whoever has it has what it permits.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, lifetime, .. } = self;
        f.debug_struct("AccessToken")
            .field("scope", scope)
            .field("lifetime", lifetime)
            .finish_non_exhaustive()
    }
}

/// Why a job that has a role gets no access token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MintError {
    /// The role has no `grant`.
    NoGrant {
        /// The role.
        role: String,
    },
    /// An audience was asked for that is not the grant's.
    Audience {
        /// It.
        asked: String,
    },
    /// A word was asked for that the grant's scope does not have.
    Scope {
        /// It.
        asked: String,
        /// Those that it has.
        granted: Vec<String>,
    },
    /// The scope that was asked for is not words with one space between.
    ScopeMalformed,
    /// The token could not be signed.
    Signing(SigningFailed),
}

impl MintError {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::NoGrant { .. } => Code::GrantMissing,
            Self::Audience { .. } => Code::AudienceNotGranted,
            Self::Scope { .. } | Self::ScopeMalformed => Code::ScopeNotGranted,
            Self::Signing(_) => Code::SigningFailed,
        }
    }
}

impl fmt::Display for MintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGrant { role } => {
                write!(f, "the role {} has no `grant`: it gives no access token", Quoted(role))
            }
            Self::Audience { asked } => {
                write!(
                    f,
                    "the role grants no token for the audience {}; leave it out to get the one it grants",
                    Quoted(asked)
                )
            }
            Self::Scope { asked, granted } if granted.is_empty() => {
                write!(f, "the role grants no scope, so not {} either", Quoted(asked))
            }
            Self::Scope { asked, granted } => {
                write!(f, "the role does not grant {}, only {}", Quoted(asked), QuotedList(granted))
            }
            Self::ScopeMalformed => f.write_str("`scope` must be words with one space between"),
            Self::Signing(error) => error.fmt(f),
        }
    }
}

impl Error for MintError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Signing(error) => Some(error),
            _ => None,
        }
    }
}
