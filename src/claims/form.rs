//! What the values of claims look like: a condition on anything else can never be met.

use super::events::EVENTS;

/// The language of a claim's values, read byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One of a few words.
    Words(&'static [&'static str]),
    /// An id or a count: decimal digits.
    Digits,
    /// A commit: 40 (SHA-1) or 64 (SHA-256) hexadecimal digits.
    Commit,
    /// The login of a user or an app: `octocat`, `dependabot[bot]`.
    Login,
    /// The name of an account that owns repositories.
    Owner,
    /// `OWNER/REPO`.
    Repository,
    /// A full Git ref, or the empty text of a deployment that has none.
    Ref,
    /// The short name of a branch, or the empty text outside of pull requests.
    Branch,
    /// `OWNER/REPO/PATH@REF`: [`Form::WorkflowPath`], `@`, [`Form::WorkflowVersion`].
    WorkflowRef,
    /// `OWNER/REPO/PATH`.
    WorkflowPath,
    /// A full Git ref or a commit.
    WorkflowVersion,
    /// Text of any kind that is not empty.
    Text,
}

pub(crate) const BOOLEANS: Form = Form::Words(&["true", "false"]);
pub(crate) const RUNNERS: Form = Form::Words(&["github-hosted", "self-hosted"]);
pub(crate) const REF_TYPES: Form = Form::Words(&["branch", "tag"]);
pub(crate) const VISIBILITIES: Form = Form::Words(&["public", "private", "internal"]);
pub(crate) const EVENT_NAMES: Form = Form::Words(EVENTS);

/// How far a value has been read. Each form has its own first state; the others are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(u8);

/// The number of states, all of which are below it.
pub(crate) const STATES: u8 = 128;

const DIGITS_START: u8 = 0;
const DIGITS: u8 = 1;
const OWNER_START: u8 = 2;
const OWNER: u8 = 3;
const LOGIN_START: u8 = 4;
/// Followed by a state for each byte of [`BOT`].
const LOGIN: u8 = 5;
const BOT: &[u8] = b"[bot]";
const LOGIN_BOT: u8 = LOGIN + 4;
const LOGIN_END: u8 = LOGIN + 5;
const REPO_START: u8 = 11;
const REPO: u8 = 12;
/// Followed by a state for each further byte of `.git`.
const REPO_DOT: u8 = 13;
const REPO_GIT: u8 = REPO_DOT + 3;
const PATH_START: u8 = 17;
const PATH: u8 = 18;
/// The first of the states of [`REF_PREFIXES`].
const REF_START: u8 = 19;
const NAME_START: u8 = 38;
const NAME: u8 = 39;
const NAME_DOT: u8 = 40;
const NAME_AT: u8 = 41;
/// Followed by a state for each further byte of `lock`, behind a dot.
const NAME_L: u8 = 42;
const NAME_LOCK: u8 = NAME_L + 3;
const BRANCH_START: u8 = 46;
/// Followed by a state for each digit of a commit.
const COMMIT: u8 = 47;
const COMMIT_END: u8 = COMMIT + 64;
const VERSION_START: u8 = 112;
const TEXT_START: u8 = 113;
const TEXT: u8 = 114;

/// `refs/heads/`, `refs/tags/` and `refs/pull/` as a chain of states for each byte.
const REF_PREFIXES: &[(u8, u8, u8)] = &[
    (REF_START, b'r', 20),
    (20, b'e', 21),
    (21, b'f', 22),
    (22, b's', 23),
    (23, b'/', 24),
    (24, b'h', 25),
    (25, b'e', 26),
    (26, b'a', 27),
    (27, b'd', 28),
    (28, b's', 37),
    (24, b't', 29),
    (29, b'a', 30),
    (30, b'g', 31),
    (31, b's', 37),
    (24, b'p', 32),
    (32, b'u', 33),
    (33, b'l', 34),
    (34, b'l', 37),
    (37, b'/', NAME_START),
];

