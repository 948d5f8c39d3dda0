// Which text is a secret, for everything that repeats text from outside. `src/secrets.rs` has the same rules, and
// `tests/vectors/secrets.json` holds both to them.

/** In place of a secret. */
const REDACTED = '[redacted]';

/** Bounded, or up to the backtick that ends a quotation, so that no text takes longer than its size. */
const MARKED = [
  // PEM.
  /-----BEGIN[^`]*/g,
  // A JWK, or a document of them.
  /\{[^`]*"kty[^`]*|"kty[^`]*/g,
  // Tokens of the GitHub API.
  /(?<![A-Za-z0-9])(?:gh[oprsu]_|github_pat_)[\w.-]{8,}/g,
  // A JWT: the beginning of JSON in base64url, which no word has.
  /ey[AJ][\w-]{16,2048}\.[\w-]{8,}(?:\.[\w-]*)*/g,
];
/** Base64 or base64url of at least 30 bytes. Keys have 32. */
const WORD = /[\w+/-]{40,}/g;

/**
 * Text without the secrets in it: access tokens of GitHub, JWTs, JWKs, PEM, and words as random as the bytes of a key. A log has
 * readers that nobody knows.
 *
 * @param {string} text
 */
export function withoutSecrets(text) {
  const unmarked = MARKED.reduce((rest, pattern) => rest.replace(pattern, REDACTED), text);
  return unmarked.replace(WORD, (word) => (isRandom(word) ? REDACTED : word));
}

/**
 * Whether a text has a secret in it.
 *
 * @param {string} text
 */
export function hasSecret(text) {
  return withoutSecrets(text) !== text;
}

/**
 * Whether letters change between cases, and to digits and back, as often as in random base64. Names and hexadecimal digests do not.
 *
 * @param {string} word
 */
function isRandom(word) {
  const cases = word.match(/[a-z](?=[A-Z])|[A-Z](?=[a-z])/g) ?? [];
  const digits = word.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g) ?? [];
  return cases.length >= 2 && digits.length >= 2 && cases.length + digits.length >= 10;
}
