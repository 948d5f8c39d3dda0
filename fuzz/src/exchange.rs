//! The exchange: whatever is asked for, an access token is within the grant, and it is verified as it
//! was signed and in no other form. (How the request's form is read is checked in `tests/exchange`.)

use std::sync::LazyLock;

use ::ring::signature::{ED25519, UnparsedPublicKey};
use claimgate::{AccessTokenRequest, Authorized, Code, Minter, Policy, SigningKeys, UnixTime, Untrusted};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, NOW, SAMPLE, THEN, decode, edit, encode, key_set, plain, sign};

const ISSUER: &str = "https://tokens.example.com";
const API: &str = "https://api.example.com";
const SCOPE: [&str; 3] = ["deploy:write", "deploy:read", "x"];
const TTL: u64 = 600;

/// RFC 8037, appendix A.1.
const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const SECRET: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

static MINTER: LazyLock<Minter> = LazyLock::new(|| {
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "now", "d": SECRET, "x": PUBLIC });
    let keys = json!({ "current": jwk }).to_string();
    Minter::new(ISSUER, SigningKeys::parse(&keys).unwrap())
});

static TOKEN: LazyLock<String> =
    LazyLock::new(|| MINTER.mint(job(), &AccessTokenRequest::default(), NOW, "id").unwrap().into_string());

/// A byte that chooses, then what is asked for, changes to an access token, or a document of keys.
pub fn check(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else { return };
    match choice % 4 {
        0 => check_request(&String::from_utf8_lossy(data)),
        1 => {
            let mut token = TOKEN.clone().into_bytes();
            edit(&mut token, data);
            check_rejected_unless_issued(&String::from_utf8_lossy(&token));
        }
        2 => {
            let mut parts: Vec<Vec<u8>> = TOKEN.split('.').map(decode).collect();
            edit(&mut parts[usize::from(choice >> 2) % 3], data);
            check_rejected_unless_issued(&parts.iter().map(encode).collect::<Vec<_>>().join("."));
        }
        _ => check_keys(data),
    }
}

/// A job that may have a token.
fn job() -> Authorized {
    static POLICY: LazyLock<Policy> = LazyLock::new(|| {
        let policy = json!({
            "version": 1,
            "audience": AUDIENCE,
            "issuers": { "github": { "kind": "github" } },
            "roles": { "deploy": {
                "issuer": "github",
                "allow": [{ "repository_id": "74" }],
                "grant": { "audience": API, "scope": SCOPE, "ttl": TTL },
            } },
        });
        Policy::parse(&policy.to_string()).unwrap()
    });
    static SIGNED: LazyLock<String> = LazyLock::new(|| sign(SAMPLE.to_string().as_bytes()));
    let token = Untrusted::parse(&*SIGNED).unwrap();
    let validation = POLICY.validation("deploy", &token).unwrap();
    let verified = token.verify(&validation, &key_set(validation.issuer()), NOW).unwrap();
    POLICY.authorize("deploy", verified).unwrap()
}

/// Lines: an id, a scope, which is none if it begins with `-`, and audiences.
fn check_request(lines: &str) {
    let mut lines = lines.split('\n');
    let (id, scope) = (lines.next().unwrap_or_default(), lines.next().unwrap_or("-"));
    let audiences: Vec<&str> = lines.collect();
    let scope = (!scope.starts_with('-')).then_some(scope);
    let asked: Vec<&str> = scope.map_or(SCOPE.to_vec(), |scope| scope.split(' ').collect());
    let is_granted = asked.iter().all(|word| SCOPE.contains(word));
    let is_for_api = audiences.iter().all(|audience| *audience == API);
    let request = AccessTokenRequest { audiences: &audiences, scope };
    match MINTER.mint(job(), &request, NOW, id) {
        Ok(token) => {
            assert!(is_granted && is_for_api, "{request:?}");
            assert!(token.scope().iter().all(|word| asked.contains(&word.as_str())));
            assert!(asked.iter().all(|word| token.scope().iter().any(|known| known == word)));
            check_token(token.as_str(), id, token.scope());
        }
        Err(error) => {
            plain(&error.to_string());
            match error.code() {
                Code::AudienceNotGranted => assert!(!is_for_api),
                Code::ScopeNotGranted => assert!(!is_granted),
                code => panic!("{code}"),
            }
        }
    }
}

/// As anybody would verify it.
fn check_token(token: &str, id: &str, scope: &[String]) {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    let key = UnparsedPublicKey::new(&ED25519, decode(PUBLIC));
    key.verify(message.as_bytes(), &decode(signature)).unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!(header, json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": "now" }));
    let claims: Value = serde_json::from_slice(&decode(payload)).unwrap();
    assert!(
        claims["iss"] == ISSUER && claims["aud"] == API && claims["jti"] == id && claims["role"] == "deploy"
    );
    assert!(claims["iat"] == THEN && claims["exp"] == THEN + TTL && claims["sub"] == SAMPLE["sub"]);
    assert_eq!(claims["scope"], scope.join(" "));
    let issued = MINTER.verify(token, NOW).expect("its own");
    assert_eq!((issued.id(), issued.audience(), issued.expires().as_secs()), (id, API, THEN + TTL));
    assert!(MINTER.verify(token, UnixTime::from_secs(THEN + TTL)).is_none());
}

fn check_rejected_unless_issued(token: &str) {
    assert_eq!(MINTER.verify(token, NOW).is_some(), token == *TOKEN, "{token}");
}

/// Nothing secret of a document of keys is told, whether it is accepted or not.
fn check_keys(document: &[u8]) {
    let text = String::from_utf8_lossy(document);
    let untold = |told: &str| {
        // Words of such a length are of keys, and names of members.
        let words =
            text.split(|character: char| !(character.is_ascii_alphanumeric() || "-_".contains(character)));
        let secret = words.filter(|word| word.len() >= 40).find(|word| told.contains(word));
        assert_eq!(secret, None, "{told}");
    };
    match SigningKeys::parse(document) {
        Ok(keys) => {
            untold(&format!("{keys:?}").replace(keys.current().kid(), ""));
            let published = keys.public_jwks(NOW);
            let published: Value = serde_json::from_str(&published).unwrap();
            let published = published["keys"].as_array().unwrap();
            assert!(published.iter().all(|jwk| jwk.get("d").is_none() && jwk["use"] == "sig"));
            assert_eq!(published[0]["kid"], keys.current().kid());
            let document: Value = serde_json::from_slice(document).unwrap();
            assert_eq!(published[0]["x"], document["current"]["x"]);
            let minter = Minter::new(ISSUER, keys);
            let token = minter.mint(job(), &AccessTokenRequest::default(), NOW, "id").unwrap();
            assert!(minter.verify(token.as_str(), NOW).is_some());
            assert!(MINTER.verify(token.as_str(), NOW).is_none() || document["current"]["d"] == SECRET);
        }
        Err(error) => {
            plain(&error.to_string());
            untold(&error.to_string());
            untold(&format!("{error:?}"));
        }
    }
}