impl Form {
    /// Where reading begins.
    pub(crate) const fn start(self) -> State {
        State(match self {
            Self::Digits => DIGITS_START,
            Self::Commit => COMMIT,
            Self::Login => LOGIN_START,
            Self::Owner | Self::Repository | Self::WorkflowPath => OWNER_START,
            Self::Ref => REF_START,
            Self::Branch => BRANCH_START,
            Self::WorkflowVersion => VERSION_START,
            // Those two are read otherwise: the words one by one, a workflow in its two parts.
            Self::Text | Self::Words(_) | Self::WorkflowRef => TEXT_START,
        })
    }

    /// Whether a value may end here.
    pub(crate) const fn accepts(self, State(state): State) -> bool {
        let is_name = matches!(state, NAME | NAME_AT..NAME_LOCK);
        let is_commit = state == COMMIT + 40 || state == COMMIT_END;
        match self {
            Self::Digits => state == DIGITS,
            Self::Commit => is_commit,
            Self::Login => matches!(state, LOGIN | LOGIN_END),
            Self::Owner => state == OWNER,
            Self::Repository => matches!(state, REPO..REPO_GIT),
            Self::Ref => is_name || state == REF_START,
            Self::Branch => is_name || state == BRANCH_START,
            Self::WorkflowPath => state == PATH,
            Self::WorkflowVersion => is_name || is_commit,
            Self::Text | Self::Words(_) | Self::WorkflowRef => state == TEXT,
        }
    }

    /// The state behind one more byte; none if no value goes on like that.
    pub(crate) fn step(self, State(state): State, byte: u8) -> Option<State> {
        let is_word = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let next = match state {
            DIGITS_START | DIGITS => byte.is_ascii_digit().then_some(DIGITS),
            OWNER if byte == b'/' && self != Self::Owner => Some(REPO_START),
            OWNER_START | OWNER => is_word.then_some(OWNER),
            LOGIN_START | LOGIN if is_word => Some(LOGIN),
            LOGIN..=LOGIN_BOT => {
                let expected = BOT.get(usize::from(state.saturating_sub(LOGIN)));
                (expected == Some(&byte)).then_some(state.saturating_add(1))
            }
            REPO..REPO_GIT if byte == b'/' && self == Self::WorkflowPath => Some(PATH_START),
            REPO_START..=REPO_GIT => (is_word || byte == b'.').then(|| repository_step(state, byte)),
            PATH_START | PATH => (byte >= b' ' && byte != 0x7f).then_some(PATH),
            VERSION_START if byte == b'r' => Some(20),
            VERSION_START => commit_step(COMMIT, byte),
            COMMIT..=COMMIT_END => commit_step(state, byte),
            NAME_START..=BRANCH_START => name_step(state, byte),
            TEXT_START | TEXT => Some(TEXT),
            _ => {
                let next =
                    REF_PREFIXES.iter().find(|(from, expected, _)| (*from, *expected) == (state, byte));
                next.map(|(_, _, to)| *to)
            }
        };
        next.map(State)
    }
}

impl State {
    /// The state as a number below [`STATES`].
    pub(crate) const fn index(self) -> u8 {
        self.0
    }

    pub(crate) const fn from_index(index: u8) -> Self {
        Self(index)
    }
}

/// GitHub drops a `.git` at the end of a name.
const fn repository_step(state: u8, byte: u8) -> u8 {
    match (state, byte) {
        (_, b'.') => REPO_DOT,
        (REPO_DOT, b'g' | b'G') => REPO_DOT + 1,
        (14, b'i' | b'I') => REPO_DOT + 2,
        (15, b't' | b'T') => REPO_GIT,
        _ => REPO,
    }
}

const fn commit_step(state: u8, byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' | b'a'..=b'f' if state < COMMIT_END => Some(state.saturating_add(1)),
        _ => None,
    }
}

