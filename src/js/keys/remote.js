import { BadAnswer, fetchKeys } from './discovery.js';
import { ClaimgateError } from '../errors.js';
import { checkInteger, checkMembers, checkObject, checkType, optionError } from '../options.js';
import { createOuterCache } from './outer-cache.js';
import { withTimeout } from './timeout.js';

/** Seconds that keys are used at least before they are fetched again, whatever their issuer says. */
const MIN_FRESH_SECONDS = 60;
/** The part of their time after which keys are fetched again in the background, before anybody has to wait for it. */
const AHEAD = 0.8;
/** How long after a failure nothing is fetched, in seconds: an issuer that is down is not hammered. */
const RETRY_SECONDS = 5;
/** How often one request looks whether another one's fetch has ended, in milliseconds. */
const POLL_MS = 20;
/** How long after its time an attempt may still end by itself, before it counts as cancelled, in milliseconds. */
const GRACE_MS = 500;
const CANCELLED = 'the request that fetched them was cancelled';

/** @typedef {(promise: Promise<unknown>) => unknown} WaitUntil */

/**
 * Keys that are in use. Times are in seconds.
 *
 * @typedef {object} Kept
 * @property {string} jwks
 * @property {string} [etag]
 * @property {number} checked when the issuer was last asked, and they were its keys
 * @property {number} lifetime how long they are fresh from then on
 */

/**
 * An attempt to get the keys, under way or past.
 *
 * @typedef {object} Attempt
 * @property {number} began in milliseconds, by the runtime's clock
 * @property {boolean} [isOver] whether it came to an end. In Workers a request that is cancelled takes its attempt along, and nobody
 *   says so: it is given up when its time has passed
 */

/**
 * What is known of one issuer's keys.
 *
 * @typedef {object} State
 * @property {import('../types.d.ts').IssuerInfo} info
 * @property {Kept} [kept]
 * @property {Attempt} [attempt] the last one
 * @property {{ time: number, cause: unknown }} [failure] when, in seconds, and why an attempt failed, until one succeeds
 * @property {number} [refetched] when keys were last fetched because one was not among them, in seconds
 * @property {import('../types.d.ts').KeyReport} [report]
 */

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
 * @param {object} options
 * @param {import('../types.d.ts').RemoteKeysOptions} options.remote
 * @param {() => number} options.now seconds since 1970
 * @param {readonly import('../types.d.ts').IssuerInfo[]} options.issuers
 * @param {(issuer: string, jwks: string) => import('../types.d.ts').KeyReport} options.setKeys
 * @param {(error: unknown) => void} options.report told of what fails while nobody waits for it
 */
