//! The signatures of Wycheproof, by each provider. Which sets, and where the answer is meant to be
//! another one than theirs, is in `tests/vectors/wycheproof.json`.
//!
//! The npm package's module is held against the same: `tests/signatures`.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, sync::Mutex};

use ::wycheproof::{ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};
use claimgate::{
    Algorithm, Issuer, KeySet,
    signature::{InvalidSignature, PublicKey, SignatureAlgorithm, VerifyingKey, ring, rsa},
};
use serde_json::{Value, json};

use crate::support::encode;

/// Some signatures of one key.
struct Group {
    set: String,
    algorithm: Algorithm,
    jwk: Value,
    cases: Vec<Case>,
}

struct Case {
    id: u64,
    message: String,
    signature: String,
    /// What is meant to come out, their answer or the one of a divergence.
    holds: bool,
}

fn expectations() -> Value {
    serde_json::from_str(include_str!("../vectors/wycheproof.json")).unwrap()
}

fn load(set: &str) -> Value {
    let text = if set.starts_with("rsa_signature") {
        set.parse::<rsa_pkcs1_verify::TestName>().unwrap().json_data()
    } else if set.starts_with("rsa_pss") {
        set.parse::<rsa_pss_verify::TestName>().unwrap().json_data()
    } else if set.starts_with("ecdsa") {
        set.parse::<ecdsa::TestName>().unwrap().json_data()
    } else {
        set.parse::<eddsa::TestName>().unwrap().json_data()
    };
    serde_json::from_str(text).unwrap()
}

/// Every group of every set, and how often each divergence was met: one that never is is a mistake
/// in the data.
fn groups(wanted: impl Fn(&str) -> bool) -> Vec<Group> {
    let expectations = expectations();
    let divergences = expectations["divergences"].as_array().unwrap();
    let mut found = Vec::new();
    let mut met: BTreeMap<(String, String), u64> = BTreeMap::new();
    for (set, named) in expectations["sets"].as_object().unwrap().iter().filter(|(set, _)| wanted(set)) {
        let vectors = load(set);
        let before = found.len();
        for group in vectors["testGroups"].as_array().unwrap() {
            let Some(algorithm) = algorithm(named.as_str().unwrap(), group) else { continue };
            let mut cases = Vec::new();
            for test in group["tests"].as_array().unwrap() {
                let text = |name: &str| test[name].as_str().unwrap().to_string();
                let divergence = divergences.iter().find(|divergence| {
                    let is_it = divergence["set"] == **set && divergence["test"] == test["tcId"];
                    is_it || applies(divergence, algorithm, group, test)
                });
                let holds = match divergence {
                    Some(divergence) => {
                        let reason = divergence["reason"].as_str().unwrap();
                        *met.entry((set.clone(), reason.to_string())).or_default() += 1;
                        divergence["holds"].as_bool().unwrap()
                    }
                    None => match test["result"].as_str().unwrap() {
                        "valid" => true,
                        "invalid" => false,
                        other => panic!("{set} {} is {other}, which needs a divergence", test["tcId"]),
                    },
                };
                let id = test["tcId"].as_u64().unwrap();
                cases.push(Case { id, message: text("msg"), signature: text("sig"), holds });
            }
            found.push(Group { set: set.clone(), algorithm, jwk: jwk(algorithm, group), cases });
        }
        assert!(found.len() > before, "{set} has nothing for {named}");
    }
    for divergence in divergences {
        let counts = divergence["counts"].as_object().unwrap();
        for (set, count) in counts.iter().filter(|(set, _)| wanted(set)) {
            let reason = divergence["reason"].as_str().unwrap();
            assert_eq!(met.remove(&(set.clone(), reason.to_string())), count.as_u64(), "{set}: {reason}");
        }
    }
    assert!(met.is_empty(), "divergences that nobody counted: {met:?}");
    found
}

/// None for a group of `rsa_pss_misc` whose hash no algorithm has.
fn algorithm(named: &str, group: &Value) -> Option<Algorithm> {
    match (named, group["sha"].as_str()) {
        ("PS*", Some("SHA-256")) => Some(Algorithm::Ps256),
        ("PS*", Some("SHA-384")) => Some(Algorithm::Ps384),
        ("PS*", Some("SHA-512")) => Some(Algorithm::Ps512),
        ("PS*", _) => None,
        _ => Algorithm::from_name(named),
    }
}

/// A divergence is about one `test` of a `set`, about the tests with its `flag`, about the keys with its
/// `exponent`, or about what verifies with other `parameters` than those of the algorithm.
fn applies(divergence: &Value, algorithm: Algorithm, group: &Value, test: &Value) -> bool {
    let salt = match algorithm {
        Algorithm::Ps256 => 32,
        Algorithm::Ps384 => 48,
        Algorithm::Ps512 => 64,
        _ => 0,
    };
    let others = salt != 0 && (group["sLen"] != salt || group["mgfSha"] != group["sha"]);
    let flag = divergence["flag"].as_str();
    let has_flag = flag.is_some_and(|flag| test["flags"].as_array().unwrap().iter().any(|it| it == flag));
    has_flag
        || (divergence["parameters"] == "others" && others && test["result"] != "invalid")
        || divergence["exponent"].as_str().is_some_and(|e| group["publicKey"]["publicExponent"] == e)
}

