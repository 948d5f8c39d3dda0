//! The benchmarks: how fast the package is, beside others in the same run. They print figures, and decide nothing.

use std::{process::ExitCode, time::Duration};

use anyhow::Result;

use crate::{
    module, package,
    project::{self, Project},
    run,
    setup::{self, Need},
    suggest,
};

/// How long one may take.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// One program, `benches/NAME/main.mjs`.
pub struct Bench {
    name: &'static str,
    title: &'static str,
    needs: &'static [Need],
}

const BENCHES: &[Bench] = &[
    Bench { name: "exchange", title: "exchanges a second on one core of workerd, beside `jose`", needs: &[] },
    Bench {
        name: "verify",
        title: "one verification in every runtime, beside other libraries; takes names of runtimes",
        needs: &[Need::Chromium, Need::Firefox],
    },
];

/// The benchmarks of these names, or all of them.
pub fn select(names: &[&str]) -> Result<Vec<&'static Bench>, String> {
    let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(suggest::unknown("benchmark", name, &known));
    }
    Ok(BENCHES.iter().filter(|bench| names.is_empty() || names.contains(&bench.name)).collect())
}

/// Prints the benchmarks' names.
pub fn list() {
    for bench in BENCHES {
        println!("{:<10}{}", bench.name, bench.title);
    }
}

/// Runs them, each with these arguments.
pub fn run(project: &Project, benches: &[&Bench], arguments: &[&str]) -> Result<ExitCode> {
    for bench in benches {
        setup::ensure_all(project, bench.needs)?;
    }
    let tarball = package::build(project)?;
    package::install_tarball(project, &tarball)?;
    if benches.iter().any(|bench| bench.name == "verify") {
        module::build_signatures(project)?;
    }
    for bench in benches {
        println!("-- bench: {}", bench.title);
        let mut program = project.node(format!("benches/{}/main.mjs", bench.name));
        // It may run Cargo itself.
        project::forget_package(&mut program);
        run::within(LIMIT, None, || run::shown(program.args(arguments)))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_all_and_an_unknown_one_is_corrected() {
        assert_eq!(select(&[]).unwrap().len(), BENCHES.len());
        assert_eq!(
            select(&["exchnage"]).err().unwrap(),
            "unknown benchmark `exchnage`, did you mean `exchange`?"
        );
    }
}
