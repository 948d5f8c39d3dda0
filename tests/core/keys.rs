use claimgate::{
    Algorithm, Code, Issuer, KeyProblem, KeySet, KeySetError, Untrusted, Validation, Verifier,
    signature::ring,
};
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::support::{AUDIENCE, THEN, decode, encode, jwk, key_set, policy, sample, sign};

#[test]
fn unusable_keys_are_reported_and_spoil_nothing() {
    let modulus = |bits: usize| {
        let mut n = vec![0xff; bits.div_ceil(8)];
        n[0] >>= (8 - bits % 8) % 8;
        encode(n)
    };
    let even = encode([vec![0xff; 255], vec![0xfe]].concat());
    let cases = [
        (json!("x"), KeyProblem::NotAnObject),
        (jwk("rsa", json!({ "kid": null })), KeyProblem::Missing("kid")),
        (jwk("rsa", json!({ "kid": "" })), KeyProblem::Malformed("kid")),
        (jwk("rsa", json!({ "kty": null })), KeyProblem::Missing("kty")),
        (jwk("rsa", json!({ "kty": "oct" })), KeyProblem::Type("oct".into())),
        (jwk("rsa", json!({ "use": "enc" })), KeyProblem::Use),
        (jwk("rsa", json!({ "key_ops": ["encrypt"] })), KeyProblem::Use),
        (jwk("rsa", json!({ "key_ops": "verify" })), KeyProblem::Use),
        (jwk("rsa", json!({ "key_ops": [] })), KeyProblem::Use),
        (jwk("rsa", json!({ "key_ops": ["verify", "verify"] })), KeyProblem::Use),
        (jwk("rsa", json!({ "key_ops": ["verify", "encrypt"] })), KeyProblem::Use),
        (jwk("rsa", json!({ "key_ops": ["verify", 1] })), KeyProblem::Use),
        (jwk("rsa", json!({ "use": "enc", "key_ops": ["verify"] })), KeyProblem::Use),
        (jwk("rsa", json!({ "d": "AQAB" })), KeyProblem::Private),
        (jwk("rsa", json!({ "alg": "ES256" })), KeyProblem::Mismatch(Algorithm::Es256)),
        (jwk("rsa", json!({ "alg": "HS256" })), KeyProblem::Algorithm("HS256".into())),
        (jwk("rsa", json!({ "alg": null })), KeyProblem::NoAlgorithm),
        (jwk("rsa", json!({ "n": modulus(2047) })), KeyProblem::Modulus { bits: 2047 }),
        (jwk("rsa", json!({ "n": modulus(8193) })), KeyProblem::Modulus { bits: 8193 }),
        (jwk("rsa", json!({ "n": even })), KeyProblem::Malformed("n")),
        (jwk("rsa", json!({ "n": format!("AAAA{}", modulus(2048)) })), KeyProblem::Malformed("n")),
        (jwk("rsa", json!({ "n": format!("{}==", modulus(2048)) })), KeyProblem::Malformed("n")),
        (jwk("rsa", json!({ "e": "AQ" })), KeyProblem::Exponent),
        (jwk("rsa", json!({ "e": "Aw" })), KeyProblem::Exponent),
        (jwk("rsa", json!({ "e": "AQAC" })), KeyProblem::Exponent),
        (jwk("rsa", json!({ "e": "AgAAAAE" })), KeyProblem::Exponent),
        (jwk("rsa", json!({ "e": "AAEAAQ" })), KeyProblem::Malformed("e")),
        (jwk("rsa", json!({ "e": encode([1; 8]) })), KeyProblem::Exponent),
        (jwk("rsa", json!({ "e": encode([1; 9]) })), KeyProblem::Malformed("e")),
        (jwk("p256", json!({ "crv": "P-521" })), KeyProblem::Curve("P-521".into())),
        (jwk("p256", json!({ "crv": null })), KeyProblem::Missing("crv")),
        (jwk("p256", json!({ "crv": "P-384" })), KeyProblem::Malformed("x")),
        (jwk("p256", json!({ "y": "AQAB" })), KeyProblem::Malformed("y")),
        (jwk("ed25519", json!({ "x": 1 })), KeyProblem::Malformed("x")),
    ];
    let mut keys: Vec<Value> = cases.iter().map(|(key, _)| key.clone()).collect();
    keys.push(jwk("rsa", json!({})));
    let set = key_set(&Issuer::github(), &keys);
    assert_eq!(set.usable().collect::<Vec<_>>(), [("rsa", Algorithm::Rs256)]);
    assert_eq!(set.skipped().len(), cases.len());
    for (index, ((key, problem), skipped)) in cases.iter().zip(set.skipped()).enumerate() {
        assert_eq!((skipped.index, &skipped.reason), (index, problem), "{key}");
        assert_eq!(skipped.kid.as_deref(), key.get("kid").and_then(Value::as_str));
    }
}

