//! The npm package: Cargo, then `wasm-bindgen`, then `wasm-opt`, then `npm pack`, all of it in
//! `target/npm`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    inline,
    project::Project,
    run,
    setup::{self, Need, WASM},
};

/// What `build` needs.
pub const NEEDS: [Need; 4] = [Need::Target(WASM), Need::Clang, Need::Node, Need::NpmPackages];

/// What goes into the package as it is.
const FILES: [(&str, &str); 5] = [
    ("src/policy/schema.json", "policy.schema.json"),
    ("README.md", "README.md"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
];

/// The wasm features that rustc uses without being asked, which every engine of the last years has;
/// nothing else is let in. The low memory is the deep end of the stack, which the linker puts first.
const WASM_OPT: [&str; 12] = [
    "-Oz",
    "--converge",
    "--low-memory-unused",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// For the C of `ring`: its curves are long straight lines of functions marked `inline`, which clang
/// would copy into all of their callers. The steps of RSA's inner loop are short and still inlined;
/// `-Oz` would cost a fifth of its speed for the same size.
const CFLAGS: &str = "-finline-hint-functions -mllvm -inlinehint-threshold=30";

/// The folder of the package, as it is packed.
pub fn folder(project: &Project) -> PathBuf {
    project.target.join("npm/package")
}

/// The tarball.
pub fn tarball(project: &Project) -> PathBuf {
    project.target.join(format!("npm/claimgate-{}.tgz", project.version))
}

/// Makes the tarball and returns its path.
pub fn build(project: &Project) -> Result<PathBuf> {
    setup::ensure_all(project, &NEEDS)?;
    println!("-- build: the npm package");
    let package = folder(project);
    if package.exists() {
        fs::remove_dir_all(&package)?;
    }
    compile(project)?;
    let wasm = bind(project, &package.join("wasm"))?;
    optimise(project, &wasm)?;
    inline::write(project, &wasm)?;
    stage(project, &package)?;
    let tarball = pack(project, &package)?;
    report(project, &package, &tarball)?;
    Ok(tarball)
}

/// Bytes of the entry for browsers, wasm included, minified and gzipped: as long as a page of
/// text and pictures should be made to wait for it.
const BROWSER_BUDGET: u64 = 75_000;

fn report(project: &Project, package: &Path, tarball: &Path) -> Result<()> {
    let size = |path: &Path| fs::metadata(path).map(|file| kilobytes(file.len()));
    let entry = package.join("js/entry/default.js");
    let browser = run::capture(project.node("xtask/js/size.mjs").arg(entry))?;
    let browser: u64 = browser.parse().context("`size.mjs` did not print a size")?;
    let (wasm, tarball_size) = (size(&package.join("wasm/claimgate_bg.wasm"))?, size(tarball)?);
    println!("  wasm {wasm}; tarball {tarball_size}");
    println!("  for browsers, gzipped: {} of at most {}", kilobytes(browser), kilobytes(BROWSER_BUDGET));
    println!("  {}", tarball.strip_prefix(&project.root).unwrap_or(tarball).display());
    ensure!(
        browser <= BROWSER_BUDGET,
        "the entry for browsers is {} bytes over its budget",
        browser - BROWSER_BUDGET
    );
    Ok(())
}

/// Installs the tarball beside the tests' packages, as a user of it would. Expects `build` to have
/// run.
pub fn install_tarball(project: &Project, tarball: &Path) -> Result<()> {
    let packed = fs::read(tarball)?;
    let stamp = project.node_modules().join(".claimgate.tgz");
    let installed = project.node_modules().join("claimgate/package.json");
    if installed.exists() && fs::read(&stamp).is_ok_and(|stamped| stamped == packed) {
        return Ok(());
    }
    println!("-- install: the npm package into tests/node_modules");
    run::quiet(project.npm("tests", "install --no-save").arg(tarball))?;
    Ok(fs::write(stamp, packed)?)
}

fn compile(project: &Project) -> Result<()> {
    // The crate type is named here and not in the manifest, where every Rust user of the library
    // would pay for it.
    let mut cargo = project.cargo("rustc -p claimgate --lib --crate-type cdylib --locked --profile wasm");
    cargo.args(["--no-default-features", "--features", "wasm", "--target", WASM]);
    cargo.env("CFLAGS_wasm32_unknown_unknown", CFLAGS);
    if let Some(flags) = remap_paths() {
        cargo.arg("--config").arg(format!("target.{WASM}.rustflags={flags:?}"));
    }
    run::quiet(setup::with_clang(&mut cargo)).map(drop)
}

/// Gives Cargo's folders of sources one name. The places of panics are part of the module: without
/// this they would tell where its builder keeps them, and no two builders would get the same bytes.
fn remap_paths() -> Option<Vec<String>> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")))?;
    let registries = fs::read_dir(home.join("registry/src")).ok()?.flatten();
    let mut folders: Vec<PathBuf> = registries.map(|registry| registry.path()).collect();
    folders.sort();
    let flag = |folder: PathBuf| format!("--remap-path-prefix={}=crates", folder.display());
    Some(folders.into_iter().map(flag).collect())
}

/// Writes the module and its JavaScript, and returns the module's path.
fn bind(project: &Project, folder: &Path) -> Result<PathBuf> {
    println!("  wasm-bindgen");
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(project.target.join(WASM).join("wasm/claimgate.wasm"))
        .out_name("claimgate")
        .typescript(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    // No `new URL("claimgate_bg.wasm", import.meta.url)`: each entry of the package brings the
    // module in its runtime's way, and a bundler would follow this one.
    bindgen.web(true)?.omit_default_module_path(true);
    bindgen.generate(folder).context("wasm-bindgen failed")?;
    // The types of the bare module; those of the exports do not refer to it.
    fs::remove_file(folder.join("claimgate_bg.wasm.d.ts"))?;
    Ok(folder.join("claimgate_bg.wasm"))
}

/// Optimises the module in place. The last input and its result are kept, because this takes
/// seconds and is most often repeated.
fn optimise(project: &Project, wasm: &Path) -> Result<()> {
    let tool = project.node_modules().join("binaryen");
    let bytes = fs::read(wasm)?;
    let recipe = [fs::read(tool.join("package.json"))?, WASM_OPT.join(" ").into_bytes(), bytes].concat();
    let folder = project.target.join("npm/wasm-opt");
    let (input, output) = (folder.join("input"), folder.join("output.wasm"));
    if !(output.exists() && fs::read(&input).is_ok_and(|known| known == recipe)) {
        fs::create_dir_all(&folder)?;
        // Gone first, so that an interrupted run leaves nothing that would pass for a result.
        if input.exists() {
            fs::remove_file(&input)?;
        }
        run::quiet(project.node(tool.join("bin/wasm-opt")).args(WASM_OPT).arg(wasm).arg("-o").arg(&output))?;
        fs::write(input, recipe)?;
    }
    fs::copy(output, wasm)?;
    Ok(())
}

fn stage(project: &Project, package: &Path) -> Result<()> {
    let from = |path: &str| project.root.join(path);
    copy_folder(&from("src/js"), &package.join("js"))?;
    for (source, name) in FILES {
        copy_file(&from(source), &package.join(name))?;
    }
    let manifest = fs::read_to_string(from("pkg.json")).context("`pkg.json` cannot be read")?;
    fs::write(package.join("package.json"), with_version(&manifest, &project.version)?)?;
    Ok(())
}

/// The manifest with its version after its name. The text is changed and not the parsed value,
/// because the order of `exports` has a meaning and `serde_json` keeps it only with a feature that
/// would leak into the crate's own build.
fn with_version(manifest: &str, version: &str) -> Result<String> {
    let name = "\"name\": \"claimgate\",";
    let text = manifest.replacen(name, &format!("{name}\n  \"version\": \"{version}\","), 1);
    let value: Value = serde_json::from_str(&text).context("`pkg.json` is not JSON")?;
    ensure!(
        value["version"] == version,
        "`pkg.json` has no line `{name}` to put the version after, or has a version already"
    );
    Ok(text)
}

fn pack(project: &Project, package: &Path) -> Result<PathBuf> {
    let tarball = tarball(project);
    if tarball.exists() {
        fs::remove_file(&tarball)?;
    }
    run::quiet(project.npm(package, "pack").arg("--pack-destination").arg(project.target.join("npm")))?;
    ensure!(tarball.exists(), "`npm pack` did not make `{}`", tarball.display());
    Ok(tarball)
}

pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("`{}` cannot be read", from.display()))? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() { copy_folder(&from, &to)? } else { copy_file(&from, &to)? }
    }
    Ok(())
}

/// Copies a file with its permissions: `js/cli/main.js` is a program.
pub fn copy_file(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .with_context(|| format!("`{}` cannot be copied into the package", from.display()))
        .map(drop)
}

pub fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_follows_the_name_and_the_order_stays() {
        let text =
            with_version("{\n  \"name\": \"claimgate\",\n  \"z\": 1,\n  \"a\": 2\n}\n", "1.2.3").unwrap();
        assert_eq!(
            text,
            "{\n  \"name\": \"claimgate\",\n  \"version\": \"1.2.3\",\n  \"z\": 1,\n  \"a\": 2\n}\n"
        );
    }

    #[test]
    fn a_manifest_without_the_name_is_refused() {
        assert!(with_version("{ \"name\": \"other\" }", "1.2.3").is_err());
        assert!(with_version("{ \"name\": \"claimgate\", \"version\": \"9.9.9\" }", "1.2.3").is_err());
    }
}
