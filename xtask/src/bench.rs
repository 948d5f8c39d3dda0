//! The benchmarks: how fast the package is, beside others in the same run. They print figures, and decide nothing.

use std::process::ExitCode;

use anyhow::Result;

use crate::{package, project::Project, run, suggest};

/// One program, `benches/NAME/main.mjs`.
pub struct Bench {
    name: &'static str,
    title: &'static str,
}

const BENCHES: &[Bench] =
    &[Bench { name: "exchange", title: "exchanges a second on one core of workerd, beside `jose`" }];

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

pub fn run(project: &Project, benches: &[&Bench]) -> Result<ExitCode> {
    let tarball = package::build(project)?;
    package::install_tarball(project, &tarball)?;
    for bench in benches {
        println!("-- bench: {}", bench.title);
        run::shown(&mut project.node(format!("benches/{}/main.mjs", bench.name)))?;
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
