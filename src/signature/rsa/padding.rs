//! What a signature is raised to: the encodings of a message's hash (RFC 8017, section 9).

use alloc::vec::Vec;
use ring::digest::{self, Digest};

/// How a signature encodes the hash.
#[derive(Clone, Copy)]
pub(super) enum Padding {
    /// RSASSA-PKCS1-v1_5: the DER of a `DigestInfo` up to the hash.
    Pkcs1(&'static [u8]),
    /// RSASSA-PSS: a salt as long as the hash (RFC 7518, section 3.5).
    Pss,
}

impl Padding {
    /// Whether `encoded`, as long as the modulus, which has `modulus_bits`, encodes `hash`.
    pub(super) fn encodes(
        self,
        hash: &Digest,
        hashing: &'static digest::Algorithm,
        encoded: &[u8],
        modulus_bits: usize,
    ) -> bool {
        match self {
            Self::Pkcs1(prefix) => is_pkcs1(encoded, prefix, hash.as_ref()),
            Self::Pss => is_pss(encoded, modulus_bits, hashing, hash.as_ref()).is_some(),
        }
    }
}

/// RFC 8017, section 9.2, the other way round: there is one encoding, byte for byte.
fn is_pkcs1(encoded: &[u8], prefix: &[u8], hash: &[u8]) -> bool {
    let filled = encoded.strip_prefix(&[0, 1]).and_then(|rest| rest.strip_suffix(hash));
    let filled = filled.and_then(|rest| rest.strip_suffix(prefix)).and_then(|rest| rest.strip_suffix(&[0]));
    filled.is_some_and(|filled| filled.len() >= 8 && filled.iter().all(|byte| *byte == 0xff))
}

/// RFC 8017, section 9.1.2.
fn is_pss(
    encoded: &[u8],
    modulus_bits: usize,
    hashing: &'static digest::Algorithm,
    hash: &[u8],
) -> Option<()> {
    let bits = modulus_bits.checked_sub(1)?;
    // With a modulus of a bit more than whole bytes, the encoding is a byte shorter.
    let encoded = if bits.is_multiple_of(8) { encoded.strip_prefix(&[0])? } else { encoded };
    let (masked, trailer) = encoded
        .strip_suffix(&[0xbc])?
        .split_at_checked(encoded.len().checked_sub(hash.len())?.checked_sub(1)?)?;
    let unused = u32::try_from(encoded.len().checked_mul(8)?.checked_sub(bits)?).ok()?;
    let used = 0xff_u8.checked_shr(unused)?;
    if masked.first()? & !used != 0 {
        return None;
    }
    let mask = mask(trailer, masked.len(), hashing);
    let mut block: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    *block.first_mut()? &= used;
    let (zeros, salt) = block.split_at_checked(block.len().checked_sub(hash.len())?)?;
    let (one, zeros) = zeros.split_last()?;
    let mut context = digest::Context::new(hashing);
    for part in [&[0; 8], hash, salt] {
        context.update(part);
    }
    let holds = *one == 1 && zeros.iter().all(|byte| *byte == 0) && context.finish().as_ref() == trailer;
    holds.then_some(())
}

/// MGF1 (RFC 8017, section B.2.1).
fn mask(seed: &[u8], length: usize, hashing: &'static digest::Algorithm) -> Vec<u8> {
    let mut mask = Vec::new();
    for counter in 0_u32.. {
        if mask.len() >= length {
            break;
        }
        let mut context = digest::Context::new(hashing);
        context.update(seed);
        context.update(&counter.to_be_bytes());
        mask.extend_from_slice(context.finish().as_ref());
    }
    mask
}
