import { decodeUnverified } from '../core.js';
import { ClaimgateError } from '../errors.js';
import { createVerifier } from '../verifier.js';

/** The role of a policy that we write ourselves. */
const ANY = 'any';

/**
 * A verifier of the signature and the registered claims alone: its policy admits whoever passes those.
 *
 * @param {import('../types.d.ts').PolicyIssuer} issuer
 * @param {readonly string[]} audiences
 * @returns {{ policy: import('../types.d.ts').Policy, role: string }}
 */
export function admitAny(issuer, audiences) {
  const roles = { [ANY]: { issuer: 'issuer', allow: [{ sub: { glob: '**' } }], unscoped: true } };
  return { policy: { version: 1, audience: audiences, issuers: { issuer }, roles }, role: ANY };
}

/**
 * Verifies a token for a role, with pinned keys or with those that the issuer publishes.
 *
 * @param {string} token
 * @param {object} options
 * @param {import('../types.d.ts').Policy | string} options.policy
 * @param {string} options.role
 * @param {string | undefined} [options.keys] a JWK Set's text
 * @param {number | undefined} [options.leeway]
 * @param {number | undefined} [options.maxAge]
 * @param {number | undefined} [options.at] seconds since 1970, instead of now
 * @returns {Promise<import('../types.d.ts').Authorized>}
 */
export async function decide(token, { policy, role, keys, leeway, maxAge, at }) {
  // What is no token is no reason to ask anybody for keys.
  decodeUnverified(token);
  /** @type {import('../types.d.ts').VerifierOptions} */
  const options = { policy };
  if (leeway !== undefined) options.leeway = leeway;
  if (maxAge !== undefined) options.maxAge = maxAge;
  if (at !== undefined) options.clock = () => at;
  if (keys !== undefined) {
    // A verifier wants keys for each issuer of its policy. This one is asked about one role, whose issuer's these are.
    const { issuers } = createVerifier(options);
    Object.assign(options, { keys: Object.fromEntries(issuers.map(({ name }) => [name, keys])) });
  }
  return createVerifier(options).authorize(token, { role });
}

/**
 * Holds a token to what it says of itself: the issuer that it names, and its own audience.
 *
 * @param {string} token
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {{ keys?: string | undefined, at?: number | undefined, leeway?: number | undefined }} options
 * @returns {Promise<import('../types.d.ts').Authorized>}
 */
export async function decideByItself(token, { claims, issuer, problem }, options) {
  if (!issuer) throw new ClaimgateError('issuer_mismatch', "`iss` is no issuer of GitHub's, so there are no keys to trust");
  if (problem) throw new ClaimgateError(problem.code, problem.message);
  const audiences = /** @type {string[]} */ ([claims.aud].flat()).filter((audience) => audience !== '');
  if (audiences.length === 0) throw new ClaimgateError('claim_malformed', '`aud` is empty');
  return decide(token, { ...admitAny(issuer.policy, audiences), ...options });
}
