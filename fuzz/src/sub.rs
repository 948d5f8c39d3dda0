//! `sub`: what is read of it is what the separate claims say, to the last byte, and what GitHub would
//! write is read.

use claimgate::{ClaimName, GithubClaims, Issuer, RepositoryForm, Subject, SubjectCheck, SubjectSegment};
use serde_json::{Value, json};

use crate::support::{plain, unverified};

/// The claims that an input sets, a line for each; an input with fewer lines leaves out the last ones.
const CLAIMS: [&str; 12] = [
    "environment",
    "ref",
    "actor",
    "head_ref",
    "job_workflow_ref",
    "repo_property_a",
    "event_name",
    "repository_owner",
    "repository",
    "repository_owner_id",
    "repository_id",
    "workflow",
];

/// The events of which `sub` may say `pull_request`.
const PULL_REQUEST: [&str; 4] =
    ["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"];

/// A byte that chooses, a line for `sub`, or for the template of it, and lines for the claims.
pub fn check(data: &[u8]) {
    let Some((choice, lines)) = data.split_first() else { return };
    let lines = String::from_utf8_lossy(lines);
    let mut lines = lines.split('\n');
    let sub = lines.next().unwrap_or_default();
    let mut claims = json!({ "iss": "x", "aud": "x", "exp": 1, "iat": 1, "jti": "x" });
    for (name, value) in CLAIMS.iter().zip(lines) {
        claims[*name] = value.into();
    }
    let issuer = if choice & 1 == 0 { Issuer::github() } else { Issuer::ghes("a.example").unwrap() };
    if choice & 2 == 0 {
        claims["sub"] = sub.into();
    } else {
        // A name has no colon.
        if let Some(name) = claims.get_mut("repository") {
            *name = name.as_str().unwrap().replace(':', "-").into();
        }
        let Some(rendered) = render(sub.as_bytes(), &claims) else { return };
        claims["sub"] = rendered.into();
    }
    // An empty `sub` is none, and a token has an end.
    let Some(claims) = unverified(&claims) else { return };
    match Subject::check(&claims, &issuer) {
        Ok(SubjectCheck::Consistent(subject)) => {
            assert!(!subject.segments().is_empty());
            assert!(subject.segments().iter().all(|segment| is_true(segment, &claims)), "{subject:?}");
            assert!(is_rendered(subject.segments(), claims.sub(), &issuer), "{subject:?} {}", claims.sub());
        }
        Ok(SubjectCheck::Unchecked { key }) => {
            assert!(choice & 2 == 0, "{}", claims.sub());
            assert!(claims.sub() == key || claims.sub().contains(&key));
        }
        Err(contradiction) => {
            // An Enterprise Server that leaves colons is not believed everything.
            assert!(choice & 3 != 2, "{contradiction}: {}", claims.sub());
            plain(&contradiction.to_string());
            assert!(claims.sub().contains(&contradiction.found));
            assert_ne!(contradiction.expected.as_ref(), Some(&contradiction.found));
        }
    }
}

/// As GitHub writes it: a key for each byte of the template, with or without the colon of an empty
/// value, with or without the repository's ids.
fn render(template: &[u8], claims: &Value) -> Option<String> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let parts = template.iter().map(|byte| {
        let (choice, is_short) = (usize::from(byte >> 1) % (CLAIMS.len() + 2), byte & 1 == 1);
        match CLAIMS.get(choice) {
            Some(name) if text(name).is_empty() && is_short => Some((*name).to_owned()),
            Some(name) => Some(format!("{name}:{}", text(name).replace(':', "%3A"))),
            None if choice == CLAIMS.len() => {
                let (owner, name) = text("repository").split_once('/')?;
                let ids = (claims.get("repository_owner_id")?, claims.get("repository_id")?);
                Some(if is_short {
                    let (owner_id, id) = (ids.0.as_str()?, ids.1.as_str()?);
                    let no_colon = |id: &str| !id.contains(':');
                    (no_colon(owner_id) && no_colon(id))
                        .then(|| format!("repo:{owner}@{owner_id}/{name}@{id}"))?
                } else {
                    format!("repo:{owner}/{name}")
                })
            }
            None => PULL_REQUEST.contains(&text("event_name")).then(|| "pull_request".to_owned()),
        }
    });
    parts.collect::<Option<Vec<_>>>().map(|parts| parts.join(":"))
}

/// Whether a segment says what the claims say.
fn is_true(segment: &SubjectSegment, claims: &GithubClaims) -> bool {
    match segment {
        SubjectSegment::Repository { form: RepositoryForm::Classic, name } => {
            claims.repository() == Some(name)
        }
        SubjectSegment::Repository { form: RepositoryForm::Immutable, name } => {
            let (owner, repository) = claims.repository().unwrap().split_once('/').unwrap();
            let ids = (claims.repository_owner_id().unwrap(), claims.repository_id().unwrap());
            *name == format!("{owner}@{}/{repository}@{}", ids.0, ids.1)
        }
        SubjectSegment::PullRequest => claims.event_name().is_some_and(|event| PULL_REQUEST.contains(&event)),
        SubjectSegment::Claim { name, value } => claims.get(name).unwrap_or_default() == value,
        _ => false,
    }
}

/// Whether `sub` is the segments, each in one of its spellings.
fn is_rendered(segments: &[SubjectSegment], sub: &str, issuer: &Issuer) -> bool {
    let Some((segment, behind)) = segments.split_first() else { return false };
    let spellings = match segment {
        SubjectSegment::Repository { name, .. } => vec![format!("repo:{name}")],
        SubjectSegment::PullRequest => vec!["pull_request".to_owned()],
        SubjectSegment::Claim { name, value } if value.is_empty() => {
            vec![name.to_string(), format!("{name}:")]
        }
        SubjectSegment::Claim { name, value } => {
            // Colons may be left as they are, but not where they would make segments.
            let makes_segments = value.contains(':') && value.split(':').any(is_key);
            let may_leave_colons = issuer.as_str().contains("a.example") && !makes_segments;
            let verbatim = may_leave_colons.then(|| format!("{name}:{value}"));
            [format!("{name}:{}", value.replace(':', "%3A"))].into_iter().chain(verbatim).collect()
        }
        _ => vec![],
    };
    spellings.iter().filter_map(|spelling| sub.strip_prefix(spelling.as_str())).any(|rest| {
        if behind.is_empty() {
            rest.is_empty()
        } else {
            rest.strip_prefix(':').is_some_and(|rest| is_rendered(behind, rest, issuer))
        }
    })
}

fn is_key(word: &str) -> bool {
    matches!(word, "repo" | "pull_request") || word != "sub" && ClaimName::from_name(word).is_some()
}
