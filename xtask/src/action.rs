//! The GitHub Action: `examples/action` in one file, in `target/action`, ready for a repository of
//! its own.

use std::fs;

use anyhow::Result;

use crate::{project::Project, run};

/// Makes the Action. Expects the tests' npm packages to be there.
pub fn build(project: &Project) -> Result<()> {
    println!("-- build: the GitHub Action");
    let action = project.target.join("action");
    if action.exists() {
        fs::remove_dir_all(&action)?;
    }
    fs::create_dir_all(&action)?;
    let source = project.root.join("examples/action");
    run::quiet(project.node("xtask/js/action.mjs").arg(source).arg(action)).map(drop)
}
