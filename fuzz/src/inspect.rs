//! Policies of other systems: every text is read or refused, at a place that there is, and a verdict that does not depend on what a
//! document does not hold stays the same whatever is given for it.

use claimgate_inspect::{Options, System, Verdict, evaluate, read_policy};
use serde_json::Value;

use crate::support::{SAMPLE, plain};

pub fn check(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let claims = SAMPLE.as_object().expect("the sample's claims are an object");
    // `0` leaves the system to be identified by the text.
    let system = System::ALL.get(usize::from(first.wrapping_sub(b'1'))).copied();
    let mut options = Options { system, is_org: *first == b'o', ..Options::default() };
    let evaluation = match evaluate(text, claims, &options) {
        Ok(evaluation) => evaluation,
        Err(error) => {
            plain(&error.to_string());
            if let Some(position) = error.position() {
                assert!(position.line <= text.lines().count().max(1) + 1, "{error}");
            }
            return;
        }
    };
    assert_eq!(evaluation.reasons.is_empty(), evaluation.verdict != Verdict::Unknown);
    let read = read_policy(text, &options).expect("what can be evaluated can be read");
    assert_eq!(read.holes, evaluation.holes);
    options.system = Some(evaluation.system);
    let again = evaluate(text, claims, &options).expect("its system is named");
    assert_eq!(again.verdict, evaluation.verdict);
    if evaluation.holes.is_empty() || evaluation.verdict == Verdict::Unknown {
        return;
    }
    for value in ["", "octo-org", "*"] {
        options.inputs =
            evaluation.holes.iter().map(|hole| (hole.name.clone(), Value::from(value))).collect();
        if let Ok(filled) = evaluate(text, claims, &options)
            && filled.verdict != Verdict::Unknown
        {
            assert_eq!(filled.verdict, evaluation.verdict, "with `{value}` for {:?}", evaluation.holes);
        }
    }
}
