//! The one token in a longer text.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};
use percent_encoding::percent_decode_str;

use super::encoding::decode;
use crate::base64url;

/// Bytes that are searched for tokens: more than the headers of a request, or a log line with a token.
const SEARCHED: usize = 128 * 1024;

/// Characters of the shortest line that a token was wrapped at. A shorter one is something else, such as a status below a token.
const SHORTEST_LINE: usize = 20;

/// The token in what a person gave: as it is, in quotation marks, behind `Bearer`, in a header, a cookie, a URL or JSON, wrapped
/// over several lines, percent-encoded, encoded in base64 once more, in UTF-16. Of a text without a token, or with several, it is the
/// text, and [`Untrusted::parse`](crate::Untrusted::parse) refuses it.
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
    candidate(text.trim()).unwrap_or_else(|| text.into_owned())
}

/// The one token of a text that is trimmed.
pub(super) fn candidate(text: &str) -> Option<String> {
    if text.len() > SEARCHED {
        return None;
    }
    let bare = without_wrapping(text);
    // One word is the token, right or wrong: where it is wrong, the parser says.
    if is_malformed_token(bare) {
        return Some(bare.into());
    }
    if let Some(joined) = joined(bare) {
        return Some(joined);
    }
    let once = percent_decode_str(text).decode_utf8_lossy();
    let twice = percent_decode_str(&once).decode_utf8_lossy();
    let forms = [Cow::Borrowed(text), once.clone(), twice, decoded_again(bare)];
    match *forms.iter().map(|form| tokens(form)).find(|found| !found.is_empty())? {
        [Found { token, is_whole: true }] => Some(token.into()),
        _ => None,
    }
}

/// A token in a longer text.
pub(super) struct Found<'t> {
    pub(super) token: &'t str,
    /// Whether it ends where the text around it says that it does, and not where it was cut or wrapped.
    pub(super) is_whole: bool,
}

/// The compact tokens in a text, each once, at most two: words of three segments, of which the first two begin like JSON.
pub(super) fn tokens(text: &str) -> Vec<Found<'_>> {
    let text = beginning(text, SEARCHED);
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (_, behind) = rest.split_at_checked(start).unwrap_or_default();
        let end = behind.find(|character| !is_part(character)).unwrap_or(behind.len());
        let (word, behind) = behind.split_at_checked(end).unwrap_or_default();
        rest = behind;
        // The end of a sentence; more dots stand for what was left out.
        let token = word.strip_suffix('.').filter(|rest| !rest.ends_with('.')).unwrap_or(word);
        if is_token(token.trim_end_matches('.')) {
            let is_whole = !token.ends_with('.') && (is_complete(token) || !goes_on(behind));
            if !found.iter().any(|known: &Found<'_>| known.token == token) {
                found.push(Found { token, is_whole });
            }
        }
        if found.len() > 1 {
            break;
        }
    }
    found
}

/// Whether what follows a word may be the rest of it: an ellipsis, or another long word of base64url behind white space.
fn goes_on(behind: &str) -> bool {
    if behind.starts_with('…') {
        return true;
    }
    let next = behind.trim_start();
    let word =
        next.find(|character| !is_part(character)).map_or(next, |end| next.get(..end).unwrap_or_default());
    next.len() < behind.len()
        && word.len() >= SHORTEST_LINE
        && !word.contains('.')
        && next.get(word.len()..).is_none_or(|end| !end.starts_with(':') && !end.starts_with('='))
}

pub(super) fn is_token(word: &str) -> bool {
    let mut segments = word.split('.');
    let [header, payload, signature, more] = [(); 4].map(|()| segments.next());
    header.is_some_and(begins_like_json)
        && payload.is_some_and(begins_like_json)
        && signature.is_some_and(|signature| !signature.is_empty())
        && more.is_none()
}

/// Whether base64url begins like an object, behind white space or not.
pub(super) fn begins_like_json(segment: &str) -> bool {
    let start = segment.get(..8).or_else(|| segment.get(..4));
    let decoded = start.and_then(|start| base64url::decode(start.as_bytes()).ok());
    decoded.is_some_and(|text| match text.trim_ascii_start().split_first() {
        Some((b'{', rest)) => matches!(rest.trim_ascii_start().first(), None | Some(b'"' | b'}')),
        _ => false,
    })
}

/// The token of lines that it was wrapped over: as long as each other, but for the first, which may have lost what was before it, and the
/// last.
fn joined(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let ([first, middle @ ..], last) = lines.split_last().map(|(last, rest)| (rest, *last))? else {
        return None;
    };
    let length = middle.first().map_or(first.len(), |line| line.len());
    let is_wrapped = !is_complete(first)
        && (SHORTEST_LINE..=length).contains(&first.len())
        && middle.iter().all(|line| line.len() == length)
        && (1..=length).contains(&last.len());
    let joined = lines.concat();
    (is_wrapped && joined.chars().all(is_part) && is_token(&joined)).then_some(joined)
}

/// Whether a token has as long a signature as one of 64, 96, 256, 384 or 512 bytes, and so hardly goes on.
fn is_complete(token: &str) -> bool {
    let signature = token.rsplit('.').next().unwrap_or_default();
    is_token(token) && matches!(signature.len(), 86 | 128 | 342 | 512 | 683)
}

/// Whether a text is one token with characters that no token has, rather than a token within a longer text.
fn is_malformed_token(text: &str) -> bool {
    let is_separator = |character: char| character.is_whitespace() || "\"'`,;:&?%{}<>()…".contains(character);
    text.split('.').next().is_some_and(begins_like_json)
        && text.matches('.').count() == 2
        && !text.contains(is_separator)
}

pub(super) const fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

/// At most so many bytes of a text.
pub(super) fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
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
            return text.trim().to_string().into();
        }
    }
    Cow::Borrowed("")
}
