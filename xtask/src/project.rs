//! Where things are, and the programs that are run there.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run;

/// The checkout.
pub struct Project {
    pub root: PathBuf,
    pub target: PathBuf,
    /// The crate's version, which the npm package shares.
    pub version: String,
}

impl Project {
    /// Asks Cargo, because only Cargo knows what `CARGO_TARGET_DIR` and its configuration files
    /// make of the target folder.
    pub fn find() -> Result<Self> {
        let mut cargo = Command::new(cargo_program());
        let text = run::capture(cargo.args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let metadata: Value = serde_json::from_str(&text).context("`cargo metadata` did not print JSON")?;
        let string = |value: &Value| value.as_str().map(str::to_owned);
        let crates = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
        let version = crates
            .iter()
            .find(|package| package["name"] == "claimgate")
            .and_then(|package| string(&package["version"]));
        Ok(Self {
            root: string(&metadata["workspace_root"]).context("`cargo metadata` names no workspace")?.into(),
            target: string(&metadata["target_directory"])
                .context("`cargo metadata` names no target folder")?
                .into(),
            version: version.context("`cargo metadata` names no package `claimgate`")?,
        })
    }

    /// Cargo, run at the root.
    pub fn cargo(&self, arguments: &str) -> Command {
        let mut command = Command::new(cargo_program());
        command.current_dir(&self.root).args(arguments.split_whitespace());
        forget_package(&mut command);
        command
    }

    /// Node, run at the root.
    pub fn node(&self, script: impl AsRef<Path>) -> Command {
        let mut command = Command::new("node");
        command.current_dir(&self.root).arg(script.as_ref());
        command
    }

    /// npm, run in `folder`, without its extras and without any package's own scripts.
    pub fn npm(&self, folder: impl AsRef<Path>, arguments: &str) -> Command {
        let mut command = Command::new(NPM);
        command.current_dir(self.root.join(folder)).args(arguments.split_whitespace());
        command.args(["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]);
        command
    }

    /// The folder of the tests' npm packages.
    pub fn node_modules(&self) -> PathBuf {
        self.root.join("tests/node_modules")
    }
}

/// Takes from a command what `cargo run` says of this package in the environment. A build script
/// that watches these variables, as that of `ring` does, would be run again whenever the build
/// changes between `cargo xtask` and `cargo`.
pub fn forget_package(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}

/// What starts npm: on Windows it is a script, which needs its full name.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// The Cargo that runs this program, so that both are of one toolchain.
fn cargo_program() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

/// Every file below a folder, sorted.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files_below(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
