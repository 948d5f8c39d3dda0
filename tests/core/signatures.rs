use claimgate::{
    Algorithm, Code, Issuer, Untrusted, Verifier,
    signature::{InvalidSignature, PublicKey, ring},
};
use serde_json::json;

use crate::support::{AUDIENCE, THEN, decode, encode, header, jwk, key_set, sample, sign_raw};

#[test]
fn every_algorithm_verifies_its_tokens_and_no_others() {
    let verifier = Verifier::new(Issuer::github(), AUDIENCE);
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
        let keys = key_set(verifier.issuer(), &[jwk(key, json!({ "alg": alg }))]);
        let claims = sample().to_string();
        let verdict = |token: &str| {
            Untrusted::parse(token).unwrap().verify(&verifier, &keys, THEN).err().map(|error| error.code())
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

/// RFC 7515, appendices A.2 and A.3; RFC 8037, appendix A.4.
#[test]
fn the_examples_of_the_rfcs_verify() {
    let claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let rsa = PublicKey::Rsa {
        n: decode(
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR\
             T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB\
             dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia\
             GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        ),
        e: decode("AQAB"),
    };
    let mut p256 = vec![4];
    p256.extend(decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"));
    p256.extend(decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
    let ed25519 = PublicKey::Ed25519(decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
    for (algorithm, key, input, signature) in [
        (
            ring::RS256,
            rsa,
            format!("eyJhbGciOiJSUzI1NiJ9.{claims}"),
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9\
             uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB\
             _eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq\
             Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        ),
        (
            ring::ES256,
            PublicKey::P256(p256),
            format!("eyJhbGciOiJFUzI1NiJ9.{claims}"),
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        ),
        (
            ring::EDDSA,
            ed25519,
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_string(),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ] {
        let key = algorithm.prepare(key);
        assert_eq!(key.verify(input.as_bytes(), &decode(signature)), Ok(()), "{}", algorithm.algorithm());
        assert_eq!(key.verify(&input.as_bytes()[1..], &decode(signature)), Err(InvalidSignature));
    }
}

#[test]
fn a_key_that_does_not_fit_verifies_nothing() {
    let key = PublicKey::Ed25519(vec![0; 32]);
    assert!(!key.fits(Algorithm::Rs256));
    assert_eq!(ring::RS256.prepare(key).verify(b"", b""), Err(InvalidSignature));
}
