//! The policy languages, a front end each. They parse documents into the tree, and evaluate nothing.

mod aws;
mod azure;
mod claimgate;
mod crates_io;
mod google;
mod octo_sts;
mod publisher;
mod pypi;
mod rubygems;
mod vault;

use crate::{
    ReadError,
    document::Node,
    expression::{Expr, Finding},
    forms::Document,
};

/// A policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum System {
    /// Claimgate's own policies
    Claimgate,
    /// Trust policies of IAM roles
    Aws,
    /// Federated identity credentials
    Azure,
    /// Workload Identity Federation
    Google,
    /// Roles of the JWT auth method
    Vault,
    /// octo-sts trust policies
    OctoSts,
    /// Trusted publishers of `PyPI`
    Pypi,
    /// Trusted publishers of crates.io
    CratesIo,
    /// Trusted publishers of `RubyGems`
    Rubygems,
}

/// What a front end needs to know beyond the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    /// The text of the document, for places in errors.
    pub(crate) text: String,
    /// Whether an octo-sts policy is an organisation's.
    pub(crate) is_org: bool,
    /// The issuer of the token, `iss`.
    pub(crate) issuer: Option<String>,
}

/// A policy, read.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    /// Its conditions.
    pub(crate) expr: Expr,
    /// What works differently from what it looks like.
    pub(crate) findings: Vec<Finding>,
    /// What was assumed, because the document does not say it, a sentence each.
    pub(crate) assumptions: Vec<String>,
}

impl Parsed {
    /// A policy without findings and assumptions.
    pub(crate) const fn new(expr: Expr) -> Self {
        Self { expr, findings: Vec::new(), assumptions: Vec::new() }
    }
}

impl System {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Claimgate,
        Self::Aws,
        Self::Azure,
        Self::Google,
        Self::Vault,
        Self::OctoSts,
        Self::Pypi,
        Self::CratesIo,
        Self::Rubygems,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claimgate => "claimgate",
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Google => "google",
            Self::Vault => "vault",
            Self::OctoSts => "octo-sts",
            Self::Pypi => "pypi",
            Self::CratesIo => "crates-io",
            Self::Rubygems => "rubygems",
        }
    }

    /// The system of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.as_str() == name)
    }

    /// The policies of this language within a document: the document itself, or what its wrapper holds.
    fn find(self, node: &Node) -> Vec<Node> {
        match self {
            Self::Claimgate => claimgate::find(node),
            Self::Aws => aws::find(node),
            Self::Azure => azure::find(node),
            Self::Google => google::find(node),
            Self::Vault => vault::find(node),
            Self::OctoSts => octo_sts::find(node),
            Self::Pypi => pypi::find(node),
            Self::CratesIo => crates_io::find(node),
            Self::Rubygems => rubygems::find(node),
        }
    }

    fn parse(self, policies: &[Node], context: &Context) -> Result<Parsed, ReadError> {
        match self {
            Self::Claimgate => claimgate::parse(policies, context),
            Self::Aws => Ok(aws::parse(policies, context)),
            Self::Azure => Ok(azure::parse(policies)),
            Self::Google => Ok(google::parse(policies)),
            Self::Vault => Ok(vault::parse(policies)),
            Self::OctoSts => Ok(octo_sts::parse(policies, context)),
            Self::Pypi => Ok(pypi::parse(policies)),
            Self::CratesIo => Ok(crates_io::parse(policies)),
            Self::Rubygems => rubygems::parse(policies, context),
        }
    }
}

/// Recognises the language of the documents, and reads the policies in it.
pub(crate) fn parse(
    documents: &[Document],
    system: Option<System>,
    context: &Context,
) -> Result<(System, Parsed), ReadError> {
    let mut found: Vec<(System, Vec<Node>)> = Vec::new();
    for document in documents {
        let candidates: Vec<System> = match system.or(document.system) {
            Some(system) => vec![system],
            None => System::ALL.to_vec(),
        };
        for candidate in candidates {
            if document.system.is_some_and(|settled| settled != candidate) {
                continue;
            }
            let policies = candidate.find(&document.node);
            if policies.is_empty() {
                continue;
            }
            match found.iter_mut().find(|(system, _)| *system == candidate) {
                Some((_, all)) => all.extend(policies),
                None => found.push((candidate, policies)),
            }
        }
    }
    match found.as_slice() {
        [(system, policies)] => Ok((*system, system.parse(policies, context)?)),
        [] => Err(ReadError::unknown(match system {
            Some(system) => format!("the text holds no policy of `{}`", system.as_str()),
            None => "the text is not a policy of a known system: AWS, Azure, Google Cloud, Vault, octo-sts, PyPI, crates.io, RubyGems or Claimgate; name the system if it is one".to_owned(),
        })),
        several => Err(ReadError::unknown(format!(
            "the text holds policies of several systems: {}; paste one of them, or name its system",
            several.iter().map(|(system, _)| format!("`{}`", system.as_str())).collect::<Vec<_>>().join(", ")
        ))),
    }
}
