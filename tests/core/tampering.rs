//! A valid token of which one byte is another, is gone or is one too many is refused, whichever byte it is.

use claimgate::{Issuer, KeySet, Untrusted, Validation};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, THEN, header, jwk, key_set, sample, sign_raw};

/// What a byte may become without being noticed at once: the alphabet's ends and the digits that are written
/// differently elsewhere, what separates and what is skipped, and what is no character at all.
const INSERTED: &[u8] = b"Aa09-_+/=.,:% \t\r\n\0\x7f\x80\xc3\xff";

struct Signed {
    token: Vec<u8>,
    keys: KeySet,
    validation: Validation,
}

impl Signed {
    fn new(key: &str, algorithm: &str, claims: &Value) -> Self {
        let token = sign_raw(key, algorithm, &header(key, algorithm), claims.to_string().as_bytes());
        let validation = Validation::new(Issuer::github(), AUDIENCE);
        let keys = key_set(validation.issuer(), &[jwk(key, json!({}))]);
        let signed = Self { token: token.into_bytes(), keys, validation };
        assert!(signed.verifies(&signed.token), "{algorithm}");
        signed
    }

    fn verifies(&self, token: &[u8]) -> bool {
        Untrusted::parse(token).is_ok_and(|token| token.verify(&self.validation, &self.keys, THEN).is_ok())
    }

    /// Refuses the token with each of its bytes become each of those that `others` makes of it.
    fn refuses_replacements<I: IntoIterator<Item = u8>>(&self, others: impl Fn(u8) -> I) {
        let mut changed = self.token.clone();
        for (place, &byte) in self.token.iter().enumerate() {
            for other in others(byte) {
                changed[place] = other;
                assert!(!self.verifies(&changed), "the byte {place} is {other:#04x} in place of {byte:#04x}");
            }
            changed[place] = byte;
        }
    }

    fn refuses_insertions_and_deletions(&self) {
        for place in 0..=self.token.len() {
            for &byte in INSERTED {
                let mut changed = self.token.clone();
                changed.insert(place, byte);
                assert!(!self.verifies(&changed), "{byte:#04x} is inserted at {place}");
            }
        }
        for place in 0..self.token.len() {
            let mut changed = self.token.clone();
            changed.remove(place);
            assert!(!self.verifies(&changed), "the byte {place} is gone");
            assert!(!self.verifies(&self.token[..place]), "the token ends at {place}");
        }
    }
}

const ALGORITHMS: [(&str, &str); 3] = [("rsa", "RS256"), ("p256", "ES256"), ("ed25519", "EdDSA")];

#[test]
fn every_bit_of_a_token_counts() {
    for (key, algorithm) in ALGORITHMS {
        let signed = Signed::new(key, algorithm, &sample());
        signed.refuses_replacements(|byte| (0..8).map(move |bit| byte ^ 1 << bit));
        signed.refuses_insertions_and_deletions();
    }
}

/// Of a token with the claims that are required, so that all of them are soon done.
#[test]
fn no_other_byte_can_stand_in_its_place() {
    let sample = sample();
    let required = ["iss", "sub", "aud", "exp", "iat", "jti", "repository", "environment"];
    let claims: Value = required.iter().map(|claim| (*claim, sample[claim].clone())).collect();
    for (key, algorithm) in ALGORITHMS {
        let signed = Signed::new(key, algorithm, &claims);
        signed.refuses_replacements(|byte| (0..=u8::MAX).filter(move |other| *other != byte));
    }
}
