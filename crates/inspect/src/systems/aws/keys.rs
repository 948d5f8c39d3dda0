//! Which condition keys are in a request, for a token of an issuer.

use crate::document::{Piece, Text};

/// The keys of a request with a token of one issuer.
pub(super) struct Keys {
    /// The issuer without `https://`, in lower case: names of keys fold case.
    issuer: String,
}

/// GitHub's issuer: the default without a token.
const GITHUB: &str = "https://token.actions.githubusercontent.com";

/// Claims that STS knows of GitHub's tokens, next to `aud` and `sub`.
const OF_GITHUB: [&str; 10] = [
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "repository_owner_id",
    "workflow",
];

/// What a condition key stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A claim of the token.
    Claim(String),
    /// It is in no request with such a token, for this reason.
    Never(String),
    /// Whether it is in the request, and with what value, is not known.
    Unknown(String),
    /// Its name is not in the document.
    Hole(String),
}

impl Keys {
    pub(super) fn new(issuer: Option<&str>) -> Self {
        let issuer = issuer.unwrap_or(GITHUB);
        Self { issuer: issuer.strip_prefix("https://").unwrap_or(issuer).to_ascii_lowercase() }
    }

    /// What a key stands for, and whether that takes the assumption that a reference is the token's issuer.
    pub(super) fn read(&self, name: &Text) -> (Key, Option<String>) {
        if let Some(name) = name.literal() {
            return (self.literal(&name), None);
        }
        // `${aws_iam_openid_connect_provider.github.url}:sub`
        let Some(hole) = name.holes().next() else {
            return (Key::Never(format!("`{}` is not the name of a key", name.shown())), None);
        };
        let end = name.literal_end();
        let Some((before, claim)) = end.rsplit_once(':') else { return (Key::Hole(hole.name.clone()), None) };
        let is_reference_only =
            name.pieces().iter().rev().skip(1).all(|piece| matches!(piece, Piece::Hole(_)));
        if is_reference_only && before.is_empty() {
            return (self.claim(&claim.to_ascii_lowercase()), Some(hole.name.clone()));
        }
        (Key::Hole(hole.name.clone()), None)
    }

    fn literal(&self, name: &str) -> Key {
        let folded = name.to_ascii_lowercase();
        if let Some(claim) = folded.strip_prefix(self.issuer.as_str()).and_then(|rest| rest.strip_prefix(':'))
        {
            return self.claim(claim);
        }
        if folded.starts_with("aws:principaltag/") || folded.starts_with("aws:requesttag/") {
            return Key::Never(
                "tags come from a claim that GitHub's tokens do not have, so they are absent".to_owned(),
            );
        }
        if folded.starts_with("aws:") || folded.starts_with("sts:") {
            return Key::Unknown("the key is set by the request and not by the token".to_owned());
        }
        Key::Never(if folded.starts_with("https://") {
            "keys begin with the issuer without `https://`, so this one is in no request".to_owned()
        } else {
            format!("keys of this token begin with `{}:`, so this one is not in the request", self.issuer)
        })
    }

    fn claim(&self, claim: &str) -> Key {
        if matches!(claim, "aud" | "sub") {
            return Key::Claim(claim.to_owned());
        }
        if !OF_GITHUB.contains(&claim) {
            return Key::Never(format!("STS has no key for the claim `{claim}`, so it is always absent"));
        }
        let host = self.issuer.split('/').next().unwrap_or_default();
        let is_github = host == "token.actions.githubusercontent.com"
            || (host.starts_with("token.actions.") && host.ends_with(".ghe.com"));
        if is_github {
            Key::Claim(claim.to_owned())
        } else {
            Key::Unknown("which claims of an Enterprise Server STS has keys for is not documented".to_owned())
        }
    }
}
