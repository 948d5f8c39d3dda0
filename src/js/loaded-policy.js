import { deepFreeze } from './authorized.js';
import { CRYPTO, chooseCrypto } from './crypto.js';
import { ClaimgateError } from './errors.js';
import { isPromise } from './instance.js';
import { createPinnedKeys } from './keys/pinned.js';
import { checkRemoteKeys, createRemoteKeys } from './keys/remote.js';
import { checkString, checkType, checkWord, optionError, wholeSeconds } from './options.js';
import { jsonText } from './plain-data.js';
import { dependsOnKeys } from './refusals.js';
import { createReporter } from './report.js';

/** The options of whatever decides by a policy. */
export const POLICY_OPTIONS = Object.freeze([
  'policy',
  'keys',
  'remoteKeys',
  'crypto',
  'algorithms',
  'leeway',
  'maxAge',
  'clock',
  'onError',
  'onProgress',
]);

/** How much an explanation says. */
export const EXPLAIN = Object.freeze(['full', 'claims']);

/**
 * What is used of a policy in the core here: both modules of the package have it.
 *
 * @typedef {{
 *   issuers(): any,
 *   issuersOf(role: string, disclose: boolean): string[],
 *   issuerFor(token: string, role: string): string,
 *   setKeys(issuer: string, jwks: string): any,
 * }} PolicyCore
 */

/**
 * A policy with the keys of its issuers: what verifiers and exchanges are made of. The options are checked but for their names.
 *
 * @template {PolicyCore} C
 * @param {import('./types.d.ts').VerifierOptions} options
 * @param {object} module
 * @param {(...options: [string, object, any, any, any]) => C} module.createCore
 * @param {(token: string) => unknown} module.decodeUnverified
 * @param {(make: () => C) => <T>(ask: (core: C) => T) => T} module.hold
 */
export function loadPolicy(options, { createCore, decodeUnverified, hold }) {
  const { policy, keys, remoteKeys = {}, crypto, algorithms, leeway, maxAge, clock = () => Date.now() / 1000, onError, onProgress } = options;
  checkType('clock', clock, 'function');
  checkType('onError', onError, 'function');
  checkType('onProgress', onProgress, 'function');
  checkWord('crypto', crypto, CRYPTO);
  checkAlgorithms(algorithms);
  checkRemoteKeys(remoteKeys);
  if (keys !== undefined && options.remoteKeys !== undefined) {
    throw optionError('give `keys`, which are pinned, or `remoteKeys`, which says how they are fetched, but not both');
  }
  const { name: cryptoName, host, subtle, leavesRsa } = chooseCrypto(crypto, algorithms ?? ['RS256']);
  const report = createReporter(onError);
  const progress =
    onProgress &&
    ((/** @type {number} */ bytes) => {
      try {
        onProgress(bytes);
      } catch (error) {
        // It must not get into the core, which is at work.
        report(error);
      }
    });
  const text = jsonText('policy', policy);
  const own = algorithms?.slice();
  /** @type {Map<string, string>} by the issuers: a core that takes the place of one that failed needs them again */
  const keySets = new Map();
  const make = () => {
    const core = createCore(text, { algorithms: own, leeway, maxAge, leavesRsa }, host, subtle, progress);
    for (const [issuer, jwks] of keySets) core.setKeys(issuer, jwks);
    return core;
  };
  const askCore = typeof policy === 'string' ? hold(make) : withoutPositions(() => hold(make));
  /** @type {readonly import('./types.d.ts').IssuerInfo[]} */
  const issuers = deepFreeze(askCore((core) => core.issuers()));
  const now = () => wholeSeconds('clock', clock());
  const setKeys = (/** @type {string} */ issuer, /** @type {string} */ jwks) => {
    const keyReport = deepFreeze(askCore((core) => core.setKeys(issuer, jwks)));
    keySets.set(issuer, jwks);
    return keyReport;
  };
  const source =
    keys === undefined
      ? createRemoteKeys({ remote: remoteKeys, now, issuers, setKeys, report })
      : createPinnedKeys({ keys, issuers, setKeys });

  /** @type {Map<string, readonly string[]>} of the policy's roles, those that were asked for */
  const known = new Map();

  /** @param {string} role */
  function issuersOf(role, discloses = true) {
    const issuers = known.get(role);
    if (issuers !== undefined) return issuers;
    checkString('role', role);
    const found = Object.freeze(askCore((core) => core.issuersOf(role, discloses)));
    known.set(role, found);
    return found;
  }

  /**
   * The issuer by whose keys a token is verified: of several that the role trusts, the one that the token names.
   *
   * @param {string} token
   * @param {string} role
   * @param {boolean} discloses
   * @returns {string}
   */
  function issuerFor(token, role, discloses) {
    const [issuer, other] = issuersOf(role, discloses);
    return issuer === undefined || other !== undefined ? askCore((core) => core.issuerFor(token, role)) : issuer;
  }

  /**
   * Ensures that there are the keys that a token for a role needs, and asks the core.
   *
   * @template T
   * @param {string} token
   * @param {{ role: string, discloses: boolean, waitUntil?: (work: Promise<unknown>) => unknown }} how
   * @param {(core: C, now: number) => T | Promise<T>} ask
   * @returns {Promise<T>}
   */
  async function decide(token, { role, discloses, waitUntil }, ask) {
    const issuer = issuerFor(token, role, discloses);
    // For what is no token no issuer is asked, and nobody waits.
    if (!source.isReady(issuer)) decodeUnverified(token);
    const loading = source.ensure(issuer, waitUntil);
    // Most often there is nothing to wait for, and a turn for nothing costs as much as reading the claims.
    if (loading) await loading;
    for (let refreshed = 0; ; refreshed += 1) {
      const time = now();
      try {
        const decided = askCore((core) => ask(core, time));
        // Most often there is nothing to wait for.
        return isPromise(decided) ? await decided : decided;
      } catch (error) {
        if (!dependsOnKeys(error)) throw error;
        // Once with the fetch of another request, which may have begun before the keys changed, and once with its own.
        if (refreshed === 2 || !(await areOthers(error))) throw error;
      }
    }

    /** @param {ClaimgateError} refusal */
    async function areOthers(refusal) {
      try {
        return await source.refresh(issuer, waitUntil);
      } catch (error) {
        // The key may be among those that could not be fetched. Of any other refusal an outage changes nothing.
        if (refusal.code === 'key_unknown') throw error;
        report(error);
        return false;
      }
    }
  }

  return { askCore, crypto: cryptoName, subtle, issuers, clock, now, source, issuersOf, decide };
}

/**
 * Without line and column: a policy that is an object has no text that its author knows.
 *
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
function withoutPositions(work) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ClaimgateError)) throw error;
    const { code, message, place, suggestion, cause } = /** @type {import('./types.d.ts').ClaimgateError} */ (error);
    throw new ClaimgateError(code, message, { place, suggestion, cause });
  }
}

/** @param {unknown} algorithms */
function checkAlgorithms(algorithms) {
  if (algorithms === undefined) return;
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw optionError('`algorithms` must be a list of at least one, such as `["RS256"]`');
  }
  for (const algorithm of algorithms) checkString('algorithms', algorithm);
}
