//! Providers of cryptography that answer later: the same decisions as of those that answer at once.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use claimgate::{
    AccessTokenRequest, Code, Issuer, KeySet, Minter, Signer, SigningFailed, SigningFuture, SigningKeys,
    UnixTime, Untrusted, Validation, Verifier,
    signature::{
        Algorithm, InvalidSignature, PublicKey, SignatureAlgorithm, SignatureFuture, VerifyingKey, ring,
    },
};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, THEN, jwk, policy, sample, sample_with, sign};

/// RS256 of a provider that cannot answer at once.
struct Later;

struct LaterKey(Box<dyn VerifyingKey>);

impl SignatureAlgorithm for Later {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Rs256
    }

    fn prepare(&self, key: PublicKey) -> Box<dyn VerifyingKey> {
        Box::new(LaterKey(ring::RS256.prepare(key)))
    }
}

impl VerifyingKey for LaterKey {
    fn verify(&self, _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
        Err(InvalidSignature)
    }

    fn verify_async(self: Arc<Self>, message: &[u8], signature: &[u8]) -> SignatureFuture {
        let (message, signature) = (message.to_vec(), signature.to_vec());
        Box::pin(async move {
            turn().await;
            self.0.verify(&message, &signature)
        })
    }
}

/// Waits for one poll.
async fn turn() {
    let mut polled = false;
    poll_fn(|_| if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// The result of a future, and after how many polls.
fn run<F: Future>(future: F) -> (F::Output, usize) {
    let mut future = pin!(future);
    let mut polls = 1;
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return (result, polls);
        }
        polls += 1;
    }
}

fn keys(name: &str) -> KeySet {
    let set = json!({ "keys": [jwk(name, json!({}))] }).to_string();
    KeySet::parse(&Issuer::github(), &set, &[&Later]).unwrap()
}

fn verifier(role: Value) -> Verifier {
    let mut verifier = Verifier::new(policy(role));
    verifier.set_keys(keys("rsa")).unwrap();
    verifier
}

fn prod() -> Value {
    json!({ "allow": [{ "repository_id": "74", "environment": "prod" }] })
}

#[test]
fn a_decision_that_waits_is_the_same_decision() {
    let verifier = verifier(prod());
    let genuine = sign(&sample());
    let (signed, _) = genuine.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}", "A".repeat(342));
    let staging = sign(&sample_with(
        json!({ "environment": "staging", "sub": "repo:octo-org/octo-repo:environment:staging" }),
    ));
    let late = UnixTime::from_secs(THEN.as_secs() + 100_000);
    for (token, role, now, expected, polls) in [
        (genuine.as_str(), "deploy", THEN, Ok("allow[0]".to_string()), 2),
        (&forged, "deploy", THEN, Err(Code::SignatureInvalid), 2),
        (&genuine, "deploy", late, Err(Code::TokenExpired), 2),
        (&staging, "deploy", THEN, Err(Code::NoRuleMatches), 2),
        ("a.b", "deploy", THEN, Err(Code::TokenSegments), 1),
        (&genuine, "depoly", THEN, Err(Code::RoleUnknown), 1),
    ] {
        let (decision, polled) = run(verifier.authorize_async(token, role, now));
        assert_eq!(decision.map(|job| job.rule()).map_err(|refusal| refusal.code()), expected);
        assert_eq!(polled, polls, "{expected:?}");
    }
}

#[test]
fn a_key_that_answers_later_verifies_nothing_at_once() {
    let refusal = verifier(prod()).authorize(&sign(&sample()), "deploy", THEN).unwrap_err();
    assert_eq!(refusal.code(), Code::SignatureInvalid);
}

#[test]
fn keys_that_are_replaced_while_a_decision_waits_do_not_change_it() {
    let mut verifier = verifier(prod());
    let decision = verifier.authorize_async(&sign(&sample()), "deploy", THEN);
    verifier.set_keys(keys("rsa-other")).unwrap();
    assert!(run(decision).0.is_ok());
    let after = run(verifier.authorize_async(&sign(&sample()), "deploy", THEN)).0;
    assert_eq!(after.unwrap_err().code(), Code::KeyUnknown);
}

#[test]
fn a_single_token_is_verified_the_same_way() {
    let validation = Validation::new(Issuer::github(), AUDIENCE);
    let token = sign(&sample());
    let verification = Untrusted::parse(&token).unwrap().verify_async(validation, &keys("rsa"), THEN);
    assert_eq!(run(verification).0.unwrap().audience(), AUDIENCE);
}

/// A signer that holds a key itself and answers later.
struct LaterSigner(SigningKeys);

impl Signer for LaterSigner {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        Err(SigningFailed)
    }

    fn sign_async(self: Arc<Self>, message: &[u8]) -> SigningFuture {
        let message = message.to_vec();
        Box::pin(async move {
            turn().await;
            self.0.current().sign(&message)
        })
    }
}

/// RFC 8037, appendix A.1, and RFC 8032, section 7.1, test 2.
fn signing_keys(d: &str, x: &str) -> SigningKeys {
    let current = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "a", "d": d, "x": x });
    SigningKeys::parse(&json!({ "current": current }).to_string()).unwrap()
}

#[test]
fn a_signer_that_has_another_key_is_not_used() {
    let own = || {
        signing_keys(
            "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        )
    };
    let other = signing_keys(
        "TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs",
        "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
    );
    let mut role = prod();
    role["grant"] = json!({ "audience": "https://api.example.com" });
    let verifier = verifier(role);
    for signer in [own(), other] {
        let mut keys = own();
        keys.sign_by(Arc::new(LaterSigner(signer)));
        let minter = Minter::new("https://tokens.example.com", keys);
        for id in ["one", "two"] {
            let job = run(verifier.authorize_async(&sign(&sample()), "deploy", THEN)).0.unwrap();
            let (token, polls) = run(minter.mint_async(job, &AccessTokenRequest::default(), THEN, id));
            assert_eq!(minter.verify(token.unwrap().as_str(), THEN).unwrap().id(), id);
            assert_eq!(polls, 2);
        }
    }
}