/// `key_ops` may say what the owner of the key does with it besides.
#[test]
fn operations_that_verify_are_accepted() {
    for operations in [json!(["verify"]), json!(["sign", "verify"])] {
        let set = key_set(&Issuer::github(), &[jwk("rsa", json!({ "key_ops": operations }))]);
        assert_eq!(set.usable().count(), 1, "{operations}");
    }
}

#[test]
fn every_member_of_a_private_key_is_one_too_many() {
    for key in ["rsa", "p256", "ed25519"] {
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth"] {
            let set = key_set(&Issuer::github(), &[jwk(key, json!({ member: "AQAB" }))]);
            assert_eq!(set.skipped()[0].reason, KeyProblem::Private, "{key}: {member}");
        }
    }
}

#[test]
fn a_modulus_with_the_fingerprint_of_roca_is_not_used() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/roca.json")).unwrap();
    let set = |n: &Value| key_set(&Issuer::github(), &[jwk("rsa", json!({ "n": n }))]);
    assert_eq!(set(&vectors["weak"]).skipped()[0].reason, KeyProblem::Roca);
    assert_eq!(set(&vectors["sound"]).usable().count(), 1);
}

/// SP 800-186, section 3.2.1: name, p and b.
const CURVES: [(&str, &str, &str); 2] = [
    (
        "p256",
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    ),
    (
        "p384",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
    ),
];

#[test]
fn points_that_are_not_on_their_curve_are_not_used() {
    for (name, p, b) in CURVES {
        let [p, b] = [p, b].map(|hex| BigUint::parse_bytes(hex.as_bytes(), 16).unwrap());
        let [x, y] = ["x", "y"]
            .map(|member| BigUint::from_bytes_be(&decode(jwk(name, json!({}))[member].as_str().unwrap())));
        let spell = |number: &BigUint| {
            let bytes = number.to_bytes_be();
            encode([vec![0; p.to_bytes_be().len() - bytes.len()], bytes].concat())
        };
        let problem = |x: &BigUint, y: &BigUint| {
            let set = key_set(&Issuer::github(), &[jwk(name, json!({ "x": spell(x), "y": spell(y) }))]);
            set.skipped().first().map(|key| key.reason.clone())
        };
        assert_eq!(problem(&x, &y), None, "{name}");
        assert_eq!(problem(&x, &(&p - &y)), None, "{name}: the other point of that `x`");
        let (zero, one) = (BigUint::ZERO, BigUint::from(1_u8));
        for (x, y) in [(&x, &x), (&y, &x), (&x, &(&y + &one)), (&(&x - &one), &y), (&zero, &zero), (&p, &p)] {
            assert_eq!(problem(x, y), Some(KeyProblem::Point), "{name}: {x} {y}");
        }
        // A point whose `x` has room for p besides, which would be a second spelling of it.
        let (x, y) = (0_u32..).map(BigUint::from).find_map(|x| Some((x.clone(), root(&p, &b, &x)?))).unwrap();
        assert_eq!(problem(&x, &y), None, "{name}");
        assert_eq!(problem(&(&x + &p), &y), Some(KeyProblem::Point), "{name}");
    }
}

/// The `y` to an `x`, if there is a point: p is 3 modulo 4 for both curves.
fn root(p: &BigUint, b: &BigUint, x: &BigUint) -> Option<BigUint> {
    let square = (x.pow(3) + b + (p - x) * 3_u8) % p;
    let y = square.modpow(&((p + 1_u8) / 4_u8), p);
    (&y * &y % p == square).then_some(y)
}

/// The identity, the points of order 2, 4 and 8, and the numbers that stand for one a second time.
#[test]
fn ed25519_keys_that_anybody_could_sign_for_are_not_used() {
    let last = |first: u8| [&[first][..], &[0xff; 30], &[0x7f]].concat();
    let small = |first: u8| [&[first][..], &[0; 31]].concat();
    let order_8 = decode("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU");
    let other_8 = decode("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o");
    let mut points = vec![small(0), small(1), order_8, other_8];
    points.extend((0xec..=0xff).map(last));
    for point in points {
        for sign in [0, 0x80] {
            let mut point = point.clone();
            point[31] |= sign;
            let set = json!({ "keys": [jwk("ed25519", json!({ "x": encode(&point) }))] }).to_string();
            let keys = KeySet::parse(&Issuer::github(), &set, ring::ALL).unwrap();
            assert_eq!(keys.skipped()[0].reason, KeyProblem::Malformed("x"), "{point:x?}");
        }
    }
    let almost = key_set(&Issuer::github(), &[jwk("ed25519", json!({ "x": encode(last(0xeb)) }))]);
    assert_eq!(almost.usable().count(), 1);
}

