// What a refusal means to its caller, in one place for the gate, the exchange, the command line and the page.
import { ClaimgateError } from './errors.js';

/** The token is not accepted. @type {readonly import('./types.d.ts').ErrorCode[]} */
export const TOKEN_CODES = Object.freeze([
  'token_too_large',
  'token_segments',
  'token_encoding',
  'token_json',
  'token_header',
  'token_kind',
  'algorithm_unsupported',
  'key_unknown',
  'key_ambiguous',
  'algorithm_mismatch',
  'signature_invalid',
  'claim_missing',
  'claim_malformed',
  'issuer_mismatch',
  'audience_mismatch',
  'token_expired',
  'token_not_yet_valid',
  'token_issued_in_future',
  'token_too_old',
  'subject_contradiction',
  'token_used',
]);

/** The token is accepted, and its job does not have the role. @type {readonly import('./types.d.ts').ErrorCode[]} */
export const JOB_CODES = Object.freeze(['rule_denies', 'no_rule_matches']);

/** What was given with the token is wrong: the policy, the keys, an option. A list, so that a failure is never taken for one of these. */
const INPUT = /^(token_missing|role_unknown|role_mismatch|policy_\w+|key_set_\w+|signing_keys_invalid|option_invalid)$/;

/**
 * Whether an error denies the token or its job. Anything else says nothing about the token: it was not decided.
 *
 * @param {unknown} error
 * @returns {error is import('./types.d.ts').ClaimgateError}
 */
export function isRefusal(error) {
  return error instanceof ClaimgateError && (TOKEN_CODES.includes(error.code) || JOB_CODES.includes(error.code));
}

/**
 * Whether an error is about what was given with the token.
 *
 * @param {unknown} error
 * @returns {error is import('./types.d.ts').ClaimgateError}
 */
export function isInputError(error) {
  return error instanceof ClaimgateError && INPUT.test(error.code);
}

/** Seconds after which it is worth trying again what failed. */
export const RETRY_AFTER = 5;

/** The documentation of a code. @param {import('./types.d.ts').ErrorCode} code */
export function documentationOf(code) {
  const variant = code.split('_').map((word) => word.replace(/^./, (first) => first.toUpperCase())).join('');
  return `https://docs.rs/claimgate/latest/claimgate/enum.Code.html#variant.${variant}`;
}

/**
 * A message as an `error_description` may be: printable ASCII without `"` and `\` (RFC 6749, section 5.2; RFC 6750, section 3).
 *
 * @param {string} message
 */
export function description(message) {
  return message.replaceAll('"', "'").replaceAll('\\', '/').replace(/[^\x20-\x7e]/g, '?');
}
