//! The grammar of `sub`, read with the separate claims beside it.
//!
//! `sub` is a chain `key:value:key:value…` whose values may themselves contain what separates
//! them, so it cannot be split soundly. It is read by rendering instead: at each key, what the
//! claim of that name gives must be what follows.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::fmt;

use super::{Claim, ClaimName, GithubClaims, Issuer};
use crate::error::Quoted;

/// A `sub` that agrees with the separate claims, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    segments: Vec<SubjectSegment>,
}

/// One `key:value` of a `sub`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubjectSegment {
    /// `repo:…`: the repository.
    Repository {
        /// With or without ids.
        form: RepositoryForm,
        /// What stands there, such as `OWNER/REPO`.
        name: String,
    },
    /// `pull_request`, which has no value: the job runs for a pull request.
    PullRequest,
    /// A claim under its own name, as `environment:…` or `ref:…`.
    Claim {
        /// Which claim.
        name: ClaimName,
        /// The claim's value, not escaped.
        value: String,
    },
}

/// How a `sub` names the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepositoryForm {
    /// `OWNER/REPO`: whoever has the name next has the subject.
    Classic,
    /// `OWNER@ID/REPO@ID`: bound to the ids.
    Immutable,
}

/// What comparing `sub` with the separate claims showed, when it showed no contradiction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectCheck {
    /// All of `sub` is what the claims say.
    Consistent(Subject),
    /// From this key on `sub` follows a template that is not known here, so it was not compared.
    Unchecked {
        /// The first key that is not known.
        key: String,
    },
}

/// `sub` says something else than a separate claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The claim that disagrees.
    pub claim: ClaimName,
    /// What the claim says, as `sub` would have it; none if the token lacks the claim.
    pub expected: Option<String>,
    /// What `sub` says, from there to its end.
    pub found: String,
}

impl Subject {
    /// The parts in the order of the text; at least one.
    pub fn segments(&self) -> &[SubjectSegment] {
        &self.segments
    }

    /// How the repository is named, if it is.
    pub fn repository_form(&self) -> Option<RepositoryForm> {
        self.segments.iter().find_map(|segment| match segment {
            SubjectSegment::Repository { form, .. } => Some(*form),
            _ => None,
        })
    }

    /// Whether an organisation or repository has put claims of its own choice into `sub`
    /// (`include_claim_keys`), so that it is neither the classic nor the immutable default.
    pub fn is_customised(&self) -> bool {
        let default_tail = |segment: &SubjectSegment| match segment {
            SubjectSegment::PullRequest => true,
            SubjectSegment::Claim { name, .. } => {
                matches!(name, ClaimName::Github(Claim::Environment | Claim::Ref))
            }
            SubjectSegment::Repository { .. } => false,
        };
        !matches!(self.segments.as_slice(), [SubjectSegment::Repository { .. }, tail] if default_tail(tail))
    }

    /// Reads `sub` by what the other claims of the same token render to.
    pub(crate) fn check(claims: &GithubClaims, issuer: &Issuer) -> Result<SubjectCheck, Contradiction> {
        let mut rest = claims.sub();
        let mut segments = Vec::new();
        loop {
            let (key, after_key) = match rest.split_once(':') {
                Some((key, after)) => (key, Some(after)),
                None => (rest, None),
            };
            let (segment, after) = match (Key::from_name(key), after_key) {
                (Some(Key::PullRequest), after) => (pull_request(claims)?, after),
                (Some(Key::Repository), Some(value)) => repository(claims, value)?,
                (Some(Key::Claim(name)), Some(value)) => claim(claims, name, value, issuer)?,
                _ => return Ok(SubjectCheck::Unchecked { key: key.to_string() }),
            };
            segments.push(segment);
            match after {
                Some(after) => rest = after,
                None => return Ok(SubjectCheck::Consistent(Self { segments })),
            }
        }
    }
}

/// A word that stands at the start of a segment.
enum Key {
    Repository,
    PullRequest,
    Claim(ClaimName),
}

impl Key {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "repo" => Some(Self::Repository),
            "pull_request" => Some(Self::PullRequest),
            // A subject does not contain itself.
            "sub" => None,
            _ => ClaimName::from_name(name).map(Self::Claim),
        }
    }
}

/// What is left behind a segment: none if it was the last.
type Rest<'s> = Option<&'s str>;

fn pull_request(claims: &GithubClaims) -> Result<SubjectSegment, Contradiction> {
    match claims.event_name() {
        // The reviews and comments of a pull request run in its context.
        Some(event) if event.starts_with("pull_request") => Ok(SubjectSegment::PullRequest),
        event => Err(Contradiction {
            claim: ClaimName::Github(Claim::EventName),
            expected: event.map(ToString::to_string),
            found: "pull_request".to_string(),
        }),
    }
}

fn repository<'s>(
    claims: &GithubClaims,
    found: &'s str,
) -> Result<(SubjectSegment, Rest<'s>), Contradiction> {
    let classic = claims.repository();
    let immutable = classic.and_then(|name| name.split_once('/')).and_then(|(owner, repository)| {
        let (owner_id, repository_id) = (claims.repository_owner_id()?, claims.repository_id()?);
        Some(format!("{owner}@{owner_id}/{repository}@{repository_id}"))
    });
    let forms = [(classic, RepositoryForm::Classic), (immutable.as_deref(), RepositoryForm::Immutable)];
    for (rendered, form) in forms {
        if let Some(name) = rendered
            && let Some(rest) = strip_segment(found, name)
        {
            return Ok((SubjectSegment::Repository { form, name: name.to_string() }, rest));
        }
    }
    // Of the two renderings, name the one that the subject seems to want.
    let wants_ids = found.split('/').next().is_some_and(|owner| owner.contains('@'));
    Err(Contradiction {
        claim: ClaimName::Github(Claim::Repository),
        expected: immutable.filter(|_| wants_ids).or_else(|| classic.map(ToString::to_string)),
        found: found.to_string(),
    })
}

fn claim<'s>(
    claims: &GithubClaims,
    name: ClaimName,
    found: &'s str,
    issuer: &Issuer,
) -> Result<(SubjectSegment, Rest<'s>), Contradiction> {
    let Some(value) = claims.get(&name) else {
        return Err(Contradiction { claim: name, expected: None, found: found.to_string() });
    };
    // `%` is not escaped by GitHub, so neither is it here.
    let mut renderings = vec![value.replace(':', "%3A")];
    if issuer.may_leave_colons() {
        renderings.push(value.to_string());
    }
    for rendered in &renderings {
        if let Some(rest) = strip_segment(found, rendered) {
            return Ok((SubjectSegment::Claim { value: value.to_string(), name }, rest));
        }
    }
    Err(Contradiction { claim: name, expected: renderings.into_iter().next(), found: found.to_string() })
}

/// What follows `value` and its separator, if `text` starts with `value` and it ends there.
fn strip_segment<'s>(text: &'s str, value: &str) -> Option<Rest<'s>> {
    match text.strip_prefix(value)? {
        "" => Some(None),
        rest => rest.strip_prefix(':').map(Some),
    }
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { claim, found, .. } = self;
        match &self.expected {
            Some(expected) => {
                write!(
                    f,
                    "`sub` contradicts the claim `{claim}`: expected {}, found {}",
                    Quoted(expected),
                    Quoted(found)
                )
            }
            None => write!(
                f,
                "`sub` contradicts the claim `{claim}`: it says {}, but the token has no such claim",
                Quoted(found)
            ),
        }
    }
}

impl core::error::Error for Contradiction {}
