// What an error means to its caller, in one place for the gate, the exchange, the command line and the page.
import { CODES } from '../wasm/codes.js';
import { ClaimgateError } from './errors.js';

/** @typedef {import('./types.d.ts').ErrorCode} ErrorCode */

/** Every code that a `ClaimgateError` may have. */
export function errorCodes() {
  return /** @type {ErrorCode[]} */ (Object.keys(CODES));
}

/**
 * What the table of codes says about an error. Errors without a code of the table are failures.
 *
 * @param {unknown} error
 */
export function infoOf(error) {
  return error instanceof ClaimgateError && Object.hasOwn(CODES, error.code) ? CODES[error.code] : undefined;
}

/**
 * The stage that a code belongs to, if it is the code of an error.
 *
 * @param {string} code
 */
export function stageOf(code) {
  return Object.hasOwn(CODES, code) ? CODES[/** @type {ErrorCode} */ (code)].stage : undefined;
}

/**
 * Whether an error denies the token or its job. Anything else says nothing about the token: it was not decided.
 *
 * @param {unknown} error
 * @returns {error is import('./types.d.ts').ClaimgateError}
 */
export function isRefusal(error) {
  const info = infoOf(error);
  return info !== undefined && info.refuses && info.stage !== 'request';
}

/**
 * Whether an error is about what was given with the token: the request, the policy, the keys, an option.
 *
 * @param {unknown} error
 * @returns {error is import('./types.d.ts').ClaimgateError}
 */
export function isInputError(error) {
  const stage = infoOf(error)?.stage;
  return stage === 'request' || stage === 'configuration';
}

/**
 * Whether nothing was decided because something could not be reached.
 *
 * @param {unknown} error
 * @returns {error is import('./types.d.ts').ClaimgateError}
 */
export function isTemporary(error) {
  return infoOf(error)?.temporary === true;
}

/**
 * Whether other keys could turn a refusal into something else: the issuer may have rotated its keys, or replaced one under its name.
 *
 * @param {unknown} error
 * @returns {error is import('./types.d.ts').ClaimgateError}
 */
export function dependsOnKeys(error) {
  const info = infoOf(error);
  return info !== undefined && info.refuses && info.stage === 'keys';
}

/** Seconds after which it is worth trying again what failed. */
export const RETRY_AFTER = 5;

/** The documentation of a code. @param {ErrorCode} code */
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
