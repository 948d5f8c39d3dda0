//! HCL, as Terraform has it: expressions are evaluated in part, and resources become what the vendors' APIs have.

mod aws;
mod azure;
mod blocks;
mod eval;
mod format;
mod functions;
mod google;
mod json_text;
mod loops;
mod parse;
mod policy_document;
mod references;
mod scope;
mod template;
mod values;
mod vault;

pub(super) use self::json_text::read_text as read_json_text;
use hcl_edit::structure::{Body, Structure};

use self::{
    json_text::read_json,
    parse::{Syntax, parse},
    scope::Scope,
};
use super::{Document, Form};
use crate::{
    ReadError, System,
    document::{Node, Value},
};

pub(super) fn read(text: &str) -> Result<Vec<Document>, ReadError> {
    let body = match parse(text)? {
        Syntax::Body(body) => body,
        Syntax::Expression(expression, start) => {
            let node = read_json(&Scope::new(text, start, None), &expression, None)?;
            return Ok(vec![document(None, node)]);
        }
    };
    let scope = Scope::new(text, 0, Some(&body));
    let mut documents = Vec::new();
    for (system, policies) in [
        (System::Aws, aws::policies(&scope, &body)?),
        (System::Azure, azure::policies(&scope, &body)?),
        (System::Google, google::policies(&scope, &body)),
        (System::Vault, vault::policies(&scope, &body)?),
    ] {
        documents.extend(policies.into_iter().map(|node| document(Some(system), node)));
    }
    if documents.is_empty() {
        elsewhere(&scope, &body, &mut documents);
    }
    Ok(documents)
}

const fn document(system: Option<System>, node: Node) -> Document {
    Document { system, form: Form::Hcl, node }
}

/// IAM policies in other places, such as the arguments of a module.
fn elsewhere(scope: &Scope<'_>, body: &Body, documents: &mut Vec<Document>) {
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                if let Ok(node) = read_json(scope, &attribute.value, None)
                    && let Value::Object(_) = node.value
                    && node.get("Statement").is_some()
                {
                    documents.push(document(None, node));
                }
            }
            Structure::Block(block) => elsewhere(scope, &block.body, documents),
        }
    }
}

#[cfg(test)]
mod tests;
