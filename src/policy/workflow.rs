//! `workflow_ref` and `job_workflow_ref`: a path, `@`, and the version of the file, which is a ref or a commit.

/// Path and version of a workflow, or of a pattern for some; none without `@`.
///
/// No name of an account or repository has an `@`, but that of a branch may: `x@refs/heads/main` is one. So the
/// version begins at the first `@` that a ref or a commit follows, whatever else is behind it.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let mut splits = text
        .match_indices('@')
        .filter_map(|(at, _)| Some((text.get(..at)?, text.get(at.checked_add(1)?..)?)));
    let first = splits.next()?;
    let is_version = |(_, version): &(&str, &str)| version.starts_with("refs/") || is_commit(version);
    Some(core::iter::once(first).chain(splits).find(is_version).unwrap_or(first))
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_begins_behind_the_file() {
        let sha = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3";
        for (path, version) in [
            ("o/r/.github/workflows/x.yml", "refs/heads/main"),
            ("o/r/.github/workflows/x.yml", "refs/heads/x@refs/heads/main"),
            ("o/r/.github/workflows/a@b.yml", "refs/heads/main"),
            ("o/r/.github/workflows/a@b.yml", sha),
            ("o/r/.github/workflows/*", "v*@x"),
        ] {
            assert_eq!(split(&alloc::format!("{path}@{version}")), Some((path, version)));
        }
        assert_eq!(split("o/r/.github/workflows/x.yml"), None);
    }
}
