//! The demo: what a gate built with the package does with good and with bad tokens.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{
    action, package,
    project::Project,
    run,
    setup::{self, Need},
};

/// The demo's program. It is also a step of the tests.
pub fn command(project: &Project) -> Command {
    project.node("tests/demo/main.mjs")
}

pub fn run(project: &Project, keep: bool) -> Result<ExitCode> {
    setup::ensure_all(project, &[&package::NEEDS[..], &[Need::Curl]].concat())?;
    let tarball = package::build(project)?;
    package::install_tarball(project, &tarball)?;
    action::build(project)?;
    println!("-- demo");
    let status = run::pass_through(command(project).args(keep.then_some("--keep")))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
