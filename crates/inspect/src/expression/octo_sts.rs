//! What octo-sts requires of a token's own text, whatever the policy says.

use serde_json::Value as Json;

/// Characters of an issuer, a subject or an audience.
const LENGTH: usize = 255;

/// Bytes of a segment of an issuer's path.
const SEGMENT: usize = 150;

/// Whether an issuer is one that octo-sts looks at.
pub(super) fn is_issuer(issuer: &str) -> bool {
    if issuer.is_empty() || issuer.chars().count() > LENGTH || issuer.contains(['?', '#']) {
        return false;
    }
    let Some((scheme, rest)) = issuer.split_once("://") else { return false };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if authority.contains('@') {
        return false;
    }
    let Some(host) = host(authority) else { return false };
    let is_local = matches!(host, "localhost" | "127.0.0.1" | "::1");
    // Go's reader of URLs takes a scheme in any case.
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") && is_local) && is_path(path)
}

/// The host of an authority whose port, if it has one, is a number.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let is_name = |byte: u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'%')
    };
    (is_port && !host.is_empty() && host.bytes().all(is_name)).then_some(host)
}

fn is_path(path: &str) -> bool {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'/' | b'-');
    path.bytes().all(is_safe)
        && !["..", "//", "~~"].iter().any(|part| path.contains(part))
        && !path.ends_with('~')
        && path.split('/').all(|segment| !matches!(segment, "." | "~") && segment.len() <= SEGMENT)
}

/// Whether a subject is one that octo-sts looks at.
pub(super) fn is_subject(subject: &str) -> bool {
    is_text(subject, &[])
}

/// Whether each audience is one that octo-sts looks at.
pub(super) fn are_audiences(audiences: &Json) -> bool {
    let is_audience =
        |audience: &Json| audience.as_str().is_some_and(|audience| is_text(audience, &['|', '@']));
    match audiences {
        Json::Array(audiences) => audiences.iter().all(is_audience),
        one => is_audience(one),
    }
}

fn is_text(text: &str, more: &[char]) -> bool {
    const UNSAFE: [char; 15] = ['"', '\'', '`', '\\', '<', '>', ';', '&', '$', '(', ')', '{', '}', '[', ']'];
    let is_printable = |character: char| {
        // Go has the same classes; behind another character, escapes are for those that cannot be printed.
        character.is_ascii_graphic()
            || !character.is_ascii() && !format!("a{character}").escape_debug().to_string().contains('\\')
    };
    !text.is_empty()
        && text.chars().count() <= LENGTH
        && text.chars().all(|character| {
            is_printable(character) && !UNSAFE.contains(&character) && !more.contains(&character)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_plain_urls() {
        for (issuer, expected) in [
            ("https://token.actions.githubusercontent.com", true),
            ("https://token.actions.githubusercontent.com/", true),
            ("https://ghe.example.com:8443/_services/token", true),
            ("http://token.actions.githubusercontent.com", false),
            ("http://localhost:8080", true),
            ("https://a.example/?x", false),
            ("https://a.example/#x", false),
            ("https://u@a.example", false),
            ("https://a.example//b", false),
            ("https://a.example/../b", false),
            ("https://a.example/b%20c", false),
            ("https://é.example", false),
            ("https://", false),
            ("a.example", false),
        ] {
            assert_eq!(is_issuer(issuer), expected, "{issuer}");
        }
        assert!(!is_issuer(&format!("https://a.example/{}", "b/".repeat(125))));
    }

    #[test]
    fn subjects_and_audiences_have_safe_characters() {
        for (subject, expected) in [
            ("repo:a@1/b@2:ref:refs/heads/é🚀", true),
            ("repo:a/b:environment:my env", false),
            ("repo:a/b:environment:x(y)", false),
            ("a\u{200b}b", false),
            ("a\u{a0}b", false),
            ("", false),
        ] {
            assert_eq!(is_subject(subject), expected, "{subject:?}");
        }
        assert!(is_subject(&"é".repeat(255)) && !is_subject(&"é".repeat(256)));
        assert!(are_audiences(&serde_json::json!(["octo-sts.dev", "https://a/b"])));
        assert!(!are_audiences(&serde_json::json!(["octo-sts.dev", "a@b"])));
        assert!(!are_audiences(&serde_json::json!(["octo-sts.dev", 1])));
    }
}
