//! The stable codes of every error, and the one way untrusted text is put into a message.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::secrets::has_secret;

/// An enumeration whose variants have stable names outside of Rust.
macro_rules! stable_names {
    (
        $( #[$attribute:meta] )*
        pub enum $Type:ident { $( #[doc = $doc:literal] $variant:ident = $text:literal, )+ }
    ) => {
        $( #[$attribute] )*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Type { $( #[doc = $doc] $variant, )+ }

        impl $Type {
            /// Each of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The stable name, as it appears in JavaScript, in logs and in problem details.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }
        }

        impl core::fmt::Display for $Type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use stable_names;

stable_names! {
    /// A stable name for each error.
    ///
    /// Messages may be reworded in any release; a code keeps its name and its meaning. [`Self::stage`] says where it belongs,
    /// [`Self::at_gate`] and [`Self::at_exchange`] how hosts answer with it.
    pub enum Code {
        /// The request carries no token (raised by hosts, such as the gate of the npm package).
        TokenMissing = "token_missing",
        /// The token is longer than [`limits::TOKEN_BYTES`](crate::limits::TOKEN_BYTES).
        TokenTooLarge = "token_too_large",
        /// The token is not three segments joined by `.`.
        TokenSegments = "token_segments",
        /// A segment is not canonical, unpadded base64url.
        TokenEncoding = "token_encoding",
        /// A segment is not strict JSON, or not an object.
        TokenJson = "token_json",
        /// A header parameter is missing, malformed, or one that is never accepted.
        TokenHeader = "token_header",
        /// The text is another secret, such as `ACTIONS_ID_TOKEN_REQUEST_TOKEN` or a `GITHUB_TOKEN`.
        TokenKind = "token_kind",
        /// The header's `alg` is none of those known here.
        AlgorithmUnsupported = "algorithm_unsupported",
        /// The issuer's keys cannot be fetched (raised by hosts: the core fetches nothing).
        KeysUnavailable = "keys_unavailable",
        /// No usable key of the issuer has the header's `kid`.
        KeyUnknown = "key_unknown",
        /// Several usable keys of the issuer have the header's `kid`, so none is used.
        KeyAmbiguous = "key_ambiguous",
        /// The header's `alg` is not the algorithm that the key is bound to.
        AlgorithmMismatch = "algorithm_mismatch",
        /// The signature does not hold.
        SignatureInvalid = "signature_invalid",
        /// A required claim is absent.
        ClaimMissing = "claim_missing",
        /// A claim has a type or a value that it may not have.
        ClaimMalformed = "claim_malformed",
        /// `iss` is not the issuer that the role trusts.
        IssuerMismatch = "issuer_mismatch",
        /// `aud` holds none of the expected audiences.
        AudienceMismatch = "audience_mismatch",
        /// `exp` has passed.
        TokenExpired = "token_expired",
        /// `nbf` is still to come.
        TokenNotYetValid = "token_not_yet_valid",
        /// `iat` lies in the future.
        TokenIssuedInFuture = "token_issued_in_future",
        /// `iat` is longer ago than the maximum age.
        TokenTooOld = "token_too_old",
        /// `sub` says something else than the separate claims.
        SubjectContradiction = "subject_contradiction",
        /// The policy has no role of that name.
        RoleUnknown = "role_unknown",
        /// The token was verified for another issuer or audience than the role's.
        RoleMismatch = "role_mismatch",
        /// A `deny` rule of the role matches.
        RuleDenies = "rule_denies",
        /// No `allow` rule of the role matches.
        NoRuleMatches = "no_rule_matches",
        /// The token was used before (raised by hosts that keep those that were).
        TokenUsed = "token_used",
        /// Whether the token was used before is not known (raised by such hosts).
        ReplayUnavailable = "replay_unavailable",
        /// The role has no grant, so there is no access token to have.
        GrantMissing = "grant_missing",
        /// An audience was asked for that the role does not grant.
        AudienceNotGranted = "audience_not_granted",
        /// A scope was asked for that the role does not grant.
        ScopeNotGranted = "scope_not_granted",
        /// The keys that sign access tokens cannot be used.
        SigningKeysInvalid = "signing_keys_invalid",
        /// The access token could not be signed.
        SigningFailed = "signing_failed",
        /// A request has several `Authorization` headers, or is not of the exchange's protocol (raised by hosts).
        RequestMalformed = "request_malformed",
        /// A request is too large (raised by hosts, as those that follow).
        RequestTooLarge = "request_too_large",
        /// Its `grant_type` is not that of RFC 8693.
        GrantTypeUnsupported = "grant_type_unsupported",
        /// A token type was named that the exchange does not take or give.
        TokenTypeUnsupported = "token_type_unsupported",
        /// Who asks for an introspection is not known.
        ClientUnknown = "client_unknown",
        /// The audit line of an access token could not be kept, so it was not handed out.
        AuditUnavailable = "audit_unavailable",
        /// The policy is not strict JSON.
        PolicyJson = "policy_json",
        /// The policy has a member that is not known.
        PolicyMemberUnknown = "policy_member_unknown",
        /// The policy lacks a required member.
        PolicyMemberMissing = "policy_member_missing",
        /// A member of the policy has a type or a value that it may not have.
        PolicyValue = "policy_value",
        /// A role's rule scopes no owner, repository or enterprise.
        PolicyUnscoped = "policy_unscoped",
        /// A pasted document is not written as its form requires: JSON, YAML, HCL, … (raised by the inspector, as those that follow).
        DocumentSyntax = "document_syntax",
        /// It is not a policy of a known system, or holds policies of several.
        DocumentUnknown = "document_unknown",
        /// It, or the claims that it is evaluated for, are too large.
        DocumentTooLarge = "document_too_large",
        /// The key set is longer than [`limits::KEY_SET_BYTES`](crate::limits::KEY_SET_BYTES).
        KeySetTooLarge = "key_set_too_large",
        /// The key set is not strict JSON, or has no array `keys`.
        KeySetMalformed = "key_set_malformed",
        /// An option of the verifier, or of the host's, has a value that it may not have.
        OptionInvalid = "option_invalid",
        /// The wasm module has not been started (raised by hosts that load it by themselves).
        NotStarted = "not_started",
        /// The core failed and decided nothing: a fault of Claimgate's (raised by hosts that replace it).
        CoreFailed = "core_failed",
        /// An error of the host's own denied the request; its cause is for the operator only (raised by hosts).
        InternalError = "internal_error",
    }
}

/// The most characters of one untrusted value that a message repeats.
const QUOTED_CHARS: usize = 160;

/// The most values of one list that a message repeats.
const LISTED_ITEMS: usize = 8;

/// Untrusted text in backticks, for messages: at most 160 characters, with everything escaped that could break a
/// line, hide text or reorder it. Secrets are redacted, because people paste tokens and keys where names belong.
///
/// ```
/// use claimgate::Quoted;
/// assert_eq!(Quoted("a\nb").to_string(), r"`a\nb`");
/// assert_eq!(Quoted("ghp_0123456789abcdefghijABCDEFGHIJ012345").to_string(), "`[redacted]`");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if has_secret(self.0) {
            return f.write_str("`[redacted]`");
        }
        f.write_str("`")?;
        write_escaped(self.0, f)?;
        f.write_str("`")
    }
}

/// Several things as people write them: `a`, `b` or `c`. The first ones, if they are many.
pub(crate) struct Listed<'a, T> {
    pub(crate) items: &'a [T],
    /// How many more there are.
    pub(crate) omitted: usize,
}

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { items, omitted } = self;
        let more = items.len().saturating_sub(LISTED_ITEMS).saturating_add(*omitted);
        for (index, item) in items.iter().take(LISTED_ITEMS).enumerate() {
            let separator = match index {
                0 => "",
                _ if more == 0 && index.saturating_add(1) == items.len() => " or ",
                _ => ", ",
            };
            write!(f, "{separator}{item}")?;
        }
        if more > 0 { write!(f, " or {more} more") } else { Ok(()) }
    }
}

