//! The compact serialization of a JWS (RFC 7515, section 3.1), parsed but believed in nothing.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{error::Error, fmt};

use crate::{
    base64url::{self, Base64UrlError, Base64UrlReason},
    claims::{ClaimsError, GithubClaims},
    error::{Code, Quoted},
    json::{self, JsonError, Object, Value},
    limits,
    signature::{Algorithm, unsupported_reason},
};

/// A token that is well formed, and of which nothing is proved.
///
/// The way on is [`verify`](Untrusted::verify).
pub struct Untrusted<'a> {
    header: Header,
    payload: Vec<u8>,
    signature: Vec<u8>,
    signing_input: &'a [u8],
}

/// The header parameters that verification reads (RFC 7515, section 4.1). Keys or addresses of
/// keys that a header may carry (`jwk`, `jku`, `x5u`, `x5c`) are never looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The algorithm that the token claims to be signed with.
    pub alg: Algorithm,
    /// The name of the key that the token claims to be signed with.
    pub kid: String,
}

impl<'a> Untrusted<'a> {
    /// Parses a compact token: three segments of canonical base64url, of which the first is the
    /// header, a strict JSON object. The payload is decoded from base64url only.
    ///
    /// ```
    /// # use claimgate::{Code, Untrusted};
    /// let error = Untrusted::parse("eyJhbGciOiJub25lIn0..").err().unwrap();
    /// assert_eq!(error.code(), Code::AlgorithmUnsupported);
    /// assert_eq!(error.to_string(), "the algorithm `none` in the token's header is not supported: a token must be signed");
    /// ```
    ///
    /// # Errors
    ///
    /// [`ParseError`] names the segment and the byte, or the header parameter.
    pub fn parse<T: AsRef<[u8]> + ?Sized>(token: &'a T) -> Result<Self, ParseError> {
        let token = token.as_ref();
        if token.len() > limits::TOKEN_BYTES {
            return Err(ParseError::TooLarge { bytes: token.len() });
        }
        let is_dot = |byte: &u8| *byte == b'.';
        let segments = || {
            let (header, rest) = token.split_at_checked(token.iter().position(is_dot)?)?;
            let (payload, signature) = rest.split_at_checked(rest.iter().rposition(is_dot)?)?;
            Some((header, payload.split_first()?.1, signature.split_first()?.1))
        };
        // Only the middle one is searched to its end, and `contains` is fast.
        let Some((header, payload, signature)) =
            segments().filter(|(_, payload, _)| !payload.contains(&b'.'))
        else {
            let found = if token.is_empty() { 0 } else { token.split(is_dot).count() };
            return Err(ParseError::Segments { found });
        };
        let payload_start = header.len().saturating_add(1);
        let signing_length = payload_start.saturating_add(payload.len());
        let signature_start = signing_length.saturating_add(1);
        Ok(Self {
            header: Header::parse(&decode(Segment::Header, header, 0)?)?,
            payload: decode(Segment::Payload, payload, payload_start)?,
            signature: decode(Segment::Signature, signature, signature_start)?,
            signing_input: token.get(..signing_length).unwrap_or_default(),
        })
    }

    /// The header, which anybody can write.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The claims as the token has them, **not verified**: anybody can write them. For display
    /// and diagnosis, never for a decision.
    ///
    /// # Errors
    ///
    /// [`ParseError::Json`] if they are not a strict JSON object.
    pub fn claims_unverified(&self) -> Result<Object, ParseError> {
        json::parse_object(&self.payload, limits::TOKEN_DEPTH)
            .map_err(|error| ParseError::Json { segment: Segment::Payload, error })
    }

    /// `iss` as the token has it, **not verified**.
    pub(crate) fn issuer_unverified(&self) -> Option<String> {
        match self.claims_unverified().ok()?.get("iss") {
            Some(Value::String(iss)) => Some(iss.clone()),
            _ => None,
        }
    }

