//! The supply chain: what the project is built of, who says what about it, and that it can be built again.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    module, package, pins,
    project::{NPM, Project},
    reproducible, run,
    setup::{self, Need, WASM},
};

const NEEDS: [Need; 5] = [Need::Target(WASM), Need::Clang, Need::Node, Need::NpmPackages, Need::CargoDeny];

/// The workspaces, each with a lock file.
const MANIFESTS: [&str; 2] = ["Cargo.toml", "fuzz/Cargo.toml"];

/// Checks all of it; the first that does not hold ends it. What needs a database that cannot be reached is named.
pub fn run(project: &Project) -> Result<ExitCode> {
    setup::ensure_all(project, &NEEDS)?;
    println!("-- audit: licences, bans and sources of the crates");
    for manifest in MANIFESTS {
        run::quiet(&mut deny(project, manifest, "check licenses bans sources"))?;
    }
    println!("-- audit: advisories about the crates");
    let mut unchecked = Vec::new();
    if let Err(reason) = run::capture(&mut deny(project, MANIFESTS[0], "fetch db")) {
        unchecked.push(("advisories about the crates", last_line(&reason)));
    } else {
        for manifest in MANIFESTS {
            run::quiet(&mut deny(project, manifest, "check --disable-fetch advisories"))?;
        }
    }
    println!("-- audit: the tests' npm packages");
    run::quiet(&mut project.npm("tests", "ci --dry-run"))?;
    if let Some(reason) = npm_audit(project)? {
        unchecked.push(("advisories about the npm packages", reason));
    }
    println!("-- audit: pins");
    pins::check(&project.root)?;
    println!("-- audit: the package, built twice");
    package::build(project)?;
    reproducible::check(project, &module::ALL)?;
    for (what, reason) in &unchecked {
        println!("not checked: {what}: {reason}");
    }
    println!("audit: nothing was found{}", if unchecked.is_empty() { "" } else { " in what was checked" });
    Ok(ExitCode::SUCCESS)
}

fn deny(project: &Project, manifest: &str, arguments: &str) -> Command {
    let mut cargo =
        project.cargo("deny --workspace --all-features --locked --config deny.toml --manifest-path");
    cargo.arg(manifest).args(arguments.split(' '));
    cargo
}

/// Fails if the registry knows something; says why if it cannot be asked.
fn npm_audit(project: &Project) -> Result<Option<String>> {
    let mut npm = Command::new(NPM);
    npm.current_dir(project.root.join("tests")).args(["audit", "--json"]);
    let output = npm.output().context("npm cannot be started")?;
    let report: Value = serde_json::from_slice(&output.stdout).context("`npm audit` did not print JSON")?;
    let Some(total) = report["metadata"]["vulnerabilities"]["total"].as_u64() else {
        let reason = report["message"].as_str().or_else(|| report["error"]["summary"].as_str());
        return Ok(Some(reason.unwrap_or("`npm audit` does not say why").to_owned()));
    };
    if total > 0 {
        let mut npm = Command::new(NPM);
        run::shown(npm.current_dir(project.root.join("tests")).arg("audit"))?;
    }
    ensure!(total == 0, "`npm audit` knows of {total} vulnerabilities");
    Ok(None)
}

fn last_line(error: &anyhow::Error) -> String {
    let text = error.to_string();
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default().to_owned()
}
