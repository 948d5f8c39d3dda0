//! The crate beside `jsonwebtoken`, both of them on `ring`: from the text of a token to the decision.
//! Prints a line of JSON for each row, as `benches/verify` reads them.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark may fail by panicking, on overflow too"
)]
#![allow(clippy::needless_pass_by_value, reason = "`json!` makes values")]

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/core/support.rs"]
mod support;

use std::{
    collections::BTreeMap,
    hint::black_box,
    time::{Duration, Instant},
};

use claimgate::{Issuer, KeySet, Policy, UnixTime, Verifier, signature::ring::ALL};
use jsonwebtoken::{DecodingKey, Validation, jwk::Jwk};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use support::{decode, header, jwk, sample_with, sign_raw};

const AUDIENCE: &str = "https://deploy.example.com";
const ROLE: &str = "deploy-production";

/// So many that nobody could live off the one token that was just seen.
const TOKENS: usize = 32;
const WARM_UP: Duration = Duration::from_millis(320);
/// A block is as much work as is done in 8 ms.
const BLOCKS_OF_WARM_UP: u32 = 40;
const ROUNDS: usize = 24;

fn main() {
    let contests: Vec<Contest> = [("RS256", "rsa"), ("ES256", "p256"), ("EdDSA", "ed25519")]
        .map(|(alg, key)| Contest::new(alg, key))
        .into();
    contests.iter().for_each(Contest::check);
    // Without it this is `cargo test`, which wants to know whether all this works and not how fast.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    for contest in &contests {
        let row = format!("full {}", contest.alg);
        race(&row, contest.contestants(&contest.tokens, true));
    }
    let contest = &contests[0];
    let garbage: Vec<String> = contest.tokens.iter().map(|token| token.replace('.', "_")).collect();
    race("refusal of garbage", contest.contestants(&garbage, false));
    race("refusal of a flipped bit", contest.contestants(&contest.flipped(), false));
    race("bare signature RS256", bare_signatures(&contest.tokens));
    // Beside the primitive once more: what is left when it is taken away.
    let all = contest.contestants(&contest.tokens, true);
    let measured = times(all.into_iter().chain(bare_signatures(&contest.tokens)).collect());
    println!("{}", json!({ "name": "all but the signature RS256", "less": "ring", "times": measured }));
}

/// Everybody, ready for tokens of one algorithm.
struct Contest {
    alg: &'static str,
    key: &'static str,
    tokens: Vec<String>,
    verifier: Verifier,
    decoding_key: DecodingKey,
    validation: Validation,
}