    /// The claims, typed, **not verified**: anybody can write them. For display and diagnosis, never
    /// for a decision; no decision can be made of them, since those need a
    /// [`Verified`](crate::Verified) token.
    ///
    /// ```
    /// # use claimgate::{Issuer, Subject, Untrusted};
    /// // {"iss":…,"sub":"repo:octo-org/octo-repo:pull_request","aud":"a","exp":2,"iat":1,"jti":"x"}
    /// let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwczovL3Rva2VuLmFjdGlvbnMuZ2l0aHVidXNlcmNvbnR\
    ///     lbnQuY29tIiwic3ViIjoicmVwbzpvY3RvLW9yZy9vY3RvLXJlcG86cHVsbF9yZXF1ZXN0IiwiYXVkIjoiYSIsImV4cCI6MiwiaWF0Ij\
    ///     oxLCJqdGkiOiJ4In0.";
    /// let claims = Untrusted::parse(token).unwrap().github_claims_unverified().unwrap();
    /// let issuer = Issuer::parse(claims.iss()).unwrap();
    /// let contradiction = Subject::check(&claims, &issuer).unwrap_err();
    /// assert_eq!(contradiction.claim.to_string(), "repository");
    /// ```
    ///
    /// # Errors
    ///
    /// [`ClaimsError`] if they are not those of a GitHub Actions token.
    pub fn github_claims_unverified(&self) -> Result<GithubClaims, ClaimsError> {
        GithubClaims::decode(self.payload.clone())
    }

    /// The payload as the token has it, **not verified**, and not even read as JSON.
    pub fn payload_unverified(&self) -> &[u8] {
        &self.payload
    }

    /// What is signed, the signature, and the payload's bytes.
    pub(crate) fn into_parts(self) -> (&'a [u8], Vec<u8>, Vec<u8>) {
        (self.signing_input, self.signature, self.payload)
    }
}

impl fmt::Debug for Untrusted<'_> {
    /// Only the header: anyone who has the rest has the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Untrusted").field("header", &self.header).finish_non_exhaustive()
    }
}

impl Header {
    fn parse(text: &[u8]) -> Result<Self, ParseError> {
        let (mut extension, mut typ, mut alg, mut kid) = (None, None, None, None);
        json::read_object(text, limits::TOKEN_DEPTH, |reader, name| {
            let parameter = match name.as_ref() {
                "typ" => &mut typ,
                "alg" => &mut alg,
                "kid" => &mut kid,
                // `crit` asks for extensions (RFC 7515, section 4.1.11) and there is none known here;
                // `b64` is one of them that some libraries obey without `crit` (RFC 7797).
                "crit" | "b64" => {
                    let found = if name == "crit" { "crit" } else { "b64" };
                    extension = Some(extension.map_or(found, |known: &'static str| known.max(found)));
                    return reader.skip_value();
                }
                _ => return reader.skip_value(),
            };
            *parameter = Some(reader.string_if()?);
            Ok(())
        })
        .map_err(|error| ParseError::Json { segment: Segment::Header, error })?;
        if let Some(parameter) = extension {
            return Err(ParseError::Header { parameter, problem: HeaderProblem::Extension });
        }
        match typ {
            None => {}
            Some(Some(typ)) if typ == "JWT" => {}
            Some(Some(found)) => return Err(ParseError::Type { found: found.into() }),
            Some(None) => {
                return Err(ParseError::Header { parameter: "typ", problem: HeaderProblem::NotAString });
            }
        }
        let alg = required(alg, "alg")?;
        let Some(alg) = Algorithm::from_name(&alg) else {
            return Err(ParseError::Algorithm { found: alg.into() });
        };
        let kid = required(kid, "kid")?;
        if kid.is_empty() || kid.len() > limits::KEY_ID_BYTES {
            return Err(ParseError::Header { parameter: "kid", problem: HeaderProblem::Length });
        }
        Ok(Self { alg, kid: kid.into() })
    }
}

/// A parameter that is there, and a string.
#[expect(clippy::option_option, reason = "it is absent, or no string, or one")]
fn required<'t>(
    found: Option<Option<Cow<'t, str>>>,
    parameter: &'static str,
) -> Result<Cow<'t, str>, ParseError> {
    let problem = match found {
        Some(Some(text)) => return Ok(text),
        Some(None) => HeaderProblem::NotAString,
        None => HeaderProblem::Missing,
    };
    Err(ParseError::Header { parameter, problem })
}

fn decode(segment: Segment, text: &[u8], start: usize) -> Result<Vec<u8>, ParseError> {
    base64url::decode(text).map_err(|error| ParseError::Base64Url {
        segment,
        error: Base64UrlError { offset: error.offset.saturating_add(start), ..error },
    })
}

