//! What HCL is read as, as JSON: `{x}` is a hole, and `x => …` stands for an item for each element of `x`.

use super::*;
use crate::document::{Item, Text};

fn shown(node: &Node) -> String {
    let quoted = |text: &Text| format!("\"{}\"", text.shown());
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.clone(),
        Value::Text(text) => quoted(text),
        Value::Hole(hole) => match &hole.default {
            Some(default) => format!("{{{} = {default}}}", hole.name),
            None => format!("{{{}}}", hole.name),
        },
        Value::List(items) => {
            let item = |item: &Item| match item {
                Item::One(node) => shown(node),
                Item::Each { over, node } => format!("{} => {}", over.name, shown(node)),
            };
            format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|member| format!("{}: {}", quoted(&member.name), shown(&member.value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// The documents of a text, a line each, with the names of their systems.
fn documents(text: &str) -> String {
    let documents = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let document = |document: &Document| {
        let system = document.system.map_or("any", System::as_str);
        format!("{system} {}", shown(&document.node))
    };
    documents.iter().map(document).collect::<Vec<_>>().join("\n")
}

/// The value of an expression, after some blocks.
fn value(expression: &str, blocks: &str) -> String {
    let text = format!("{blocks}\nx = {expression}\n");
    let Syntax::Body(body) = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}")) else {
        panic!("not a body: {text}")
    };
    let scope = Scope::new(&text, 0, Some(&body));
    shown(&scope.argument(&body, "x", None).expect("it has a value"))
}

#[test]
fn expressions_are_evaluated_as_far_as_the_text_goes() {
    let blocks = r#"
locals {
  org    = "acme"
  repos  = ["a", "b"]
  issuer = "token.actions.githubusercontent.com"
  base   = { sub = "x" }
  cycle  = local.other
  other  = [local.cycle]
  by_key = { "k" = { name = "n" } }
}
variable "branch" {
  type    = string
  default = "main"
}
resource "aws_iam_openid_connect_provider" "github" {
  url = "https://token.actions.githubusercontent.com"
}
"#;
    for (expression, expected) in [
        (r#""repo:${local.org}/${var.repo}:*""#, r#""repo:acme/{var.repo}:*""#),
        (r#""${var.branch}""#, "{var.branch = main}"),
        ("var.branch", "{var.branch = main}"),
        (r#""$${aws:username} %%{x} <ORG>""#, r#""${aws:username} %{x} {<ORG>}""#),
        (r#""a%{ if var.x }b%{ endif }c""#, r#""a{%{ if var.x }b%{ endif }}c""#),
        ("<<-EOT\n    a\n      ${local.org}\n  b\nEOT", "\"  a\n    acme\nb\n\""),
        (r#"formatlist("repo:%s:*", var.repos)"#, r#"[var.repos => "repo:{var.repos[*]}:*"]"#),
        (
            r#"formatlist("repo:acme/%s:*", toset(var.repos))"#,
            r#"[var.repos => "repo:acme/{var.repos[*]}:*"]"#,
        ),
        (
            r#"formatlist("repo:%s/%s:*", var.org, local.repos)"#,
            r#"["repo:{var.org}/a:*", "repo:{var.org}/b:*"]"#,
        ),
        (
            r#"formatlist("repo:%s/%s:*", var.org, var.repos)"#,
            r#"[var.repos => "repo:{var.org}/{var.repos[*]}:*"]"#,
        ),
        (
            r#"[for r in var.repos : "repo:${local.org}/${r.name}:*"]"#,
            r#"[var.repos => "repo:acme/{var.repos[*].name}:*"]"#,
        ),
        (r#"[for r in local.repos : "repo:${r}" if r != "a"]"#, r#"["repo:b"]"#),
        (r"[for r in local.repos : upper(r)]", r#"["A", "B"]"#),
        (r"[for r in var.repos : title(r)]", "[var.repos => {title(r) for r = {var.repos[*]}}]"),
        (r"{ for k, v in local.by_key : k => v.name }", r#"{"k": "n"}"#),
        (r#"format("repo:%s/%s:ref:%%%[1]s", local.org, var.repo)"#, r#""repo:acme/{var.repo}:ref:%acme""#),
        (r#"concat(["a"], var.more, local.repos)"#, r#"["a", var.more => {var.more[*]}, "a", "b"]"#),
        (
            r#"flatten([for r in var.repos : ["${r}:a", "${r}:b"]])"#,
            r#"[var.repos => "{var.repos[*]}:a", var.repos => "{var.repos[*]}:b"]"#,
        ),
        (r#"merge(local.base, { ref = "y" }, { sub = "z" })"#, r#"{"ref": "y", "sub": "z"}"#),
        (r#"merge(local.base, var.extra, { ref = "y" })"#, r#"{"{var.extra}": {var.extra}, "ref": "y"}"#),
        (r#"join(" && ", [for r in local.repos : "x == '${r}'"])"#, r#""x == 'a' && x == 'b'""#),
        (r#"join(",", var.repos)"#, r#"{join(",", var.repos)}"#),
        (
            r#""${replace(aws_iam_openid_connect_provider.other.url, "https://", "")}:sub""#,
            r#""{aws_iam_openid_connect_provider.other.url}:sub""#,
        ),
        (
            r#""${replace(aws_iam_openid_connect_provider.github.url, "https://", "")}:sub""#,
            r#""token.actions.githubusercontent.com:sub""#,
        ),
        (
            "aws_iam_openid_connect_provider.github.arn",
            r#""arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com""#,
        ),
        (r#""${local.issuer}:sub""#, r#""token.actions.githubusercontent.com:sub""#),
        (r#"replace("a/b", "/", "-")"#, r#""a-b""#),
        ("local.cycle", "[{local.cycle}]"),
        ("local.repos[1]", r#""b""#),
        ("local.by_key[\"k\"].name", r#""n""#),
        ("local.missing", "{local.missing}"),
        (r#"var.x ? "a" : "a""#, r#""a""#),
        (
            r#"length(var.x) == 1 ? "StringLike" : "ForAnyValue:StringLike""#,
            r#"{length(var.x) == 1 ? "StringLike" : "ForAnyValue:StringLike"}"#,
        ),
        (r#"length(local.repos) == 2 ? "yes" : "no""#, r#""yes""#),
        ("data.aws_caller_identity.current.account_id", "{data.aws_caller_identity.current.account_id}"),
        ("[each.value, each.key, count.index]", "[{each.value}, {each.key}, {count.index}]"),
        ("var.repos[*].name", "{var.repos[*].name}"),
        (
            r#"{ a = 1, "a" : 2, (local.org) = true, "${var.k}x" = null }"#,
            r#"{"a": 2, "acme": true, "{var.k}x": null}"#,
        ),
    ] {
        assert_eq!(value(expression, blocks), expected, "{expression}");
    }
}

#[test]
fn locals_that_multiply_are_bounded() {
    let mut blocks = "locals {\n  a0 = \"x\"\n".to_owned();
    for (before, name) in (0..60).zip(1..60) {
        let line = format!("  a{name} = [local.a{before}, \"${{local.a{before}}}${{local.a{before}}}\"]\n");
        blocks.push_str(&line);
    }
    blocks.push_str("}\n");
    assert!(value("local.a59", &blocks).len() < 100_000_000);
    let verbs = "%[1]s".repeat(20_000);
    let long = "y".repeat(20_000);
    assert!(value(&format!("format(\"{verbs}\", \"{long}\")"), "").starts_with("{format("));
    let nested = format!("x = {}1{}", "[".repeat(60), "]".repeat(60));
    assert!(read(&nested).expect("it is HCL").is_empty());
}

#[test]
fn hostile_syntax_is_an_error() {
    for hostile in
        ["x = ".to_owned() + &"[".repeat(50_000), "a {\n".repeat(20_000), "x = \"${\"".repeat(10_000)]
    {
        assert!(read(&hostile).is_err());
    }
    assert_eq!(
        read(&"# x\n".repeat(40_000)).unwrap_err().to_string(),
        "the text is 160000 bytes long, the limit for HCL is 131072"
    );
    let chained = format!("x = 1{}", "+1".repeat(10_000));
    assert!(read(&chained).unwrap_err().to_string().starts_with("more than 128 operators"));
}

const STATEMENT: &str = r#"
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringLike"
      variable = "${replace(aws_iam_openid_connect_provider.github.url, "https://", "")}:sub"
      values   = ["repo:acme/a:*"]
    }
    condition {
      test     = "StringLike"
      variable = "${replace(aws_iam_openid_connect_provider.github.url, "https://", "")}:sub"
      values   = [for r in var.repos : "repo:acme/${r}:&{aws:x}"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
"#;

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": [{aws_iam_openid_connect_provider.github.arn}]}, "Action": ["sts:AssumeRoleWithWebIdentity"], "Condition": {"StringLike": {"{aws_iam_openid_connect_provider.github.url}:sub": ["repo:acme/a:*", var.repos => "repo:acme/{var.repos[*]}:${aws:x}"]}, "StringEquals": {"token.actions.githubusercontent.com:aud": ["sts.amazonaws.com"]}}}]}"#;

#[test]
fn a_policy_document_is_the_policy_that_the_provider_makes_of_it() {
    let data = format!("data \"aws_iam_policy_document\" \"trust\" {{{STATEMENT}}}\n");
    assert_eq!(documents(&data), format!("aws {POLICY}"));
    assert_eq!(documents(STATEMENT), format!("aws {POLICY}"));

    // The role and its policy are one, and a policy of permissions is none.
    let role = format!(
        "{data}data \"aws_iam_policy_document\" \"s3\" {{\n  statement {{\n    actions = [\"s3:GetObject\"]\n    resources = [\"*\"]\n  }}\n}}\nresource \"aws_iam_role\" \"ci\" {{\n  assume_role_policy = data.aws_iam_policy_document.trust.json\n}}\n"
    );
    assert_eq!(documents(&role), format!("aws {POLICY}"));
}

#[test]
fn dynamic_blocks_and_policies_of_other_sources_are_holes() {
    let text = r#"
data "aws_iam_policy_document" "trust" {
  version                 = "2008-10-17"
  source_policy_documents = [data.aws_iam_policy_document.base.json, var.more]
  statement {
    sid = "A"
    effect = "Deny"
    not_principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    not_actions = ["sts:TagSession"]
    dynamic "condition" {
      for_each = ["sub", "ref"]
      content {
        test     = "StringEquals"
        variable = "token.actions.githubusercontent.com:${condition.value}"
        values   = var.values[condition.value]
      }
    }
    dynamic "condition" {
      for_each = var.conditions
      iterator = c
      content {
        test     = c.value.test
        variable = c.value.variable
        values   = c.value.values
      }
    }
  }
  dynamic "statement" {
    for_each = var.statements
    content {
      actions = [statement.value]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
}
data "aws_iam_policy_document" "base" {
  statement {
    sid     = "A"
    actions = ["sts:AssumeRole"]
  }
  statement {
    sid     = "B"
    actions = ["sts:AssumeRoleWithWebIdentity"]
  }
}
"#;
    assert_eq!(
        documents(text),
        r#"aws {"Version": "2008-10-17", "Statement": [{"Sid": "B", "Effect": "Allow", "Action": ["sts:AssumeRoleWithWebIdentity"]}, var.more => {var.more[*]}, {"Sid": "A", "Effect": "Deny", "NotPrincipal": {"AWS": ["*"]}, "NotAction": ["sts:TagSession"], "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": [var.values.sub => {var.values.sub[*]}], "token.actions.githubusercontent.com:ref": [var.values.ref => {var.values.ref[*]}]}, "{conditions for each of var.conditions}": {conditions for each of var.conditions}}}, var.statements => {"Effect": "Allow", "Principal": "*", "Action": [{var.statements[*]}]}]}"#
    );
}

#[test]
fn policies_of_roles_are_objects_or_json() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": {aws_iam_openid_connect_provider.github.arn}}, "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:{var.org}/widget:*"}}}]}"#;
    let object = r#"jsonencode({
    Version = "2012-10-17"
    "Statement" : [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringLike = { "token.actions.githubusercontent.com:sub" : "repo:${var.org}/widget:*" } }
    }]
  })"#;
    assert_eq!(documents(object), format!("any {policy}"));
    assert_eq!(documents(&format!("assume_role_policy = {object}\n")), format!("aws {policy}"));
    let role = |expression: &str| {
        format!(
            "resource \"aws_iam_role\" \"ci\" {{\n  name = \"ci\"\n  assume_role_policy = {expression}\n}}\n"
        )
    };
    assert_eq!(documents(&role(object)), format!("aws {policy}"));
    assert_eq!(documents(&format!("module \"ci\" {{\n  trust = {object}\n}}\n")), format!("any {policy}"));

    let heredoc = r#"<<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Principal": {"Federated": "${aws_iam_openid_connect_provider.github.arn}"},
        "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:${var.org}/widget:*"}}
      }]
    }
  EOF"#;
    // Within a JSON string, a hole is text.
    let in_strings = policy.replace(
        "{aws_iam_openid_connect_provider.github.arn}",
        "\"{aws_iam_openid_connect_provider.github.arn}\"",
    );
    assert_eq!(documents(&role(heredoc)), format!("aws {in_strings}"));
    let bare = role(
        "<<EOF\n{\"Statement\": [{\"Action\": ${jsonencode([\"a\"])}, \"Sid\": ${var.sid}, \"Condition\": {\"S\": {\"${local.k}:sub\": [\"$${aws:x} <ORG>\"]}}}]}\nEOF",
    );
    assert_eq!(
        documents(&bare),
        r#"aws {"Statement": [{"Action": ["a"], "Sid": {var.sid}, "Condition": {"S": {"{local.k}:sub": ["${aws:x} {<ORG>}"]}}}]}"#
    );
    assert_eq!(
        documents(&role(r#""{\"Statement\": [{\"Sid\": \"${var.x}\"}]}""#)),
        r#"aws {"Statement": [{"Sid": "{var.x}"}]}"#
    );
    assert_eq!(documents(&role("file(\"trust.json\")")), "");
}

#[test]
fn places_are_those_of_the_text() {
    let text = "resource \"aws_iam_role\" \"ci\" {\n  assume_role_policy = <<-EOF\n    {\n      \"Statement\": [\n        {\"Sid\": \"${var.x}y\", \"Effect\": \"Allow\"}\n      ]\n    }\n  EOF\n}\n";
    let documents = read(text).expect("it is HCL");
    let statements = documents[0].node.get("Statement").expect("a member").items();
    let Item::One(statement) = &statements[0] else { panic!("an item") };
    let source = |span: crate::document::Span| text.get(span.start..span.end).expect("a place");
    assert_eq!(source(statement.get("Effect").expect("a member").span), "\"Allow\"");
    assert_eq!(source(statement.members().expect("members")[1].span), "\"Effect\"");
    assert_eq!(source(statement.span), "{\"Sid\": \"${var.x}y\", \"Effect\": \"Allow\"}");

    let text = "# a comment\n\njsonencode({ a = { Statement = \"x\" } })\n";
    let documents = read(text).expect("it is HCL");
    let inner = documents[0].node.get("a").expect("a member");
    let source = |span: crate::document::Span| text.get(span.start..span.end).expect("a place");
    assert_eq!(source(inner.members().expect("members")[0].span), "Statement");
    assert_eq!(source(inner.get("Statement").expect("a member").span), "\"x\"");
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
