//! Resources of each vendor.

use super::*;

#[test]
fn instances_of_a_resource_are_policies_each() {
    let text = r#"
locals {
  environments = { main = "prod", dev = "test" }
}
data "aws_iam_policy_document" "trust" {
  for_each = toset(["a", "b"])
  statement {
    actions = ["sts:${each.value}"]
  }
}
resource "aws_iam_role" "ci" {
  for_each           = toset(["a", "b"])
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
}
resource "azurerm_federated_identity_credential" "ci" {
  for_each = local.environments
  name     = each.key
  subject  = "repo:acme/widget:environment:${each.value}"
}
resource "vault_jwt_auth_backend_role" "ci" {
  for_each  = var.roles
  role_name = each.key
}
"#;
    assert_eq!(
        documents(text),
        [
            r#"aws {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sts:a"]}]}"#,
            r#"aws {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sts:b"]}]}"#,
            r#"azure {"name": "main", "subject": "repo:acme/widget:environment:prod"}"#,
            r#"azure {"name": "dev", "subject": "repo:acme/widget:environment:test"}"#,
            r#"vault {"role_name": {each.key}}"#,
        ]
        .join("\n")
    );
}

#[test]
fn google_providers_and_members() {
    let provider = r#"
resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_provider_id = "github"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }
  attribute_condition = <<-EOT
    assertion.repository == "${var.repo}" &&
    assertion.ref_type == "branch"
  EOT
  disabled = false
  oidc {
    issuer_uri        = "https://token.actions.githubusercontent.com"
    allowed_audiences = ["https://github.com/acme"]
  }
}
"#;
    let node = "{\"attributeMapping\": {\"google.subject\": \"assertion.sub\", \"attribute.repository\": \"assertion.repository\"}, \"attributeCondition\": \"assertion.repository == \"{var.repo}\" &&\nassertion.ref_type == \"branch\"\n\", \"disabled\": false, \"oidc\": {\"issuerUri\": \"https://token.actions.githubusercontent.com\", \"allowedAudiences\": [\"https://github.com/acme\"]}}";
    assert_eq!(documents(provider), format!("google {node}"));
    let member = r#"
resource "google_service_account_iam_member" "ci" {
  member = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.ci.name}/attribute.repository/acme/widget"
}
resource "google_project_iam_binding" "other" {
  role    = "roles/viewer"
  members = ["serviceAccount:x@y.z", var.other]
}
"#;
    assert_eq!(
        documents(&format!("{provider}{member}")),
        format!(
            "google {{\"provider\": {node}, \"member\": \"principalSet://iam.googleapis.com/{{google_iam_workload_identity_pool.ci.name}}/attribute.repository/acme/widget\"}}"
        )
    );
}

#[test]
fn google_members_that_are_not_known_are_kept_where_they_are_identities() {
    let text = r#"
resource "google_iam_workload_identity_pool_provider" "github" {
  oidc {
    issuer_uri = "i"
  }
}
resource "google_service_account_iam_binding" "ci" {
  role    = "roles/iam.workloadIdentityUser"
  members = [for r in var.repos : "${local.pool}/attribute.repository/acme/${r}"]
}
"#;
    assert_eq!(
        documents(text),
        r#"google {"provider": {"oidc": {"issuerUri": "i"}}, "member": "{local.pool}/attribute.repository/acme/{var.repos[*]}"}"#
    );
}

#[test]
fn azure_credentials() {
    let text = r#"
resource "azuread_application_federated_identity_credential" "a" {
  display_name = "a"
  audiences    = ["api://AzureADTokenExchange"]
  issuer       = "https://token.actions.githubusercontent.com"
  subject      = "repo:${var.org}/widget:environment:prod"
}
resource "azurerm_federated_identity_credential" "b" {
  name     = "b"
  audience = var.audience
  issuer   = "i"
  subject  = "s"
}
resource "azuread_application_flexible_federated_identity_credential" "c" {
  display_name               = "c"
  audience                   = "api://AzureADTokenExchange"
  issuer                     = "i"
  claims_matching_expression = "claims['sub'] eq 'x'"
}
resource "azapi_resource" "d" {
  type = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31"
  name = "d"
  body = { properties = { issuer = "i", subject = "s", audiences = ["a"] } }
}
resource "azapi_resource" "e" {
  type = "Microsoft.Storage/storageAccounts@2023-01-31"
  body = { properties = {} }
}
"#;
    assert_eq!(
        documents(text),
        [
            r#"azure {"name": "a", "issuer": "https://token.actions.githubusercontent.com", "subject": "repo:{var.org}/widget:environment:prod", "audiences": ["api://AzureADTokenExchange"]}"#,
            r#"azure {"name": "b", "issuer": "i", "subject": "s", "audiences": [{var.audience}]}"#,
            r#"azure {"name": "c", "issuer": "i", "audiences": ["api://AzureADTokenExchange"], "claimsMatchingExpression": {"value": "claims['sub'] eq 'x'", "languageVersion": 1}}"#,
            r#"azure {"name": "d", "properties": {"issuer": "i", "subject": "s", "audiences": ["a"]}}"#,
        ]
        .join("\n")
    );
}

