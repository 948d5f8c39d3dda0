//! The kinds of near misses.

use crate::error::stable_names;

stable_names! {
    /// The kinds of near misses.
    pub enum MissKind {
        /// The token has no such claim.
        Absent = "absent",
        /// The values differ in case alone.
        Case = "case",
        /// The values differ in a slash at the end alone.
        TrailingSlash = "trailing_slash",
        /// The values differ in white space at an end alone.
        WhiteSpace = "white_space",
        /// A `:` is written `%3A` in one of the values.
        EscapedColon = "escaped_colon",
        /// `sub` names the job's environment where a reference or event was expected.
        EnvironmentInSubject = "environment_in_subject",
        /// `sub` names a reference or event where an environment was expected.
        NoEnvironmentInSubject = "no_environment_in_subject",
        /// `sub` carries the ids of owner and repository, and was expected without.
        ImmutableSubject = "immutable_subject",
        /// `sub` lacks the ids of owner and repository that were expected.
        ClassicSubject = "classic_subject",
        /// The caller's workflow and the called one were taken for each other.
        OtherWorkflow = "other_workflow",
        /// A branch was written with `refs/heads/` where the claim holds its short name.
        ShortRef = "short_ref",
        /// A `*` would have to cross a `/` or `:`.
        GlobSegment = "glob_segment",
        /// `sub` goes on where the pattern ends.
        SubjectTail = "subject_tail",
        /// The workflow's file matches, and was used at another branch, tag or commit.
        WorkflowVersion = "workflow_version",
        /// The workflow's repository and version match, and its file is another one.
        WorkflowFile = "workflow_file",
        /// `workflow` holds the name of the workflow, and was expected to be its file.
        WorkflowName = "workflow_name",
        /// The job deploys a commit, so it has no ref.
        EmptyRef = "empty_ref",
        /// The values differ by a slip of the keyboard.
        Typo = "typo",
    }
}
