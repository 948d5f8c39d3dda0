//! The page: `www`, put together with the part of the package that it uses, in `target/www`, ready
//! for any static host.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};

use crate::{package, project::Project, run};

/// Where `serve` listens unless told otherwise.
pub const PORT: &str = "8790";

/// Of `www`, what is not served: the modules, which become one, and what is for readers.
const NOT_SERVED: [&str; 3] = ["js", "README.md", "pictures"];

/// The page, as it is served.
pub fn folder(project: &Project) -> PathBuf {
    project.target.join("www")
}

/// The page's modules beside the package's, which they import.
pub fn modules(project: &Project) -> PathBuf {
    project.target.join("page/modules")
}

/// Makes the page of `www` and the package's folder. Expects the package to have been built.
pub fn build(project: &Project) -> Result<()> {
    println!("-- build: the page");
    let (source, package) = (project.root.join("www"), package::folder(project));
    let modules = fresh(&modules(project))?;
    package::copy_folder(&source.join("js"), &modules.join("js"))?;
    for part in ["js", "wasm"] {
        package::copy_folder(&package.join(part), &modules.join("claimgate").join(part))?;
    }
    let page = fresh(&folder(project))?;
    package::copy_folder(&source, &page)?;
    for name in NOT_SERVED {
        remove(&page.join(name))?;
    }
    package::copy_file(&package.join("wasm/claimgate_bg.wasm"), &page.join("claimgate.wasm"))?;
    let size = run::capture(project.node("xtask/js/page.mjs").arg(modules).arg(page))?;
    let size = size.parse().context("`page.mjs` did not print a size")?;
    println!("  gzipped: {}", package::kilobytes(size));
    Ok(())
}

/// Builds the page and serves it on this machine.
pub fn serve(project: &Project, port: &str) -> Result<ExitCode> {
    package::build(project)?;
    build(project)?;
    let mut server = project.node("xtask/js/serve.mjs");
    let status = run::pass_through(server.arg(folder(project)).args(["--port", port]))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The folder, without what an earlier build left there.
fn fresh(folder: &Path) -> Result<PathBuf> {
    remove(folder)?;
    fs::create_dir_all(folder)?;
    Ok(folder.into())
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if path.exists() => {
            Err(error).with_context(|| format!("`{}` cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}
