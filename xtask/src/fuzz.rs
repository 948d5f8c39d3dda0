//! The fuzz targets, each for some minutes. They need nightly, which nothing else does, so that is not
//! set up by itself.

use std::{
    fs,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, ensure};

use crate::{
    project::{self, Project},
    run, suggest,
};

/// How long each target runs unless told otherwise.
const MINUTES: u16 = 10;

/// A target's name, and how long its inputs may be: no longer than what is read of any, or than what says
/// something new.
type Target = (&'static str, usize);

const TARGETS: [Target; 13] = [
    ("base64url", 256),
    ("exchange", 1024),
    ("glob", 192),
    ("growth", 512),
    ("input", 4096),
    ("inspect", 4096),
    ("json", 1024),
    ("jwks", 4096),
    ("policy", 4096),
    // Two numbers of 8192 bits.
    ("rsa", 2100),
    ("sub", 512),
    ("token", 4096),
    ("verify", 2048),
];

/// The targets of these names, or all of them, and for how many minutes each.
pub fn select(arguments: &[&str]) -> Result<(Vec<&'static Target>, u16), String> {
    let (mut names, mut minutes) = (Vec::new(), MINUTES);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if *argument == "--minutes" {
            let number = arguments.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
            minutes = number.ok_or("`--minutes` needs one number, from 1 to 65535")?;
        } else {
            names.push(*argument);
        }
    }
    let known: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        let expected: Vec<&str> = known.into_iter().chain(["--minutes", "--help"]).collect();
        return Err(suggest::unknown("target", name, &expected));
    }
    let targets = TARGETS.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
    Ok((targets.collect(), minutes))
}

/// Runs the targets one after the other. What a run finds interesting goes to `fuzz/found`, and what ends
/// one to `fuzz/artifacts`.
pub fn run(project: &Project, targets: &[&Target], minutes: u16) -> Result<ExitCode> {
    ensure!(
        run::succeeds(Command::new("cargo").args(["+nightly", "fuzz", "--version"])),
        "`cargo +nightly fuzz` is missing: run `rustup toolchain install nightly` and \
         `cargo install cargo-fuzz --locked`"
    );
    let folder = project.root.join("fuzz");
    for (name, longest) in targets {
        println!("-- fuzz: {name} for {minutes} min");
        let found = format!("found/{name}");
        fs::create_dir_all(folder.join(&found)).with_context(|| format!("`{found}` cannot be made"))?;
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&folder).args(["+nightly", "fuzz", "run", "--features", "libfuzzer"]);
        // There is no `unsafe` to look into: what is looked for are panics, and answers that differ.
        cargo.args(["--sanitizer", "none", name]);
        // New inputs go to the first folder.
        let kept = ["corpus", "regressions"].map(|kept| format!("{kept}/{name}"));
        cargo.arg(found).args(kept.iter().filter(|kept| folder.join(kept).is_dir()));
        cargo.args(["--", "-dict=words.dict", "-len_control=0", "-timeout=10", "-rss_limit_mb=1024"]);
        cargo.arg(format!("-max_len={longest}"));
        cargo.arg(format!("-max_total_time={}", 60 * u32::from(minutes)));
        project::forget_package(&mut cargo);
        run::shown(&mut cargo)?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(arguments: &[&str]) -> Result<(Vec<&'static str>, u16), String> {
        select(arguments).map(|(targets, minutes)| (targets.iter().map(|(name, _)| *name).collect(), minutes))
    }

    #[test]
    fn names_choose_targets_and_minutes_hold_for_each() {
        assert_eq!(selected(&[]).unwrap().0.len(), TARGETS.len());
        assert_eq!(selected(&["token", "--minutes", "1", "json"]), Ok((vec!["json", "token"], 1)));
    }

    #[test]
    fn every_target_is_known() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
        let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        let mut names: Vec<_> = files.map(|path| path.file_stem().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, TARGETS.map(|(name, _)| name));
    }

    #[test]
    fn slips_are_corrected() {
        assert_eq!(selected(&["jsn"]).unwrap_err(), "unknown target `jsn`, did you mean `json`?");
        assert_eq!(
            selected(&["--minute", "1"]).unwrap_err(),
            "unknown target `--minute`, did you mean `--minutes`?"
        );
        for number in [&["--minutes"][..], &["--minutes", "0"], &["--minutes", "x"]] {
            assert_eq!(selected(number).unwrap_err(), "`--minutes` needs one number, from 1 to 65535");
        }
    }
}
