//! Every bound of `src/limits.rs`: what is at it, one step below it and one above it.

use std::time::Duration;

use std::ops::RangeInclusive;

use claimgate::{
    AccessTokenRequest, Code, ConditionOutcome, Denial, Issuer, KeyProblem, KeySet, Minter, Policy,
    SigningKey, UnixTime, Untrusted, Validation, VerifyError, limits, signature::ring,
};
use serde_json::{Value, json};

use crate::support::{
    self, AUDIENCE, THEN, authorize, encode, header, jwk, key_set, sample, sample_with, sign_raw,
};

struct Limit {
    name: &'static str,
    /// None where nothing is too little.
    least: Option<u64>,
    most: u64,
    step: u64,
    /// Whether so much is allowed. For what reason it is not is asserted in there.
    allows: fn(usize) -> bool,
}

fn most(name: &'static str, most: impl TryInto<u64>, allows: fn(usize) -> bool) -> Limit {
    Limit { name, least: None, most: most.try_into().ok().unwrap(), step: 1, allows }
}

fn within(name: &'static str, range: RangeInclusive<u64>, step: u64, allows: fn(usize) -> bool) -> Limit {
    Limit { name, least: Some(*range.start()), most: *range.end(), step, allows }
}

fn table() -> Vec<Limit> {
    let bits = limits::RSA_MODULUS_BITS;
    vec![
        most("TOKEN_BYTES", limits::TOKEN_BYTES, token_bytes),
        most("ACCESS_TOKEN_BYTES", limits::ACCESS_TOKEN_BYTES, access_token_bytes),
        most("TOKEN_DEPTH", limits::TOKEN_DEPTH, token_depth),
        most("KEY_ID_BYTES", limits::KEY_ID_BYTES, key_id_bytes),
        most("KEY_SET_BYTES", limits::KEY_SET_BYTES, key_set_bytes),
        most("SKIPPED_KEYS", limits::SKIPPED_KEYS, skipped_keys),
        most("KEY_SET_DEPTH", limits::KEY_SET_DEPTH, key_set_depth),
        most("POLICY_DEPTH", limits::POLICY_DEPTH, policy_depth),
        most("EXPLAINED_RULES", limits::EXPLAINED_RULES, explained_rules),
        most("EXPLAINED_PATTERNS", limits::EXPLAINED_PATTERNS, explained_patterns),
        most("EXPLAINED_VALUE_BYTES", limits::EXPLAINED_VALUE_BYTES, explained_value_bytes),
        most("EXPLANATION_BYTES", limits::EXPLANATION_BYTES, explanation_bytes),
        Limit { step: GLOBS, ..most("EXPLANATION_WORK", limits::EXPLANATION_WORK, explanation_work) },
        most("DESCRIPTION_BYTES", limits::DESCRIPTION_BYTES, description_bytes),
        most("COMPARED_ROLES", limits::COMPARED_ROLES, compared_roles),
        within("RSA_MODULUS_BITS", *bits.start() as u64..=*bits.end() as u64, 1, modulus_bits),
        // An even number is no exponent, whatever its size.
        within("RSA_EXPONENT", limits::RSA_EXPONENT, 2, exponent),
        most("DEFAULT_LEEWAY", limits::DEFAULT_LEEWAY.as_secs(), default_leeway),
        most("MAXIMUM_LEEWAY", limits::MAXIMUM_LEEWAY.as_secs(), maximum_leeway),
        most("NUMERIC_DATE", limits::NUMERIC_DATE, numeric_date),
        within("GRANT_SECONDS", limits::GRANT_SECONDS, 1, grant_seconds),
        most("DEFAULT_GRANT_SECONDS", limits::DEFAULT_GRANT_SECONDS, default_grant_seconds),
    ]
}

#[test]
fn what_is_at_a_limit_is_allowed_and_what_is_beyond_it_is_not() {
    for Limit { name, least, most, step, allows } in table() {
        let around = |limit: u64| {
            [limit - step, limit, limit + step].map(|much| allows(usize::try_from(much).unwrap()))
        };
        assert_eq!(around(most), [true, true, false], "{name}");
        if let Some(least) = least {
            assert_eq!(around(least), [false, true, true], "{name}");
        }
    }
}

