//! How much memory the rules of a policy take. In a process of its own, so that nothing else is counted.
#![cfg(target_os = "linux")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::unwrap_used,
    reason = "a test may fail by panicking, on overflow too"
)]

use std::fs;

use claimgate::Policy;

#[path = "core/large.rs"]
#[allow(dead_code, reason = "the core's tests use the rest")]
mod large;

const RULES: usize = 100_000;

#[test]
fn a_rule_takes_at_most_400_bytes() {
    for one_role in [true, false] {
        let text = large::policy("https://deploy.example.com", RULES, one_role);
        let before = resident();
        let policy = Policy::parse(&text).unwrap();
        let each = resident().saturating_sub(before) / RULES;
        assert!(each <= 400, "{each} bytes for each rule");
        drop(policy);
    }
}

/// Bytes of this process's memory that are there, not only reserved.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}
