import { authorized, deepFreeze } from './authorized.js';
import { Core } from './core.js';
import { ClaimgateError, callCore } from './errors.js';
import { createRemoteKeys } from './keys.js';
import { checkInteger, checkMembers, checkString, checkType, checkWord, optionError, wholeSeconds } from './options.js';

/** The options of `createVerifier`. */
export const VERIFIER_OPTIONS = Object.freeze(['policy', 'keys', 'fetch', 'algorithms', 'leeway', 'maxAge', 'clock']);

/** How much an explanation says. */
export const EXPLAIN = Object.freeze(['full', 'claims']);

/**
 * Loads a policy. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').VerifierOptions} options
 * @returns {import('./types.d.ts').Verifier}
 */
export function createVerifier(options) {
  checkMembers('options', options, VERIFIER_OPTIONS);
  const { policy, keys, fetch, algorithms, leeway, maxAge, clock = () => Date.now() / 1000 } = options;
  checkInteger('leeway', leeway, 0);
  checkInteger('maxAge', maxAge, 0);
  checkType('clock', clock, 'function');
  checkType('fetch', fetch, 'function');
  checkAlgorithms(algorithms);
  if (keys !== undefined && fetch !== undefined) {
    throw optionError('give `keys`, which are fixed, or `fetch`, which gets them, but not both');
  }
  const core = callCore(() => new Core(text('policy', policy), algorithms?.slice(), leeway, maxAge));
  /** @type {readonly import('./types.d.ts').IssuerInfo[]} */
  const issuers = deepFreeze(callCore(() => core.issuers()));
  const now = () => wholeSeconds('clock', clock());
  const setKeys = (/** @type {string} */ issuer, /** @type {string} */ jwks) =>
    deepFreeze(callCore(() => core.setKeys(issuer, jwks)));
  const source = keys === undefined ? createRemoteKeys({ fetch, now, issuers, setKeys }) : fixedKeys(keys, issuers, setKeys);

  /** @param {string} role */
  function issuerOf(role, discloses = true) {
    checkString('role', role);
    return callCore(() => core.issuerOf(role, discloses));
  }

  /**
   * @param {string} token
   * @param {import('./types.d.ts').AuthorizeOptions} options
   */
  async function authorize(token, options) {
    checkString('token', token);
    checkMembers('options', options, ['role', 'explain']);
    const { role, explain = 'full' } = options;
    checkWord('explain', explain, EXPLAIN);
    const discloses = explain === 'full';
    const issuer = issuerOf(role, discloses);
    const attempt = () => authorized(callCore(() => core.authorize(token, role, now(), discloses)));
    await source.ensure(issuer);
    try {
      return attempt();
    } catch (error) {
      // The issuer may have rotated its keys since they were fetched.
      if (!(error instanceof ClaimgateError) || error.code !== 'key_unknown') throw error;
      if (!(await source.refresh(issuer))) throw error;
      return attempt();
    }
  }

  return Object.freeze({ issuers, issuerOf: (/** @type {string} */ role) => issuerOf(role), authorize, keyReport: source.report });
}

/** @param {unknown} algorithms */
function checkAlgorithms(algorithms) {
  if (algorithms === undefined) return;
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw optionError('`algorithms` must be a list of at least one, such as `["RS256"]`');
  }
  for (const algorithm of algorithms) checkString('algorithms', algorithm);
}

/**
 * A policy or a JWK Set may be given as the object that a JSON import yields, or as text.
 *
 * @param {string} name
 * @param {unknown} value
 */
function text(name, value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    try {
      const json = JSON.stringify(value);
      if (typeof json === 'string') return json;
    } catch {
      // Cyclic, or with a member that JSON does not have: told below.
    }
  }
  throw optionError(`\`${name}\` must be an object of JSON, or its text`);
}

/**
 * Keys that are given once and for all, one set for each issuer of the policy.
 *
 * @param {Record<string, object | string>} keys by the issuers' names in the policy
 * @param {readonly import('./types.d.ts').IssuerInfo[]} issuers
 * @param {(issuer: string, jwks: string) => import('./types.d.ts').KeyReport} setKeys
 */
function fixedKeys(keys, issuers, setKeys) {
  checkMembers('keys', keys, issuers.map(({ name }) => name));
  /** @type {Map<string, import('./types.d.ts').KeyReport>} */
  const reports = new Map();
  for (const { name, issuer } of issuers) {
    if (!Object.hasOwn(keys, name)) throw optionError(`\`keys\` has no key set for the policy's issuer \`${name}\``);
    reports.set(name, setKeys(issuer, text(`keys.${name}`, keys[name])));
  }
  return {
    ensure: async () => {},
    refresh: async () => false,
    report: (/** @type {string} */ name) => reports.get(name),
  };
}
