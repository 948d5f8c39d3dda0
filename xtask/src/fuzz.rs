//! The fuzz targets, each for some minutes. They need nightly, which nothing else does, so that is not
//! set up by itself.

use std::process::{Command, ExitCode};

use anyhow::{Result, ensure};

use crate::{
    project::{self, Project},
    run, test,
};

/// How long each target runs unless told otherwise.
pub const MINUTES: u32 = 10;

/// Runs every target for so many minutes; a crash ends it, and its input stays in `fuzz/artifacts`.
pub fn run(project: &Project, minutes: u32) -> Result<ExitCode> {
    ensure!(
        run::succeeds(Command::new("cargo").args(["+nightly", "fuzz", "--version"])),
        "`cargo +nightly fuzz` is missing: run `rustup toolchain install nightly` and \
         `cargo install cargo-fuzz --locked`"
    );
    let targets = test::files(project, "fuzz/fuzz_targets", |name| name.ends_with(".rs"))?;
    for target in &targets {
        let name = target.file_stem().unwrap_or_default();
        println!("-- fuzz: {} for {minutes} min", name.display());
        let mut cargo = Command::new("cargo");
        cargo.current_dir(project.root.join("fuzz")).args(["+nightly", "fuzz", "run"]).arg(name);
        // There is no `unsafe` to look into: what is looked for are panics, and answers that differ.
        cargo.args(["--sanitizer", "none"]);
        cargo.arg("--").arg(format!("-max_total_time={}", 60 * minutes));
        // No longer than what is read of any input, which is that of two numbers of 8192 bits.
        cargo.args(["-max_len=2100", "-len_control=0"]);
        project::forget_package(&mut cargo);
        run::shown(&mut cargo)?;
    }
    Ok(ExitCode::SUCCESS)
}
