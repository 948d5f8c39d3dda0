//! The npm package: its modules, its JavaScript, the table of codes, `npm pack`, all of it in `target/npm`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    codes, inline, module,
    project::Project,
    run, sbom,
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
    for module in module::ALL {
        let wasm = module.build(project, &package.join("wasm"))?;
        inline::write(project, module.name, &wasm)?;
    }
    let tarball = put_together(project, &package)?;
    report(project, &package, &tarball)?;
    Ok(tarball)
}

/// Adds to the modules in `package` all that is not compiled, and makes the tarball.
pub fn put_together(project: &Project, package: &Path) -> Result<PathBuf> {
    stage(project, package)?;
    sbom::write(project, package)?;
    pack(project, package)
}

/// The entries that browsers load, and the most bytes of each, wasm included, minified and gzipped: as
/// long as a page of text and pictures should be made to wait for it.
const BUDGETS: [(&str, &str, u64); 1] = [("claimgate", "js/entry/default.js", 155_000)];

fn report(project: &Project, package: &Path, tarball: &Path) -> Result<()> {
    let size = |path: &Path| fs::metadata(path).map(|file| kilobytes(file.len()));
    for module in module::ALL {
        let name = format!("{}_bg.wasm", module.name);
        println!("  {name} {}", size(&package.join("wasm").join(&name))?);
    }
    println!("  tarball {}", size(tarball)?);
    println!("  {}", tarball.strip_prefix(&project.root).unwrap_or(tarball).display());
    for (name, entry, budget) in BUDGETS {
        let bytes = run::capture(project.node("xtask/js/size.mjs").arg(package.join(entry)))?;
        let bytes: u64 = bytes.parse().context("`size.mjs` did not print a size")?;
        println!("  `{name}` for browsers, gzipped: {} of at most {}", kilobytes(bytes), kilobytes(budget));
        ensure!(bytes <= budget, "`{name}` is {} bytes over its budget for browsers", bytes - budget);
    }
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

fn stage(project: &Project, package: &Path) -> Result<()> {
    let from = |path: &str| project.root.join(path);
    copy_folder(&from("src/js"), &package.join("js"))?;
    codes::write(&package.join("wasm"))?;
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
