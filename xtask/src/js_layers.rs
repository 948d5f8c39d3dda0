//! The layer test of the package's JavaScript: a file imports only what its layer may import, and no files import each other in a
//! circle. Imports of types, which are in comments, do not count: they are gone when the code runs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result};

use crate::project::files_below;

/// A part of `src/js`: a folder, or some of the files that are in none.
struct Layer {
    name: &'static str,
    /// Its files, without `.js`. A folder needs none: all of its files are of the layer.
    files: &'static [&'static str],
    /// What it may import besides its own files: layers; `wasm`, or one file of it; packages, and `node:` for those of Node.
    imports: &'static [&'static str],
}

const fn folder(name: &'static str, imports: &'static [&'static str]) -> Layer {
    Layer { name, files: &[], imports }
}

const fn files(
    name: &'static str,
    files: &'static [&'static str],
    imports: &'static [&'static str],
) -> Layer {
    Layer { name, files, imports }
}

/// The layers, lowest first. What a layer imports must stand above it in this list, so that `cli` and `entry` are imported by none.
const LAYERS: &[Layer] = &[
    folder("util", &[]),
    // What needs no wasm: errors, options, what a host offers.
    files(
        "base",
        &[
            "secrets",
            "errors",
            "refusals",
            "options",
            "plain-data",
            "report",
            "context",
            "authorized",
            "host",
            "crypto",
            "lzma",
            "instance",
        ],
        &["util", "wasm/codes.js"],
    ),
    folder("keys", &["util", "base"]),
    folder("replay", &["util", "base"]),
    // The module `claimgate`. The exchange has a module of its own, and must not bring this one along.
    files("core", &["core", "inspect"], &["util", "base", "wasm/claimgate.js"]),
    files("loaded-policy", &["loaded-policy"], &["util", "base", "keys"]),
    files("verifier", &["verifier"], &["util", "base", "core", "loaded-policy"]),
    folder("gate", &["util", "base", "replay", "loaded-policy", "verifier"]),
    files("index", &["index"], &["base", "core", "verifier", "gate"]),
    folder("explain", &["util", "base", "core", "verifier", "wasm/claimgate.js"]),
    // Tests and development: it takes the package as its users do.
    folder("issuer", &["util", "base", "claimgate", "node:"]),
    folder("exchange", &["util", "base", "replay", "loaded-policy", "wasm/exchange.js"]),
    // For people, with a separate module.
    folder("inspect", &["util", "base", "wasm/inspect.js"]),
    folder("entry", &["util", "base", "core", "gate", "index", "exchange", "inspect", "wasm", "node:"]),
    folder("cli", &["util", "base", "explain", "issuer", "exchange", "claimgate", "node:"]),
];

/// An import: its line, and what it names: a file by its path in the package, such as `js/core.js`, or another package.
struct Import {
    line: usize,
    target: String,
}

