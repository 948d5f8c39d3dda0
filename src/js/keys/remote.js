import { waitUntilOf } from '../context.js';
import { ClaimgateError } from '../errors.js';
import { checkInteger, checkMembers, checkObject, checkType, optionError } from '../options.js';
import { TimeoutError, sleep, withTimeout } from '../util/timeout.js';
import { BadAnswer, fetchKeys } from './discovery.js';
import { KeyState } from './key-state.js';
import { createOuterCache } from './outer-cache.js';

/** Seconds that keys are used at least before they are fetched again, whatever their issuer says. */
const MIN_FRESH_SECONDS = 60;
/** The part of their time after which keys are fetched again in the background, before a request has to wait for it. */
const AHEAD = 0.8;
/**
 * How often a request looks whether an attempt has ended, in milliseconds: less often as it waits longer, up to a bound. Thousands of
 * requests that wait would otherwise take the time that the attempt needs.
 */
const MIN_POLL_MS = 20;
const MAX_POLL_MS = 200;
const CANCELLED = 'the requests that fetched them were cancelled';

/** @typedef {import('../context.js').WaitUntil} WaitUntil */
/** @typedef {import('./key-state.js').Attempt} Attempt */
/** @typedef {import('./key-state.js').Kept} Kept */

/** @param {import('../types.d.ts').RemoteKeysOptions} remote */
export function checkRemoteKeys(remote) {
  checkMembers('remoteKeys', remote, ['fetch', 'cache', 'timeout', 'cooldown', 'maxFresh', 'maxStale']);
  checkType('remoteKeys.fetch', remote.fetch, 'function');
  checkInteger('remoteKeys.timeout', remote.timeout, 1, 60);
  checkInteger('remoteKeys.cooldown', remote.cooldown, 1);
  checkInteger('remoteKeys.maxFresh', remote.maxFresh, 1);
  checkInteger('remoteKeys.maxStale', remote.maxStale, 0);
  if (remote.cache === undefined) return;
  checkObject('remoteKeys.cache', remote.cache);
  for (const method of /** @type {const} */ (['get', 'put'])) {
    if (typeof remote.cache[method] !== 'function') {
      throw optionError('`remoteKeys.cache` must have the methods `get` and `put`: see `claimgate/caches`');
    }
  }
}

/**
 * The keys of issuers, fetched by discovery and kept in memory. See `RemoteKeysOptions` in `types.d.ts`.
 *
 * When to fetch is decided in `key-state.js`; this is the I/O.
 *
 * @param {object} options
 * @param {import('../types.d.ts').RemoteKeysOptions} options.remote
 * @param {() => number} options.now seconds since 1970
 * @param {readonly import('../types.d.ts').IssuerInfo[]} options.issuers
 * @param {(issuer: string, jwks: string) => import('../types.d.ts').KeyReport} options.setKeys
 * @param {(error: unknown) => void} options.report receives errors of background work
 */
