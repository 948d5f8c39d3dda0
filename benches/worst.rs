//! What the most costly input costs that is read, in ordinary verifications, and how much more of it when
//! there is twice as much: tokens stage by stage, globs, denials, key sets.
//!
//! `cargo bench --bench worst`

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measurement may fail by panicking, and is not exact to the last digit"
)]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use ::ring::signature::{Ed25519KeyPair, KeyPair as _};
use claimgate::{Code, Denial, Issuer, KeySet, Untrusted, Validation, limits, signature::ring};
use serde_json::{Value, json};

#[path = "../tests/core/support.rs"]
#[allow(dead_code, reason = "the core's tests use the rest")]
mod support;

use support::{AUDIENCE, THEN, encode, header, jwk, key_set, sample, sign_raw};

fn main() {
    let ordinary = Token::signed(&sample().to_string());
    let unit = time(&mut || ordinary.decide().is_ok());
    println!("an ordinary verification of {} bytes: {:.1} µs\n", ordinary.text.len(), micros(unit));
    tokens(unit);
    globs(unit);
    denials(unit);
    key_sets(unit);
}

struct Token {
    text: String,
}

impl Token {
    fn signed(claims: &str) -> Self {
        Self { text: sign_raw("rsa", "RS256", &header("rsa", "RS256"), claims.as_bytes()) }
    }

    /// The sample's claims and as much of `member` as there is room for.
    fn filled(bytes: usize, member: Fill) -> Self {
        let claims = sample().to_string();
        let claims = claims.strip_suffix('}').unwrap();
        let of = |room: usize| Self::signed(&format!("{claims},{}}}", member(room)));
        let mut room = (bytes - of(0).text.len()) / 4 * 3;
        loop {
            let token = of(room);
            if token.text.len() <= bytes {
                return token;
            }
            room -= 16;
        }
    }

    fn decide(&self) -> Result<(), Code> {
        thread_local! {
            static KEYS: KeySet = key_set(&Issuer::github(), &[jwk("rsa", json!({}))]);
            static VALIDATION: Validation = Validation::new(Issuer::github(), AUDIENCE);
        }
        let token = Untrusted::parse(&self.text).map_err(|error| error.code())?;
        KEYS.with(|keys| VALIDATION.with(|validation| token.verify(validation, keys, THEN)))
            .map(|verified| drop(black_box(verified)))
            .map_err(|error| error.code())
    }
}

/// As many of `piece` as have room, with commas between.
fn list(room: usize, piece: impl Fn(usize) -> String) -> String {
    let mut text = piece(0);
    for number in 1.. {
        let next = piece(number);
        if text.len() + next.len() + 1 > room {
            break;
        }
        text.push(',');
        text.push_str(&next);
    }
    text
}

/// Members of which no two have one name, and all of them look alike to a filter by length and ends.
fn alike(room: usize) -> String {
    let object = |number: usize| {
        let names = (0..64).map(|name| format!("\"a{:03x}a\":0", name * 61 % 64 + 64 * number));
        format!("{{{}}}", names.collect::<Vec<_>>().join(","))
    };
    format!("\"x\":[{}]", list(room.saturating_sub(8), object))
}

/// JSON of about so many bytes.
type Fill = fn(usize) -> String;

