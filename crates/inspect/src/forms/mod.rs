//! The forms in which people paste policies. Each reads its text into [`Node`]s.

mod bicep;
mod cloudformation;
mod hcl;
mod json;
mod shell;
mod yaml;

pub(crate) use self::{json::read_value as read_json, yaml::octo_sts_scalar};
use crate::{ReadError, System, document::Node};

/// The form of a pasted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// JSON, with or without the wrapper of a vendor's command
    Json,
    /// YAML, and the tags of `CloudFormation` in it
    Yaml,
    /// Terraform's language
    Hcl,
    /// Azure's language
    Bicep,
    /// Command lines of `gcloud`, `az`, `vault` and `npm`
    Shell,
}

/// A part of a pasted text that is a policy, or looks like one.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The policy language, where the form settles it, such as by the type of a Terraform resource.
    pub(crate) system: Option<System>,
    /// The form.
    pub(crate) form: Form,
    /// The policy as the language's own JSON form has it: members have the names of the vendor's API.
    pub(crate) node: Node,
}

/// Reads a text. Several documents may be in it, such as several resources of a Terraform file.
///
/// The form is identified by the text: `{` or `[` begins JSON, a `resource "…" "…" {` is HCL, and so on.
pub(crate) fn read(text: &str, system: Option<System>) -> Result<Vec<Document>, ReadError> {
    match form(text) {
        Form::Json => read_template(text, system),
        Form::Yaml => yaml::read(text, system),
        Form::Hcl => hcl::read(text),
        Form::Bicep => bicep::read(text),
        Form::Shell => shell::read(text),
    }
}

/// JSON, which may be a template of `CloudFormation`, or YAML that begins as JSON does.
fn read_template(text: &str, system: Option<System>) -> Result<Vec<Document>, ReadError> {
    let mut documents = match json::read(text) {
        Err(error) if system == Some(System::OctoSts) || text.trim_start().starts_with('"') => {
            return yaml::read(text, system).map_err(|_| error);
        }
        read => read?,
    };
    for document in &mut documents {
        cloudformation::resolve(&mut document.node);
    }
    Ok(documents)
}

fn form(text: &str) -> Form {
    let code = || {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with(['#']) && !line.starts_with("//"))
    };
    let first = code().next().unwrap_or_default();
    if first.starts_with(['{', '[', '"', '%']) {
        return Form::Json;
    }
    let is_hcl = |line: &str| {
        let mut words = line.split_whitespace();
        matches!(
            words.next(),
            Some(
                "data"
                    | "resource"
                    | "variable"
                    | "locals"
                    | "module"
                    | "provider"
                    | "terraform"
                    | "output"
                    | "assume_role_policy"
                    | "statement"
            )
        ) && words.next().is_some_and(|word| word.starts_with(['"', '{', '=']))
    };
    if first.starts_with("jsonencode(") || code().any(is_hcl) {
        return Form::Hcl;
    }
    let is_bicep = |line: &str| {
        (line.starts_with("resource ") && line.contains('\''))
            || line.starts_with("param ")
            || line.starts_with("targetScope")
    };
    if code().any(is_bicep) {
        return Form::Bicep;
    }
    let is_command = |line: &str| {
        let line = line.trim_start_matches("$ ");
        let command = line.split_whitespace().next().unwrap_or_default();
        matches!(
            command,
            "gcloud"
                | "az"
                | "vault"
                | "bao"
                | "npm"
                | "aws"
                | "New-AzADAppFederatedCredential"
                | "cat"
                | "curl"
        )
    };
    if code().any(is_command) {
        return Form::Shell;
    }
    Form::Yaml
}