export function createRemoteKeys({ remote, now, issuers, setKeys, report }) {
  const { cache, timeout = 5, cooldown = 10, maxFresh = 600, maxStale = 3600 } = remote;
  // Looked up at each call: it may be replaced, by a test or a framework.
  const { fetch = (...request) => globalThis.fetch(...request) } = remote;
  const timeoutMs = timeout * 1000;
  const outer = createOuterCache({ cache, maxStale, report });
  /** @type {Map<string, import('../types.d.ts').KeyReport>} by the issuers' names in the policy */
  const reports = new Map();
  const sources = new Map(issuers.map((info) => [info.issuer, { info, state: new KeyState({ timeoutMs, cooldown, maxStale }) }]));

  /** @typedef {{ info: import('../types.d.ts').IssuerInfo, state: KeyState }} Source */

  /**
   * @param {string} issuer one of the policy's
   * @returns {Source}
   */
  const find = (issuer) => {
    const source = sources.get(issuer);
    if (!source) throw new TypeError('the verifier asks only for the keys of its own issuers');
    return source;
  };

  /**
   * @param {Source} source
   * @param {Kept} kept
   */
  function use({ info, state }, kept) {
    reports.set(info.name, setKeys(info.issuer, kept.jwks));
    state.kept = kept;
  }

  /**
   * Takes keys of the outer cache, unless they are of no use.
   *
   * @param {Source} source
   * @param {Kept} found
   * @returns {boolean} whether they are fresh
   */
  function adopt(source, found) {
    try {
      use(source, { ...found, lifetime: Math.min(found.lifetime, maxFresh) });
    } catch (error) {
      report(error);
    }
    return source.state.isFresh(now());
  }

  /**
   * @param {Source} source
   * @param {Attempt} attempt
   * @param {WaitUntil | undefined} waitUntil
   * @param {AbortSignal} signal aborted when its time is over: an answer that comes later is not used
   */
  async function load(source, attempt, waitUntil, signal) {
    const { info, state } = source;
    if (!state.kept) {
      // An isolate that has just started: another one may have fetched them.
      const found = await outer.read(info.issuer);
      signal.throwIfAborted();
      if (found && !state.kept && adopt(source, found)) return;
    }
    const { kept } = state;
    const checked = now();
    const answer = await fetchKeys({ fetch, info, etag: kept?.etag, now: checked, signal });
    signal.throwIfAborted();
    if (!state.isNewest(attempt)) return;
    const lifetime = Math.min(Math.max(answer.maxAge ?? maxFresh, MIN_FRESH_SECONDS), maxFresh);
    const fetched = { jwks: answer.jwks ?? kept?.jwks ?? '', etag: answer.etag, checked, lifetime };
    use(source, fetched);
    keepAlive(outer.write(info.issuer, fetched), waitUntil);
  }

  /**
   * @param {Source} source
   * @param {WaitUntil | undefined} waitUntil
   * @param {boolean} isRefetch
   * @returns {Promise<void>} which does not reject: `state` has the outcome
   */
  function begin(source, waitUntil, isRefetch) {
    const { state } = source;
    const attempt = state.begin(Date.now(), isRefetch);
    const work = withTimeout(timeoutMs, (signal) => load(source, attempt, waitUntil, signal))
      .then(
        () => state.succeed(attempt, now()),
        (cause) => state.fail(attempt, now(), cause ?? new BadAnswer('the request failed'), cause instanceof BadAnswer ? cause.retryAfter : undefined),
      )
      .catch(report) // a clock that fails
      .finally(() => state.end(attempt));
    // Others wait for it as well: it goes on even if this request does not.
    keepAlive(work, waitUntil);
    return work;
  }

  /**
   * Waits until an attempt succeeds or fails, this request's or another one's. Requests poll for the end of another one's attempt instead
   * of awaiting it: in Workers a cancelled request takes its promises along, and a request that awaits one would wait forever.
   *
   * @param {Source} source
   * @param {WaitUntil} [waitUntil]
   * @param {boolean} [isRefetch] whether an attempt that it starts is one
   * @returns {Promise<void>}
   */
  async function next(source, waitUntil, isRefetch = false) {
    const { state } = source;
    const { outcomes } = state;
    const since = Date.now();
    let own;
    let isOver = false;
    while (state.outcomes === outcomes && !isOver) {
      const ms = Date.now();
      if (!own) {
        if (state.mayBegin(now(), ms, since)) own = begin(source, waitUntil, isRefetch).then(() => (isOver = true));
        else if (!state.isRunning(ms)) break; // one failed a moment ago
        else if (state.isOverdue(ms, since)) throw unavailable(source, now(), new BadAnswer(CANCELLED));
      }
      const poll = sleep(pollInterval(ms - since));
      await (own ? Promise.race([own, poll]) : poll);
    }
    if (state.failure) throw unavailable(source, now(), state.failure.cause);
  }

  /**
   * @param {Promise<unknown>} work which does not reject
   * @param {WaitUntil} [waitUntil] keeps the runtime from ending it with the request
   */
  function keepAlive(work, waitUntil = waitUntilOf()) {
    try {
      waitUntil?.(work);
    } catch (error) {
      report(error);
    }
  }

  /**
   * @param {Source} source
   * @param {WaitUntil} [waitUntil]
   */
  async function loadFirst(source, waitUntil) {
    try {
      await next(source, waitUntil);
    } catch (error) {
      if (!source.state.isUsable(now())) throw error;
      report(error);
    }
  }

  return {
    /** Whether `ensure` has nothing to wait for. */
    isReady: (/** @type {string} */ issuer) => find(issuer).state.isGoodEnough(now()),

    /**
     * Ensures that there are keys to use. If there are none yet it returns a promise, of keys or of `keys_unavailable`.
     *
     * @param {string} issuer
     * @param {WaitUntil} [waitUntil]
     */
    ensure(issuer, waitUntil) {
      const source = find(issuer);
      const { state } = source;
      const time = now();
      if (!state.isGoodEnough(time)) return loadFirst(source, waitUntil);
      if (!state.isFresh(time, AHEAD) && state.mayBegin(time, Date.now())) keepAlive(next(source, waitUntil).catch(report), waitUntil);
      return undefined;
    },

    /**
     * Fetches the keys again, because others could lead to another decision, but not twice within the cooldown.
     *
     * @param {string} issuer
     * @param {WaitUntil} [waitUntil]
     * @returns {Promise<boolean>} whether there are other keys now
     * @throws {ClaimgateError} `keys_unavailable` if the issuer cannot be reached
     */
    async refresh(issuer, waitUntil) {
      const source = find(issuer);
      const { state } = source;
      const before = state.kept?.jwks;
      const areOthers = () => state.kept?.jwks !== before;
      if (state.isRunning(Date.now())) {
        await next(source, waitUntil, true);
        if (areOthers()) return true;
        // It may have begun before the issuer's keys changed.
      }
      if (state.mayRefetch(now())) {
        await next(source, waitUntil, true);
      } else if (state.failure) {
        throw unavailable(source, now(), state.failure.cause);
      }
      return areOthers();
    },

    /** Ensures that there are keys of every issuer. */
    hydrate: async () => {
      await Promise.all([...sources.values()].map((source) => (source.state.isFresh(now()) ? undefined : next(source))));
    },
    report: (/** @type {string} */ name) => reports.get(name),
  };
}

/** @param {number} waited in milliseconds */
function pollInterval(waited) {
  return Math.min(Math.max(waited / 5, MIN_POLL_MS), MAX_POLL_MS);
}

/**
 * @param {{ info: import('../types.d.ts').IssuerInfo, state: KeyState }} source
 * @param {number} now
 * @param {unknown} cause
 */
function unavailable({ info: { issuer }, state }, now, cause) {
  const message = `the keys of \`${issuer}\` cannot be fetched: ${reason(cause)}`;
  return new ClaimgateError('keys_unavailable', message, { cause, retryAfter: state.retryAfter(now) });
}

/**
 * The reason of a failure as callers may see it: errors of `fetch` may describe the host's own network.
 *
 * @param {unknown} error
 */
function reason(error) {
  const isSafe = error instanceof BadAnswer || error instanceof TimeoutError || error instanceof ClaimgateError;
  return isSafe ? error.message : 'the request failed';
}