/// A part of a compact token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// The first: how the token is signed.
    Header,
    /// The second: the claims.
    Payload,
    /// The third.
    Signature,
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why text is not a token that could be verified, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// The token is longer than [`limits::TOKEN_BYTES`].
    TooLarge {
        /// The token's length.
        bytes: usize,
    },
    /// The token has not three segments.
    Segments {
        /// How many it has; zero if the token is empty.
        found: usize,
    },
    /// A segment is not canonical, unpadded base64url.
    Base64Url {
        /// Which segment.
        segment: Segment,
        /// What is wrong; its offset counts from the start of the token.
        error: Base64UrlError,
    },
    /// The header or the payload is not a strict JSON object.
    Json {
        /// Which segment.
        segment: Segment,
        /// What is wrong; its offset counts from the start of the decoded segment.
        error: JsonError,
    },
    /// A header parameter is missing, malformed or refused.
    Header {
        /// Which parameter.
        parameter: &'static str,
        /// What is wrong with it.
        problem: HeaderProblem,
    },
    /// `typ` says that this is another kind of token (RFC 8725, section 3.11).
    Type {
        /// What it says.
        found: String,
    },
    /// `alg` is none of [`Algorithm`]'s, `none` and HMAC included.
    Algorithm {
        /// What it is.
        found: String,
    },
}

/// What is wrong with a header parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderProblem {
    /// It is required.
    Missing,
    /// It must be a string.
    NotAString,
    /// It is empty or longer than [`limits::KEY_ID_BYTES`].
    Length,
    /// It asks for an extension of JWS; none is supported.
    Extension,
}

impl ParseError {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => Code::TokenTooLarge,
            Self::Segments { .. } => Code::TokenSegments,
            Self::Base64Url { .. } => Code::TokenEncoding,
            Self::Json { .. } => Code::TokenJson,
            Self::Header { .. } | Self::Type { .. } => Code::TokenHeader,
            Self::Algorithm { .. } => Code::AlgorithmUnsupported,
        }
    }

    /// Where in the token: a segment, or a header parameter as `header.typ`; none if it is the
    /// token as a whole.
    pub fn place(&self) -> Option<String> {
        match self {
            Self::TooLarge { .. } | Self::Segments { .. } => None,
            Self::Base64Url { segment, .. } | Self::Json { segment, .. } => Some(segment.to_string()),
            Self::Header { parameter, .. } => Some(format!("header.{parameter}")),
            Self::Type { .. } => Some("header.typ".to_string()),
            Self::Algorithm { .. } => Some("header.alg".to_string()),
        }
    }

    /// At which byte: of the token where its encoding is wrong, of the decoded segment where its
    /// JSON is; none if it is the token as a whole, or a header parameter.
    pub const fn offset(&self) -> Option<usize> {
        match self {
            Self::Base64Url { error, .. } => Some(error.offset),
            Self::Json { error, .. } => Some(error.offset),
            _ => None,
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => {
                write!(f, "the token has {bytes} bytes, more than the {} that are read", limits::TOKEN_BYTES)
            }
            Self::Segments { found: 0 } => f.write_str("the token is empty"),
            Self::Segments { found: 5 } => {
                f.write_str("the token has 5 segments: it is encrypted (JWE), a signed one (JWS) has 3")
            }
            Self::Segments { found } => {
                let plural = if *found == 1 { "" } else { "s" };
                write!(f, "the token has {found} segment{plural}, a signed one has 3, joined by `.`")
            }
            Self::Base64Url { segment, error } => {
                write!(
                    f,
                    "the token's {segment} is malformed at byte {} of the token: {}",
                    error.offset, error.reason
                )?;
                match error.reason {
                    Base64UrlReason::Length | Base64UrlReason::TrailingBits
                        if *segment == Segment::Signature =>
                    {
                        f.write_str("; the token was probably cut off")
                    }
                    _ => Ok(()),
                }
            }
            Self::Json { segment, error } => write!(f, "the token's {segment} is {error}"),
            Self::Header { parameter, problem } => {
                let problem = match problem {
                    HeaderProblem::Missing => "is missing",
                    HeaderProblem::NotAString => "must be a string",
                    HeaderProblem::Length => "is empty or too long",
                    HeaderProblem::Extension => "asks for an extension that is not supported",
                };
                write!(f, "`{parameter}` in the token's header {problem}")
            }
            Self::Type { found } => {
                write!(f, "`typ` in the token's header is {}, it must be absent or `JWT`", Quoted(found))
            }
            Self::Algorithm { found } => {
                write!(f, "the algorithm {} in the token's header is not supported", Quoted(found))?;
                unsupported_reason(found).map_or(Ok(()), |reason| write!(f, ": {reason}"))
            }
        }
    }
}

impl Error for ParseError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Base64Url { error, .. } => Some(error),
            Self::Json { error, .. } => Some(error),
            _ => None,
        }
    }
}
