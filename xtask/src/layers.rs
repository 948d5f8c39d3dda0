//! The layer test: a module of the crate imports only what stands left of it. `js_layers.rs` has the same for the JavaScript.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::{
    circles, js_layers,
    project::files_below,
    tokens::{Token, tokens},
};

/// The modules, lowest first. A new one must be added here, right of everything that it imports.
const ORDER: [&str; 20] = [
    "secrets",
    "error",
    "stage",
    "limits",
    "time",
    "suggest",
    "base64url",
    "json",
    "input",
    "signature",
    "claims",
    "jwk",
    "token",
    "verify",
    "policy",
    "test_exports",
    "mint",
    "verifier",
    "serialize",
    "details",
];

/// A file that is longer should be two.
const MAX_LINES: usize = 400;

/// Checks the files below `src`, `crates`, `www` and `xtask`.
pub fn check(root: &Path) -> Result<()> {
    let mut complaints = Vec::new();
    let mut modules = BTreeMap::new();
    let mut inspector = BTreeMap::new();
    let mut checked = 0;
    let folders = ["src", "crates", "www", "xtask"].map(|folder| files_below(&root.join(folder)));
    for path in folders.into_iter().collect::<Result<Vec<_>>>()?.concat() {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("rs" | "js")) {
            continue;
        }
        let source =
            fs::read_to_string(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
        let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        let lines = source.lines().count();
        if lines > MAX_LINES {
            complaints.push(format!("{name}:{lines}: longer than {MAX_LINES} lines, split it"));
        }
        if let Some(module) = name.strip_prefix("src/").and_then(|name| name.strip_suffix(".rs")) {
            complaints.extend(complaints_about(&name, module, &source));
            let path: Vec<String> =
                module.split('/').filter(|part| *part != "mod").map(str::to_owned).collect();
            // Tests in a file of their own may use what they test, and more.
            if module != "lib" && path.last().is_some_and(|last| last != "tests") {
                modules.insert(path, source);
            }
            checked += 1;
        } else if let Some(module) =
            name.strip_prefix("crates/inspect/src/").and_then(|name| name.strip_suffix(".rs"))
        {
            let path: Vec<String> =
                module.split('/').filter(|part| *part != "mod").map(str::to_owned).collect();
            if module != "lib" && !path.iter().any(|part| part == "tests") {
                inspector.insert(path, source);
            }
        }
    }
    complaints.extend(circles::complaints("src", &modules));
    complaints.extend(circles::complaints("crates/inspect/src", &inspector));
    println!("  {checked} Rust files of {} layers", ORDER.len());
    complaints.extend(js_layers::check(root)?);
    match complaints.as_slice() {
        [] if checked == 0 => bail!("`src` has no Rust file to check"),
        [] => Ok(()),
        some => bail!("the layers do not hold\n{}", some.join("\n")),
    }
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == module)
}

/// What is wrong in the file `name`, whose place below `src` is `module`, as `claims/github`.
fn complaints_about(name: &str, module: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let unsafes = tokens.iter().filter(|token| token.text == "unsafe");
    let mut complaints: Vec<String> =
        unsafes.map(|token| format!("{name}:{}: `unsafe` is not allowed", token.line)).collect();
    if module == "lib" {
        return complaints;
    }
    let path: Vec<&str> = module.split('/').filter(|part| *part != "mod").collect();
    let importer = path[0];
    let Some(own) = rank(importer) else {
        complaints
            .push(format!("{name}:1: {importer} has no layer, add it to `ORDER` in xtask/src/layers.rs"));
        return complaints;
    };
    for import in imports(&path, &tokens) {
        let wrong = match (rank(import.text), import.text) {
            (Some(other), _) if other <= own => continue,
            (Some(_), module) => format!("must not import {module}"),
            (None, item) => format!("imports `crate::{item}`, name the module that it lives in"),
        };
        complaints.push(format!("{name}:{}: {importer} {wrong}", import.line));
    }
    complaints.dedup();
    complaints
}

/// The first name of every path that starts at the crate's root, in a source whose module is
/// `path`.
fn imports<'a>(path: &[&'a str], tokens: &'a [Token<'a>]) -> Vec<&'a Token<'a>> {
    let mut found = Vec::new();
    // How deep this place is in modules: those of the file, then those opened with `mod name {`,
    // with the braces open at each.
    let mut inner: Vec<usize> = Vec::new();
    let mut braces = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" => {
                braces += 1;
                if at >= 2 && tokens[at - 2].text == "mod" {
                    inner.push(braces);
                }
            }
            "}" => {
                if inner.last() == Some(&braces) {
                    inner.pop();
                }
                braces = braces.saturating_sub(1);
            }
            "crate" => follow(tokens, at, 0, &mut found),
            // Only the first of a chain: the others are followed from it.
            "self" | "super" if at == 0 || tokens[at - 1].text != "::" => {
                follow(tokens, at, path.len() + inner.len(), &mut found)
            }
            _ => {}
        }
    }
    found
}

