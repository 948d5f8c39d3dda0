use claimgate::{
    Algorithm, Code, Issuer, KeySet, Untrusted, Validation,
    signature::{InvalidSignature, PublicKey, ring},
};
use serde_json::{Value, json};

use crate::{
    support::{AUDIENCE, THEN, decode, encode, header, jwk, key_set, sample, sign_raw},
    wycheproof::{KERNEL, public_key, with_kid},
};

#[test]
fn every_algorithm_verifies_its_tokens_and_no_others() {
    let validation = Validation::new(Issuer::github(), AUDIENCE);
    for (key, alg) in [
        ("rsa", "RS256"),
        ("rsa", "RS384"),
        ("rsa", "RS512"),
        ("rsa", "PS256"),
        ("rsa", "PS384"),
        ("rsa", "PS512"),
        ("p256", "ES256"),
        ("p384", "ES384"),
        ("ed25519", "EdDSA"),
        ("ed25519", "Ed25519"),
    ] {
        let keys = key_set(validation.issuer(), &[jwk(key, json!({ "alg": alg }))]);
        let claims = sample().to_string();
        let verdict = |token: &str| {
            Untrusted::parse(token).unwrap().verify(&validation, &keys, THEN).err().map(|error| error.code())
        };
        let token = sign_raw(key, alg, &header(key, alg), claims.as_bytes());
        assert_eq!(verdict(&token), None, "{alg}");

        // Another payload under the same signature, and a signature cut short.
        let (input, signature) = token.rsplit_once('.').unwrap();
        let other = sign_raw(key, alg, &header(key, alg), b"{}");
        let bytes = decode(signature);
        let (_, shorter) = bytes.split_last().unwrap();
        let (other_input, _) = other.rsplit_once('.').unwrap();
        assert_eq!(verdict(&format!("{other_input}.{signature}")), Some(Code::SignatureInvalid), "{alg}");
        assert_eq!(verdict(&format!("{input}.{}", encode(shorter))), Some(Code::SignatureInvalid), "{alg}");
        assert_eq!(verdict(&format!("{input}.")), Some(Code::SignatureInvalid), "{alg}");

        // The header cannot talk the key into another algorithm.
        let wanted = if alg == "RS256" { "PS256" } else { "RS256" };
        let token = sign_raw(key, alg, &header(key, wanted), claims.as_bytes());
        assert_eq!(verdict(&token), Some(Code::AlgorithmMismatch), "{alg}");
    }
}

/// RFC 7515, 7520 and 8037, by each provider; what is not supported is refused. `tests/signatures` has the
/// same in wasm.
#[test]
fn the_examples_of_the_rfcs_verify_or_are_refused() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/rfc-examples.json")).unwrap();
    let mut verified = 0;
    for example in vectors["examples"].as_array().unwrap() {
        let (name, token) = (&example["name"], example["token"].as_str().unwrap());
        let (input, signature) = token.rsplit_once('.').unwrap();
        if let Some(code) = example["refused"].as_str() {
            assert_eq!(Untrusted::parse(token).err().unwrap().code().as_str(), code, "{name}");
            let keys = json!({ "keys": [with_kid(&example["jwk"])] }).to_string();
            assert_eq!(
                KeySet::parse(&Issuer::github(), &keys, ring::ALL).unwrap().usable().count(),
                0,
                "{name}"
            );
            continue;
        }
        let algorithm = Algorithm::from_name(example["alg"].as_str().unwrap()).unwrap();
        let key = public_key(algorithm, &example["jwk"]).unwrap();
        for own in ring::ALL.iter().chain(KERNEL).filter(|own| own.algorithm() == algorithm) {
            let key = own.prepare(key.clone());
            assert_eq!(key.verify(input.as_bytes(), &decode(signature)), Ok(()), "{name}");
            assert_eq!(key.verify(&input.as_bytes()[1..], &decode(signature)), Err(InvalidSignature));
            verified += 1;
        }
    }
    assert_eq!(verified, 8, "RSA by two providers, the others by one");
}

#[test]
fn a_key_that_does_not_fit_verifies_nothing() {
    let key = PublicKey::Ed25519(vec![0; 32]);
    assert!(!key.fits(Algorithm::Rs256));
    assert_eq!(ring::RS256.prepare(key).verify(b"", b""), Err(InvalidSignature));
}
