//! Files of a crate that import each other: who changes one has to understand both.

use std::collections::{BTreeMap, BTreeSet};

use crate::tokens::{Token, tokens};

/// A module, by the names on the way to it: `["policy", "condition"]`.
type Module = Vec<String>;

/// Each pair of files in a folder that import each other, without their tests.
pub fn complaints(folder: &str, sources: &BTreeMap<Module, String>) -> Vec<String> {
    let mut imports: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for (module, source) in sources {
        let named = paths(module, &tokens(source));
        let files = named.iter().filter_map(|path| file_of(path, sources)).filter(|file| *file != module);
        imports.insert(module, files.collect());
    }
    let mut complaints = Vec::new();
    for (module, others) in &imports {
        for other in others.iter().filter(|other| module < *other && imports[**other].contains(*module)) {
            complaints.push(format!(
                "{folder}/{} and {folder}/{} import each other",
                module.join("/"),
                other.join("/")
            ));
        }
    }
    complaints
}

/// The file that a path leads into: the longest part of it that is a module.
fn file_of<'s>(path: &[String], sources: &'s BTreeMap<Module, String>) -> Option<&'s Module> {
    (1..=path.len()).rev().find_map(|length| sources.get_key_value(&path[..length])).map(|(module, _)| module)
}

/// Every path that a file writes from `crate`, `self` or `super` on, as the names from the root.
fn paths(module: &[String], tokens: &[Token<'_>]) -> Vec<Module> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_start = at == 0 || tokens[at - 1].text != "::";
        match tokens[at].text {
            "mod" if text(tokens, at + 1) == "tests" && text(tokens, at + 2) == "{" => {
                at = end_of_block(tokens, at + 2);
            }
            // What a module exports again it need not understand.
            "use" if at > 0 && ["pub", ")"].contains(&tokens[at - 1].text) => {
                at = tokens
                    .iter()
                    .skip(at)
                    .position(|token| token.text == ";")
                    .map_or(tokens.len(), |end| at + end);
            }
            "crate" | "self" | "super" if is_start && text(tokens, at + 1) == "::" => {
                at = expand(tokens, at, module.to_vec(), &mut found);
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Finds the paths that the path or the group of paths at `at` stands for, where `path` is what leads to it. Returns where it ends.
fn expand(tokens: &[Token<'_>], at: usize, mut path: Module, found: &mut Vec<Module>) -> usize {
    match text(tokens, at) {
        "crate" => path.clear(),
        "self" => {}
        "super" => drop(path.pop()),
        "{" => {
            let end = end_of_block(tokens, at);
            let mut nested = 0;
            let mut starts = true;
            for next in at + 1..end {
                if starts && nested == 0 {
                    expand(tokens, next, path.clone(), found);
                }
                nested += i32::from(text(tokens, next) == "{") - i32::from(text(tokens, next) == "}");
                starts = text(tokens, next) == ",";
            }
            return end;
        }
        name => path.push(name.to_owned()),
    }
    if text(tokens, at + 1) == "::" {
        return expand(tokens, at + 2, path, found);
    }
    found.push(path);
    at
}

/// The brace that closes the one at `at`.
fn end_of_block(tokens: &[Token<'_>], at: usize) -> usize {
    let mut open = 0;
    for (next, token) in tokens.iter().enumerate().skip(at) {
        open += i32::from(token.text == "{") - i32::from(token.text == "}");
        if open == 0 {
            return next;
        }
    }
    tokens.len()
}

fn text<'t>(tokens: &[Token<'t>], at: usize) -> &'t str {
    tokens.get(at).map_or("", |token| token.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let module = |name: &str| name.split('/').map(str::to_owned).collect();
        complaints("src", &files.iter().map(|(name, source)| (module(name), (*source).to_owned())).collect())
    }

    #[test]
    fn two_files_must_not_import_each_other() {
        let one = "use super::index::Index;";
        let other = "use crate::{claims::Claim, policy::{self, condition::{Condition, Rule}}};";
        let expected = ["src/policy/condition and src/policy/index import each other"];
        assert_eq!(found(&[("policy/condition", one), ("policy/index", other)]), expected);
        assert!(found(&[("policy/condition", one), ("policy/index", "")]).is_empty());
    }

    #[test]
    fn a_module_and_a_part_of_it_count() {
        let expected = ["src/jwk and src/jwk/error import each other"];
        let part = ("jwk/error", "use super::SkippedKey;");
        assert_eq!(found(&[("jwk", "use self::error::E;"), part]), expected);
        assert!(
            found(&[("jwk", "mod error; pub use self::error::E; pub(crate) use error::F;"), part]).is_empty()
        );
        let beside = [
            ("a/b", "use super::c::C;"),
            ("a/b/c", "use super::{super::d::D, e::E};"),
            ("a/c", ""),
            ("a/d", ""),
        ];
        assert!(found(&beside).is_empty());
    }

    #[test]
    fn tests_and_fields_do_not() {
        let tested = "fn f(&self) { self.a } mod tests { use super::*; use crate::b::B; fn g() {} }";
        assert!(found(&[("a", tested), ("b", "use crate::a::A;")]).is_empty());
    }
}
