//! "did you mean": the nearest of the names that would have been right.

/// The message for a name that is none of `known`.
pub fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => format!("unknown {kind} `{name}`, did you mean `{near}`?"),
        None => format!("unknown {kind} `{name}`, expected one of `{}`", known.join("`, `")),
    }
}

/// The name that it is a misspelling of, or that begins as `name` does.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let begins = || known.iter().find(|near| name.len() >= 2 && near.starts_with(name)).copied();
    claimgate::did_you_mean(name, known.iter().copied()).or_else(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

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
