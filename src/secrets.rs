//! Which text is a secret. `src/js/secrets.js` has the same rules, and `tests/vectors/secrets.json` holds both to them.

/// Bytes that are looked at. A message repeats fewer, so a secret that begins further on is not shown.
const LOOKED_AT: usize = 4096;

/// Tokens of GitHub's API begin like this.
const API_TOKENS: [&[u8]; 6] = [b"gho_", b"ghp_", b"ghr_", b"ghs_", b"ghu_", b"github_pat_"];
/// PEM, and JWKs.
const MARKS: [&[u8]; 2] = [b"-----BEGIN", b"\"kty"];

/// Base64 or base64url of at least 30 bytes. Keys have 32.
const KEY_LENGTH: usize = 40;

/// Whether a text has a secret in it: an access token of GitHub, a JWT, a JWK, PEM, or a word as random as the bytes of a key.
pub(crate) fn has_secret(text: &str) -> bool {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let is_in_key = |byte: u8| is_in_word(byte) || matches!(byte, b'+' | b'/');
    let mut before = b' ';
    let is_marked = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        let is_inside = core::mem::replace(&mut before, rest.first().copied().unwrap_or_default())
            .is_ascii_alphanumeric();
        MARKS.iter().any(|mark| rest.starts_with(mark)) || is_jwt(rest) || (!is_inside && is_api_token(rest))
    };
    (0..bytes.len()).any(is_marked) || bytes.split(|byte| !is_in_key(*byte)).any(is_random)
}

fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether a text begins with an access token of GitHub, and not only with its prefix.
pub(crate) fn is_api_token(text: &[u8]) -> bool {
    let rest = API_TOKENS.iter().find_map(|mark| text.strip_prefix(*mark));
    rest.is_some_and(|rest| {
        rest.iter().take(8).filter(|byte| is_in_word(**byte) || **byte == b'.').count() == 8
    })
}

/// JSON begins like this in base64url, and no word does.
fn is_jwt(text: &[u8]) -> bool {
    if !text.starts_with(b"eyJ") && !text.starts_with(b"eyA") {
        return false;
    }
    let mut words = text.split(|byte| !is_in_word(*byte)).map(<[u8]>::len);
    let (header, payload) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    header >= 19 && payload >= 8 && text.get(header) == Some(&b'.')
}

/// Whether letters change between cases, and to digits and back, as often as in random base64. Names and hexadecimal digests do not.
fn is_random(word: &[u8]) -> bool {
    if word.len() < KEY_LENGTH {
        return false;
    }
    let changes = |is_change: fn(u8, u8) -> bool| {
        let pairs = word.iter().zip(word.iter().skip(1));
        pairs.filter(|(a, b)| is_change(**a, **b) || is_change(**b, **a)).count()
    };
    let cases = changes(|a, b| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    let digits = changes(|a, b| a.is_ascii_alphabetic() && b.is_ascii_digit());
    cases >= 2 && digits >= 2 && cases.saturating_add(digits) >= 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_names() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../tests/vectors/secrets.json")).unwrap();
        for (what, secret) in vectors["secret"].as_object().unwrap() {
            assert!(has_secret(secret.as_str().unwrap()), "{what}");
        }
        for harmless in vectors["harmless"].as_array().unwrap() {
            assert!(!has_secret(harmless.as_str().unwrap()), "{harmless}");
        }
    }
}