/// Checks the files below `src/js`, and returns what is wrong with each.
pub fn check(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("src/js");
    let mut imports = BTreeMap::new();
    for path in files_below(&folder)? {
        if path.extension().is_some_and(|extension| extension == "js") {
            let source =
                fs::read_to_string(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
            let name = path.strip_prefix(root.join("src"))?.to_string_lossy().replace('\\', "/");
            let found = imports_of(&name, &source);
            imports.insert(name, found);
        }
    }
    println!("  {} JavaScript files of {} layers", imports.len(), LAYERS.len());
    Ok(complaints_about(&imports))
}

fn complaints_about(imports: &BTreeMap<String, Vec<Import>>) -> Vec<String> {
    let mut complaints: Vec<String> =
        imports.iter().flat_map(|(name, imports)| complaints_about_file(name, imports)).collect();
    if let Some(cycle) = cycle(imports) {
        complaints.push(format!("src/{}:1: a circle of imports: {}", cycle[0], cycle.join(" → ")));
    }
    complaints
}

fn complaints_about_file(name: &str, imports: &[Import]) -> Vec<String> {
    let Some(own) = layer_of(name) else {
        return vec![format!("src/{name}:1: has no layer, add it to `LAYERS` in xtask/src/js_layers.rs")];
    };
    let wrong = imports.iter().filter(|import| !is_allowed(own, &import.target));
    wrong
        .map(|import| format!("src/{name}:{}: {} must not import {}", import.line, own.name, import.target))
        .collect()
}

fn is_allowed(own: &Layer, target: &str) -> bool {
    if target.starts_with("js/") {
        return layer_of(target)
            .is_some_and(|other| other.name == own.name || own.imports.contains(&other.name));
    }
    own.imports.iter().any(|allowed| match *allowed {
        "node:" => target.starts_with("node:"),
        // `claimgate` is `claimgate/exchange`, too, and `wasm` all that is in it.
        name => target == name || target.strip_prefix(name).is_some_and(|rest| rest.starts_with('/')),
    })
}

/// The layer of a file, such as `js/cli/main.js`.
fn layer_of(name: &str) -> Option<&'static Layer> {
    let name = name.strip_prefix("js/")?;
    match name.split_once('/') {
        Some((folder, _)) => LAYERS.iter().find(|layer| layer.files.is_empty() && layer.name == folder),
        None => {
            let stem = name.strip_suffix(".js")?;
            LAYERS.iter().find(|layer| layer.files.contains(&stem))
        }
    }
}

/// What a file imports: statements at the beginning of a line, and `import('…')` outside of comments.
fn imports_of(name: &str, source: &str) -> Vec<Import> {
    let mut found = Vec::new();
    let mut statement: Option<(usize, String)> = None;
    for (index, line) in source.lines().enumerate() {
        let code = without_comments(line);
        if let Some((_, text)) = &mut statement {
            text.push_str(code.as_str());
        } else if ["import ", "export {", "export *"].iter().any(|start| code.starts_with(start)) {
            statement = Some((index + 1, code.clone()));
        } else if let Some((_, call)) = code.split_once("import('") {
            let target = call.split('\'').next().unwrap_or_default();
            found.push(Import { line: index + 1, target: resolve(name, target) });
        }
        if let Some((line, text)) = statement.take_if(|(_, text)| text.contains(';')) {
            // Without a name in quotation marks it exports what the file has itself.
            found.extend(quoted(&text).map(|target| Import { line, target: resolve(name, target) }));
        }
    }
    found
}

/// A line without `/* … */` and `// …`. Lines of longer comments begin with ` *`.
fn without_comments(line: &str) -> String {
    if line.trim_start().starts_with("* ") || line.trim_start().starts_with("//") {
        return String::new();
    }
    let mut code = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("/*") {
        code.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    code + rest
}

/// What the last pair of quotation marks has in it.
fn quoted(text: &str) -> Option<&str> {
    let mut parts = text.rsplit('\'');
    parts.next();
    parts.next().filter(|_| text.matches('\'').count() >= 2)
}

/// The file that a relative import names, by its path in the package, or the other package.
fn resolve(importer: &str, target: &str) -> String {
    if !target.starts_with('.') {
        return target.into();
    }
    let mut path: Vec<&str> = importer.split('/').collect();
    path.pop();
    for part in target.split('?').next().unwrap_or_default().split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()),
            part => path.push(part),
        }
    }
    path.join("/")
}

/// Files of which each imports the next, and the last one the first.
fn cycle(imports: &BTreeMap<String, Vec<Import>>) -> Option<Vec<&str>> {
    let mut done = BTreeSet::new();
    imports.keys().find_map(|name| walk(imports, name, &mut Vec::new(), &mut done))
}

