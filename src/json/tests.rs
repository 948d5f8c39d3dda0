//! The reader, compared with `serde_json`.

use super::*;
use alloc::{borrow::Cow, string::ToString};

fn refusal(text: &[u8]) -> JsonError {
    parse(text, 4).unwrap_err()
}

#[test]
fn values_keep_their_order_and_exactness() {
    let Value::Object(object) = parse(br#"{"b":18446744073709551615,"a":[-1,1.5,"\u00e9"]}"#, 4).unwrap()
    else {
        panic!("an object was expected")
    };
    assert_eq!(object.get("b"), Some(&Value::Number(Number::Unsigned(u64::MAX))));
    let names: Vec<_> = object.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b", "a"]);
    let items = [
        Value::Number(Number::Negative(-1)),
        Value::Number(Number::Other("1.5".into())),
        Value::String("é".into()),
    ];
    assert_eq!(object.get("a"), Some(&Value::Array(items.into())));
}

#[test]
fn what_lenient_parsers_let_in_is_refused() {
    let duplicate = |name: &str| JsonReason::DuplicateMember(name.into());
    assert_eq!(refusal(br#"{"exp":1,"exp":2}"#).reason, duplicate("exp"));
    assert_eq!(refusal(br#"{"a":[{"b":1,"c":2,"b":1}]}"#).reason, duplicate("b"));
    // The same name, spelled another way.
    assert_eq!(refusal(br#"{"sub":1,"s\u0075b":2}"#).reason, duplicate("sub"));
    assert_eq!(refusal(br#"{"__proto__":{}}"#).reason, JsonReason::ForbiddenMember("__proto__".into()));
    assert_eq!(refusal(b"[[[[[]]]]]").reason, JsonReason::TooDeep(4));
    assert!(parse(b"[[[[]]]]", 4).is_ok());
    assert_eq!(refusal(b"\"a\xff\""), JsonError { offset: 2, reason: JsonReason::NotUtf8 });
    for (text, reason) in [
        (&b"\xef\xbb\xbf{}"[..], JsonReason::ByteOrderMark),
        (b"\xff\xfe{\0}\0", JsonReason::Utf16),
        (b"\xfe\xff\0{\0}", JsonReason::Utf16),
        (b"{\0}\0", JsonReason::Utf16),
        (b"\0{\0}", JsonReason::Utf16),
        // A lossy decoder was here.
        ("\u{fffd}\u{fffd}{\0}\0".as_bytes(), JsonReason::Utf16),
    ] {
        assert_eq!(refusal(text), JsonError { offset: 0, reason }, "{text:?}");
    }
    for text in [
        &b"{}x"[..],
        b"{} {}",
        b"",
        b"{'a':1}",
        b"[1,]",
        b"[1e400]",
        b"01",
        b"\"\\ud800\"",
        b"NaN",
        b"\"\n\"",
        b"{\"a\":1,}",
        b"// c\n{}",
    ] {
        assert!(matches!(refusal(text).reason, JsonReason::Syntax(_)), "{text:?}");
    }
}

#[test]
fn an_error_names_its_byte() {
    assert_eq!(refusal(b"{\"a\": x}").offset, 6);
    assert_eq!(refusal(b"{\n  \"a\": 1,\n  x\n}").offset, 14);
    assert_eq!(refusal(b"{\"a\":\n1").offset, 7);
    for (text, hint) in [
        ("{ // x\n}", "JSON does not allow comments"),
        ("# x\n{}", "JSON does not allow comments"),
        ("{'a':1}", "JSON strings need double quotes"),
        ("{“a”:1}", "JSON needs straight double quotes"),
    ] {
        assert_eq!(refusal(text.as_bytes()).reason.to_string(), hint, "{text}");
    }
    let error = refusal(b"[1 2]");
    assert_eq!((error.offset, error.reason.to_string().as_str()), (3, "expected `,` or `]`"));
}

#[derive(Debug, PartialEq)]
enum Own {
    Json(JsonReason),
    Refused,
}

impl From<JsonError> for Own {
    fn from(error: JsonError) -> Self {
        Self::Json(error.reason)
    }
}

#[test]
fn a_document_can_be_read_without_a_tree() {
    let mut found = Vec::new();
    let mut visit = |text: &'static str| {
        read(text.as_bytes(), 4, |reader| {
            reader.object(|reader, name| match (&*name, reader.token()) {
                ("refused", _) => Err(Own::Refused),
                (_, Some(b'"')) => {
                    found.push((name, reader.string()?));
                    Ok(())
                }
                _ => Ok(reader.skip_value()?),
            })
        })
    };
    assert_eq!(visit(r#"{"a":"x","b":[{"c":"no"}],"d":"\u0079"}"#), Ok(()));
    assert_eq!(visit(r#"{"a":1,"refused":1,"a":1}"#), Err(Own::Refused));
    assert_eq!(visit(r#"{"a":1,"a":1}"#), Err(Own::Json(JsonReason::DuplicateMember("a".into()))));
    let [(Cow::Borrowed("a"), Cow::Borrowed("x")), (Cow::Borrowed("d"), Cow::Owned(y))] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(y, "y");
}

#[test]
fn duplicates_are_found_among_few_and_among_many() {
    for count in [2, 63, 64, 65, 1000] {
        for twice in [0, (count - 1) / 2, count - 2] {
            let names = (0..count - 1).chain([twice]).map(|name| alloc::format!("\"{name}\":0"));
            let text = alloc::format!("{{{}}}", names.collect::<Vec<_>>().join(","));
            let error = refusal(text.as_bytes());
            let expected = JsonReason::DuplicateMember(twice.to_string());
            // The last of them.
            let offset = text.rfind('"').unwrap() - twice.to_string().len() - 1;
            assert_eq!(error, JsonError { offset, reason: expected });
        }
    }
}

#[test]
fn nesting_beyond_any_stack_is_refused_at_once() {
    assert_eq!(refusal("[".repeat(100_000).as_bytes()).reason, JsonReason::TooDeep(4));
}

proptest::proptest! {
    /// Every text is read as the lenient parser reads it, or refused for what that one lets in.
    #[test]
    fn it_agrees_with_the_lenient_parser(text in r#"[\[\]{}:,"ab01e.\- ]{0,24}"#) {
        check_agreement(&text);
    }

    #[test]
    fn it_writes_strings_as_the_lenient_one(text in r#"([a-z"\\/é\u{1f600}]|[\x00-\x1f\x7f]){0,8}"#) {
        let mut json = String::new();
        write_string(&text, &mut json);
        proptest::prop_assert_eq!(&json, &serde_json::to_string(&text).unwrap());
    }

    #[test]
    fn it_agrees_on_strings(text in r#""(\\?[a-z"/\\\t]|\\ud[89c-f][0a]{2}|\\u[0-9d]{4}|é|\u{1f600}){0,8}""#) {
        check_agreement(&text);
    }

    #[test]
    fn it_agrees_on_numbers(text in r"-?[0-9]{1,21}(\.[0-9]{0,3})?([eE][+-]?[0-9]{0,4})?") {
        check_agreement(&text);
    }
}

fn check_agreement(text: &str) {
    match (parse(text.as_bytes(), 8), serde_json::from_str(text)) {
        (Ok(value), Ok(lenient)) => assert!(agrees(&value, &lenient), "{text}"),
        (Ok(_), Err(error)) => panic!("{text}: {error}"),
        // Doubles end behind 1e308, reading ends before it.
        (Err(JsonError { reason: JsonReason::Syntax(reason), .. }), Ok::<serde_json::Value, _>(lenient)) => {
            assert!(
                reason == "number out of range" && lenient.as_f64().is_some_and(|value| value.abs() >= 1e308),
                "{text}: {reason}"
            );
        }
        (Err(_), _) => {}
    }
}

fn agrees(strict: &Value, lenient: &serde_json::Value) -> bool {
    match (strict, lenient) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
        (Value::String(a), serde_json::Value::String(b)) => a == b,
        (Value::Number(Number::Unsigned(a)), b) => b.as_u64() == Some(*a),
        (Value::Number(Number::Negative(a)), b) => b.as_i64() == Some(*a),
        // The lenient parser may be off by the last bits.
        (Value::Number(Number::Other(a)), b) => b.as_f64().is_some_and(|b| {
            let a: f64 = a.parse().unwrap();
            (a - b).abs() <= b.abs() * 4.0 * f64::EPSILON
        }),
        (Value::Array(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agrees(a, b))
        }
        (Value::Object(a), serde_json::Value::Object(b)) => {
            a.0.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| agrees(a, b)))
        }
        _ => false,
    }
}