#[test]
fn no_limit_is_forgotten() {
    let source = include_str!("../../src/limits.rs").lines();
    let names = source.filter_map(|line| line.strip_prefix("pub const ")?.split(':').next());
    let tried: Vec<_> = table().iter().map(|limit| limit.name).collect();
    assert_eq!(names.collect::<Vec<_>>(), tried);
}

/// A token of so many bytes, of those that `make` makes with a longer header and with longer claims: a
/// segment alone cannot have every length, because base64url has none of 4n + 1 characters.
fn of_length(bytes: usize, make: impl Fn(usize, usize) -> String) -> String {
    let tries = (0..4).flat_map(|header| {
        let claims = (bytes - make(header, 0).len()) / 4 * 3;
        (claims..claims + 4).map(move |claims| (header, claims))
    });
    tries.map(|(header, claims)| make(header, claims)).find(|token| token.len() == bytes).unwrap()
}

/// Whether a token with this header and these claims is verified; it may be refused with this code.
fn verifies(header: &str, claims: &Value, code: Code) -> bool {
    is_verified(&sign_raw("ed25519", "EdDSA", header, claims.to_string().as_bytes()), code)
}

fn is_verified(token: &str, code: Code) -> bool {
    let keys = key_set(&Issuer::github(), &[jwk("ed25519", json!({}))]);
    let validation = Validation::new(Issuer::github(), AUDIENCE);
    let refusal = match Untrusted::parse(token) {
        Ok(token) => token.verify(&validation, &keys, THEN).err().map(|error| error.code()),
        Err(error) => Some(error.code()),
    };
    assert!(refusal.is_none_or(|refusal| refusal == code), "{refusal:?}");
    refusal.is_none()
}

fn plain_header() -> String {
    header("ed25519", "EdDSA")
}

fn token_bytes(bytes: usize) -> bool {
    let token = of_length(bytes, |header, claims| {
        let header = format!("{}{}", plain_header(), " ".repeat(header));
        let claims = sample_with(json!({ "pad": "x".repeat(claims) }));
        sign_raw("ed25519", "EdDSA", &header, claims.to_string().as_bytes())
    });
    is_verified(&token, Code::TokenTooLarge)
}

/// RFC 8037, appendix A.1.
fn signing_key(kid: &str) -> SigningKey {
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid,
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    SigningKey::from_jwk(&jwk.to_string()).unwrap()
}

/// A minter writes its header in one way and knows no other one.
fn access_token_bytes(bytes: usize) -> bool {
    let issuer = "https://tokens.example.com";
    let kid = |header: usize| "k".repeat(header + 1);
    let token = of_length(bytes, |header, claims| {
        let kid = kid(header);
        let header = json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": kid }).to_string();
        let claims = json!({ "iss": issuer, "exp": later(1).as_secs(), "pad": "x".repeat(claims) });
        let message = format!("{}.{}", encode(header), encode(claims.to_string()));
        let signature = signing_key(&kid).sign(message.as_bytes()).unwrap();
        format!("{message}.{}", encode(signature))
    });
    (0..4).any(|header| Minter::new(issuer, signing_key(&kid(header))).verify(&token, THEN).is_some())
}

/// An array in an array, and so on.
fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(0), |inner, _| json!([inner]))
}

fn token_depth(levels: usize) -> bool {
    let mut deep: Value = serde_json::from_str(&plain_header()).unwrap();
    deep["x"] = nested(levels - 1);
    let header = verifies(&deep.to_string(), &sample(), Code::TokenJson);
    let claims = verifies(&plain_header(), &sample_with(json!({ "x": nested(levels - 1) })), Code::TokenJson);
    assert_eq!(header, claims);
    header
}

fn key_id_bytes(bytes: usize) -> bool {
    let kid = "k".repeat(bytes);
    let set = key_set(&Issuer::github(), &[jwk("rsa", json!({ "kid": kid }))]);
    let token = sign_raw("rsa", "RS256", &header(&kid, "RS256"), sample().to_string().as_bytes());
    let parsed = Untrusted::parse(&token);
    assert_eq!(parsed.is_ok(), set.usable().count() == 1);
    match parsed {
        Ok(token) => token.verify(&Validation::new(Issuer::github(), AUDIENCE), &set, THEN).is_ok(),
        Err(error) => {
            assert_eq!(error.code(), Code::TokenHeader);
            assert_eq!(set.skipped()[0].reason, KeyProblem::Malformed("kid"));
            false
        }
    }
}

