//! The table of GitHub's claims: the one place that names them.

use alloc::string::{String, ToString};
use core::fmt;

use super::form::{BOOLEANS, EVENT_NAMES, Form, REF_TYPES, RUNNERS, VISIBILITIES};

/// The prefix of claims that carry a repository's custom properties.
pub(crate) const REPO_PROPERTY: &str = "repo_property_";

/// A claim's name: that of its method, unless it is a word of Rust.
macro_rules! name {
    ($method:ident) => {
        stringify!($method)
    };
    ($method:ident $name:literal) => {
        $name
    };
}

macro_rules! claims {
    ($( $group:literal { $( #[doc = $doc:literal] $variant:ident $method:ident $($name:literal)? : $form:expr, )+ } )+) => {
        /// A claim of GitHub's table that is a string in every token.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Claim { $( $( #[doc = $doc] $variant, )+ )+ }

        impl Claim {
            /// Every claim of the table.
            pub const ALL: &'static [Self] = &[ $( $( Self::$variant, )+ )+ ];

            /// Every claim that a token of GitHub's can have, as text for hosts that show them: a line
            /// for each, with its name, group and description behind tabs. The registered claims
            /// (RFC 7519, section 4.1) come first, the prefix of custom properties last.
            pub const TABLE: &'static str = concat!(
                "iss\tregistered\tWho issued the token.\n",
                "sub\tregistered\tWhom the token is about: the job, by claims that its owner may choose.\n",
                "aud\tregistered\tWhom the token is for.\n",
                "iat\tregistered\tWhen the token was issued.\n",
                "nbf\tregistered\tWhen the token begins.\n",
                "exp\tregistered\tWhen the token ends.\n",
                "jti\tregistered\tThe token's id, of use against replay.\n",
                $( $( name!($method $($name)?), "\t", $group, "\t", $doc, "\n", )+ )+
                "repo_property_\tcustom properties\tA custom property of the repository.\n",
            );

            /// The claim's name in a token.
            pub const fn name(self) -> &'static str {
                match self { $( $( Self::$variant => name!($method $($name)?), )+ )+ }
            }

            /// What the claim says, in one sentence.
            pub const fn description(self) -> &'static str {
                // What follows `///` begins with a space.
                match self { $( $( Self::$variant => $doc.trim_ascii_start(), )+ )+ }
            }

            /// What the claim is about, a heading for the claims beside it in the table.
            pub const fn group(self) -> &'static str {
                match self { $( $( Self::$variant )|+ => $group, )+ }
            }

            /// What its values look like.
            pub(crate) const fn form(self) -> Form {
                match self { $( $( Self::$variant => $form, )+ )+ }
            }

            /// The claim of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $( $( name!($method $($name)?) => Some(Self::$variant), )+ )+ _ => None }
            }
        }
    };
}

