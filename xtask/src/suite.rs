//! Runs the steps of the tests: one after the other, or in two lanes, until one fails.

use std::{
    process::ExitCode,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    project::Project,
    run,
    setup::{self, Need},
};

/// Several times what a step takes on two busy cores.
const LIMIT: Duration = Duration::from_secs(10 * 60);
const LONG: Duration = Duration::from_secs(20 * 60);

/// One step. What it needs is set up before the first step runs.
pub struct Step {
    pub name: &'static str,
    pub title: &'static str,
    needs: &'static [Need],
    /// Whether it uses what the step `build` makes.
    pub uses_package: bool,
    /// How long it may take.
    limit: Duration,
    /// Whether it waits for most of its time, and disturbs no other.
    waits: bool,
    run: fn(&Project) -> Result<()>,
}

impl Step {
    pub const fn new(
        name: &'static str,
        title: &'static str,
        needs: &'static [Need],
        run: fn(&Project) -> Result<()>,
    ) -> Self {
        Self { name, title, needs, uses_package: false, limit: LIMIT, waits: false, run }
    }

    pub const fn of_package(self) -> Self {
        Self { uses_package: true, ..self }
    }

    /// Of a step that compiles all there is, or whose tests are many.
    pub const fn long(self) -> Self {
        Self { limit: LONG, ..self }
    }

    /// Of a step that runs beside the others that use the package.
    pub const fn waits(self) -> Self {
        Self { waits: true, ..self }
    }
}

/// Runs the steps in this order; those that use the package in two lanes. After a failure none is begun;
/// what runs in the other lane goes on to its end. The last line of the output is the count, alone.
pub fn run(project: &Project, steps: &[&Step]) -> Result<ExitCode> {
    let started = Instant::now();
    let mut needs: Vec<Need> = Vec::new();
    for need in steps.iter().flat_map(|step| step.needs) {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    setup::ensure_all(project, &needs)?;

    let suite = Suite { project, count: steps.len(), progress: Mutex::default() };
    let of_package = |step: &&&Step| step.uses_package;
    let (later, first): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(of_package);
    let (waiting, busy): (Vec<&Step>, Vec<&Step>) = later.into_iter().partition(|step| step.waits);
    suite.run_lane(&first, false);
    let are_two = !waiting.is_empty() && !busy.is_empty();
    thread::scope(|scope| {
        scope.spawn(|| suite.run_lane(&waiting, are_two));
        suite.run_lane(&busy, are_two);
    });

    let Progress { begun, failed } = suite.progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (name, error) in &failed {
        eprintln!("error: {name}: {error:#}");
    }
    let left: Vec<&str> = steps.iter().map(|step| step.name).filter(|name| !begun.contains(name)).collect();
    if !left.is_empty() {
        println!("not run: {}", left.join(", "));
    }
    println!("total {}", run::seconds(started));
    println!("{} passed, {} failed", begun.len() - failed.len(), failed.len());
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Suite<'a> {
    project: &'a Project,
    count: usize,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    begun: Vec<&'static str>,
    failed: Vec<(&'static str, anyhow::Error)>,
}

impl Suite<'_> {
    /// Runs the steps until one of any lane fails.
    fn run_lane(&self, steps: &[&Step], is_beside: bool) {
        for step in steps {
            let started = Instant::now();
            let mut progress = self.progress();
            if !progress.failed.is_empty() {
                return;
            }
            progress.begun.push(step.name);
            println!("== {} ({}/{}): {}", step.name, progress.begun.len(), self.count, step.title);
            drop(progress);
            match run::within(step.limit, is_beside.then_some(step.name), || (step.run)(self.project)) {
                Ok(()) => println!("== {} passed in {}", step.name, run::seconds(started)),
                Err(error) => {
                    println!("== {} FAILED after {}", step.name, run::seconds(started));
                    self.progress().failed.push((step.name, error));
                }
            }
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 3] = [
        Step::new("first", "passes", &[], |_| Ok(())),
        Step::new("second", "fails", &[], |_| anyhow::bail!("no")),
        Step::new("third", "is not reached", &[], |_| Ok(())),
    ];

    #[test]
    fn after_a_failure_no_lane_begins_another_step() {
        let project = Project { root: "/".into(), target: "/".into(), version: String::new() };
        let suite = Suite { project: &project, count: 3, progress: Mutex::default() };
        suite.run_lane(&STEPS.iter().collect::<Vec<_>>(), false);
        suite.run_lane(&[&STEPS[2]], true);
        let progress = suite.progress();
        assert_eq!(progress.begun, ["first", "second"]);
        assert_eq!(progress.failed.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["second"]);
    }
}
