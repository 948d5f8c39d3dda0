//! What each code means to callers: the stage that it belongs to, and how a gate and an exchange answer with it.

use crate::error::{Code, stable_names};

stable_names! {
    /// The stage that a [`Code`] belongs to, in the order of a token's way through an exchange. The last three are not stages
    /// of a decision: their codes say nothing about a token.
    pub enum Stage {
        /// The request: which token, which role, in the protocol of the host.
        Request = "request",
        /// Decoding the text of the token.
        Token = "token",
        /// The keys of the issuer, and the signature. Other keys can lead to another result.
        Keys = "keys",
        /// The verified claims: `iss`, `aud`, `sub`, and the types of all of them.
        Verification = "verification",
        /// `exp`, `nbf` and `iat`. Another time leads to another result.
        Time = "time",
        /// The rules of the role.
        Decision = "decision",
        /// The access token that is asked for, compared with what the role grants.
        Grant = "grant",
        /// Replay protection.
        Replay = "replay",
        /// Signing and recording the access token.
        Issuance = "issuance",
        /// The policy, the keys and the options of the operator.
        Configuration = "configuration",
        /// A failure of the host or of Claimgate.
        Host = "host",
    }
}

impl Stage {
    /// Whether this stage can refuse a request. Failures and a wrong configuration refuse nothing: they decide nothing.
    pub const fn refuses(self) -> bool {
        !matches!(self, Self::Issuance | Self::Configuration | Self::Host)
    }

    /// Whether the token is verified when this stage begins.
    pub const fn follows_verification(self) -> bool {
        matches!(self, Self::Decision | Self::Grant | Self::Replay | Self::Issuance)
    }
}

/// How a host answers: the status of HTTP, and the error code of OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The status. 503 means that nothing was decided, and that it is worth trying again.
    pub status: u16,
    /// The error code of OAuth 2.0, if the answer has one.
    pub error: Option<&'static str>,
}

impl Answer {
    const fn new(status: u16, error: &'static str) -> Self {
        Self { status, error: Some(error) }
    }

    const fn plain(status: u16) -> Self {
        Self { status, error: None }
    }
}

impl Code {
    /// The stage that raises it.
    pub const fn stage(self) -> Stage {
        match self {
            Self::TokenMissing
            | Self::RoleUnknown
            | Self::RequestMalformed
            | Self::RequestTooLarge
            | Self::GrantTypeUnsupported
            | Self::TokenTypeUnsupported
            | Self::ClientUnknown => Stage::Request,
            Self::TokenTooLarge
            | Self::TokenSegments
            | Self::TokenEncoding
            | Self::TokenJson
            | Self::TokenHeader
            | Self::TokenKind
            | Self::AlgorithmUnsupported => Stage::Token,
            Self::KeysUnavailable
            | Self::KeyUnknown
            | Self::KeyAmbiguous
            | Self::AlgorithmMismatch
            | Self::SignatureInvalid => Stage::Keys,
            Self::ClaimMissing
            | Self::ClaimMalformed
            | Self::IssuerMismatch
            | Self::AudienceMismatch
            | Self::SubjectContradiction => Stage::Verification,
            Self::TokenExpired | Self::TokenNotYetValid | Self::TokenIssuedInFuture | Self::TokenTooOld => {
                Stage::Time
            }
            Self::RuleDenies | Self::NoRuleMatches => Stage::Decision,
            Self::GrantMissing | Self::AudienceNotGranted | Self::ScopeNotGranted => Stage::Grant,
            Self::TokenUsed | Self::ReplayUnavailable => Stage::Replay,
            Self::SigningFailed | Self::AuditUnavailable => Stage::Issuance,
            Self::RoleMismatch
            | Self::SigningKeysInvalid
            | Self::PolicyJson
            | Self::PolicyMemberUnknown
            | Self::PolicyMemberMissing
            | Self::PolicyValue
            | Self::PolicyUnscoped
            | Self::DocumentSyntax
            | Self::DocumentUnknown
            | Self::DocumentTooLarge
            | Self::KeySetTooLarge
            | Self::KeySetMalformed
            | Self::OptionInvalid => Stage::Configuration,
            Self::NotStarted | Self::CoreFailed | Self::InternalError => Stage::Host,
        }
    }

    /// Whether it refuses: the same request is refused again. A code that does not refuse is a failure, or means that nothing
    /// was decided yet ([`Self::is_temporary`]).
    pub const fn refuses(self) -> bool {
        self.stage().refuses() && !self.is_temporary()
    }