const SHAPES: [(&str, Fill); 13] = [
    ("one long string", |room| format!("\"x\":\"{}\"", "a".repeat(room))),
    ("a string of escapes", |room| format!("\"x\":\"{}\"", r"\n".repeat(room / 2))),
    ("a claim of escapes", |room| format!("\"enterprise\":\"{}\"", r"\u00e9".repeat(room / 6))),
    ("one long number", |room| format!("\"x\":{}", "1".repeat(room.max(1)))),
    ("many small values", |room| format!("\"x\":[{}]", list(room.saturating_sub(8), |_| "0".into()))),
    ("many empty objects", |room| format!("\"x\":[{}]", list(room.saturating_sub(8), |_| "{}".into()))),
    ("deep arrays", |room| format!("\"x\":[{}]", list(room.saturating_sub(8), |_| "[[[[[[]]]]]]".into()))),
    ("many members", |room| list(room, |number| format!("\"{number:04x}\":0"))),
    ("objects of names alike", alike),
    ("many properties", |room| {
        list(room, |number| format!("\"repo_property_{:04x}\":\"\"", number * 40_503 % 65_536))
    }),
    ("one name twice, at the end", |room| {
        format!("{},\"x\":0,\"x\":0", list(room.saturating_sub(14), |number| format!("\"{number:04x}\":0")))
    }),
    ("no value at the end", |room| format!("\"x\":[{}", list(room.saturating_sub(8), |_| "0".into()))),
    ("white space", |room| format!("{}\"x\":0", " ".repeat(room.saturating_sub(5)))),
];

fn tokens(unit: Duration) {
    println!(
        "{:<28} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "a token of", "parse", "claims", "8 KiB", "×", "16 KiB", "growth"
    );
    let row = |name: &str, half: Token, whole: Token| {
        let parse = time(&mut || Untrusted::parse(&whole.text).is_ok());
        let claims = Untrusted::parse(&whole.text)
            .ok()
            .map(|token| time(&mut || token.github_claims_unverified().is_ok()))
            .unwrap_or_default();
        let [small, large] = [&half, &whole].map(|token| time(&mut || token.decide().is_ok()));
        println!(
            "{name:<28} {:>8.1} {:>8.1} {:>8.1} {:>8.2} {:>8.1} {:>8.2}",
            micros(parse),
            micros(claims),
            micros(small),
            ratio(small, unit),
            micros(large),
            ratio(large, small),
        );
    };
    let (half, whole) = (limits::TOKEN_BYTES / 2, limits::TOKEN_BYTES);
    for (name, member) in SHAPES {
        row(name, Token::filled(half, member), Token::filled(whole, member));
    }
    let cut = |bytes: usize| {
        let mut token = Token::filled(bytes, |room| format!("\"x\":\"{}\"", "a".repeat(room)));
        token.text.pop();
        token.text.push('=');
        token
    };
    row("base64url, wrong at the end", cut(half), cut(whole));
    let dots = |bytes: usize| Token { text: ".".repeat(bytes) };
    row("dots alone", dots(half), dots(whole));
    let long_header = |bytes: usize| {
        let pad = " ".repeat(bytes / 4 * 3 - 1100);
        let header = format!("{}{pad}", header("rsa", "RS256"));
        Token { text: sign_raw("rsa", "RS256", &header, sample().to_string().as_bytes()) }
    };
    row("a header of white space", long_header(half), long_header(whole));
    println!("microseconds; parse and claims are those of the 16 KiB; × is to an ordinary verification\n");
}

