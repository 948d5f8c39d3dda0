import { decodeUnverified } from '../core.js';
import { ClaimgateError } from '../errors.js';
import { createVerifier } from '../verifier.js';
import { quoted } from './text.js';

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
 * Whether only GitHub can issue tokens with this `iss`. Anyone can run a host that calls itself an Enterprise Server or a local issuer, and
 * a token that names it proves nothing: keys are fetched from there only if the person who asks has named it.
 *
 * @param {import('../types.d.ts').ParsedIssuer} issuer
 */
export function isOperatedByGithub({ policy: { kind } }) {
  return kind === 'github' || kind === 'ghe.com';
}

/**
 * Verifies a token against its own claims: the issuer that it names, and its own audience. Keys are fetched only from issuers that GitHub
 * operates, and from the one that the caller names.
 *
 * @param {string} token
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {object} options
 * @param {string | undefined} [options.keys] a JWK Set's text
 * @param {string | undefined} [options.trusted] the `iss` that the caller names
 * @param {number | undefined} [options.at]
 * @param {number | undefined} [options.leeway]
 * @returns {Promise<import('../types.d.ts').Authorized>}
 */
export async function decideByItself(token, { claims, issuer, problem }, { trusted, ...options }) {
  if (trusted !== undefined && claims.iss !== trusted) {
    throw new ClaimgateError('issuer_mismatch', `\`iss\` must be ${quoted(trusted)}, not ${quoted(String(claims.iss))}`, { claim: 'iss' });
  }
  if (!issuer) throw new ClaimgateError('issuer_mismatch', "`iss` is no issuer of GitHub's, so there are no keys to trust", { claim: 'iss' });
  if (options.keys === undefined && trusted === undefined && !isOperatedByGithub(issuer)) {
    throw new ClaimgateError('keys_unavailable', `anyone can run an issuer like ${quoted(issuer.issuer)}: no keys are fetched from it only because the token names it`);
  }
  if (problem) throw new ClaimgateError(problem.code, problem.message);
  const audiences = /** @type {string[]} */ ([claims.aud].flat()).filter((audience) => audience !== '');
  if (audiences.length === 0) throw new ClaimgateError('claim_malformed', '`aud` is empty');
  return decide(token, { ...admitAny(issuer.policy, audiences), ...options });
}