    /// Whether nothing was decided because something could not be reached. It is worth trying again.
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::KeysUnavailable | Self::ReplayUnavailable | Self::AuditUnavailable)
    }

    /// How a gate answers: a resource server, to which the token is the bearer token of the request. [`Answer::error`] is the
    /// error code of the `WWW-Authenticate` challenge (RFC 6750, section 3.1). A request without a token gets a challenge without
    /// one (section 3), and so a 401 always has a challenge.
    ///
    /// `None` for the codes that a gate does not raise, and for those that are its operator's: an internal error, of which the
    /// caller learns nothing.
    pub const fn at_gate(self) -> Option<Answer> {
        match self {
            Self::TokenMissing => return Some(Answer::plain(401)),
            Self::RequestMalformed => return Some(Answer::new(400, "invalid_request")),
            Self::KeysUnavailable | Self::ReplayUnavailable => return Some(Answer::plain(503)),
            _ => {}
        }
        match self.stage() {
            Stage::Token | Stage::Keys | Stage::Verification | Stage::Time | Stage::Replay => {
                Some(Answer::new(401, "invalid_token"))
            }
            Stage::Decision => Some(Answer::new(403, "insufficient_scope")),
            Stage::Request | Stage::Grant | Stage::Issuance | Stage::Configuration | Stage::Host => None,
        }
    }

    /// How a token exchange answers (RFC 6749, section 5.2): the token is a parameter of the request, and one that is not
    /// acceptable is an `invalid_request` (RFC 8693, section 2.2.2). `temporarily_unavailable` is registered for the authorization
    /// endpoint only (RFC 6749, section 4.1.2.1), but it is the name of what 503 means here.
    ///
    /// `None` as for [`Self::at_gate`]: `server_error` with 500.
    pub const fn at_exchange(self) -> Option<Answer> {
        match self {
            // A missing parameter is a `request_malformed`.
            Self::TokenMissing => return None,
            // RFC 9110, section 15.5.14
            Self::RequestTooLarge => return Some(Answer::new(413, "invalid_request")),
            Self::GrantTypeUnsupported => return Some(Answer::new(400, "unsupported_grant_type")),
            Self::ClientUnknown => return Some(Answer::new(401, "invalid_client")),
            Self::ScopeNotGranted => return Some(Answer::new(400, "invalid_scope")),
            // RFC 8693, section 2.2.2
            Self::AudienceNotGranted => return Some(Answer::new(400, "invalid_target")),
            _ => {}
        }
        if self.is_temporary() {
            return Some(Answer::new(503, "temporarily_unavailable"));
        }
        if self.refuses() { Some(Answer::new(400, "invalid_request")) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers of a code, of the hosts that raise it.
    fn answers(code: Code) -> impl Iterator<Item = Answer> {
        [code.at_gate(), code.at_exchange()].into_iter().flatten()
    }

    #[test]
    fn every_code_that_refuses_has_an_answer_of_4xx() {
        for &code in Code::ALL.iter().filter(|code| code.refuses()) {
            assert!(answers(code).count() > 0, "{code}");
            assert!(answers(code).all(|answer| (400..500).contains(&answer.status)), "{code}");
        }
    }

    #[test]
    fn every_temporary_code_has_an_answer_of_503() {
        for &code in Code::ALL.iter().filter(|code| code.is_temporary()) {
            assert!(answers(code).count() > 0 && !code.refuses(), "{code}");
            assert!(answers(code).all(|answer| answer.status == 503), "{code}");
        }
    }

    #[test]
    fn failures_and_a_wrong_configuration_have_no_answer() {
        for &code in Code::ALL.iter().filter(|code| !code.refuses() && !code.is_temporary()) {
            assert!(!code.stage().refuses(), "{code}");
            assert_eq!(answers(code).count(), 0, "{code}");
        }
        for code in [Code::NotStarted, Code::CoreFailed, Code::InternalError] {
            assert_eq!(code.stage(), Stage::Host, "{code}");
        }
    }

    /// RFC 6750, section 3.1: the statuses of its three error codes.
    #[test]
    fn the_challenge_of_a_gate_fits_its_status() {
        for &code in Code::ALL {
            let Some(answer) = code.at_gate() else { continue };
            let expected: &[_] = match answer.status {
                400 => &[Some("invalid_request")],
                401 => &[Some("invalid_token"), None],
                403 => &[Some("insufficient_scope")],
                _ => &[None],
            };
            assert!(expected.contains(&answer.error), "{code}: {answer:?}");
        }
        let bare = Code::ALL.iter().filter(|code| {
            code.at_gate().is_some_and(|answer| answer.status == 401 && answer.error.is_none())
        });
        assert_eq!(bare.collect::<alloc::vec::Vec<_>>(), [&Code::TokenMissing]);
    }

    /// RFC 6749, section 5.2, and RFC 8693, section 2.2.2: the registered error codes and their statuses.
    #[test]
    fn the_error_of_an_exchange_fits_its_status() {
        for &code in Code::ALL {
            let Some(answer) = code.at_exchange() else { continue };
            let expected: &[u16] = match answer.error {
                Some("invalid_request") => &[400, 413],
                Some("invalid_target" | "invalid_scope" | "unsupported_grant_type") => &[400],
                Some("invalid_client") => &[401],
                Some("temporarily_unavailable") => &[503],
                _ => &[],
            };
            assert!(expected.contains(&answer.status), "{code}: {answer:?}");
        }
    }

    #[test]
    fn every_stage_has_a_code() {
        for &stage in Stage::ALL {
            assert!(Code::ALL.iter().any(|code| code.stage() == stage), "{stage}");
        }
    }
}