#[test]
fn vault_roles() {
    let role = |bound: &str| {
        format!(
            "resource \"vault_jwt_auth_backend_role\" \"ci\" {{\n  backend = \"jwt\"\n  role_name = \"ci\"\n  user_claim = null\n  {bound}\n}}\n"
        )
    };
    for (bound, expected) in [
        (
            r#"bound_claims = { sub = "repo:acme/widget:*", ref = " a , b", repository_id = 74, x = "${var.x}, y" }"#,
            r#""bound_claims": {"sub": "repo:acme/widget:*", "ref": ["a", "b"], "repository_id": "74", "x": ["{var.x}", "y"]}"#,
        ),
        (
            "bound_claims = { ref = \"a, b\" }\n  disable_bound_claims_parsing = true",
            r#""bound_claims": {"ref": "a, b"}"#,
        ),
        ("bound_claims = var.claims", r#""bound_claims": {var.claims}"#),
        (
            r#"bound_claims = merge(local.base, { "sub" : "x" })"#,
            r#""bound_claims": {"{local.base}": {local.base}, "sub": "x"}"#,
        ),
        (r#"bound_audiences = ["x"]"#, r#""bound_audiences": ["x"]"#),
    ] {
        assert_eq!(
            documents(&role(bound)),
            format!("vault {{\"role_name\": \"ci\", {expected}}}"),
            "{bound}"
        );
    }
    assert!(
        read(&role("bound_claims = { ref = [\"a\"] }")).unwrap_err().to_string().contains("takes a string")
    );
    assert_eq!(
        documents(
            "resource \"vault_generic_endpoint\" \"ci\" {\n  path = \"auth/${var.p}/role/ci\"\n  data_json = jsonencode({ role_type = \"jwt\" })\n}\n"
        ),
        r#"vault {"role_type": "jwt"}"#
    );
}

#[test]
fn text_that_is_almost_hcl_is_explained() {
    for (text, message) in [
        (
            "a {\n  b = 1\n",
            "the HCL ends too early: a closing `}`, `]`, `)` or `\"` is missing, in line 2, column 8",
        ),
        (
            "a = “x”\n",
            "a typographic quotation mark, as word processors write them: use `\"`, in line 1, column 5",
        ),
        ("a = 'x'\n", "HCL strings are in double quotes: write `\"` in place of `'`, in line 1, column 5"),
        ("a {\n  ...\n}\n", "an ellipsis in place of code: remove it, in line 2, column 3"),
        (
            "a = <ORG>\nb = 1\n",
            "a placeholder that is to be replaced, or to be written within quotes, in line 1, column 5",
        ),
        (
            "a = 1\na = 2\n",
            "this argument is defined twice in the block, which Terraform refuses: remove one of them, in line 2, column 1",
        ),
        (
            "a = { b = 1, b = 2 }\n",
            "this key is defined twice in the object, and Terraform uses the last definition: remove the other one, in line 1, column 14",
        ),
        (
            "a = \"\\.\"\n",
            "unknown escape sequence in a string: HCL has `\\n`, `\\r`, `\\t`, `\\\"`, `\\\\` and `\\uNNNN`; write a backslash as `\\\\`, in line 1, column 8",
        ),
        (
            "assume_role_policy = <<EOF\n{\"a\": \"${var.x}\",}\nEOF\n",
            "JSON has no comma behind the last element: remove the comma in front of this place, in line 2, column 18",
        ),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn what_terraform_leaves_open_is_never_guessed() {
    use crate::Verdict::{Allow, Deny, Unknown};

    let role = |arguments: &str, values: &str, more: &str| {
        format!(
            r#"
resource "aws_iam_openid_connect_provider" "github" {{
  url = "https://token.actions.githubusercontent.com"
}}
data "aws_iam_policy_document" "trust" {{
  {arguments}
  statement {{
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {{
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }}
    condition {{
      test     = "StringLike"
      variable = "${{aws_iam_openid_connect_provider.github.url}}:sub"
      values   = {values}
    }}
    {more}
  }}
}}
resource "aws_iam_role" "ci" {{
  assume_role_policy = data.aws_iam_policy_document.trust.json
}}
"#
        )
    };
    let (same, other) = (r#"["repo:acme/widget:*"]"#, r#"["repo:other/widget:*"]"#);
    let conditions = "dynamic \"condition\" {\n for_each = var.c\n content {\n test = condition.value.test\n variable = condition.value.variable\n values = condition.value.values\n }\n }";
    let statements = "dynamic \"statement\" {\n for_each = var.s\n content {\n actions = [\"sts:AssumeRole\"]\n principals {\n type = \"AWS\"\n identifiers = statement.value\n }\n }\n }";
    let test = "condition {\n test = var.x ? \"StringLike\" : \"StringEquals\"\n variable = \"token.actions.githubusercontent.com:ref\"\n values = [\"refs/heads/main\"]\n }";
    let sources = "source_policy_documents = [var.more]";
    for (text, expected) in [
        (role("", same, ""), Allow),
        (role("", other, ""), Deny),
        (role("", same, conditions), Unknown),
        (role("", other, conditions), Deny),
        (role("", same, test), Unknown),
        (role("", other, test), Deny),
        (role(sources, same, ""), Unknown),
        (role(sources, other, ""), Unknown),
        (role(statements, same, ""), Allow),
        (role(statements, other, ""), Deny),
        (role("", "var.subjects", ""), Unknown),
        (role("", r#"formatlist("repo:acme/%s:*", var.repos)"#, ""), Unknown),
        (role("", r#"formatlist("repo:other/%s:*", var.repos)"#, ""), Deny),
        (role("", same, "").replace("token.actions.githubusercontent.com", "gitlab.com"), Deny),
    ] {
        let claims = serde_json::json!({
            "iss": "https://token.actions.githubusercontent.com",
            "sub": "repo:acme/widget:ref:refs/heads/main",
            "ref": "refs/heads/main",
        });
        let claims = claims.as_object().expect("an object");
        let evaluation = crate::evaluate(&text, claims, &crate::Options::default()).expect("a policy");
        assert_eq!(evaluation.verdict, expected, "{text}");
    }
}