export function createRemoteKeys({ remote, now, issuers, setKeys, report }) {
  const { cache, timeout = 5, cooldown = 10, maxFresh = 600, maxStale = 3600 } = remote;
  // Looked up at each call: it may be replaced, by a test or a framework.
  const { fetch = (...request) => globalThis.fetch(...request) } = remote;
  const timeoutMs = timeout * 1000;
  const outer = createOuterCache({ cache, maxStale, report });
  /** @type {Map<string, State>} */
  const states = new Map(issuers.map((info) => [info.issuer, { info }]));

  /** @param {string} issuer one of the policy's */
  const find = (issuer) => {
    const state = states.get(issuer);
    if (!state) throw new TypeError('the verifier asks for the keys of its own issuers alone');
    return state;
  };

  /** Whether a time was less than so many seconds ago. One that is still to come, since a clock was set, was not. */
  const isWithin = (/** @type {number | undefined} */ time, /** @type {number} */ seconds) => {
    const age = time === undefined ? Infinity : now() - time;
    return age >= 0 && age < seconds;
  };
  const isFresh = (/** @type {State} */ { kept }, part = 1) => kept !== undefined && isWithin(kept.checked, kept.lifetime * part);
  const isUsable = (/** @type {State} */ state) => isFresh(state) || isWithin(state.kept?.checked, maxStale);
  /** While the issuer is known to be down, nobody waits to find that out again. */
  const isGoodEnough = (/** @type {State} */ state) => isFresh(state) || (state.failure !== undefined && isUsable(state));
  const isRunning = (/** @type {State} */ { attempt }) => {
    const age = attempt === undefined || attempt.isOver ? Infinity : Date.now() - attempt.began;
    return age >= 0 && age < timeoutMs + GRACE_MS;
  };
  const mayTry = (/** @type {State} */ state) => !isRunning(state) && !isWithin(state.failure?.time, RETRY_SECONDS);

  /**
   * @param {State} state
   * @param {Kept} kept
   */
  function use(state, kept) {
    state.report = setKeys(state.info.issuer, kept.jwks);
    state.kept = kept;
  }

  /**
   * Takes keys of the outer cache, unless they are of no use.
   *
   * @param {State} state
   * @param {Kept} found
   * @returns {boolean} whether they are fresh
   */
  function adopt(state, found) {
    try {
      use(state, { ...found, lifetime: Math.min(found.lifetime, maxFresh) });
    } catch (error) {
      report(error);
    }
    return isFresh(state);
  }

  /**
   * @param {State} state
   * @param {WaitUntil | undefined} waitUntil
   * @param {AbortSignal} signal
   * @param {() => void} check throws if the attempt was given up: what comes then may be older than what came since
   */
  async function load(state, waitUntil, signal, check) {
    const { info } = state;
    if (!state.kept) {
      // An isolate that has just started: another one may have fetched them.
      const found = await outer.read(info.issuer);
      check();
      if (found && adopt(state, found)) return;
    }
    const { kept } = state;
    const checked = now();
    const answer = await fetchKeys({ fetch, info, etag: kept?.etag, signal });
    check();
    const lifetime = Math.min(Math.max(answer.maxAge ?? maxFresh, MIN_FRESH_SECONDS), maxFresh);
    const fetched = { jwks: answer.jwks ?? kept?.jwks ?? '', etag: answer.etag, checked, lifetime };
    use(state, fetched);
    keepAlive(outer.write(info.issuer, fetched), waitUntil);
  }

  /**
   * @param {State} state
   * @param {WaitUntil | undefined} waitUntil
   * @returns {Promise<boolean>} whether it was not given up meanwhile
   */
  async function begin(state, waitUntil) {
    /** @type {Attempt} */
    const attempt = (state.attempt = { began: Date.now() });
    const isCurrent = () => state.attempt === attempt;
    const check = (/** @type {AbortSignal} */ signal) => {
      signal.throwIfAborted();
      if (!isCurrent()) throw new BadAnswer(CANCELLED);
    };
    const work = withTimeout(timeoutMs, (signal) => load(state, waitUntil, signal, () => check(signal))).then(
      () => (state.failure = undefined),
      (cause) => {
        if (isCurrent()) state.failure = { time: now(), cause: cause ?? new BadAnswer('the request failed') };
      },
    );
    const ended = work.finally(() => (attempt.isOver = true));
    // Others wait for it as well: it goes on even if this request does not.
    keepAlive(ended.catch(() => {}), waitUntil);
    await ended;
    return isCurrent();
  }

  /**
   * One attempt at a time. The others look for its end instead of awaiting it: in Workers a request that is cancelled takes its
   * promises along, and who else awaits one would wait for ever. They take over if its time has passed without an end.
   *
   * @param {State} state
   * @param {WaitUntil} [waitUntil]
   * @returns {Promise<void>}
   */
  async function loadOnce(state, waitUntil) {
    const deadline = Date.now() + 2 * (timeoutMs + GRACE_MS);
    for (;;) {
      if (mayTry(state) && (await begin(state, waitUntil))) break;
      if (!isRunning(state)) break; // one failed a moment ago
      const { attempt } = state;
      while (state.attempt === attempt && isRunning(state)) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (attempt?.isOver) break;
      if (Date.now() >= deadline) throw unavailable(state, new BadAnswer(CANCELLED));
    }
    if (state.failure) throw unavailable(state, state.failure.cause);
  }

  /**
   * @param {Promise<unknown>} work which does not reject
   * @param {WaitUntil} [waitUntil] keeps the runtime from ending it with the request
   */
  function keepAlive(work, waitUntil) {
    try {
      waitUntil?.(work);
    } catch (error) {
      report(error);
    }
  }

  /**
   * @param {State} state
   * @param {WaitUntil} [waitUntil]
   */
  async function loadFirst(state, waitUntil) {
    try {
      await loadOnce(state, waitUntil);
    } catch (error) {
      if (!isUsable(state)) throw error;
      report(error);
    }
  }

  return {
    /** Whether `ensure` has nothing to wait for. */
    isReady: (/** @type {string} */ issuer) => isGoodEnough(find(issuer)),

    /**
     * Sees to it that there are keys to use. If there are none yet it gives a promise, of keys or of `keys_unavailable`.
     *
     * @param {string} issuer
     * @param {WaitUntil} [waitUntil]
     */
    ensure(issuer, waitUntil) {
      const state = find(issuer);
      if (!isGoodEnough(state)) return loadFirst(state, waitUntil);
      if (!isFresh(state, AHEAD) && mayTry(state)) keepAlive(loadOnce(state, waitUntil).catch(report), waitUntil);
      return undefined;
    },

    /**
     * Fetches the keys again because one was not among them, unless that was just done. Says whether there may be others now.
     *
     * @param {string} issuer
     * @param {WaitUntil} [waitUntil]
     */
    async refresh(issuer, waitUntil) {
      const state = find(issuer);
      if (isRunning(state)) {
        await loadOnce(state, waitUntil);
        return true;
      }
      if (isWithin(state.refetched, cooldown) || !mayTry(state)) {
        // The key may well be among those that could not be fetched.
        if (state.failure) throw unavailable(state, state.failure.cause);
        return false;
      }
      state.refetched = now();
      try {
        await loadOnce(state, waitUntil);
      } finally {
        // A fetch may take longer than the cooldown.
        state.refetched = now();
      }
      return true;
    },

    /** Sees to it that there are keys of every issuer. */
    hydrate: async () => {
      await Promise.all([...states.values()].map((state) => (isFresh(state) ? undefined : loadOnce(state))));
    },
    report: (/** @type {string} */ name) => [...states.values()].find(({ info }) => info.name === name)?.report,
  };
}

/**
 * @param {State} state
 * @param {unknown} cause
 */
function unavailable({ info: { issuer } }, cause) {
  const message = `the keys of \`${issuer}\` cannot be fetched: ${reason(cause)}`;
  return new ClaimgateError('keys_unavailable', message, { cause, retryAfter: RETRY_SECONDS });
}

/**
 * Why fetching failed, as far as it may be told: what `fetch` throws may speak of the host's own network.
 *
 * @param {unknown} error
 */
function reason(error) {
  return error instanceof BadAnswer || error instanceof ClaimgateError ? error.message : 'the request failed';
}