#[test]
fn two_usable_keys_of_one_kid_are_ambiguous() {
    let issuer = Issuer::github();
    let set = key_set(
        &issuer,
        &[jwk("rsa", json!({})), jwk("rsa-other", json!({ "kid": "rsa" })), jwk("rsa", json!({}))],
    );
    assert_eq!(set.usable().count(), 0);
    assert_eq!(set.ambiguous().collect::<Vec<_>>(), ["rsa"]);
    let validation = Validation::new(issuer.clone(), AUDIENCE);
    let error = Untrusted::parse(&sign(&sample())).unwrap().verify(&validation, &set, THEN).unwrap_err();
    assert_eq!(error.code(), Code::KeyAmbiguous);

    // An unusable key takes nothing from a usable one.
    let set = key_set(&issuer, &[jwk("rsa", json!({ "use": "enc" })), jwk("rsa", json!({}))]);
    assert!(Untrusted::parse(&sign(&sample())).unwrap().verify(&validation, &set, THEN).is_ok());
}

// C4.
#[test]
fn a_key_that_is_listed_twice_is_one_key() {
    let issuer = Issuer::github();
    let validation = Validation::new(issuer.clone(), AUDIENCE);
    // A certificate is not part of the key.
    let again = jwk("rsa", json!({ "x5t": "AAAA" }));
    for keys in [vec![jwk("rsa", json!({})); 3], vec![again, jwk("rsa", json!({}))]] {
        let set = key_set(&issuer, &keys);
        assert_eq!(set.usable().collect::<Vec<_>>(), [("rsa", Algorithm::Rs256)]);
        assert_eq!(set.ambiguous().count(), 0);
        assert!(Untrusted::parse(&sign(&sample())).unwrap().verify(&validation, &set, THEN).is_ok());
    }
    // The same numbers for another algorithm are another key.
    let set = key_set(&issuer, &[jwk("rsa", json!({})), jwk("rsa", json!({ "alg": "PS256" }))]);
    assert_eq!(set.ambiguous().collect::<Vec<_>>(), ["rsa"]);
}

// C4.
#[test]
fn a_set_without_a_usable_key_says_why() {
    let mut verifier = Verifier::new(policy(json!({ "allow": [{ "repository_id": "74" }] })));
    let mut message =
        |keys: &[Value]| verifier.set_keys(key_set(&Issuer::github(), keys)).unwrap_err().to_string();
    assert_eq!(message(&[]), "the key set has no usable key");
    let symmetric = json!({ "kty": "oct" });
    assert_eq!(
        message(&[jwk("rsa", json!({})), jwk("rsa-other", json!({ "kid": "rsa" })), symmetric.clone()]),
        "the key set has no usable key: the key type `oct` is not supported (`keys[2]`); \
         different keys have the `kid` `rsa`"
    );
    let many = vec![symmetric; 5];
    assert!(message(&many).ends_with("not supported (`keys[2]`)"), "{}", message(&many));
}

#[test]
fn a_key_is_for_the_algorithms_that_the_verifier_accepts() {
    let parse = |key: Value| {
        KeySet::parse(&Issuer::github(), &json!({ "keys": [key] }).to_string(), &[ring::RS256]).unwrap()
    };
    assert_eq!(parse(jwk("rsa", json!({}))).usable().count(), 1);
    // Where only one algorithm fits, a key need not name it.
    assert_eq!(parse(jwk("rsa", json!({ "alg": null }))).usable().next(), Some(("rsa", Algorithm::Rs256)));
    assert_eq!(
        parse(jwk("rsa", json!({ "alg": "PS256" }))).skipped()[0].reason,
        KeyProblem::Algorithm("PS256".into())
    );
    assert_eq!(parse(jwk("p256", json!({}))).skipped()[0].reason, KeyProblem::Algorithm("ES256".into()));
}

#[test]
fn a_set_that_cannot_be_read_is_one_error() {
    let parse = |text: &str| KeySet::parse(&Issuer::github(), text, ring::ALL).err();
    assert!(matches!(parse("{"), Some(KeySetError::Json { .. })));
    assert!(matches!(parse(r#"{"keys":[],"keys":[]}"#), Some(KeySetError::Json { .. })));
    assert!(matches!(parse(r#"{"keys":[{"kid":"a","kid":"b"}]}"#), Some(KeySetError::Json { .. })));
    assert_eq!(parse("{}"), Some(KeySetError::NoKeys));
    assert_eq!(parse(r#"{"keys":{}}"#), Some(KeySetError::NoKeys));
    assert_eq!(parse(r#"{"keys":[]}"#), None);
}

#[test]
fn a_token_of_another_issuer_is_told_so() {
    let validation = Validation::new(Issuer::enterprise("acme").unwrap(), AUDIENCE);
    let keys = key_set(validation.issuer(), &[]);
    let error = Untrusted::parse(&sign(&sample())).unwrap().verify(&validation, &keys, THEN).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`https://token.actions.githubusercontent.com/acme` has no usable key `rsa`; \
         the token says that it is of `https://token.actions.githubusercontent.com` \
         (the token is from the issuer that all enterprises share, and the policy names the enterprise's own)"
    );
    assert!(!error.without_expectations().to_string().contains("acme"));
}