/// [`Quoted`] values, [`Listed`].
pub(crate) struct QuotedList<'a>(pub(crate) &'a [String]);

impl fmt::Display for QuotedList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<_> = self.0.iter().map(|item| Quoted(item)).collect();
        Listed { items: &quoted, omitted: 0 }.fmt(f)
    }
}

fn write_escaped(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use fmt::Write as _;
    for (index, character) in text.chars().enumerate() {
        if index == QUOTED_CHARS {
            return f.write_str("…");
        }
        match character {
            '\0' => f.write_str("\\0")?,
            '\t' => f.write_str("\\t")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\\' => f.write_str("\\\\")?,
            _ if deceives(character) => write!(f, "\\u{{{:x}}}", u32::from(character))?,
            _ => f.write_char(character)?,
        }
    }
    Ok(())
}

/// Whether a character breaks a line, reorders it, is not to be seen, or changes the one before it: what the standard library escapes
/// (controls, format characters, separators, combining marks, private use, unassigned), and letters that are blank. `UNSAFE` of
/// `src/js/util/escape.js` is the same set, which `tests/package/escaping.test.mjs` checks for every character. What is unassigned
/// depends on the version of Unicode, and so on the compiler and the JavaScript engine.
fn deceives(character: char) -> bool {
    match character {
        '`' | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' => true,
        ' '..='~' => false,
        _ => character.escape_debug().len() > 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString};

    #[test]
    fn untrusted_text_cannot_break_or_reorder_a_line() {
        let hostile = "a\nb`c\u{202e}d\u{0}\u{200b}\u{3164}é\"\\\u{301}\u{e0041}";
        let escaped = r#"`a\nb\u{60}c\u{202e}d\0\u{200b}\u{3164}é"\\\u{301}\u{e0041}`"#;
        assert_eq!(Quoted(hostile).to_string(), escaped);
        assert_eq!(QuotedList(&["a", "b", "c"].map(String::from)).to_string(), "`a`, `b` or `c`");
        let listed = |items: &[&str], omitted| Listed { items, omitted }.to_string();
        assert_eq!(listed(&["a"; 900], 0), format!("{} or 892 more", ["a"; 8].join(", ")));
        assert_eq!(listed(&["a", "b"], 3), "a, b or 3 more");
        let long = "x".repeat(1000);
        assert_eq!(Quoted(&long).to_string(), format!("`{}…`", "x".repeat(160)));
    }

    #[test]
    fn codes_are_distinct_snake_case() {
        let mut seen = alloc::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} occurs twice");
            assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
        }
    }
}
