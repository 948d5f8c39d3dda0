//! "did you mean": the nearest of the names that would have been right.

/// The message for a name that is none of `known`.
pub fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => format!("unknown {kind} `{name}`, did you mean `{near}`?"),
        None => format!("unknown {kind} `{name}`, expected one of `{}`", known.join("`, `")),
    }
}

/// The name that is at most a third of its letters away, or that begins as `name` does.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let close = |near: &&&str| distance(name, near) <= near.len().div_ceil(3);
    let best = known.iter().min_by_key(|near| distance(name, near)).filter(close);
    let begins = || known.iter().find(|near| name.len() >= 2 && near.starts_with(name));
    best.or_else(begins).copied()
}

/// How many letters must be added, dropped or replaced to turn `a` into `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("test", "test"), 0);
    }

    #[test]
    fn a_slip_is_corrected() {
        let known = ["build", "demo", "test"];
        assert_eq!(unknown("command", "tset", &known), "unknown command `tset`, did you mean `test`?");
        assert_eq!(unknown("command", "biuld", &known), "unknown command `biuld`, did you mean `build`?");
        assert_eq!(
            unknown("step", "run", &["fmt", "runtime"]),
            "unknown step `run`, did you mean `runtime`?"
        );
    }

    #[test]
    fn a_stranger_is_answered_with_the_list() {
        let message = unknown("command", "frobnicate", &["build", "demo"]);
        assert_eq!(message, "unknown command `frobnicate`, expected one of `build`, `demo`");
    }
}
