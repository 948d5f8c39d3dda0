//! The parts of `workflow_ref` and `job_workflow_ref` that package registries compare.

/// A part of a reference to a workflow, `OWNER/REPO/.github/workflows/FILE@REF`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkflowPart {
    /// The name of the file: the first segment that has `.yml@` or `.yaml@` in it, up to that.
    File,
    /// All in front of the first `@`.
    Path,
}

impl WorkflowPart {
    pub(super) fn of(self, reference: &str) -> Option<&str> {
        match self {
            Self::File => file(reference),
            Self::Path => reference.split_once('@').map(|(path, _)| path),
        }
    }
}

/// What `([^/]+\.(yml|yaml))(@.+)` finds first: of a segment that has several ends, the last one.
fn file(reference: &str) -> Option<&str> {
    let mut rest = reference;
    loop {
        let segment = rest.split('/').next().unwrap_or_default();
        let mut ends = segment.rmatch_indices('@').filter_map(|(at, _)| {
            let (file, version) = (rest.get(..at)?, rest.get(at..)?.strip_prefix('@')?);
            let stem = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml"))?;
            (!stem.is_empty() && !version.is_empty() && !version.starts_with('\n')).then_some(file)
        });
        if let Some(file) = ends.next() {
            return Some(file);
        }
        rest = rest.get(segment.len()..)?.strip_prefix('/')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_that_of_the_first_segment_with_one() {
        for (reference, expected) in [
            ("o/r/.github/workflows/x.yml@refs/heads/main", Some("x.yml")),
            ("o/r/.github/workflows/x.yaml@0123", Some("x.yaml")),
            ("o/r/.github/workflows/x.yml@refs/heads/y.yml@z", Some("x.yml")),
            ("o/r/.github/workflows/a.yml@b.yml@refs/heads/main", Some("a.yml@b.yml")),
            ("o/r/.github/workflows/x.yml", None),
            ("o/r/.github/workflows/x.yml@", None),
            ("o/r/.github/workflows/.yml@refs/heads/main", None),
            ("o/r/.github/workflows/x.YML@refs/heads/main", None),
        ] {
            assert_eq!(WorkflowPart::File.of(reference), expected, "{reference}");
        }
        assert_eq!(WorkflowPart::Path.of("o/r/x@v1@v2"), Some("o/r/x"));
    }
}
