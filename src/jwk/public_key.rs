//! The members of a JWK (RFC 7518, section 6; RFC 8037) → the numbers of its public key, checked.

use alloc::{string::ToString, vec::Vec};

use super::{
    curve::{Curve, P256, P384},
    problem::KeyProblem,
    roca,
};
use crate::{
    base64url,
    json::{Object, Value},
    limits,
    signature::{PublicKey, bit_length},
};

pub(crate) fn public_key(jwk: &Object) -> Result<PublicKey, KeyProblem> {
    match (required(jwk, "kty")?, optional(jwk, "crv")?) {
        ("RSA", _) => rsa(jwk),
        ("EC", Some("P-256")) => Ok(PublicKey::P256(point(jwk, &P256)?)),
        ("EC", Some("P-384")) => Ok(PublicKey::P384(point(jwk, &P384)?)),
        ("OKP", Some("Ed25519")) => ed25519(jwk),
        ("EC" | "OKP", Some(curve)) => Err(KeyProblem::Curve(curve.to_string())),
        ("EC" | "OKP", None) => Err(KeyProblem::Missing("crv")),
        (other, _) => Err(KeyProblem::Type(other.to_string())),
    }
}

fn rsa(jwk: &Object) -> Result<PublicKey, KeyProblem> {
    let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
    // RFC 7518, section 2 (Base64urlUInt): the fewest bytes, so no leading zero.
    let Some(1..) = n.first() else {
        return Err(KeyProblem::Malformed("n"));
    };
    let bits = bit_length(&n);
    if !limits::RSA_MODULUS_BITS.contains(&bits) {
        return Err(KeyProblem::Modulus { bits });
    }
    if n.last().is_none_or(|last| last % 2 == 0) {
        return Err(KeyProblem::Malformed("n"));
    }
    if e.first().is_none_or(|first| *first == 0) || e.len() > 8 {
        return Err(KeyProblem::Malformed("e"));
    }
    let exponent = e.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if !limits::RSA_EXPONENT.contains(&exponent) || exponent % 2 == 0 {
        return Err(KeyProblem::Exponent);
    }
    if roca::has_fingerprint(&n) {
        return Err(KeyProblem::Roca);
    }
    Ok(PublicKey::Rsa { n, e })
}

/// An uncompressed point (SEC 1, section 2.3.3).
fn point(jwk: &Object, curve: &Curve) -> Result<Vec<u8>, KeyProblem> {
    let x = fixed(jwk, "x", curve.bytes)?;
    let y = fixed(jwk, "y", curve.bytes)?;
    if !curve.has(&x, &y) {
        return Err(KeyProblem::Point);
    }
    Ok([&[4][..], &x, &y].concat())
}

/// The `y` of the points of small order: with one of them for a key anybody can sign, and which
/// signatures hold depends on the provider.
const SMALL_ORDER: [[u8; 32]; 5] = {
    let (mut one, mut minus_one) = ([0; 32], [0xff; 32]);
    one[0] = 1;
    minus_one[0] = 0xec;
    minus_one[31] = 0x7f;
    [
        [0; 32],
        one,
        minus_one,
        *b"\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
        *b"\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
    ]
};

/// A point of RFC 8032, section 5.1.3, that is canonical (`y` below 2^255 - 19) and not of small
/// order.
fn ed25519(jwk: &Object) -> Result<PublicKey, KeyProblem> {
    let x = fixed(jwk, "x", 32)?;
    let mut y = x.clone();
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    let is_canonical =
        !matches!(y.as_slice(), [0xed..=0xff, middle @ .., 0x7f] if middle.iter().all(|byte| *byte == 0xff));
    if !is_canonical || SMALL_ORDER.iter().any(|point| point.as_slice() == y) {
        return Err(KeyProblem::Malformed("x"));
    }
    Ok(PublicKey::Ed25519(x))
}

fn fixed(jwk: &Object, name: &'static str, size: usize) -> Result<Vec<u8>, KeyProblem> {
    let bytes = bytes(jwk, name)?;
    if bytes.len() == size { Ok(bytes) } else { Err(KeyProblem::Malformed(name)) }
}

pub(crate) fn bytes(jwk: &Object, name: &'static str) -> Result<Vec<u8>, KeyProblem> {
    base64url::decode(required(jwk, name)?.as_bytes()).map_err(|_| KeyProblem::Malformed(name))
}

pub(crate) fn required<'o>(jwk: &'o Object, name: &'static str) -> Result<&'o str, KeyProblem> {
    optional(jwk, name)?.ok_or(KeyProblem::Missing(name))
}

pub(crate) fn optional<'o>(jwk: &'o Object, name: &'static str) -> Result<Option<&'o str>, KeyProblem> {
    match jwk.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(KeyProblem::Malformed(name)),
    }
}