/// Follows the path or the group of paths at `at`, which is `depth` modules below the root, to the
/// names at the root.
fn follow<'a>(tokens: &'a [Token<'a>], at: usize, depth: usize, found: &mut Vec<&'a Token<'a>>) {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let goes_on = text(at + 1) == "::";
    match text(at) {
        "crate" | "self" if goes_on => follow(tokens, at + 2, depth, found),
        "super" if goes_on => follow(tokens, at + 2, depth.saturating_sub(1), found),
        "{" => {
            let mut nested = 0;
            let mut member = at + 1;
            for next in at + 1..tokens.len() {
                match text(next) {
                    "{" => nested += 1,
                    "}" if nested > 0 => nested -= 1,
                    end @ ("," | "}") if nested == 0 => {
                        if member < next {
                            follow(tokens, member, depth, found);
                        }
                        member = next + 1;
                        if end == "}" {
                            return;
                        }
                    }
                    _ => {}
                }
            }
        }
        "crate" | "super" | "self" => {}
        _ if depth == 0 => found.extend(tokens.get(at)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(file: &str, source: &str) -> Vec<String> {
        complaints_about(&format!("src/{file}.rs"), file, source)
    }

    #[test]
    fn left_is_allowed() {
        let source = "use crate::json::Value;\nuse crate::{error::Code, limits};";
        assert!(complaints("jwk", source).is_empty());
        assert!(complaints("jwk", "fn f() { crate::jwk::g() }").is_empty());
    }

    #[test]
    fn right_is_not() {
        assert_eq!(
            complaints("jwk", "\nuse crate::policy::Role;"),
            ["src/jwk.rs:2: jwk must not import policy"]
        );
        assert_eq!(
            complaints("claims/github", "fn f() { crate::verify::g() }"),
            ["src/claims/github.rs:1: claims must not import verify"]
        );
        assert_eq!(
            complaints("json/mod", "type T = crate::mint::T;"),
            ["src/json/mod.rs:1: json must not import mint"]
        );
    }

    #[test]
    fn groups_are_opened() {
        let source = "use crate::{\n    error::{A, B},\n    policy::{self, Role},\n    mint,\n};";
        let expected = ["src/jwk.rs:3: jwk must not import policy", "src/jwk.rs:4: jwk must not import mint"];
        assert_eq!(complaints("jwk", source), expected);
    }

    #[test]
    fn super_is_followed_to_the_root() {
        assert_eq!(
            complaints("jwk", "use super::policy::Role;"),
            ["src/jwk.rs:1: jwk must not import policy"]
        );
        assert!(complaints("claims/github", "use super::policy;").is_empty());
        assert_eq!(
            complaints("claims/github", "use super::super::policy;"),
            ["src/claims/github.rs:1: claims must not import policy"]
        );
        assert_eq!(
            complaints("claims/github", "use super::{a, super::policy};"),
            ["src/claims/github.rs:1: claims must not import policy"]
        );
        assert_eq!(
            complaints("claims/mod", "use self::super::policy;"),
            ["src/claims/mod.rs:1: claims must not import policy"]
        );
    }

    #[test]
    fn inline_modules_count() {
        assert!(complaints("jwk", "#[cfg(test)] mod tests { use super::*; use super::policy; }").is_empty());
        let source = "mod tests { fn f() { {} } }\nmod more { use super::super::policy; }\nuse super::mint;";
        assert_eq!(
            complaints("jwk", source),
            ["src/jwk.rs:2: jwk must not import policy", "src/jwk.rs:3: jwk must not import mint"]
        );
    }

    #[test]
    fn text_is_not_code() {
        let source = "/// See [`crate::policy`].\n// use crate::policy;\n\
                      const A: &str = \"crate::policy unsafe\"; /* unsafe */";
        assert!(complaints("jwk", source).is_empty());
        assert!(
            complaints("jwk", "pub(crate) fn f() {} extern crate alloc; pub(super) fn g() {}").is_empty()
        );
    }

    #[test]
    fn a_root_export_hides_its_module() {
        let expected = ["src/jwk.rs:1: jwk imports `crate::Role`, name the module that it lives in"];
        assert_eq!(complaints("jwk", "use crate::Role;"), expected);
        assert_eq!(complaints("jwk", "use crate::*;").len(), 1);
    }

    #[test]
    fn a_module_needs_a_layer() {
        let expected =
            ["src/interop/aws.rs:1: interop has no layer, add it to `ORDER` in xtask/src/layers.rs"];
        assert_eq!(complaints("interop/aws", ""), expected);
    }

    #[test]
    fn unsafe_is_found_even_in_the_root() {
        assert_eq!(
            complaints("lib", "use crate::mint;\nunsafe {}"),
            ["src/lib.rs:2: `unsafe` is not allowed"]
        );
        assert!(complaints("lib", "#![forbid(unsafe_code)]").is_empty());
    }
}
