//! What a token says about a job, decoded once the signature holds.

mod events;
mod form;
mod github;
mod issuer;
mod names;
mod payload;
mod subject;

pub(crate) use events::PULL_REQUEST_EVENTS;
pub(crate) use form::{Form, STATES, State};
pub use github::{ClaimsError, GithubClaims};
pub use issuer::{Issuer, IssuerError, IssuerKind};
pub(crate) use names::REPO_PROPERTY;
pub use names::{Claim, ClaimName};
pub(crate) use subject::SubjectKey;
pub use subject::{Contradiction, RepositoryForm, Subject, SubjectCheck, SubjectSegment};