/// Whether a key set is read; it may be refused with this code.
fn reads_key_set(json: &str, code: Code) -> bool {
    let refusal = KeySet::parse(&Issuer::github(), json, ring::ALL).err().map(|error| error.code());
    assert!(refusal.is_none_or(|refusal| refusal == code), "{refusal:?}");
    refusal.is_none()
}

fn key_set_bytes(bytes: usize) -> bool {
    let set = r#"{"keys":[]}"#;
    reads_key_set(&format!("{set}{}", " ".repeat(bytes - set.len())), Code::KeySetTooLarge)
}

fn key_set_depth(levels: usize) -> bool {
    reads_key_set(&json!({ "keys": [], "x": nested(levels - 1) }).to_string(), Code::KeySetMalformed)
}

/// Of more keys that are none, the others are not told of.
fn skipped_keys(count: usize) -> bool {
    let set = key_set(&Issuer::github(), &vec![json!(0); count]);
    set.skipped().len() == count
}

/// What is deeper is no JSON that is read; what is not so deep is wrong in another way.
fn policy_depth(levels: usize) -> bool {
    let policy = json!({ "version": nested(levels - 1) });
    Policy::parse(&policy.to_string()).unwrap_err().code() != Code::PolicyJson
}

/// Of more rules, the others are counted.
fn explained_rules(count: usize) -> bool {
    let denial = authorize(json!({ "allow": vec![json!({ "repository_id": "1" }); count] }), &sample());
    let denial = denial.unwrap_err();
    let explanation = denial.explanation().unwrap();
    assert_eq!(explanation.rules.len() + explanation.omitted, count);
    explanation.omitted == 0
}

/// The only condition of the only rule, which the job does not meet, if it is listed.
fn explained(condition: Value, property: &str) -> Option<ConditionOutcome> {
    let claims = sample_with(json!({ "repo_property_x": property }));
    let rule = json!({ "repo_property_x": condition });
    let denial = authorize(json!({ "unscoped": true, "allow": [rule] }), &claims).unwrap_err();
    let mut rules = denial.explanation().unwrap().rules;
    rules.remove(0).conditions.pop()
}

fn explained_patterns(count: usize) -> bool {
    let names: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    let condition = explained(json!(names), "x").unwrap();
    assert_eq!(condition.expected.len() + condition.omitted, count);
    condition.omitted == 0
}

fn explained_value_bytes(bytes: usize) -> bool {
    let value = "a".repeat(bytes);
    let found = explained(json!("x"), &value).unwrap().found.unwrap();
    assert!(found == value || found == format!("{}… (1 more bytes)", value.split_at(1).1), "{found}");
    found == value
}