/// Patterns that a matcher which goes back tries in exponentially many ways, against a claim as long as a
/// token can have it.
fn globs(unit: Duration) {
    println!("{:<28} {:>8} {:>8} {:>8} {:>8}", "a policy of", "8 KiB", "×", "16 KiB", "growth");
    let repeated = |piece: &str, count: usize| format!("{}b", piece.repeat(count));
    let rule = |glob: &str| json!({ "repository_id": "74", "environment": { "glob": glob } });
    let plain: Vec<_> =
        (0..100).map(|number| json!({ "repository_id": "74", "workflow": format!("{number}") })).collect();
    for (name, rules) in [
        ("one `a*` and a `b`", vec![rule(&repeated("a*", 1))]),
        ("8 times `a*` and a `b`", vec![rule(&repeated("a*", 8))]),
        ("16 times `a*` and a `b`", vec![rule(&repeated("a*", 16))]),
        ("32 times `a*` and a `b`", vec![rule(&repeated("a*", 32))]),
        ("32 times `a**` and a `b`", vec![rule(&repeated("a**", 32))]),
        ("32 times `aaaaaaaa*`, `b`", vec![rule(&repeated("aaaaaaaa*", 32))]),
        ("100 rules of 8 times `a*`", vec![rule(&repeated("a*", 8)); 100]),
        ("100 rules, of which none", plain),
    ] {
        let policy = support::policy(json!({ "allow": rules }));
        let [half, whole] = [limits::TOKEN_BYTES / 2, limits::TOKEN_BYTES].map(|bytes| {
            let fill = (bytes - 1600) / 8 * 3;
            let value = "a".repeat(fill);
            let claims = support::sample_with(json!({ "environment": value,
                "sub": format!("repo:octo-org/octo-repo:environment:{value}") }));
            let mut jobs = (0..if rules.len() > 1 { 60 } else { 300 })
                .map(|_| support::verify(&claims).unwrap())
                .collect::<Vec<_>>();
            let mut times: Vec<_> = core::iter::from_fn(|| jobs.pop())
                .map(|job| {
                    let start = Instant::now();
                    assert!(black_box(policy.authorize("deploy", job)).is_err());
                    start.elapsed()
                })
                .collect();
            times.sort();
            times[times.len() / 2]
        });
        println!(
            "{name:<28} {:>8.1} {:>8.2} {:>8.1} {:>8.2}",
            micros(half),
            ratio(half, unit),
            micros(whole),
            ratio(whole, half)
        );
    }
    println!("the decision of the policy alone, a denial with its explanation\n");
}

type Shape<'s> = (&'s str, &'s str, &'s dyn Fn(usize) -> Vec<Value>);

/// What a stranger's token costs where a policy has much to compare it with: the decision, and a denial with
/// its message, which explains the rules, without and with what the policy expects.
fn denials(unit: Duration) {
    println!(
        "{:<38} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "a denial by", "decision", "claims", "×", "growth", "full", "×", "growth"
    );
    let environment = |patterns: Value| json!({ "repository_id": "74", "environment": patterns });
    let names =
        |count: usize| (0..count).map(|number| json!(format!("environment-{number}"))).collect::<Value>();
    let globs =
        |count: usize, make: fn(usize) -> String| json!({ "glob": (0..count).map(make).collect::<Vec<_>>() });
    let long = "a".repeat(128);
    let typos = |count: usize| (0..count).map(|_| json!(format!("b{}b", "a".repeat(126)))).collect::<Value>();
    let longest = "a".repeat(5 * 1024);
    let shapes: [Shape<'_>; 10] = [
        ("10,000 environments", &long, &|of| vec![environment(names(5_000 * of))]),
        ("10,000 environments, two slips away", &long, &|of| vec![environment(typos(5_000 * of))]),
        ("50,000 environments", "environment-x", &|of| vec![environment(names(25_000 * of))]),
        ("50,000 rules", "environment-x", &|of| {
            (0..25_000 * of).map(|number| environment(json!(format!("environment-{number}")))).collect()
        }),
        ("101 rules of 500 environments each", "environment-250x", &|of| {
            let rule = |rule: usize| {
                let names = (0..250 * of).map(|number| json!(format!("environment-{number}-{rule}")));
                environment(names.collect())
            };
            (0..101).map(rule).collect()
        }),
        ("100 rules of 200 environments", &long, &|of| vec![environment(names(100 * of)); 100]),
        ("100 rules of 200 globs", &long, &|of| {
            vec![environment(globs(100 * of, |number| format!("environment-{number}-*"))); 100]
        }),
        ("100 rules of 200 globs of one prefix", &long, &|of| {
            vec![
                json!({ "environment": globs(100 * of, |number| format!("a*{number}*")), "repository_id": "1" });
                100
            ]
        }),
        ("1,000 globs and a value of 5 KiB", &longest, &|of| {
            vec![
                json!({ "repository_id": "1", "environment": globs(500 * of, |number| format!("a*{number}*")) }),
            ]
        }),
        ("100 rules and a value of 5 KiB", &longest, &|of| vec![environment(json!("prod")); 50 * of]),
    ];
    for (name, value, rules) in shapes {
        let claims = support::sample_with(json!({ "environment": value,
            "sub": format!("repo:octo-org/octo-repo:environment:{value}") }));
        let [half, whole] = [1, 2].map(|of| {
            let policy = support::policy(json!({ "allow": rules(of) }));
            let measure = |work: &dyn Fn(Denial)| {
                let mut times: Vec<_> = (0..40)
                    .map(|_| {
                        let job = support::verify(&claims).unwrap();
                        let start = Instant::now();
                        work(policy.authorize("deploy", job).unwrap_err());
                        start.elapsed()
                    })
                    .collect();
                times.sort();
                times[times.len() / 2]
            };
            [
                measure(&|denial| drop(black_box(denial))),
                measure(&|denial| drop(black_box(denial.without_expectations().to_string()))),
                measure(&|denial| drop(black_box(denial.to_string()))),
            ]
        });
        println!(
            "{name:<38} {:>8.1} {:>8.1} {:>8.2} {:>8.2} {:>8.1} {:>8.2} {:>8.2}",
            micros(whole[0]),
            micros(whole[1]),
            ratio(whole[1], unit),
            ratio(whole[1], half[1]),
            micros(whole[2]),
            ratio(whole[2], unit),
            ratio(whole[2], half[2]),
        );
    }
    println!("microseconds after the token is verified; growth is from half as many patterns or rules\n");
}

