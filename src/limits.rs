//! Every bound on untrusted input, each with its reason.

use core::time::Duration;

/// Bytes of a compact token. Real tokens of GitHub have 1 to 3 KB; a hundred custom properties
/// add as much again. Beyond 16 KiB most HTTP servers refuse the `Authorization` header anyway.
pub const TOKEN_BYTES: usize = 16 * 1024;

/// Bytes of an access token that is shown to its minter: what an ID token of [`TOKEN_BYTES`] says
/// of its job, and as much again for what is said twice.
pub const ACCESS_TOKEN_BYTES: usize = 2 * TOKEN_BYTES;

/// Levels of arrays and objects in a token's header or claims. GitHub's claims are flat, an `aud`
/// array is the second level; the rest is room for issuers that add a structured claim.
pub const TOKEN_DEPTH: usize = 8;

/// Bytes of a `kid`. GitHub's are UUIDs or thumbprints, of 36 to 43 bytes.
pub const KEY_ID_BYTES: usize = 256;

/// Bytes of a JWK Set. GitHub publishes about 8 KB; an RSA-8192 key with its certificates has
/// less than 8 KB, so this is room for more than 64 of the largest.
pub const KEY_SET_BYTES: usize = 512 * 1024;

/// Keys of a JWK Set of which is told why they are not used. A set of that size may hold 250,000
/// that are none, and nobody reads on after the first.
pub const SKIPPED_KEYS: usize = 100;

/// Levels of arrays and objects in a JWK Set: the set, `keys`, a key, `x5c` or `key_ops`, and
/// room for members that nobody here reads.
pub const KEY_SET_DEPTH: usize = 8;

/// Levels of arrays and objects in a policy: the deepest place of the schema is the sixth.
pub const POLICY_DEPTH: usize = 16;

/// Rules of a role that an explanation lists. Any caller with a token can cause one, and a role may have
/// a million rules; no one reads more than these.
pub const EXPLAINED_RULES: usize = 100;

/// Patterns of one condition that an explanation lists: twice as many as a message.
pub const EXPLAINED_PATTERNS: usize = 16;

/// Bytes of a claim's name or value that an explanation repeats for each condition. Names on GitHub are
/// shorter, and the whole value is in the token.
pub const EXPLAINED_VALUE_BYTES: usize = 256;

/// Bytes of an explanation as JSON: four times the largest token. About a hundred rules of four conditions
/// fit.
pub const EXPLANATION_BYTES: usize = 64 * 1024;

/// Bytes that are compared to find out which conditions match, in addition to the decision: a glob counts as 256
/// and the length of the value. As many may be compared to find near misses. Each takes as long as some ten
/// verifications at most.
pub const EXPLANATION_WORK: usize = 256 * 1024;

/// Bytes of a `description` in a policy: some sentences, which an explanation repeats.
pub const DESCRIPTION_BYTES: usize = 1024;

/// Names of roles that an unknown name is compared with to suggest another: so many before it and so many behind it in
/// the order of names. Anyone may be able to ask for a role, and a policy may have a hundred thousand.
pub const COMPARED_ROLES: usize = 100;

/// Bits of an RSA modulus: fewer are breakable (RFC 7518, section 3.3), more cost too much time
/// for each verification.
pub const RSA_MODULUS_BITS: core::ops::RangeInclusive<usize> = 2048..=8192;

/// The public exponent of RSA: above 2^16 as FIPS 186-5 (appendix A.1.1) asks, which excludes the
/// low exponents that forgeries of sloppy padding checks need; at most 33 bits, as in `ring`, so
/// that a hostile key cannot make verification slow.
pub const RSA_EXPONENT: core::ops::RangeInclusive<u64> = 65_537..=(1 << 33) - 1;

/// Default tolerance for clock skew.
pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);

/// Maximum tolerance for clock skew: the lifetime of GitHub's tokens, so that a leeway at most doubles
/// it.
pub const MAXIMUM_LEEWAY: Duration = Duration::from_secs(300);

/// The latest `NumericDate` that is read: the last second of the year 9999. Beyond it arithmetic
/// and every calendar become doubtful.
pub const NUMERIC_DATE: u64 = 253_402_300_799;

/// Seconds that an access token granted by a role may live.
pub const GRANT_SECONDS: core::ops::RangeInclusive<u64> = 1..=3600;

/// Seconds that an access token lives when its role's grant does not say.
pub const DEFAULT_GRANT_SECONDS: u64 = 900;