impl Contest {
    fn new(alg: &'static str, key: &'static str) -> Self {
        let policy = json!({
            "version": 1,
            "audience": AUDIENCE,
            "issuers": { "github": { "kind": "github" } },
            "roles": { ROLE: {
                "issuer": "github",
                "allow": [{ "repository_id": "74", "repository": "octo-org/octo-repo", "environment": "prod" }],
                "deny": [{ "event_name": ["pull_request_target", "workflow_run"] }],
            } },
        });
        let public = jwk(key, json!({}));
        let mut verifier = Verifier::new(Policy::parse(&policy.to_string()).unwrap());
        let keys = json!({ "keys": [public.clone()] }).to_string();
        verifier.set_keys(KeySet::parse(&Issuer::github(), &keys, ALL).unwrap()).unwrap();

        let mut validation = Validation::new(alg.parse().unwrap());
        validation.set_issuer(&["https://token.actions.githubusercontent.com"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        let public: Jwk = serde_json::from_value(public).unwrap();
        let decoding_key = DecodingKey::from_jwk(&public).unwrap();
        let tokens =
            (0..TOKENS).map(|index| token(alg, key, json!({ "jti": format!("job {index}") }))).collect();
        Self { alg, key, tokens, verifier, decoding_key, validation }
    }

    fn claimgate(&self, token: &str) -> bool {
        self.verifier.authorize(token, ROLE, UnixTime::now()).is_ok()
    }

    fn jsonwebtoken<T: DeserializeOwned + Job>(&self, token: &str) -> bool {
        jsonwebtoken::decode::<T>(token, &self.decoding_key, &self.validation)
            .is_ok_and(|token| token.claims.has_role())
    }

    /// `jsonwebtoken` twice: with all that the token says, as everybody else has it, and with
    /// nothing but what is asked for.
    fn contestants<'a>(&'a self, tokens: &'a [String], admitted: bool) -> Vec<Contestant<'a>> {
        vec![
            Contestant::new("claimgate", tokens, admitted, |token| self.claimgate(token)),
            Contestant::new("jsonwebtoken", tokens, admitted, |token| {
                self.jsonwebtoken::<Map<String, Value>>(token)
            }),
            Contestant::new("jsonwebtoken, few claims", tokens, admitted, |token| {
                self.jsonwebtoken::<FewClaims>(token)
            }),
        ]
    }

    /// The race is between equals: all admit the same, and refuse the same.
    fn check(&self) {
        let token = |changes| token(self.alg, self.key, changes);
        let refused = [
            token(json!({ "repository_id": "75" })),
            token(json!({ "event_name": "workflow_run" })),
            token(json!({ "aud": "https://example.com" })),
            token(json!({ "iss": "https://example.com" })),
            token(json!({ "exp": 1_632_493_867 })),
            token(json!({ "nbf": now() + 600 })),
            token(json!({ "exp": null })),
            token(json!({ "jti": null })),
            "garbage".to_owned(),
        ];
        for (tokens, admitted) in [(&self.tokens[..], true), (&refused, false), (&self.flipped(), false)] {
            for mut contestant in self.contestants(tokens, admitted) {
                contestant.run(u32::try_from(tokens.len()).unwrap());
            }
        }
    }

    fn flipped(&self) -> Vec<String> {
        let flip = |token: &String| {
            let (input, signature) = token.rsplit_once('.').unwrap();
            let mut bytes = decode(signature);
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            format!("{input}.{}", support::encode(bytes))
        };
        self.tokens.iter().map(flip).collect()
    }
}

/// The policy's conditions in code.
trait Job {
    fn claim(&self, name: &str) -> Option<&str>;

    fn has_role(&self) -> bool {
        self.claim("repository_id") == Some("74")
            && self.claim("repository") == Some("octo-org/octo-repo")
            && self.claim("environment") == Some("prod")
            && !matches!(self.claim("event_name"), Some("pull_request_target" | "workflow_run"))
            && self.claim("jti").is_some()
    }
}

impl Job for Map<String, Value> {
    fn claim(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}

#[derive(Deserialize)]
struct FewClaims {
    repository_id: String,
    repository: String,
    environment: String,
    event_name: String,
    jti: String,
}

impl Job for FewClaims {
    fn claim(&self, name: &str) -> Option<&str> {
        Some(match name {
            "repository_id" => &self.repository_id,
            "repository" => &self.repository,
            "environment" => &self.environment,
            "event_name" => &self.event_name,
            _ => &self.jti,
        })
    }
}

/// A kernel of our own has its place here, as `claimgate kernel`.
fn bare_signatures(tokens: &[String]) -> Vec<Contestant<'_>> {
    let public = jwk("rsa", json!({}));
    let number = |name: &str| decode(public[name].as_str().unwrap());
    let key = RsaPublicKeyComponents { n: number("n"), e: number("e") };
    let signed: BTreeMap<&str, Vec<u8>> =
        tokens.iter().map(|token| (token.as_str(), decode(token.rsplit_once('.').unwrap().1))).collect();
    let ring = move |token: &str| {
        let (message, _) = token.rsplit_once('.').unwrap();
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signed[token]).is_ok()
    };
    vec![Contestant::new("ring", tokens, true, ring)]
}

/// A token as GitHub would sign it now.
fn token(alg: &str, key: &str, changes: Value) -> String {
    let mut all = json!({ "aud": AUDIENCE, "iat": now(), "nbf": now() - 300, "exp": now() + 3600 });
    all.as_object_mut().unwrap().append(&mut changes.as_object().unwrap().clone());
    sign_raw(key, alg, &header(key, alg), sample_with(all).to_string().as_bytes())
}

fn now() -> u64 {
    UnixTime::now().as_secs()
}

/// Somebody in a race, who does the same to one token after the other.
struct Contestant<'a> {
    name: &'static str,
    tokens: std::iter::Cycle<std::slice::Iter<'a, String>>,
    admitted: bool,
    admits: Box<dyn Fn(&str) -> bool + 'a>,
}

impl<'a> Contestant<'a> {
    fn new(
        name: &'static str,
        tokens: &'a [String],
        admitted: bool,
        admits: impl Fn(&str) -> bool + 'a,
    ) -> Self {
        Self { name, tokens: tokens.iter().cycle(), admitted, admits: Box::new(admits) }
    }

    fn run(&mut self, count: u32) -> Duration {
        let began = Instant::now();
        for _ in 0..count {
            let token = self.tokens.next().unwrap();
            assert_eq!((self.admits)(black_box(token)), self.admitted, "{}: {token}", self.name);
        }
        began.elapsed()
    }

    /// Works for a while, and returns how often it can in a block.
    fn warm_up(&mut self) -> u32 {
        let began = Instant::now();
        let mut count = 0;
        while began.elapsed() < WARM_UP {
            self.run(1);
            count += 1;
        }
        (count / BLOCKS_OF_WARM_UP).max(1)
    }
}

fn race(row: &str, contestants: Vec<Contestant>) {
    println!("{}", json!({ "name": row, "times": times(contestants) }));
}

/// Blocks of everybody's work by turns, each as often before the others as after them: the median
/// microseconds by the names.
fn times(mut contestants: Vec<Contestant>) -> Map<String, Value> {
    let counts: Vec<u32> = contestants.iter_mut().map(Contestant::warm_up).collect();
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); contestants.len()];
    for _ in 0..ROUNDS {
        for index in (0..contestants.len()).chain((0..contestants.len()).rev()) {
            let seconds = contestants[index].run(counts[index]).as_secs_f64();
            times[index].push(seconds * 1e6 / f64::from(counts[index]));
        }
    }
    contestants
        .iter()
        .zip(&mut times)
        .map(|(contestant, times)| {
            times.sort_by(f64::total_cmp);
            (contestant.name.to_owned(), json!(f64::midpoint(times[ROUNDS - 1], times[ROUNDS])))
        })
        .collect()
}