fn key_sets(unit: Duration) {
    println!(
        "{:<28} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "a key set of", "keys", "usable", "256 KiB", "512 KiB", "×", "growth"
    );
    let ed25519 = |number: usize, kid: String| {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        let x = encode(Ed25519KeyPair::from_seed_unchecked(&seed).unwrap().public_key());
        format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","x":"{x}"}}"#)
    };
    let rsa = |number: usize| {
        let mut n = [0xa5; 256];
        n[8..16].copy_from_slice(&number.to_le_bytes());
        format!(r#"{{"kty":"RSA","alg":"RS256","kid":"{number:x}","e":"AQAB","n":"{}"}}"#, encode(n))
    };
    let shapes: [(&str, &dyn Fn(usize) -> String); 7] = [
        ("Ed25519 keys", &|number| ed25519(number, format!("{:x}", number * 40_503 % 65_536))),
        ("Ed25519 keys of one kid", &|number| ed25519(number, "a".into())),
        ("RSA keys", &rsa),
        ("keys without a type", &|number| format!(r#"{{"kid":"{number:x}","kty":""}}"#)),
        ("numbers", &|_| "0".into()),
        ("empty objects", &|_| "{}".into()),
        ("a key of many members", &|number| {
            format!(r#"{{"kty":"RSA",{}}}"#, list(100_000, |member| format!("\"{:x}\":0", number + member)))
        }),
    ];
    for (name, make) in shapes {
        let sets =
            [2, 1].map(|part| format!(r#"{{"keys":[{}]}}"#, list(limits::KEY_SET_BYTES / part - 12, make)));
        let parse = |set: &str| KeySet::parse(&Issuer::github(), set, ring::ALL).unwrap();
        let [half, whole] = sets.each_ref().map(|set| time(&mut || parse(set).usable().count() < usize::MAX));
        println!(
            "{name:<28} {:>8} {:>8} {:>8.0} {:>8.0} {:>8.1} {:>8.2}",
            serde_json::from_str::<serde_json::Value>(&sets[1]).unwrap()["keys"].as_array().unwrap().len(),
            parse(&sets[1]).usable().count(),
            micros(half),
            micros(whole),
            ratio(whole, unit),
            ratio(whole, half),
        );
    }
    println!("microseconds to read it, once for each fetch; × is to an ordinary verification");
}

/// The median of as many rounds as fit into a fifth of a second.
fn time(work: &mut dyn FnMut() -> bool) -> Duration {
    let end = Instant::now() + Duration::from_millis(200);
    let mut times = Vec::new();
    while Instant::now() < end || times.len() < 5 {
        let start = Instant::now();
        black_box(work());
        times.push(start.elapsed());
    }
    times.sort();
    times[times.len() / 2]
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