fn walk<'a>(
    imports: &'a BTreeMap<String, Vec<Import>>,
    name: &'a str,
    path: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a str>> {
    if let Some(start) = path.iter().position(|passed| *passed == name) {
        return Some(path[start..].iter().copied().chain([name]).collect());
    }
    if !done.insert(name) {
        return None;
    }
    path.push(name);
    let next = imports.get(name).into_iter().flatten();
    let found = next.into_iter().find_map(|import| walk(imports, &import.target, path, done));
    path.pop();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(files: &[(&str, &str)]) -> Vec<String> {
        let imports =
            files.iter().map(|(name, source)| ((*name).to_owned(), imports_of(name, source))).collect();
        complaints_about(&imports)
    }

    #[test]
    fn each_layer_imports_only_those_above_it() {
        for (index, layer) in LAYERS.iter().enumerate() {
            for name in layer.imports.iter().filter(|name| LAYERS.iter().any(|layer| layer.name == **name)) {
                let above = LAYERS[..index].iter().any(|other| other.name == *name);
                assert!(above, "{} must stand below {name}", layer.name);
            }
        }
    }

    #[test]
    fn what_the_table_allows_passes() {
        let source = "import { readFile } from 'node:fs/promises';\n\
                      import { createVerifier } from 'claimgate';\n\
                      import 'claimgate/exchange';\n\
                      import {\n  a,\n  b,\n} from '../explain/text.js';\n\
                      import { c } from './input.js';\n\
                      export { d } from '../options.js';\n";
        assert!(complaints(&[("js/cli/verify.js", source)]).is_empty());
        assert!(
            complaints(&[("js/entry/node.js", "import { PACKED } from '../../wasm/server-deflate.js';")])
                .is_empty()
        );
        assert!(
            complaints(&[("js/entry/workerd.js", "import m from '../../wasm/server_bg.wasm?module';")])
                .is_empty()
        );
    }

    #[test]
    fn anything_else_is_found_with_its_line() {
        for (name, source, expected) in [
            ("gate/guard", "\nimport a from '../cli/input.js';", ":2: gate must not import js/cli/input.js"),
            ("keys/remote", "export * from '../index.js';", ":1: keys must not import js/index.js"),
            ("exchange/token", "import '../core.js';", ":1: exchange must not import js/core.js"),
            (
                "exchange/token",
                "import {\n  a,\n} from '../explain/text.js';",
                ":1: exchange must not import js/explain/text.js",
            ),
            ("util/hex", "import { b } from '../errors.js';", ":1: util must not import js/errors.js"),
            ("verifier", "import a from './entry/node.js';", ":1: verifier must not import js/entry/node.js"),
            ("gate/guard", "const a = await import('node:fs');", ":1: gate must not import node:fs"),
            ("gate/guard", "import a from 'left-pad';", ":1: gate must not import left-pad"),
            (
                "explain/text",
                "import a from '../../wasm/exchange.js';",
                ":1: explain must not import wasm/exchange.js",
            ),
            ("refusals", "import a from '../wasm/codes.jsx';", ":1: base must not import wasm/codes.jsx"),
        ] {
            let file = format!("js/{name}.js");
            assert_eq!(complaints(&[(&file, source)]), [format!("src/{file}{expected}")]);
        }
    }

    #[test]
    fn types_and_comments_are_no_imports() {
        let source = "// import a from '../cli/input.js';\n\
                      /** @typedef {import('../cli/input.js').Input} Input */\n\
                      /**\n * @param {import('../cli/input.js').Input} a\n */\n\
                      const b = /** @type {import('../cli/input.js').Input} */ (c);\n\
                      export { b };\n";
        assert!(complaints(&[("js/gate/guard.js", source)]).is_empty());
    }

    #[test]
    fn a_circle_of_imports_is_found_once() {
        let files = [
            ("js/cli/a.js", "import './b.js';"),
            ("js/cli/b.js", "const work = () => import('./c.js');"),
            ("js/cli/c.js", "export { d } from './b.js';"),
        ];
        assert_eq!(
            complaints(&files),
            ["src/js/cli/b.js:1: a circle of imports: js/cli/b.js → js/cli/c.js → js/cli/b.js"]
        );
        assert!(complaints(&files[..2]).is_empty());
    }

    #[test]
    fn a_file_needs_a_layer() {
        let expected = ": has no layer, add it to `LAYERS` in xtask/src/js_layers.rs";
        for name in ["js/new.js", "js/new/a.js", "js/base/a.js"] {
            assert_eq!(complaints(&[(name, "")]), [format!("src/{name}:1{expected}")]);
        }
    }
}
