//! The one token in a longer text.

use alloc::{borrow::Cow, string::String, vec::Vec};
use percent_encoding::percent_decode_str;

use super::encoding::decode;
use crate::base64url;

/// Bytes that are searched for tokens: more than the headers of a request, or a log line with a token.
const SEARCHED: usize = 128 * 1024;

/// The token in what a person gave: as it is, in quotation marks, behind `Bearer`, in a header, a cookie, a URL or JSON, wrapped
/// over several lines, percent-encoded, encoded in base64 once more, in UTF-16. A text without a token, or with several, is returned
/// as it is, and [`Untrusted::parse`](crate::Untrusted::parse) refuses it.
///
/// For people who look at tokens. What comes by a protocol is parsed as it is.
///
/// ```
/// let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl";
/// let header = format!("Authorization: Bearer {token}\r\n");
/// assert_eq!(claimgate::token_in(header.as_bytes()), token);
/// assert_eq!(claimgate::token_in(b"hello"), "hello");
/// ```
pub fn token_in(bytes: &[u8]) -> String {
    let text = decode(bytes);
    find(text.trim()).unwrap_or_else(|| text.into_owned())
}

fn find(text: &str) -> Option<String> {
    if text.len() > SEARCHED {
        return None;
    }
    let bare = without_wrapping(text);
    // One word is the token, right or wrong: where it is wrong, the parser says.
    if is_malformed_token(bare) || is_wrapped_word(bare) {
        return Some(bare.split_ascii_whitespace().collect());
    }
    let once = percent_decode_str(text).decode_utf8_lossy();
    let twice = percent_decode_str(&once).decode_utf8_lossy();
    let forms = [Cow::Borrowed(text), once.clone(), twice, decoded_again(bare)];
    match *forms.iter().map(|form| tokens(form)).find(|found| !found.is_empty())? {
        [token] => Some(token.into()),
        _ => None,
    }
}

/// The compact tokens in a text, each once: words of three segments, of which the first two begin like JSON.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let text = text.get(..SEARCHED).unwrap_or(text);
    let mut found = Vec::new();
    for word in text.split(|character| !is_part(character)) {
        let word = word.trim_end_matches('.');
        let mut segments = word.split('.');
        let is_token = [true, true, false].iter().all(|begins| {
            segments
                .next()
                .is_some_and(|segment| !segment.is_empty() && (!begins || segment.starts_with("ey")))
        });
        if is_token && segments.next().is_none() && !found.contains(&word) {
            found.push(word);
        }
        // Several are refused, however many there are.
        if found.len() > 1 {
            break;
        }
    }
    found
}

/// Whether a text is made of what tokens are made of, but for line breaks.
pub(super) fn is_wrapped_word(text: &str) -> bool {
    let is_word = |line: &str| !line.is_empty() && line.chars().all(is_part);
    text.starts_with("ey")
        && matches!(text.matches('.').count(), 1 | 2)
        && text.lines().all(|line| is_word(line.trim()))
}

/// Whether a text is one token with characters that no token has, rather than a token within a longer text.
pub(super) fn is_malformed_token(text: &str) -> bool {
    let is_separator = |character: char| character.is_whitespace() || "\"'`,;:&?%{}<>()".contains(character);
    text.starts_with("ey") && text.matches('.').count() == 2 && !text.contains(is_separator)
}

pub(super) const fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

const QUOTATION_MARKS: [char; 9] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '«'];

/// Without quotation marks, `Authorization:` and `Bearer`.
pub(super) fn without_wrapping(text: &str) -> &str {
    let mut bare = text.trim();
    loop {
        let before = bare;
        for prefix in ["authorization:", "bearer "] {
            if let Some((start, rest)) = bare.split_at_checked(prefix.len())
                && start.eq_ignore_ascii_case(prefix)
            {
                bare = rest.trim_start();
            }
        }
        if let Some(inner) = bare.strip_prefix(QUOTATION_MARKS) {
            bare = inner.strip_suffix(QUOTATION_MARKS).unwrap_or(bare).trim();
        }
        if bare == before {
            return bare;
        }
    }
}

/// What a word is that was encoded in base64 after it was complete; empty if it was not. People do that to get a token past the masking
/// of logs, sometimes twice.
pub(super) fn decoded_again(word: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(word);
    for _ in 0..2 {
        let url_safe = |byte: u8| match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        };
        let base64 = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').map(url_safe);
        let Ok(decoded) = base64url::decode(&base64.collect::<Vec<_>>()) else { break };
        let Ok(decoded) = String::from_utf8(decoded) else { break };
        text = decoded.into();
        if !tokens(&text).is_empty() {
            return text;
        }
    }
    Cow::Borrowed("")
}