/// The rules of `git check-ref-format` for what follows `refs/heads/`.
const fn name_step(state: u8, byte: u8) -> Option<u8> {
    match (state, byte) {
        (_, 0..=b' ' | 0x7f | b'~' | b'^' | b':' | b'?' | b'*' | b'[' | b'\\')
        | (NAME_START | BRANCH_START, b'.' | b'/')
        | (NAME_DOT, b'.')
        | (NAME_AT, b'{')
        | (NAME_LOCK, b'/') => None,
        (_, b'/') => Some(NAME_START),
        (_, b'.') => Some(NAME_DOT),
        (_, b'@') => Some(NAME_AT),
        (NAME_DOT, b'l') => Some(NAME_L),
        (NAME_L, b'o') => Some(NAME_L + 1),
        (43, b'c') => Some(NAME_L + 2),
        (44, b'k') => Some(NAME_LOCK),
        _ => Some(NAME),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(form: Form, value: &str) -> bool {
        let end = value.bytes().try_fold(form.start(), |state, byte| form.step(state, byte));
        end.is_some_and(|state| form.accepts(state))
    }

    #[test]
    fn values_of_each_form_are_accepted_and_others_are_not() {
        let sha = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3";
        let cases: &[(Form, &[&str], &[&str])] = &[
            (Form::Digits, &["74", "0"], &["", "abc", "7a", " 7"]),
            (Form::Commit, &[sha, &"0".repeat(64)], &["", "main", "a94a8fe", &sha.to_uppercase()]),
            (Form::Login, &["octocat", "o-c_t", "dependabot[bot]"], &["", "a b", "a[bot", "a[bot]x", "@a"]),
            (Form::Owner, &["octo-org", "o_1"], &["", "a/b", "a.b", "https://x"]),
            (
                Form::Repository,
                &["octo-org/octo-repo", "o/.github", "o/a.gitx", "o/a.github.io"],
                &["", "o", "o/", "/r", "o/r/", "o/r.git", "https://github.com/o/r", "o/r ", "o/r:x"],
            ),
            (
                Form::Ref,
                &[
                    "",
                    "refs/heads/main",
                    "refs/tags/v1.2",
                    "refs/pull/3/merge",
                    "refs/heads/a@b",
                    "refs/heads/é",
                ],
                &[
                    "main",
                    "refs/heads/",
                    "refs/head/x",
                    "refs/heads/a..b",
                    "refs/heads/.a",
                    "refs/heads/a/.b",
                    "refs/heads/a.lock",
                    "refs/heads/a.lock/b",
                    "refs/heads/a//b",
                    "refs/heads/a/",
                    "refs/heads/a.",
                    "refs/heads/a@{b",
                    "refs/heads/a b",
                    "refs/heads/a?",
                    "refs/heads/[a]",
                    "^refs/heads/a",
                    "refs/heads/a~1",
                    "refs/heads/a\\b",
                    "refs/heads/a:b",
                ],
            ),
            (
                Form::Ref,
                &["refs/heads/{a,b}", "refs/heads/(a|b)", "refs/heads/x$", "refs/heads/a.lockx"],
                &[],
            ),
            (Form::Branch, &["", "main", "a/b", "refs/heads/main"], &[".a", "a b", "a/"]),
            (
                Form::WorkflowPath,
                &["o/r/.github/workflows/a.yml", "o/r/dynamic/x/y", "o/r/a@b"],
                &["", "a.yml", "o/r", "o/r/", "o/r.git/a", "https://github.com/o/r/a"],
            ),
            (
                Form::WorkflowVersion,
                &["refs/heads/main", "refs/tags/v1", sha],
                &["", "v1", "main", "refs/x/y"],
            ),
            (Form::Text, &["prod", " ", "a:b"], &[""]),
        ];
        for (form, values, others) in cases {
            for value in *values {
                assert!(is(*form, value), "{form:?} {value}");
            }
            for other in *others {
                assert!(!is(*form, other), "{form:?} {other}");
            }
        }
    }
}