/// A pattern that fills the explanation, but for the rest of its JSON.
fn explanation_bytes(bytes: usize) -> bool {
    let rule = r#"{"rule":"allow[0]","effect":"allow","matched":false,"conditions":[],"omittedConditions":1000000},"#;
    let condition = r#"{"claim":"repo_property_x","matched":false,"expected":null,"omittedPatterns":1000000,"found":"y","nearest":null},"#;
    let rest = rule.len() + condition.len();
    let pattern = "x".repeat(bytes - rest - r#""","#.len());
    let condition = explained(json!(pattern), "y").unwrap();
    assert_eq!(condition.expected.len() + condition.omitted, 1);
    condition.omitted == 0
}

/// How many globs are compared, so that they are as long as a token may have.
const GLOBS: u64 = 64;

/// Each of them counts as 256 bytes and the value.
fn explanation_work(work: usize) -> bool {
    let globs: Vec<_> = (0..GLOBS).map(|number| format!("x{number}*")).collect();
    let value = "a".repeat(work / globs.len() - 256);
    explained(json!({ "glob": globs }), &value).is_some()
}

fn description_bytes(bytes: usize) -> bool {
    let role =
        json!({ "allow": [{ "repository_id": "74", "description": "x".repeat(bytes) }], "issuer": "github" });
    let policy = json!({ "version": 1, "audience": AUDIENCE, "issuers": { "github": { "kind": "github" } },
        "roles": { "deploy": role } });
    let error = Policy::parse(&policy.to_string()).err();
    assert!(
        error.as_ref().is_none_or(|error| error.place() == "roles.deploy.allow[0].description"),
        "{error:?}"
    );
    error.is_none()
}

/// The name that is meant is the furthest of all from its place in their order.
fn compared_roles(count: usize) -> bool {
    let role = || json!({ "issuer": "github", "allow": [{ "repository_id": "74" }] });
    // The others stand between the two.
    let suggests = |known: &str, unknown: &str| {
        let others = (1..count).map(|other| (format!("e{other}"), role()));
        let roles: Value = others.chain([(known.to_string(), role())]).collect();
        let policy = json!({ "version": 1, "audience": AUDIENCE, "issuers": { "github": { "kind": "github" } },
            "roles": roles });
        let policy = Policy::parse(&policy.to_string()).unwrap();
        let Err(Denial::UnknownRole { suggestion, .. }) = policy.audiences_of(unknown) else { panic!() };
        suggestion.as_deref() == Some(known)
    };
    let (before, behind) = (suggests("deploy", "zdeploy"), suggests("zdeploy", "deploy"));
    assert_eq!(before, behind);
    before
}

/// Whether the test key is used with these changes; it may be left out for this.
fn uses_key(changes: Value, problem: KeyProblem) -> bool {
    let set = key_set(&Issuer::github(), &[jwk("rsa", changes)]);
    assert!(set.skipped().iter().all(|key| key.reason == problem), "{:?}", set.skipped());
    set.usable().count() == 1
}

fn modulus_bits(bits: usize) -> bool {
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] >>= (8 - bits % 8) % 8;
    uses_key(json!({ "n": encode(n) }), KeyProblem::Modulus { bits })
}

fn exponent(exponent: usize) -> bool {
    let bytes = exponent.to_be_bytes();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap();
    uses_key(json!({ "e": encode(&bytes[first..]) }), KeyProblem::Exponent)
}

fn later(seconds: usize) -> UnixTime {
    UnixTime::from_secs(THEN.as_secs() + seconds as u64)
}

/// Whether a token that is issued so many seconds from now is accepted.
fn accepts_early(validation: &Validation, seconds: usize) -> bool {
    let claims =
        sample_with(json!({ "iat": later(seconds).as_secs(), "exp": later(seconds + 300).as_secs() }));
    match support::verify_with(validation, &claims, THEN) {
        Err(VerifyError::IssuedInFuture { .. }) => false,
        result => result.map(|_| true).unwrap(),
    }
}

fn default_leeway(seconds: usize) -> bool {
    accepts_early(&Validation::new(Issuer::github(), AUDIENCE), seconds)
}

fn maximum_leeway(seconds: usize) -> bool {
    let validation =
        Validation::new(Issuer::github(), AUDIENCE).with_leeway(Duration::from_secs(seconds as u64));
    validation.is_ok_and(|validation| {
        accepts_early(&validation, seconds) && !accepts_early(&validation, seconds + 1)
    })
}

fn numeric_date(seconds: usize) -> bool {
    verifies(&plain_header(), &sample_with(json!({ "exp": seconds })), Code::ClaimMalformed)
}

fn policy_granting(grant: Value) -> Value {
    json!({ "allow": [{ "repository_id": "74" }], "grant": grant })
}

fn grant_seconds(seconds: usize) -> bool {
    let mut role = policy_granting(json!({ "audience": "https://api.example.com", "ttl": seconds }));
    role["issuer"] = json!("github");
    let policy = json!({ "version": 1, "audience": AUDIENCE, "issuers": { "github": { "kind": "github" } },
        "roles": { "deploy": role } });
    let error = Policy::parse(&policy.to_string()).err();
    assert!(error.as_ref().is_none_or(|error| error.place() == "roles.deploy.grant.ttl"), "{error:?}");
    error.is_none()
}

/// Whether an access token of a grant that does not say is one in its second of this number.
fn default_grant_seconds(seconds: usize) -> bool {
    let job =
        authorize(policy_granting(json!({ "audience": "https://api.example.com" })), &sample()).unwrap();
    let minter = Minter::new("https://tokens.example.com", signing_key("k"));
    let token = minter.mint(job, &AccessTokenRequest::default(), THEN, "an-id").unwrap();
    minter.verify(token.as_str(), later(seconds - 1)).is_some()
}
