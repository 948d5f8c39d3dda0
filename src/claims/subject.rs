//! The grammar of `sub`, read with the separate claims beside it.
//!
//! `sub` is a chain `key:value:key:value…` whose values may themselves contain what separates
//! them, so it cannot be split soundly. It is read by rendering instead: at each key, what the
//! claim of that name gives must be what follows.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{Claim, ClaimName, GithubClaims, Issuer, PULL_REQUEST_EVENTS};
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
#[non_exhaustive]
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

    /// Reads `sub` by what the other claims of the same token render to. It says of a token that is
    /// not verified only whether it agrees with itself.
    ///
    /// # Errors
    ///
    /// [`Contradiction`] names the claim that disagrees.
    pub fn check(claims: &GithubClaims, issuer: &Issuer) -> Result<SubjectCheck, Contradiction> {
        let mut rest = claims.sub();
        let mut segments = Vec::new();
        loop {
            let (key, after_key) = split_key(rest);
            let (segment, after) = match (SubjectKey::from_name(key), after_key) {
                (Some(SubjectKey::PullRequest), after) => (pull_request(claims)?, after),
                (Some(SubjectKey::Repository), Some(value)) => repository(claims, value)?,
                (Some(SubjectKey::Claim(name)), Some(value)) => claim(claims, name, value, issuer)?,
                // An empty claim may be rendered without its colon.
                (Some(SubjectKey::Claim(name)), None) if is_empty(claims, &name) => {
                    (SubjectSegment::Claim { name, value: String::new() }, None)
                }
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
pub(crate) enum SubjectKey {
    Repository,
    PullRequest,
    Claim(ClaimName),
}

impl SubjectKey {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
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
        Some(event) if PULL_REQUEST_EVENTS.contains(&event) => Ok(SubjectSegment::PullRequest),
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
    let named = |form, name: &str| SubjectSegment::Repository { form, name: name.to_string() };
    let classic = claims.repository();
    if let Some(name) = classic
        && let Some(rest) = strip_segment(found, name)
    {
        return Ok((named(RepositoryForm::Classic, name), rest));
    }
    let immutable = classic.and_then(|name| name.split_once('/')).and_then(|(owner, repository)| {
        let (owner_id, repository_id) = (claims.repository_owner_id()?, claims.repository_id()?);
        Some(format!("{owner}@{owner_id}/{repository}@{repository_id}"))
    });
    if let Some(name) = &immutable
        && let Some(rest) = strip_segment(found, name)
    {
        return Ok((named(RepositoryForm::Immutable, name), rest));
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
    // What the token does not have, GitHub can only have rendered as nothing.
    let value = claims.get(&name).unwrap_or_default();
    // An empty claim may be rendered without its colon: then the next key follows here.
    if value.is_empty() && starts_with_key(claims, found) {
        return Ok((SubjectSegment::Claim { name, value: String::new() }, Some(found)));
    }
    // `%` is not escaped by GitHub, so neither is it here.
    let escaped =
        if value.contains(':') { Cow::Owned(value.replace(':', "%3A")) } else { Cow::Borrowed(value) };
    let verbatim = issuer.may_leave_colons() && !contains_key(value);
    for rendered in [Some(escaped.as_ref()), verbatim.then_some(value)].into_iter().flatten() {
        if let Some(rest) = strip_segment(found, rendered) {
            return Ok((SubjectSegment::Claim { value: value.to_string(), name }, rest));
        }
    }
    let expected = claims.get(&name).map(|_| escaped.into_owned());
    Err(Contradiction { claim: name, expected, found: found.to_string() })
}

/// The first word of `text`, and what follows its colon, if there is one.
fn split_key(text: &str) -> (&str, Option<&str>) {
    text.split_once(':').map_or((text, None), |(key, after)| (key, Some(after)))
}

fn is_empty(claims: &GithubClaims, name: &ClaimName) -> bool {
    claims.get(name).is_none_or(str::is_empty)
}

/// Whether `text` goes on with a segment of its own.
fn starts_with_key(claims: &GithubClaims, text: &str) -> bool {
    let (key, after) = split_key(text);
    match SubjectKey::from_name(key) {
        Some(SubjectKey::PullRequest) => true,
        // The last may be an empty claim without its colon as well.
        Some(SubjectKey::Claim(name)) if after.is_none() => is_empty(claims, &name),
        Some(_) => after.is_some(),
        None => false,
    }
}

/// Whether a value that is not escaped could be taken for further segments: somebody who names an
/// environment `x:repository_owner:octo-org` means it to be.
fn contains_key(value: &str) -> bool {
    value.contains(':') && value.split(':').any(|part| SubjectKey::from_name(part).is_some())
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
        write!(f, "`sub` contradicts the claim {}: ", Quoted(&self.claim.to_string()))?;
        let found = Quoted(&self.found);
        match &self.expected {
            Some(expected) => write!(f, "expected {}, found {found}", Quoted(expected)),
            None => write!(f, "it says {found}, but the token has no such claim"),
        }
    }
}

impl core::error::Error for Contradiction {}
