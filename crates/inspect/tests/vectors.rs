//! Verdicts that vendors' own code, independent engines and documentation give: `tests/vectors/policies`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use claimgate_inspect::{Options, System, evaluate};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

#[derive(Deserialize)]
struct Vector {
    name: String,
    document: Json,
    claims: Map<String, Json>,
    expect: String,
    why: String,
    /// `org` for an octo-sts policy of an organisation.
    kind: Option<String>,
}

/// Each vector of a system, with the system named and identified, has the right verdict, and a denial names what decided it.
fn all(system: System, json: &str) {
    let vectors: Vec<Vector> = serde_json::from_str(json).unwrap();
    assert!(!vectors.is_empty());
    let mut wrong = Vec::new();
    for Vector { name, document, claims, expect, why, kind } in vectors {
        let text = match document {
            Json::String(text) => text,
            other => serde_json::to_string_pretty(&other).unwrap(),
        };
        for named in [None, Some(system)] {
            let options =
                Options { system: named, is_org: kind.as_deref() == Some("org"), ..Options::default() };
            match evaluate(&text, &claims, &options) {
                Ok(evaluation) => {
                    let verdict = serde_json::to_value(evaluation.verdict).unwrap();
                    if evaluation.system != system || verdict != *expect {
                        wrong.push(format!("{name}: {verdict}, expected {expect} ({why})\n{text}"));
                    } else if verdict != "allow" && evaluation.deciding.is_empty() {
                        wrong.push(format!("{name}: {verdict} without a condition that decides it"));
                    }
                }
                Err(error) => wrong.push(format!("{name}: {error}, expected {expect} ({why})\n{text}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

macro_rules! vectors {
    ($($name:ident: $system:ident, $file:literal;)*) => {
        $(
            #[test]
            fn $name() {
                all(System::$system, include_str!(concat!("../../../tests/vectors/policies/", $file)));
            }
        )*
    };
}

vectors! {
    aws: Aws, "aws.json";
    azure: Azure, "azure.json";
    google: Google, "google.json";
    vault: Vault, "vault.json";
    octo_sts: OctoSts, "octo-sts.json";
    pypi: Pypi, "pypi.json";
    crates_io: CratesIo, "crates-io.json";
    rubygems: Rubygems, "rubygems.json";
}
