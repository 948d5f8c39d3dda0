//! The page: `www` beside the part of the package that it uses, in `target/www`, ready for any
//! static host.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};

use crate::{package, project::Project, run};

/// Where `serve` listens unless told otherwise.
pub const PORT: &str = "8790";

/// What is for those who read the sources.
const NOT_SERVED: &str = "README.md";

/// The page, as it is served.
pub fn folder(project: &Project) -> PathBuf {
    project.target.join("www")
}

/// Makes the page of `www` and the package's folder, which must have been staged, and returns its
/// size in bytes, gzipped.
pub fn build(project: &Project) -> Result<u64> {
    let page = folder(project);
    if page.exists() {
        fs::remove_dir_all(&page)?;
    }
    package::copy_folder(&project.root.join("www"), &page)?;
    fs::remove_file(page.join(NOT_SERVED))?;
    let (from, to) = (package::folder(project), page.join("claimgate"));
    for part in ["js", "wasm"] {
        package::copy_folder(&from.join(part), &to.join(part))?;
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        package::copy_file(&from.join(licence), &to.join(licence))?;
    }
    let size = run::capture(project.node("xtask/js/page.mjs").arg(page))?;
    size.parse().context("`page.mjs` did not print a size")
}

/// Builds the page and serves it on this machine.
pub fn serve(project: &Project, port: &str) -> Result<ExitCode> {
    package::build(project)?;
    let status =
        run::pass_through(project.node("xtask/js/serve.mjs").arg(folder(project)).args(["--port", port]))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
