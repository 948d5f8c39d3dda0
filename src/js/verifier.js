import { authorized, deepFreeze } from './authorized.js';
import { createCore, decodeUnverified } from './core.js';
import { ClaimgateError, callCore } from './errors.js';
import { CRYPTO, chooseHost } from './host.js';
import { unverifiedExplanation } from './inspect.js';
import { createPinnedKeys } from './keys/pinned.js';
import { checkRemoteKeys, createRemoteKeys } from './keys/remote.js';
import { checkInteger, checkMembers, checkString, checkType, checkWord, jsonText, optionError, wholeSeconds } from './options.js';
import { createReporter } from './report.js';

/** The options of `createVerifier`. */
export const VERIFIER_OPTIONS = Object.freeze([
  'policy',
  'keys',
  'remoteKeys',
  'crypto',
  'algorithms',
  'leeway',
  'maxAge',
  'clock',
  'onError',
]);

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
  const { policy, keys, remoteKeys = {}, crypto, algorithms, leeway, maxAge, clock = () => Date.now() / 1000, onError } = options;
  checkInteger('leeway', leeway, 0);
  checkInteger('maxAge', maxAge, 0);
  checkType('clock', clock, 'function');
  checkType('onError', onError, 'function');
  checkWord('crypto', crypto, CRYPTO);
  checkAlgorithms(algorithms);
  checkRemoteKeys(remoteKeys);
  if (keys !== undefined && options.remoteKeys !== undefined) {
    throw optionError('give `keys`, which are pinned, or `remoteKeys`, which says how they are fetched, but not both');
  }
  const host = chooseHost(crypto);
  const core = createCore(jsonText('policy', policy), algorithms?.slice(), leeway, maxAge, host);
  /** @type {readonly import('./types.d.ts').IssuerInfo[]} */
  const issuers = deepFreeze(callCore(() => core.issuers()));
  const now = () => wholeSeconds('clock', clock());
  const setKeys = (/** @type {string} */ issuer, /** @type {string} */ jwks) =>
    deepFreeze(callCore(() => core.setKeys(issuer, jwks)));
  const source =
    keys === undefined
      ? createRemoteKeys({ remote: remoteKeys, now, issuers, setKeys, report: createReporter(onError) })
      : createPinnedKeys({ keys, issuers, setKeys });

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
    checkMembers('options', options, ['role', 'explain', 'waitUntil']);
    const { role, explain = 'full', waitUntil } = options;
    checkWord('explain', explain, EXPLAIN);
    checkType('waitUntil', waitUntil, 'function');
    const discloses = explain === 'full';
    const issuer = issuerOf(role, discloses);
    // For what is no token no issuer is asked, and nobody waits.
    if (!source.isReady(issuer)) decodeUnverified(token);
    await source.ensure(issuer, waitUntil);
    for (let refreshed = 0; ; refreshed += 1) {
      try {
        return authorized(callCore(() => core.authorize(token, role, now(), discloses)));
      } catch (error) {
        // The issuer may have rotated its keys since they were fetched.
        if (!(error instanceof ClaimgateError) || error.code !== 'key_unknown') throw error;
        // Once with somebody else's fetch, which may have begun before the rotation, and once with its own.
        if (refreshed === 2 || !(await source.refresh(issuer, waitUntil))) throw error;
      }
    }
  }

  /**
   * @param {string} token
   * @param {{ role: string }} options
   */
  function explainUnverified(token, options) {
    checkString('token', token);
    checkMembers('options', options, ['role']);
    const { role } = options;
    const issuer = issuerOf(role);
    return unverifiedExplanation(role, issuer, decodeUnverified(token), callCore(() => core.explainUnverified(token, role)));
  }

  return Object.freeze({
    issuers,
    crypto: host ? 'host' : 'wasm',
    issuerOf: (/** @type {string} */ role) => issuerOf(role),
    authorize,
    explainUnverified,
    hydrate: () => source.hydrate(),
    keyReport: (/** @type {string} */ name) => source.report(name),
  });
}

/** @param {unknown} algorithms */
function checkAlgorithms(algorithms) {
  if (algorithms === undefined) return;
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw optionError('`algorithms` must be a list of at least one, such as `["RS256"]`');
  }
  for (const algorithm of algorithms) checkString('algorithms', algorithm);
}
