//! What HCL is read as, as JSON: `{x}` is a hole, and `x => …` stands for an item for each element of `x`.

use super::*;
use crate::document::{Item, Text};

mod resources;

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

    // The role and its policy count once, and a policy of permissions does not count.
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
