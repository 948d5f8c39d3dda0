//! Command lines that make policies: `gcloud`, `az`, `aws`, `vault`, and PowerShell's `New-AzADAppFederatedCredential`.

mod words;

use std::collections::BTreeMap;

use self::words::{Command, Word, commands};
use super::{Document, Form, hcl::read_json_text};
use crate::{
    ReadError, System,
    document::{Item, Member, Node, Piece, Span, Text, Value},
};

/// Files that the script writes, by their names.
type Files = BTreeMap<String, Word>;

pub(super) fn read(text: &str) -> Result<Vec<Document>, ReadError> {
    let mut documents = Vec::new();
    let mut files = Files::new();
    let commands = commands(text);
    for command in &commands {
        if let (Some(output), Some(input)) = (&command.output, &command.input) {
            files.insert(output.clone(), input.clone());
        }
        if let Some((system, node)) = policy(text, command, &files)? {
            documents.push(Document { system: Some(system), form: Form::Shell, node });
        }
    }
    with_members(&commands, &mut documents);
    Ok(documents)
}

/// The words of a command that are no flags and no values of flags, and its flags.
struct Arguments {
    words: Vec<String>,
    flags: BTreeMap<String, Word>,
    rest: Vec<Word>,
}

fn arguments(command: &Command) -> Arguments {
    let mut read = Arguments { words: Vec::new(), flags: BTreeMap::new(), rest: Vec::new() };
    let mut words = command.words.iter().peekable();
    while let Some(word) = words.next() {
        let first = word.text.start();
        if is_flag(first) {
            let (name, value) = match first.split_once('=') {
                Some((name, value)) => {
                    (name, Some(Word { text: word.text.with_start(value), span: word.span }))
                }
                None => (
                    first,
                    words.peek().filter(|next| !is_flag(next.text.start())).map(|next| (*next).clone()),
                ),
            };
            if !first.contains('=') && value.is_some() {
                words.next();
            }
            let name = name.trim_start_matches('-').to_ascii_lowercase();
            if let Some(value) = value {
                read.flags.insert(name, value);
            }
        } else {
            read.words.push(word.text.shown());
            read.rest.push(word.clone());
        }
    }
    read
}

fn is_flag(start: &str) -> bool {
    start.starts_with('-') && start.len() > 1
}

fn policy(text: &str, command: &Command, files: &Files) -> Result<Option<(System, Node)>, ReadError> {
    let read = arguments(command);
    let words: Vec<&str> = read.words.iter().map(|word| word.trim_start_matches("$ ")).collect();
    let words = words.strip_prefix(["$"].as_slice()).unwrap_or(&words);
    let words = words.strip_prefix(["sudo"].as_slice()).unwrap_or(words);
    let span = command_span(command);
    let flag = |name: &str| read.flags.get(name);
    match words {
        ["gcloud", "iam", "workload-identity-pools", "providers", "create-oidc" | "update-oidc", ..]
        | [
            "gcloud",
            "beta",
            "iam",
            "workload-identity-pools",
            "providers",
            "create-oidc" | "update-oidc",
            ..,
        ] => Ok(Some((System::Google, provider(&read, span)))),
        ["az", "ad", "app", "federated-credential", "create" | "update", ..] | ["az", "rest", ..] => {
            let Some(parameters) = flag("parameters").or_else(|| flag("body")).or_else(|| flag("b")) else {
                return Ok(None);
            };
            json(text, parameters, files).map(|node| node.map(|node| (System::Azure, node)))
        }
        ["az", "identity", "federated-credential", "create" | "update", ..] => {
            let names = [("issuer", "issuer"), ("subject", "subject"), ("name", "name")];
            Ok(Some((System::Azure, credential(&read, &names, &["audiences", "audience"], span))))
        }
        [command, ..] if command.eq_ignore_ascii_case("New-AzADAppFederatedCredential") => {
            let names = [("issuer", "issuer"), ("subject", "subject"), ("name", "name")];
            Ok(Some((System::Azure, credential(&read, &names, &["audience", "audiences"], span))))
        }
        ["aws", "iam", "create-role" | "update-assume-role-policy", ..] => {
            let Some(document) = flag("assume-role-policy-document").or_else(|| flag("policy-document"))
            else {
                return Ok(None);
            };
            json(text, document, files).map(|node| node.map(|node| (System::Aws, node)))
        }
        ["vault" | "bao", "write", path, ..] if path.contains("/role/") => {
            vault(text, command, &read, files, span).map(|node| node.map(|node| (System::Vault, node)))
        }
        ["npm", "trust", ..] => Err(ReadError::unknown(
            "npm does not publish how it decides on trusted publishers, so this cannot be evaluated",
        )),
        _ => Ok(None),
    }
}

fn command_span(command: &Command) -> Span {
    let start = command.words.first().map_or(0, |word| word.span.start);
    Span { start, end: command.words.last().map_or(start, |word| word.span.end) }
}

fn member(name: &str, value: Node) -> Member {
    Member { name: Text::new(name), span: value.span, value }
}

fn text_node(word: &Word) -> Node {
    Node { span: word.span, value: Value::Text(word.text.clone()) }
}

fn list_node(word: &Word) -> Node {
    let items = word.text.split(",").into_iter();
    let items = items.map(|text| Item::One(Node { span: word.span, value: Value::Text(text) }));
    Node { span: word.span, value: Value::List(items.collect()) }
}