/// The table, which is passed to the macro `$generate`.
macro_rules! claim_table {
    ($generate:ident) => {
        $generate! {
            "actor and run" {
                /// The account that started the run.
                Actor actor: Form::Login,
                /// The id of the account that started the run.
                ActorId actor_id: Form::Digits,
                /// The run's id, the same for each attempt.
                RunId run_id: Form::Digits,
                /// How often the workflow has run.
                RunNumber run_number: Form::Digits,
                /// How often this run has been started.
                RunAttempt run_attempt: Form::Digits,
                /// The id of the job's check run.
                CheckRunId check_run_id: Form::Digits,
                /// Where the job runs: `github-hosted` or `self-hosted`.
                RunnerEnvironment runner_environment: RUNNERS,
            }
            "git and event" {
                /// The Git reference that started the run: `refs/heads/…`, `refs/tags/…` or `refs/pull/…`.
                Ref git_ref "ref": Form::Ref,
                /// What the reference is: `branch` or `tag`.
                RefType ref_type: REF_TYPES,
                /// Whether branch protection holds for the reference: `true` or `false`.
                RefProtected ref_protected: BOOLEANS,
                /// The commit that started the run.
                Sha sha: Form::Commit,
                /// The source branch of a pull request; empty otherwise.
                HeadRef head_ref: Form::Branch,
                /// The target branch of a pull request; empty otherwise.
                BaseRef base_ref: Form::Branch,
                /// The event that started the run, such as `push` or `pull_request`.
                EventName event_name: EVENT_NAMES,
            }
            "repository" {
                /// The repository of the workflow, as `OWNER/REPO`.
                Repository repository: Form::Repository,
                /// The repository's id, which outlives renames and transfers.
                RepositoryId repository_id: Form::Digits,
                /// The account that owns the repository.
                RepositoryOwner repository_owner: Form::Owner,
                /// The id of the account that owns the repository.
                RepositoryOwnerId repository_owner_id: Form::Digits,
                /// Who sees the repository: `public`, `private` or `internal`.
                RepositoryVisibility repository_visibility: VISIBILITIES,
            }
            "enterprise" {
                /// The enterprise that the repository belongs to.
                Enterprise enterprise: Form::Text,
                /// The id of the enterprise that the repository belongs to.
                EnterpriseId enterprise_id: Form::Digits,
                /// The scope of the issuer. GitHub's metadata lists the claim, and no documentation says more of it.
                IssuerScope issuer_scope: Form::Text,
            }
            "workflow" {
                /// The workflow's name.
                Workflow workflow: Form::Text,
                /// The caller's workflow file and reference: `OWNER/REPO/.github/workflows/FILE@REF`.
                WorkflowRef workflow_ref: Form::WorkflowRef,
                /// The commit of the caller's workflow file.
                WorkflowSha workflow_sha: Form::Commit,
                /// The file and reference of the workflow that holds the job; with a reusable workflow, the called one.
                JobWorkflowRef job_workflow_ref: Form::WorkflowRef,
                /// The commit of the workflow file that holds the job.
                JobWorkflowSha job_workflow_sha: Form::Commit,
            }
            "environment" {
                /// The job's deployment environment; absent when it has none.
                Environment environment: Form::Text,
                /// The node id of the job's deployment environment.
                EnvironmentNodeId environment_node_id: Form::Text,
            }
        }
    };
}
pub(super) use claim_table;

claim_table!(claims);

/// The name of a claim that a condition or a subject may refer to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClaimName {
    /// `sub`.
    Subject,
    /// A claim of GitHub's table.
    Github(Claim),
    /// `repo_property_<name>`, held without the prefix.
    RepoProperty(String),
    /// A claim that the table does not have, which a policy names under `claims`.
    Other(String),
}

impl ClaimName {
    /// The claim of that name, if GitHub's tokens can have it.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "sub" {
            return Some(Self::Subject);
        }
        match name.strip_prefix(REPO_PROPERTY) {
            Some("") => None,
            Some(property) => Some(Self::RepoProperty(property.to_string())),
            None => Claim::from_name(name).map(Self::Github),
        }
    }

    /// What the claim's values look like. Those of `sub` are composed of other claims.
    pub(crate) const fn form(&self) -> Form {
        match self {
            Self::Github(claim) => claim.form(),
            Self::Subject | Self::RepoProperty(_) | Self::Other(_) => Form::Text,
        }
    }

    /// Whether the claim holds a name that GitHub compares without case: that of an account, a repository, an
    /// enterprise or an environment.
    pub(crate) const fn ignores_case(&self) -> bool {
        match self {
            Self::Subject | Self::Github(Claim::Enterprise | Claim::Environment) => true,
            Self::Github(claim) => {
                matches!(claim.form(), Form::Login | Form::Owner | Form::Repository | Form::WorkflowRef)
            }
            Self::RepoProperty(_) | Self::Other(_) => false,
        }
    }
}

impl fmt::Display for ClaimName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject => f.write_str("sub"),
            Self::Github(claim) => f.write_str(claim.name()),
            Self::RepoProperty(property) => write!(f, "{REPO_PROPERTY}{property}"),
            Self::Other(name) => f.write_str(name),
        }
    }
}
