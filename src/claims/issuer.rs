//! Who may issue tokens: GitHub in its four forms, and a loopback address for development.

use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
};
use core::{fmt, str::FromStr};

use crate::error::{Quoted, stable_names};

/// An issuer of tokens, known by the exact text of its `iss`.
///
/// Its constructors write the URL, so that a trailing slash or a look-alike cannot come in by hand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Issuer {
    url: Arc<str>,
    /// The host of the accounts' addresses.
    website: Arc<str>,
    kind: IssuerKind,
}

stable_names! {
    /// The kinds of issuers, by their names in a policy.
    #[derive(PartialOrd, Ord)]
    pub enum IssuerKind {
        /// github.com, or an enterprise of it.
        Github = "github",
        /// An Enterprise Server.
        Ghes = "ghes",
        /// Enterprise Cloud with data residency.
        Ghe = "ghe.com",
        /// A local issuer for development.
        Loopback = "loopback",
    }
}

const GITHUB: &str = "https://token.actions.githubusercontent.com";
const LOOPBACK: &str = "http://127.0.0.1:";
const GHES_PATH: &str = "/_services/token";
const GITHUB_WEBSITE: &str = "github.com";

impl Issuer {
    /// github.com, shared by all its users.
    ///
    /// ```
    /// use claimgate::Issuer;
    /// assert_eq!(Issuer::github().as_str(), "https://token.actions.githubusercontent.com");
    /// assert_eq!(Issuer::enterprise("acme")?.as_str(), "https://token.actions.githubusercontent.com/acme");
    /// assert_eq!(Issuer::ghes("github.example.com")?.as_str(), "https://github.example.com/_services/token");
    /// assert_eq!(Issuer::ghe("octocorp")?.as_str(), "https://token.actions.octocorp.ghe.com");
    /// assert_eq!(Issuer::ghe_enterprise("octocorp")?.as_str(), "https://token.actions.octocorp.ghe.com/octocorp");
    /// # Ok::<(), claimgate::IssuerError>(())
    /// ```
    pub fn github() -> Self {
        Self { url: GITHUB.into(), website: GITHUB_WEBSITE.into(), kind: IssuerKind::Github }
    }

    /// An enterprise of github.com whose tokens carry its slug (`include_enterprise_slug`).
    ///
    /// # Errors
    ///
    /// If `slug` is not made of letters, digits, `-` and `_`.
    pub fn enterprise(slug: &str) -> Result<Self, IssuerError> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if slug.is_empty() || slug.len() > 100 || !slug.bytes().all(fits) {
            return Err(IssuerError { part: "enterprise", found: slug.to_string() });
        }
        Ok(Self { url: format!("{GITHUB}/{slug}").into(), ..Self::github() })
    }

    /// A GitHub Enterprise Server at `host`: a name in lower case, with a port if it is not 443.
    ///
    /// # Errors
    ///
    /// If `host` is not such a name.
    pub fn ghes(host: &str) -> Result<Self, IssuerError> {
        let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
        let port_fits = port.is_none_or(|port| {
            port.parse::<u16>().is_ok_and(|number| number != 443 && number.to_string() == port)
        });
        // The issuer of github.com has no such path: only an enterprise whose slug it would be.
        let is_taken = host == GITHUB.trim_start_matches("https://");
        if name.len() > 253 || !name.split('.').all(is_label) || !port_fits || is_taken {
            return Err(IssuerError { part: "host", found: host.to_string() });
        }
        Ok(Self {
            url: format!("https://{host}{GHES_PATH}").into(),
            website: host.into(),
            kind: IssuerKind::Ghes,
        })
    }

    /// GitHub Enterprise Cloud with data residency, at `SUBDOMAIN.ghe.com`.
    ///
    /// # Errors
    ///
    /// If `subdomain` is not one label of a host name in lower case.
    pub fn ghe(subdomain: &str) -> Result<Self, IssuerError> {
        if !is_label(subdomain) {
            return Err(IssuerError { part: "subdomain", found: subdomain.to_string() });
        }
        let website = format!("{subdomain}.ghe.com");
        Ok(Self {
            url: format!("https://token.actions.{website}").into(),
            website: website.into(),
            kind: IssuerKind::Ghe,
        })
    }

    /// The same, where the tokens carry the enterprise's own path.
    ///
    /// # Errors
    ///
    /// As [`Issuer::ghe`].
    pub fn ghe_enterprise(subdomain: &str) -> Result<Self, IssuerError> {
        let host = Self::ghe(subdomain)?;
        Ok(Self { url: format!("{}/{subdomain}", host.url).into(), ..host })
    }

    /// A local issuer for development, at `http://127.0.0.1:PORT`: the only one without TLS.
    pub fn loopback(port: u16) -> Self {
        Self {
            url: format!("{LOOPBACK}{port}").into(),
            website: GITHUB_WEBSITE.into(),
            kind: IssuerKind::Loopback,
        }
    }

    /// Parses an `iss`. Only the exact text of one of the kinds of issuers is accepted, no other spelling and no
    /// look-alike. A parsed issuer is not a trusted one: anyone who has a host can run something that calls itself
    /// an Enterprise Server.
    ///
    /// ```
    /// use claimgate::{Issuer, IssuerKind};
    /// let ghes = Issuer::parse("https://github.example.com/_services/token")?;
    /// assert_eq!(ghes.kind(), IssuerKind::Ghes);
    /// assert!(Issuer::parse("https://token.actions.githubusercontent.com/").is_err());
    /// # Ok::<(), claimgate::IssuerError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`IssuerError`] if `iss` is not exactly that of an issuer of these kinds.
    pub fn parse(iss: &str) -> Result<Self, IssuerError> {
        Self::from_iss(iss).ok_or_else(|| IssuerError { part: "iss", found: iss.to_string() })
    }

    fn from_iss(iss: &str) -> Option<Self> {
        let https = iss.strip_prefix("https://");
        let issuer = if let Some(path) = iss.strip_prefix(GITHUB) {
            if path.is_empty() {
                Some(Self::github())
            } else {
                Self::enterprise(path.strip_prefix('/')?).ok()
            }
        } else if let Some(port) = iss.strip_prefix(LOOPBACK) {
            port.parse().ok().filter(|port| *port != 0).map(Self::loopback)
        } else if let Some(host) = https.and_then(|rest| rest.strip_suffix(GHES_PATH)) {
            Self::ghes(host).ok()
        } else {
            let (subdomain, path) = https?.strip_prefix("token.actions.")?.split_once(".ghe.com")?;
            if path.is_empty() { Self::ghe(subdomain).ok() } else { Self::ghe_enterprise(subdomain).ok() }
        };
        issuer.filter(|issuer| &*issuer.url == iss)
    }

    /// The issuer's `iss`, to be compared byte for byte.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// What kind of issuer it is.
    pub const fn kind(&self) -> IssuerKind {
        self.kind
    }

    /// Where the issuer's metadata is (`OpenID` Connect Discovery, section 4).
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.url)
    }

    /// The address of an account, which is the audience of a token that is asked for without one.
    pub fn owner_url(&self, owner: &str) -> String {
        format!("https://{}/{owner}", self.website)
    }

    /// Whether both are issuers of the same instance of GitHub, so that a name or an id means the same.
    pub(crate) fn is_of_same_instance(&self, other: &Self) -> bool {
        let is_local = |issuer: &Self| issuer.kind == IssuerKind::Loopback;
        self.website == other.website && is_local(self) == is_local(other)
    }

    /// Whether a `:` within a value of `sub` may stand there unescaped: Enterprise Server did not
    /// escape it up to version 3.18.
    pub(crate) fn may_leave_colons(&self) -> bool {
        self.kind == IssuerKind::Ghes
    }
}

