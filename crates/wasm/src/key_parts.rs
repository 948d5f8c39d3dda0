//! What hosts need of public keys.

use claimgate::signature::PublicKey;

/// The coordinates of an uncompressed point (SEC 1, section 2.3.3).
pub(crate) fn coordinates(point: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, coordinates) = point.split_first()?;
    coordinates.split_at_checked(coordinates.len() / 2)
}

/// How many bytes each signature of a key has.
pub(crate) fn signature_bytes(key: &PublicKey) -> Option<usize> {
    match key {
        PublicKey::Rsa { n, .. } => Some(n.len()),
        PublicKey::P256(_) | PublicKey::Ed25519(_) => Some(64),
        PublicKey::P384(_) => Some(96),
        _ => None,
    }
}
