//! How policies grow: time and memory to load one, and the time of a decision, from a hundred rules to
//! a million. Each size is a process of its own, so that each has memory of its own.
//!
//! `cargo bench --bench policy`

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measurement may fail by panicking, and is not exact to the last digit"
)]

use std::{
    env, fs,
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use claimgate::{GithubClaims, Issuer, Policy, Untrusted, Validation, Verified};
use serde_json::json;

#[path = "../tests/core/large.rs"]
mod large;
#[path = "../tests/core/support.rs"]
#[allow(dead_code, reason = "the core's tests use the rest")]
mod support;

use support::{AUDIENCE, THEN};

const SIZES: [usize; 4] = [100, 10_000, 100_000, 1_000_000];
const JOBS: usize = 2000;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, size, shape] = &arguments[..]
        && let Ok(size) = size.parse()
    {
        return measure(size, shape == "one");
    }
    println!("rules      roles    json MB  load ms  ns/rule  B/rule  peak B/rule  admit ns  deny µs");
    for shape in ["one", "many"] {
        for size in SIZES {
            let mut child = Command::new(env::current_exe().unwrap());
            assert!(child.args([size.to_string(), shape.to_string()]).status().unwrap().success());
        }
    }
}

fn measure(size: usize, one_role: bool) {
    let text = large::policy(AUDIENCE, size, one_role);
    let megabytes = text.len() as f64 / 1e6;
    let with_text = memory("VmRSS");
    let start = Instant::now();
    let policy = Policy::parse(&text).unwrap();
    let load = start.elapsed();
    let peak = memory("VmHWM").saturating_sub(with_text);
    let length = text.len();
    drop(text);
    // Below the threshold at which the allocator gives memory back, the text may stay.
    let loaded = memory("VmRSS").saturating_sub(with_text.saturating_sub(length));
    let role =
        |number: usize| if one_role { "deploy".to_string() } else { format!("deploy-{}", number / 10) };
    let mut numbers = (0..JOBS).map(|job| job * 999_983 % size);
    let admit = time(
        numbers.clone().map(|number| (role(number), job(number, "environment-0", false))),
        |role, job| policy.authorize(role, job).is_ok(),
    );
    let deny =
        time(numbers.by_ref().take(500).map(|number| (role(number), job(number, "x", true))), |role, job| {
            policy.authorize(role, job).is_err()
        });
    println!(
        "{size:<10} {:<8} {megabytes:>7.1} {:>8.1} {:>8} {:>7} {:>12} {:>9} {:>8.1}",
        if one_role { 1 } else { size / 10 },
        load.as_secs_f64() * 1e3,
        load.as_nanos() / size as u128,
        loaded / size,
        peak / size,
        admit.as_nanos(),
        deny.as_nanos() as f64 / 1e3,
    );
}

/// A job of the repository of a rule, in its own environment or in one that no rule has.
fn job(number: usize, environment: &str, is_other: bool) -> Verified<GithubClaims> {
    let job = large::Job::new(number);
    let environment = if is_other { environment.to_string() } else { job.environment };
    let claims = support::sample_with(json!({
        "repository": job.repository,
        "repository_id": job.id,
        "repository_owner": job.owner,
        "environment": environment,
        "sub": format!("repo:{}:environment:{environment}", job.repository),
        "job_workflow_ref": large::WORKFLOW,
    }));
    let token = support::sign_raw(
        "ed25519",
        "EdDSA",
        &support::header("ed25519", "EdDSA"),
        claims.to_string().as_bytes(),
    );
    let issuer = Issuer::github();
    let keys = support::key_set(&issuer, &[support::jwk("ed25519", json!({}))]);
    Untrusted::parse(&token).unwrap().verify(&Validation::new(issuer, AUDIENCE), &keys, THEN).unwrap()
}

/// The median of each decision about another job, the first time that it is made.
fn time(
    jobs: impl Iterator<Item = (String, Verified<GithubClaims>)>,
    decide: impl Fn(&str, Verified<GithubClaims>) -> bool,
) -> Duration {
    let jobs: Vec<_> = jobs.collect();
    let mut times: Vec<Duration> = jobs
        .into_iter()
        .map(|(role, job)| {
            let start = Instant::now();
            let is_right = black_box(decide(&role, job));
            let time = start.elapsed();
            assert!(is_right);
            time
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

/// Bytes of this process's memory, as Linux counts them.
fn memory(what: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    kilobytes.unwrap_or(0) * 1024
}
