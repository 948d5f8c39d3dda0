//! The package's bill of materials: what is known only here; `xtask/js/sbom.mjs` writes it.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    module,
    project::{NPM, Project},
    run,
    setup::{self, WASM},
};

/// Its name in the package.
pub const NAME: &str = "sbom.cdx.json";

/// Writes it into the package, whose modules and manifest are there already.
pub fn write(project: &Project, package: &Path) -> Result<()> {
    let metadata = [module::EXCHANGE, module::INSPECT]
        .iter()
        .map(|module| metadata(project, module))
        .collect::<Result<Vec<Value>>>()?;
    let lock = fs::read_to_string(project.root.join("Cargo.lock"))?;
    let facts = json!({ "tools": tools(project, &metadata[0])?, "cargo": metadata, "lock": lock });
    let path = project.target.join("npm/sbom-facts.json");
    fs::write(&path, facts.to_string())?;
    run::quiet(project.node("xtask/js/sbom.mjs").arg(path).arg(package)).map(drop)
}

/// What Cargo knows about a module's crate and all that it is made of. [`module::EXCHANGE`] has all that the others of its crate have.
fn metadata(project: &Project, module: &module::Module) -> Result<Value> {
    let mut cargo = project.cargo("metadata --locked --format-version 1 --filter-platform");
    cargo.arg(WASM).arg("--manifest-path").arg(module.manifest()).arg("--no-default-features");
    if !module.features.is_empty() {
        cargo.args(["--features", module.features]);
    }
    serde_json::from_str(&run::capture(&mut cargo)?).context("`cargo metadata` did not print JSON")
}

/// What the package's bytes depend on besides its sources: whoever wants the same ones needs the same.
fn tools(project: &Project, metadata: &Value) -> Result<Value> {
    let first_line = |command: &mut Command| -> Result<String> {
        Ok(run::capture(command)?.lines().next().unwrap_or_default().trim().to_owned())
    };
    let clang = setup::clang().context("clang is missing")?;
    let rustc = first_line(Command::new("rustc").arg("--version"))?;
    let binaryen: Value =
        serde_json::from_slice(&fs::read(project.node_modules().join("binaryen/package.json"))?)?;
    let locked = |name: &str| {
        let packages = metadata["packages"].as_array();
        let found = packages.and_then(|packages| packages.iter().find(|package| package["name"] == name));
        found
            .map(|package| package["version"].clone())
            .with_context(|| format!("`{name}` is not in the lock file"))
    };
    Ok(json!({
        "rustc": rustc.split(' ').nth(1).with_context(|| format!("`rustc` has no version: `{rustc}`"))?,
        "clang": first_line(Command::new(clang).arg("--version"))?,
        "node": first_line(Command::new("node").arg("--version"))?,
        "npm": first_line(Command::new(NPM).arg("--version"))?,
        "wasm-bindgen-cli-support": locked("wasm-bindgen-cli-support")?,
        "lzma-rust2": locked("lzma-rust2")?,
        "binaryen": binaryen["version"],
    }))
}
