//! What a release consists of, put together and checked before anything is published.

use std::{env, fs, process::ExitCode};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{package, project::Project, run, sbom};

/// Makes tarball, crate and bill of materials in `target/shipped`, for the tag of a release.
pub fn run(project: &Project, tag: &str) -> Result<ExitCode> {
    let version = &project.version;
    let changelog = fs::read_to_string(project.root.join("CHANGELOG.md"))?;
    let manifest: Value = serde_json::from_slice(&fs::read(project.root.join("pkg.json"))?)?;
    check(tag, version, &changelog, &manifest, &env::var("GITHUB_REPOSITORY").ok())?;

    let tarball = package::build(project)?;
    let mut cargo = project.cargo("package -p claimgate --locked --no-verify");
    run::quiet(cargo.arg("--target-dir").arg(&project.target))?;
    let folder = project.target.join("shipped");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let name = format!("claimgate-{version}.crate");
    for (from, name) in [
        (tarball, format!("claimgate-{version}.tgz")),
        (project.target.join("package").join(&name), name),
        (package::folder(project).join(sbom::NAME), format!("claimgate-{version}.cdx.json")),
    ] {
        fs::copy(&from, folder.join(&name)).with_context(|| format!("`{}` is missing", from.display()))?;
        println!("  {name}");
    }
    Ok(ExitCode::SUCCESS)
}

/// That tag, crate, package and changelog speak of one version, and the package of the repository that publishes it.
fn check(
    tag: &str,
    version: &str,
    changelog: &str,
    manifest: &Value,
    repository: &Option<String>,
) -> Result<()> {
    ensure!(
        tag.strip_prefix('v') == Some(version),
        "the tag is `{tag}`, the version in `Cargo.toml` `{version}`"
    );
    let heading = format!("## {version}");
    let is_there = changelog.lines().any(|line| line == heading || line.starts_with(&format!("{heading} ")));
    ensure!(is_there, "`CHANGELOG.md` has no `{heading}`");
    let address = manifest["repository"]["url"].as_str();
    let address = address
        .context("`pkg.json` has no `repository` with a `url`, without which npm proves no provenance")?;
    if let Some(repository) = repository {
        let expected = format!("git+https://github.com/{repository}.git");
        ensure!(address == expected, "the `repository` of `pkg.json` is `{address}`, not `{expected}`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tag_changelog_and_repository_must_be_those_of_the_version() {
        let manifest = json!({ "repository": { "type": "git", "url": "git+https://github.com/octo-org/claimgate.git" } });
        let ours = Some("octo-org/claimgate".to_owned());
        let holds = |tag: &str, changelog: &str, manifest: &Value, repository: &Option<String>| {
            check(tag, "1.2.3", changelog, manifest, repository).is_ok()
        };
        assert!(holds("v1.2.3", "## 1.2.3 (2026-01-02)\n", &manifest, &ours));
        assert!(holds("v1.2.3", "## 1.2.3\n", &manifest, &None));
        assert!(!holds("1.2.3", "## 1.2.3\n", &manifest, &ours));
        assert!(!holds("v1.2.4", "## 1.2.3\n", &manifest, &ours));
        assert!(!holds("v1.2.3", "## Unreleased\n## 1.2.30\n", &manifest, &ours));
        assert!(!holds("v1.2.3", "## 1.2.3\n", &json!({}), &ours));
        assert!(!holds("v1.2.3", "## 1.2.3\n", &manifest, &Some("octo-org/fork".into())));
    }
}
