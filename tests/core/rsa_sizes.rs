//! OpenSSL's signatures with RSA keys of every kind of size, by each provider.

use claimgate::signature::{InvalidSignature, PublicKey, SignatureAlgorithm, ring, rsa};
use serde_json::Value;

use crate::support::decode;

type Provider = &'static dyn SignatureAlgorithm;

fn providers() -> [(Provider, Provider); 6] {
    [
        (ring::RS256, rsa::RS256),
        (ring::RS384, rsa::RS384),
        (ring::RS512, rsa::RS512),
        (ring::PS256, rsa::PS256),
        (ring::PS384, rsa::PS384),
        (ring::PS512, rsa::PS512),
    ]
}

#[test]
fn signatures_with_keys_of_every_size() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/rsa-sizes.json")).unwrap();
    let message = vectors["message"].as_str().unwrap().as_bytes();
    for key in vectors["keys"].as_array().unwrap() {
        let bits = key["bits"].as_u64().unwrap();
        let decoded = |value: &Value| decode(value.as_str().unwrap());
        let public = PublicKey::Rsa { n: decoded(&key["n"]), e: decoded(&key["e"]) };
        for (ring, kernel) in providers() {
            // One of the hashes where it takes long.
            let name = ring.algorithm().name();
            if bits > 4000 && !name.ends_with("256") {
                continue;
            }
            let signature = decoded(&key["signatures"][name]);
            let flipped = |place: usize| {
                let mut changed = signature.clone();
                changed[place] ^= 1 << (place % 8);
                changed
            };
            let keys = [ring, kernel].map(|algorithm| algorithm.prepare(public.clone()));
            let both =
                |message: &[u8], signature: &[u8]| [0, 1].map(|own| keys[own].verify(message, signature));
            assert_eq!(both(message, &signature), [Ok(()); 2], "{bits} {name}");
            let refused = [Err(InvalidSignature); 2];
            assert_eq!(both(b"claimgatf", &signature), refused, "{bits} {name}: another message");
            for place in [0, signature.len() / 2, signature.len() - 1] {
                assert_eq!(both(message, &flipped(place)), refused, "{bits} {name}: byte {place} is another");
            }
            // OpenSSL would take the one or the other of these.
            assert_eq!(both(message, &[&[0], &*signature].concat()), refused, "{bits} {name}: a zero before");
            assert_eq!(both(message, &signature[1..]), refused, "{bits} {name}: a byte less");
        }
    }
}

/// Keys come checked from a key set, but anybody can make one.
#[test]
fn keys_that_no_key_set_has_verify_nothing() {
    let (n, e) = ([&[0x80; 255][..], &[1]].concat(), vec![1, 0, 1]);
    let even = vec![0x80; 256];
    let long = |length: usize| [vec![0x80; length - 1], vec![1]].concat();
    for (n, e) in [
        (vec![], vec![]),
        (vec![], e.clone()),
        (vec![0; 256], e.clone()),
        (vec![1], e.clone()),
        (even, e.clone()),
        (long(255), e.clone()),
        (long(1025), e.clone()),
        ([vec![0], n.clone()].concat(), e),
        (n.clone(), vec![]),
        (n.clone(), vec![0]),
        (n.clone(), vec![1]),
        (n.clone(), vec![0, 1, 0, 1]),
        (n.clone(), vec![1, 0, 0]),
        (n, vec![1, 0, 0, 0, 0, 0, 0, 1, 0, 1]),
    ] {
        for (ring, kernel) in providers() {
            let signature = vec![0; n.len()];
            for algorithm in [ring, kernel] {
                let key = algorithm.prepare(PublicKey::Rsa { n: n.clone(), e: e.clone() });
                assert_eq!(key.verify(b"claimgate", &signature), Err(InvalidSignature));
            }
        }
    }
}