fn object(members: Vec<Member>, span: Span) -> Node {
    Node { span, value: Value::Object(members) }
}

/// The file that `file://f` or `@f` names, or the word itself.
fn contents<'w>(word: &'w Word, files: &'w Files) -> Option<&'w Word> {
    let Some(name) = word.text.literal() else { return Some(word) };
    if name.trim_start().starts_with(['{', '[']) {
        return Some(word);
    }
    let path = name.strip_prefix("file://").or_else(|| name.strip_prefix('@')).unwrap_or(&name);
    files.get(path)
}

fn json(text: &str, word: &Word, files: &Files) -> Result<Option<Node>, ReadError> {
    let Some(word) = contents(word, files) else { return Ok(None) };
    match read_json_text(text, &word.text, word.span) {
        Ok(node) => Ok(Some(node)),
        // `az` also reads Python's quotes.
        Err(error) => {
            let mut quoted = Text::default();
            for piece in word.text.pieces() {
                quoted.push(match piece {
                    Piece::Literal(literal) if !literal.contains('"') => {
                        Piece::Literal(literal.replace('\'', "\""))
                    }
                    other => other.clone(),
                });
            }
            read_json_text(text, &quoted, word.span).map(Some).map_err(|_| error)
        }
    }
}

fn provider(read: &Arguments, span: Span) -> Node {
    let mut members = Vec::new();
    if let Some(mapping) = read.flags.get("attribute-mapping") {
        members.push(member("attributeMapping", pairs(mapping)));
    }
    if let Some(condition) = read.flags.get("attribute-condition") {
        members.push(member("attributeCondition", text_node(condition)));
    }
    let mut oidc = Vec::new();
    if let Some(issuer) = read.flags.get("issuer-uri") {
        oidc.push(member("issuerUri", text_node(issuer)));
    }
    if let Some(audiences) = read.flags.get("allowed-audiences") {
        oidc.push(member("allowedAudiences", list_node(audiences)));
    }
    members.push(member("oidc", object(oidc, span)));
    object(members, span)
}

/// `a=x,b=y`, or with another separator: `^;^a=x;b=y`.
fn pairs(word: &Word) -> Node {
    let custom = word.text.start().strip_prefix('^').and_then(|rest| rest.split_once('^'));
    let (separator, text) = match custom {
        Some((separator, rest)) => (separator, word.text.with_start(rest)),
        None => (",", word.text.clone()),
    };
    if let Some(hole) = text.holes().next()
        && text.pieces().len() == 1
    {
        return Node { span: word.span, value: Value::Hole(hole.clone()) };
    }
    let mut members = Vec::new();
    for pair in text.split(separator) {
        let Some((name, start)) = pair.start().split_once('=') else { continue };
        let value = pair.with_start(start);
        members.push(member(name.trim(), Node { span: word.span, value: Value::Text(value) }));
    }
    object(members, word.span)
}

fn credential(read: &Arguments, names: &[(&str, &str)], audiences: &[&str], span: Span) -> Node {
    let mut members = Vec::new();
    for (flag, name) in names {
        if let Some(word) = read.flags.get(*flag) {
            members.push(member(name, text_node(word)));
        }
    }
    if let Some(word) = audiences.iter().find_map(|name| read.flags.get(*name)) {
        members.push(member("audiences", list_node(word)));
    }
    object(members, span)
}

fn vault(
    text: &str,
    command: &Command,
    read: &Arguments,
    files: &Files,
    span: Span,
) -> Result<Option<Node>, ReadError> {
    let mut members = Vec::new();
    for word in read.rest.iter().skip(3) {
        let first = word.text.start();
        if first == "-" {
            let Some(input) = &command.input else { return Ok(None) };
            return read_json_text(text, &input.text, input.span).map(Some);
        }
        if first.starts_with('@') {
            return json(text, word, files);
        }
        let Some((name, start)) = first.split_once('=') else { continue };
        let value = word.text.with_start(start);
        if value.literal().as_deref() == Some("-")
            && let Some(input) = &command.input
        {
            members.push(member(name, read_json_text(text, &input.text, input.span)?));
            continue;
        }
        members.push(member(name, Node { span: word.span, value: Value::Text(value) }));
    }
    if members.is_empty()
        && let Some(input) = &command.input
    {
        return read_json_text(text, &input.text, input.span).map(Some);
    }
    Ok((!members.is_empty()).then(|| object(members, span)))
}

/// One provider, and the members that the script binds, as one policy.
fn with_members(commands: &[Command], documents: &mut [Document]) {
    let mut members = Vec::new();
    for command in commands {
        let read = arguments(command);
        if read.words.iter().any(|word| word == "add-iam-policy-binding")
            && let Some(word) = read.flags.get("member")
            && word.text.start().starts_with("principal")
        {
            members.push(Item::One(text_node(word)));
        }
    }
    if members.is_empty() {
        return;
    }
    if let [Document { system: Some(System::Google), node, .. }] = documents {
        let span = node.span;
        let list = Node { span, value: Value::List(members) };
        let provider = std::mem::replace(node, Node { span, value: Value::Null });
        *node = object(vec![member("provider", provider), member("members", list)], span);
    }
}
