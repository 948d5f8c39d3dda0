//! What others can change is pinned: actions to a commit, npm packages to one version and the hash of its content.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// The workflows. Cargo's lock files need no check of ours: `--locked` and `cargo deny` do it.
const WORKFLOWS: &str = ".github/workflows";

/// Checks the workflows and the tests' npm packages.
pub fn check(root: &Path) -> Result<()> {
    let mut complaints = Vec::new();
    let mut workflows = 0;
    let entries =
        fs::read_dir(root.join(WORKFLOWS)).with_context(|| format!("`{WORKFLOWS}` cannot be read"))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.strip_prefix(root)?.display().to_string();
        let source = fs::read_to_string(&path).with_context(|| format!("`{name}` cannot be read"))?;
        complaints.extend(about_workflow(&name, &source));
        workflows += 1;
    }
    ensure!(workflows > 0, "`{WORKFLOWS}` has no workflow to check");
    let json = |name: &str| -> Result<Value> {
        serde_json::from_slice(&fs::read(root.join(name))?).with_context(|| format!("`{name}` is not JSON"))
    };
    complaints.extend(about_manifest(&json("tests/package.json")?));
    complaints.extend(about_lock(&json("tests/package-lock.json")?));
    match complaints.as_slice() {
        [] => Ok(()),
        some => bail!("not everything is pinned\n{}", some.join("\n")),
    }
}

/// Actions whose reference is not a whole commit with its release beside it: tags and branches move.
fn about_workflow(name: &str, source: &str) -> Vec<String> {
    let uses = source.lines().enumerate().filter_map(|(index, line)| {
        let line = line.trim_start().trim_start_matches("- ").trim_start();
        Some((index + 1, line.strip_prefix("uses:")?.trim()))
    });
    let movable = uses.filter(|(_, action)| !is_pinned(action));
    movable
        .map(|(line, action)| format!("{name}:{line}: `{action}` is not `owner/name@commit # vX.Y.Z`"))
        .collect()
}

fn is_pinned(action: &str) -> bool {
    let Some((action, release)) = action.split_once(" # v") else { return false };
    let commit = action.split_once('@').map_or("", |(_, commit)| commit.trim());
    let is_hexadecimal = |letter: char| letter.is_ascii_digit() || ('a'..='f').contains(&letter);
    commit.len() == 40 && commit.chars().all(is_hexadecimal) && is_exact(release.trim())
}

/// Whether it is one version, and not a range of them.
fn is_exact(version: &str) -> bool {
    // `npm:typescript@5.9.3`: under another name, next to another version.
    let version = version
        .strip_prefix("npm:")
        .and_then(|alias| alias.rsplit_once('@'))
        .map_or(version, |(_, version)| version);
    let numbers: Vec<&str> = version.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u64>().is_ok())
}

fn about_manifest(manifest: &Value) -> Vec<String> {
    let kinds = ["dependencies", "optionalDependencies"].map(|kind| manifest[kind].as_object());
    let ranges = kinds.into_iter().flatten().flatten();
    let ranges = ranges.filter(|(_, version)| !version.as_str().is_some_and(is_exact));
    ranges
        .map(|(name, version)| format!("tests/package.json: `{name}` is {version}, not one version"))
        .collect()
}

fn about_lock(lock: &Value) -> Vec<String> {
    let packages = lock["packages"].as_object().into_iter().flatten().filter(|(name, _)| !name.is_empty());
    let mut complaints = Vec::new();
    for (name, package) in packages {
        // What comes in another package is a part of its hash.
        let is_bundled = package["inBundle"] == true;
        if !is_bundled && !package["integrity"].as_str().is_some_and(|hash| hash.starts_with("sha512-")) {
            complaints.push(format!("tests/package-lock.json: `{name}` has no SHA-512"));
        }
        // With an address in the lock file it is fetched from there, not from the registry that is configured.
        if let Some(address) = package["resolved"].as_str() {
            complaints.push(format!("tests/package-lock.json: `{name}` comes from `{address}`"));
        }
    }
    if lock["packages"].as_object().is_none_or(|packages| packages.len() < 2) {
        complaints.push("tests/package-lock.json: it has no packages".into());
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_pinned_by_its_whole_commit_and_says_its_release() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert!(is_pinned(&format!("actions/checkout@{commit} # v7.0.1")));
        for other in [
            "actions/checkout@v7 # v7.0.1".to_owned(),
            "actions/checkout@main".to_owned(),
            format!("actions/checkout@{commit}"),
            format!("actions/checkout@{commit} # v7"),
            format!("actions/checkout@{} # v7.0.1", &commit[1..]),
            format!("actions/checkout@{} # v7.0.1", commit.to_uppercase()),
            "docker://alpine:3 # v3.0.0".to_owned(),
        ] {
            let source = format!("steps:\n  - name: x\n    uses: {other}\n");
            assert_eq!(about_workflow("ci.yml", &source).len(), 1, "{other}");
            assert_eq!(
                about_workflow("ci.yml", &source.replace("- name: x\n    ", "- ")).len(),
                1,
                "{other}"
            );
        }
    }

    #[test]
    fn a_range_and_a_package_without_a_hash_or_from_elsewhere_are_found() {
        let manifest =
            serde_json::json!({ "dependencies": { "a": "^1.0.0", "b": "1.0.0", "c": "1", "d": "latest" } });
        assert_eq!(about_manifest(&manifest).len(), 3);
        let lock = serde_json::json!({ "packages": {
            "": {},
            "node_modules/a": { "integrity": "sha512-AA==" },
            "node_modules/b": { "integrity": "sha1-AA==" },
            "node_modules/c": { "integrity": "sha512-AA==", "resolved": "https://example.com/c.tgz" },
        } });
        assert_eq!(about_lock(&lock).len(), 2);
    }
}
