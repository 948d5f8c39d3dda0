use serde::Deserialize;
use serde_json::Value as Json;

use super::*;

#[derive(Deserialize)]
struct Vector {
    pattern: String,
    text: String,
    /// `true`, `false`, `"error"`, or `"unknown"` where RE2 and Go differ
    search: Json,
}

fn find(pattern: &str, text: &str, whole: bool) -> Truth {
    match Re2::compile(pattern) {
        Ok(regex) => regex.matches(text, whole),
        Err(truth) => truth,
    }
}

#[test]
fn results_are_those_of_re2_and_go() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../../../tests/vectors/policies/re2.json")).unwrap();
    let mut wrong = Vec::new();
    let mut undecided = Vec::new();
    for Vector { pattern, text, search } in vectors {
        let found = find(&pattern, &text, false);
        let is_right = match (&search, &found) {
            (Json::Bool(expected), Truth::True) => *expected,
            (Json::Bool(expected), Truth::False) => !expected,
            (Json::String(expected), Truth::Error(_)) => expected == "error",
            (Json::String(expected), Truth::Unknown(_)) if expected == "unknown" => true,
            (_, Truth::Unknown(_)) => {
                undecided.push(pattern.clone());
                true
            }
            _ => false,
        };
        if !is_right {
            wrong.push(format!("`{pattern}` in `{text}`: {found:?}, expected {search}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(undecided, ["(?i)é", "\\p{Greek}", "\\pN", "[\\pL]", "\\p{Latin}", "\\p{Any}"]);
}

#[test]
fn patterns_match_the_whole_text() {
    for (pattern, text, expected) in [
        ("a|b", "ab", Truth::False),
        ("a|ab", "ab", Truth::True),
        ("^a$", "a", Truth::True),
        ("", "", Truth::True),
        ("(?i)repo:ACME/(?-i:W).*", "REPO:acme/Widget", Truth::True),
        ("(?i)repo:ACME/(?-i:W).*", "REPO:acme/widget", Truth::False),
        ("(?i)a|B", "b", Truth::True),
        ("(?i:a)B", "ab", Truth::False),
        ("(?i)k", "\u{212A}", Truth::True),
        ("(?i)[^s]", "\u{17F}", Truth::False),
        ("(?i)[[:^upper:]]", "a", Truth::False),
        ("(?m)a$\n^b", "a\nb", Truth::True),
        ("(?s).+", "a\nb", Truth::True),
        (r"\Qa.b\E*", "a.bb", Truth::True),
        (r"[\D]", "é", Truth::True),
        (r"[^\x{D800}]", "a", Truth::True),
        (r"\08", "\08", Truth::True),
        ("x{2,3}y{0}", "xxx", Truth::True),
        (r"\p{Lu}\PL", "A1", Truth::True),
        (r"\p{^Lu}", "A", Truth::False),
    ] {
        assert_eq!(find(pattern, text, true), expected, "`{pattern}` {text:?}");
    }
}

#[test]
fn invalid_patterns_are_errors_and_undecidable_ones_unknown() {
    // What is invalid stays so within a group.
    for pattern in [
        ")(",
        "a{1001}",
        "(a{100}){11}",
        "((a{10}){10}){11}",
        "(?-)",
        "(?i-s-m)",
        "[b-a]",
        "(?P<>a)",
        "(?<=a)",
        r"[\Q]",
        "a|*",
        r"[a-\d]",
    ] {
        assert!(matches!(Re2::compile(pattern), Err(Truth::Error(_))), "{pattern}");
    }
    for pattern in ["a(?i)*", r"\Q\E*", r"\p{Letter}", "(?i)é", "a{12345678901}"] {
        assert!(matches!(Re2::compile(pattern), Err(Truth::Unknown(_))), "{pattern}");
    }
    for pattern in ["(a{100}){10}", "(a{1000}|b{1000})*", "{", "a{,2}", "(?P<n>a)(?P<n>b)"] {
        assert!(Re2::compile(pattern).is_ok(), "{pattern}");
    }
}

#[test]
fn hostile_patterns_are_bounded() {
    for pattern in [
        "(".repeat(10_000),
        "[[:".repeat(5_000),
        "(.{500})".repeat(100),
        "a".repeat(20_000),
        "{1".repeat(8_000),
    ] {
        assert!(Re2::compile(&pattern).is_err(), "{pattern:.8}");
    }
    let regex = Re2::compile("(a*)*b").unwrap();
    assert_eq!(regex.matches(&"a".repeat(16 * 1024), true), Truth::False);
    assert!(matches!(regex.matches(&"a".repeat(17 * 1024), true), Truth::Unknown(_)));
}