impl FromStr for Issuer {
    type Err = IssuerError;

    /// As [`Issuer::parse`].
    fn from_str(iss: &str) -> Result<Self, IssuerError> {
        Self::parse(iss)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// A label of a host name (RFC 1123, section 2.1), in lower case.
fn is_label(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(fits) && !text.starts_with('-') && !text.ends_with('-')
}

/// A part of an issuer's address that cannot be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerError {
    /// Which part: `enterprise`, `host`, `subdomain`, or `iss` for all of it.
    pub part: &'static str,
    /// What was given.
    pub found: String,
}

impl fmt::Display for IssuerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.part {
            "enterprise" => "an enterprise's slug: letters, digits, `-` and `_`",
            "host" => "a host name in lower case, such as `github.example.com`, without scheme or path",
            "iss" => "the `iss` of GitHub, an Enterprise Server, GHE.com or a loopback issuer",
            _ => "one label of a host name in lower case, such as `octocorp`",
        };
        write!(f, "{} is not {form}", Quoted(&self.found))
    }
}

impl core::error::Error for IssuerError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_the_addresses_of_its_own_accounts() {
        for (issuer, expected) in [
            (Issuer::enterprise("acme"), "https://github.com/octo-org"),
            (Issuer::ghes("github.example.com"), "https://github.example.com/octo-org"),
            (Issuer::ghe("octocorp"), "https://octocorp.ghe.com/octo-org"),
            (Issuer::ghe_enterprise("octocorp"), "https://octocorp.ghe.com/octo-org"),
        ] {
            assert_eq!(issuer.unwrap().owner_url("octo-org"), expected);
        }
        let metadata = "https://token.actions.githubusercontent.com/.well-known/openid-configuration";
        assert_eq!(Issuer::github().discovery_url(), metadata);
    }

    #[test]
    fn lookalikes_cannot_be_written() {
        for host in [
            "",
            "GitHub.example.com",
            "a..b",
            "a/b",
            "https://a",
            "a:443",
            "a:0x1",
            "a:",
            "-a",
            "a@b",
            "a b",
            "é",
            "token.actions.githubusercontent.com",
        ] {
            assert!(Issuer::ghes(host).is_err(), "{host}");
        }
        for slug in ["", "a/b", "..", "a/", "a b", "%2e"] {
            assert!(Issuer::enterprise(slug).is_err(), "{slug}");
        }
        for subdomain in ["", "a.b", "A", "a/"] {
            assert!(Issuer::ghe(subdomain).is_err(), "{subdomain}");
        }
        assert!(
            Issuer::enterprise(&"a".repeat(100)).is_ok() && Issuer::enterprise(&"a".repeat(101)).is_err()
        );
        let longest = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
        assert!(Issuer::ghes(&longest).is_ok() && Issuer::ghes(&format!("{longest}d")).is_err());
        assert!(Issuer::ghe(&"a".repeat(63)).is_ok() && Issuer::ghe(&"a".repeat(64)).is_err());
        assert!(Issuer::enterprise("a_B-1").is_ok() && Issuer::ghes("a-1.b").is_ok());
        assert_eq!(
            Issuer::ghes("a.example:8443").unwrap().as_str(),
            "https://a.example:8443/_services/token"
        );
    }
}
