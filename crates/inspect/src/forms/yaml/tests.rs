use std::fmt::Write as _;

use super::*;
use crate::document::each_hole;

fn one(text: &str) -> Node {
    read(text, None).unwrap().remove(0).node
}

#[test]
fn values_have_types_and_places() {
    let text = "é: [1, 'a']\nb: !Ref Org\nc: 0x1F\nc: ~\n";
    let node = one(text);
    let members = node.members().unwrap();
    let shown: Vec<_> = members
        .iter()
        .map(|member| {
            (
                member.name.shown(),
                text.get(member.value.span.start..member.value.span.end).unwrap(),
                member.value.kind(),
            )
        })
        .collect();
    assert_eq!(shown[0], ("é".to_owned(), "[1, 'a']", "a list"));
    assert_eq!((shown[1].0.as_str(), shown[1].2), ("b", "a value that the document does not hold"));
    assert_eq!(shown[2], ("c".to_owned(), "0x1F", "a number"));
    assert_eq!((shown[3].0.as_str(), shown[3].2), ("c", "null"));
}

#[test]
fn aliases_and_merges_repeat_values() {
    let node = one("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  a: 3\nz: *x");
    assert!(matches!(&node.get("y").unwrap().get("a").unwrap().value, Value::Number(n) if n == "3"));
    assert!(matches!(&node.get("y").unwrap().get("b").unwrap().value, Value::Number(n) if n == "2"));
    assert!(matches!(&node.get("z").unwrap().get("a").unwrap().value, Value::Number(n) if n == "1"));
}

#[test]
fn hostile_texts_are_errors() {
    let mut bomb = String::from("a0: &a0 [x, x]\n");
    for level in 1..40 {
        let before = level - 1;
        writeln!(bomb, "a{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}]").unwrap();
    }
    for (text, message) in [
        (bomb, "the aliases of the text repeat more than"),
        ("&a [*a]".to_owned(), "the alias stands within the value that it repeats"),
        ("- ".repeat(10_000), "nested deeper than 128 levels"),
        ("[".repeat(10_000), ""),
        ("a:\n\tb: 1".to_owned(), "a tab indents this line"),
        ("a: b: c".to_owned(), "not YAML"),
        ("# nothing".to_owned(), "the text is empty"),
    ] {
        let error = read(&text, None).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
        assert!(error.contains("in line"), "{error}");
    }
}

#[test]
fn octo_sts_policies_have_nothing_but_text() {
    let node =
        one("Issuer: x\nsubject_pattern: (?P<a>b)\nclaim_pattern: {on: yes, a: '010', b: 010, c: <ORG>}");
    let claims = node.get("claim_pattern").unwrap();
    assert_eq!(claims.get("true").unwrap().str().as_deref(), Some("true"));
    assert_eq!(claims.get("a").unwrap().str().as_deref(), Some("010"));
    assert_eq!(claims.get("b").unwrap().str().as_deref(), Some("8"));
    let mut holes = Vec::new();
    each_hole(&node, &mut |hole, _| holes.push(hole.name.clone()));
    assert_eq!(holes, ["<ORG>"]);
}
