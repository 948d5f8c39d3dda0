import { authorized, deepFreeze } from './authorized.js';
import { createCore, decodeUnverified, hold } from './core.js';
import { unverifiedExplanation } from './inspect.js';
import { EXPLAIN, POLICY_OPTIONS, loadPolicy } from './loaded-policy.js';
import { checkMembers, checkString, checkType, checkWord } from './options.js';

const AUTHORIZE_OPTIONS = Object.freeze(['role', 'explain', 'waitUntil']);

const encoder = new TextEncoder();

/** Room for a token that is not too long, with up to three bytes for each character. */
const scratch = new Uint8Array(3 * 16 * 1024);

/**
 * A token's bytes, until the next call: made anew they would be half of what is left to collect of a request.
 *
 * @param {string} token
 */
function bytesOf(token) {
  if (3 * token.length > scratch.length) return encoder.encode(token);
  return scratch.subarray(0, encoder.encodeInto(token, scratch).written);
}

/**
 * Loads a policy. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').VerifierOptions} options
 * @returns {import('./types.d.ts').Verifier}
 */
export function createVerifier(options) {
  checkMembers('options', options, POLICY_OPTIONS);
  const { askCore, crypto, issuers, source, issuersOf, decide } = loadPolicy(options, { createCore, decodeUnverified, hold });

  /**
   * @param {string} token
   * @param {import('./types.d.ts').AuthorizeOptions} options
   */
  async function authorize(token, options) {
    checkString('token', token);
    checkMembers('options', options, AUTHORIZE_OPTIONS);
    const { role, explain = 'full', waitUntil } = options;
    checkWord('explain', explain, EXPLAIN);
    checkType('waitUntil', waitUntil, 'function');
    const discloses = explain === 'full';
    const payload = await decide(token, { role, discloses, waitUntil }, (core, now) => core.authorize(bytesOf(token), role, now, discloses));
    const readClaims = () => JSON.parse(payload);
    const [issuer, other] = issuersOf(role);
    return authorized({
      role,
      issuer: issuer === undefined || other !== undefined ? readClaims().iss : issuer,
      readClaims,
      readRest: () => askCore((core) => core.describe(payload, role, discloses)),
    });
  }

  /**
   * @param {string} token
   * @param {{ role: string }} options
   */
  function explainUnverified(token, options) {
    checkString('token', token);
    checkMembers('options', options, ['role']);
    const { role } = options;
    const trusted = issuersOf(role);
    return unverifiedExplanation(role, trusted, decodeUnverified(token), askCore((core) => core.explainUnverified(token, role)));
  }

  return Object.freeze({
    issuers,
    crypto,
    issuersOf: (/** @type {string} */ role) => issuersOf(role),
    authorize,
    explainUnverified,
    policyWarnings: () => deepFreeze(askCore((core) => core.warnings())),
    hydrate: () => source.hydrate(),
    keyReport: (/** @type {string} */ name) => source.report(name),
  });
}