fn jwk(algorithm: Algorithm, group: &Value) -> Value {
    let key = &group["publicKey"];
    // Without the zero before the first bit of an integer of ASN.1.
    let member = |name: &str| {
        let bytes = bytes(key[name].as_str().unwrap());
        encode(bytes.strip_prefix(&[0]).unwrap_or(&bytes))
    };
    let coordinate = |name: &str, size: usize| {
        let bytes = bytes(key[name].as_str().unwrap());
        let significant = bytes.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<u8>>();
        encode([vec![0; size - significant.len()], significant].concat())
    };
    match algorithm {
        Algorithm::Es256 => {
            json!({ "kty": "EC", "crv": "P-256", "x": coordinate("wx", 32), "y": coordinate("wy", 32) })
        }
        Algorithm::Es384 => {
            json!({ "kty": "EC", "crv": "P-384", "x": coordinate("wx", 48), "y": coordinate("wy", 48) })
        }
        Algorithm::EdDsa => {
            json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(bytes(key["pk"].as_str().unwrap())) })
        }
        _ => json!({ "kty": "RSA", "n": member("modulus"), "e": member("publicExponent") }),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Keeps the numbers of a key once that they are checked: there is no other way to them.
struct Checked(Algorithm, Mutex<Option<PublicKey>>);

impl SignatureAlgorithm for Checked {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey> {
        *self.1.lock().unwrap() = Some(key.clone());
        ring::RS256.prepare(key)
    }
}

pub(crate) fn public_key(algorithm: Algorithm, jwk: &Value) -> Option<PublicKey> {
    let checked = Checked(algorithm, Mutex::new(None));
    KeySet::parse(&Issuer::github(), &json!({ "keys": [with_kid(jwk)] }).to_string(), &[&checked]).unwrap();
    checked.1.into_inner().unwrap()
}

pub(crate) fn with_kid(jwk: &Value) -> Value {
    let mut jwk = jwk.clone();
    jwk["kid"] = json!("key");
    jwk
}

/// Holds the provider against the sets, or some cases of them, and says how many that were. All of
/// the differences are told at once.
fn compare(
    provider: &[&dyn SignatureAlgorithm],
    wanted: impl Fn(&str) -> bool,
    taken: impl Fn(&Group, &Case) -> bool,
) -> usize {
    let mut wrong = String::new();
    let mut count = 0;
    for group in groups(wanted) {
        let algorithm = provider.iter().find(|own| own.algorithm() == group.algorithm).unwrap();
        let key = public_key(group.algorithm, &group.jwk).map(|key| algorithm.prepare(key));
        for case in group.cases.iter().filter(|case| taken(&group, case)) {
            let verdict = key.as_ref().map_or(Err(InvalidSignature), |key| {
                key.verify(&bytes(&case.message), &bytes(&case.signature))
            });
            count += 1;
            if verdict.is_ok() != case.holds {
                writeln!(wrong, "{} {}: {verdict:?}", group.set, case.id).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "these should be the other way round:\n{wrong}");
    count
}

#[test]
fn ring_agrees() {
    assert!(compare(ring::ALL, |_| true, |_, _| true) > 4900);
}

pub(crate) static KERNEL: &[&dyn SignatureAlgorithm] =
    &[rsa::RS256, rsa::RS384, rsa::RS512, rsa::PS256, rsa::PS384, rsa::PS512];

/// With its sums checked, as debug builds do, it takes a tenth of a second for 8192 bits. There it has
/// some of the longer signatures, with the first of each set, which are those that hold; in a release
/// build, and in the module of the npm package, it has them all.
#[test]
fn the_kernel_agrees() {
    let taken = |group: &Group, case: &Case| {
        let step = match group.set.split('_').nth(2) {
            _ if !cfg!(debug_assertions) => 1,
            Some("3072") => 8,
            Some("4096" | "8192") => 24,
            _ => 2,
        };
        case.id < 10 || case.id.is_multiple_of(step)
    };
    assert!(compare(KERNEL, |set| set.starts_with("rsa"), taken) > 1000);
}

/// The key rules refuse them before any provider sees them.
#[test]
fn keys_that_are_refused() {
    let mut refused: BTreeMap<String, u64> = BTreeMap::new();
    for group in groups(|_| true) {
        if public_key(group.algorithm, &group.jwk).is_none() {
            *refused.entry(group.set).or_default() += 1;
        }
    }
    assert_eq!(json!(refused), expectations()["keysRefused"]);
}

/// The same cases for the test in JavaScript, as lines of JSON, a group each.
#[test]
#[ignore = "writes the cases down for the step `signatures`"]
fn write_cases() {
    let mut text = String::new();
    for Group { set, algorithm, jwk, cases } in groups(|_| true) {
        let cases: Vec<Value> =
            cases.iter().map(|case| json!([case.id, case.message, case.signature, case.holds])).collect();
        let group =
            json!({ "set": set, "algorithm": algorithm.name(), "jwk": with_kid(&jwk), "cases": cases });
        writeln!(text, "{group}").unwrap();
    }
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("wycheproof.jsonl"), text).unwrap();
}
