//! The strict JSON against `serde_json`: what it accepts that one accepts as well, with the same values;
//! what it refuses alone has what it says that it refuses.

use std::{collections::BTreeSet, fmt};

use claimgate::{
    json::{JsonReason, Number, Value},
    test_exports::{parse_json, skip_json},
};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::support::plain;

const DEPTH: usize = 8;

pub fn check(data: &[u8]) {
    let found = parse_json(data, DEPTH);
    assert_eq!(skip_json(data, DEPTH), found.as_ref().map(|_| ()).map_err(Clone::clone));
    let lenient = serde_json::from_slice(data);
    match (found, lenient) {
        (Ok(value), Ok(lenient)) => {
            assert_agreement(&value, &lenient);
            let facts = Facts::of(data);
            assert!(facts.duplicates.is_empty() && !facts.has_prototype && facts.depth <= DEPTH, "{facts:?}");
            let written = write(&value);
            assert_eq!(parse_json(written.as_bytes(), DEPTH).as_ref(), Ok(&value), "{written}");
        }
        (Ok(_), Err(error)) => panic!("accepted, but {error}"),
        (Err(error), lenient) => {
            assert!(error.offset <= data.len());
            plain(&error.to_string());
            if lenient.is_ok() {
                let facts = Facts::of(data);
                let is_so = match &error.reason {
                    JsonReason::DuplicateMember(name) => facts.duplicates.contains(name),
                    JsonReason::ForbiddenMember(name) => name == "__proto__" && facts.has_prototype,
                    JsonReason::TooDeep(depth) => *depth == DEPTH && facts.depth > DEPTH,
                    // Doubles end behind 1e308, reading ends before it.
                    JsonReason::Syntax(reason) => reason == "number out of range" && facts.largest >= 1e308,
                    _ => false,
                };
                assert!(is_so, "{error}, but {facts:?}");
            }
        }
    }
}

/// That both are the same value, numbers to the last bit.
pub(crate) fn assert_agreement(strict: &Value, lenient: &serde_json::Value) {
    let is_same = match strict {
        Value::Null => lenient.is_null(),
        Value::Bool(flag) => lenient.as_bool() == Some(*flag),
        Value::Number(Number::Unsigned(number)) => lenient.as_u64() == Some(*number),
        Value::Number(Number::Negative(number)) => lenient.as_i64() == Some(*number),
        Value::Number(Number::Other(text)) => lenient.as_f64() == text.parse().ok(),
        Value::String(text) => lenient.as_str() == Some(text),
        Value::Array(items) => lenient.as_array().is_some_and(|others| {
            items.iter().zip(others).for_each(|(item, other)| assert_agreement(item, other));
            items.len() == others.len()
        }),
        Value::Object(members) => lenient.as_object().is_some_and(|others| {
            for (name, value) in members.iter() {
                assert_agreement(value, &others[name]);
            }
            members.iter().count() == others.len()
        }),
    };
    assert!(is_same, "{strict:?}, not {lenient}");
}

/// The text of a value, numbers as they were written.
pub(crate) fn write(value: &Value) -> String {
    let string = |text: &str| serde_json::to_string(text).unwrap();
    match value {
        Value::Null => "null".into(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(Number::Unsigned(number)) => number.to_string(),
        Value::Number(Number::Negative(number)) => number.to_string(),
        Value::Number(Number::Other(text)) => text.clone(),
        Value::String(text) => string(text),
        Value::Array(items) => format!("[{}]", items.iter().map(write).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}:{}", string(name), write(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}

/// What a document has that the strict reader does not let in.
#[derive(Debug, Default)]
struct Facts {
    duplicates: BTreeSet<String>,
    has_prototype: bool,
    depth: usize,
    largest: f64,
}

impl Facts {
    fn of(data: &[u8]) -> Self {
        let mut facts = Self::default();
        let mut reader = serde_json::Deserializer::from_slice(data);
        Walk { facts: &mut facts, depth: 0 }.deserialize(&mut reader).unwrap();
        facts
    }
}

/// Reads one value, which is so deep in others.
struct Walk<'f> {
    facts: &'f mut Facts,
    depth: usize,
}

impl Walk<'_> {
    /// Opens an array or object.
    fn open(&mut self) {
        self.depth += 1;
        self.facts.depth = self.facts.depth.max(self.depth);
    }

    /// For what stands in it.
    fn inner(&mut self) -> Walk<'_> {
        Walk { facts: self.facts, depth: self.depth }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("json")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        self.facts.largest = self.facts.largest.max(number.abs());
        Ok(())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.open();
        while items.next_element_seed(self.inner())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let mut names = BTreeSet::new();
        self.open();
        while let Some(name) = members.next_key::<String>()? {
            self.facts.has_prototype |= name == "__proto__";
            if !names.insert(name.clone()) {
                self.facts.duplicates.insert(name);
            }
            members.next_value_seed(self.inner())?;
        }
        Ok(())
    }
}
