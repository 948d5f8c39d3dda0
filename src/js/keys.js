import { BadAnswer, fetchKeys } from './discovery.js';
import { ClaimgateError } from './errors.js';

/** How long keys are used before they are fetched again, in seconds. */
const FRESH_SECONDS = 600;
/** How long after a fetch an unknown `kid` is no reason for another one, in seconds. */
const COOLDOWN_SECONDS = 30;
/** How long after a failure nothing is fetched, in seconds: an issuer that is down is not hammered. */
const RETRY_SECONDS = 5;
/** How long discovery and keys may take together, in milliseconds. */
const TIMEOUT_MS = 5000;
/** How often one request looks whether another one's fetch has ended, in milliseconds. */
const POLL_MS = 20;

/**
 * What is known of one issuer's keys. Times are in seconds.
 *
 * @typedef {object} State
 * @property {number} [loaded] when the keys in use were loaded
 * @property {{ time: number, cause: unknown }} [failure] when and why fetching failed, if it did last time
 * @property {{ began: number }} [flight] the fetch that is under way, and when it began, in milliseconds
 * @property {import('./types.d.ts').KeyReport} [report]
 */

/**
 * The keys of issuers, fetched by discovery and kept in memory.
 *
 * @param {object} options
 * @param {typeof globalThis.fetch} [options.fetch]
 * @param {() => number} options.now seconds since 1970
 * @param {readonly import('./types.d.ts').IssuerInfo[]} options.issuers
 * @param {(issuer: string, jwks: string) => import('./types.d.ts').KeyReport} options.setKeys
 */
export function createRemoteKeys({ fetch = (...request) => globalThis.fetch(...request), now, issuers, setKeys }) {
  const states = new Map(issuers.map((info) => [info.issuer, { info, state: /** @type {State} */ ({}) }]));

  /** @param {string} issuer one of the policy's */
  const find = (issuer) => {
    const found = states.get(issuer);
    if (!found) throw new TypeError('the verifier asks for the keys of its own issuers alone');
    return found;
  };

  /** Whether a time was so many seconds ago at most. One that is still to come, since a clock was set, was not. */
  const isWithin = (/** @type {number | undefined} */ time, /** @type {number} */ seconds) => {
    const age = time === undefined ? Infinity : now() - time;
    return age >= 0 && age < seconds;
  };

  /** @param {string} issuer */
  async function load(issuer) {
    const { info, state } = find(issuer);
    if (state.failure && isWithin(state.failure.time, RETRY_SECONDS)) throw unavailable(issuer, state.failure);
    // Unless it says otherwise: its request may be cancelled, and then nobody says anything.
    state.failure = { time: now(), cause: new BadAnswer('the request that fetched them was cancelled') };
    try {
      state.report = setKeys(issuer, await withTimeout((signal) => fetchKeys(fetch, info, signal)));
      state.loaded = now();
      state.failure = undefined;
    } catch (cause) {
      state.failure = { time: now(), cause };
      throw unavailable(issuer, state.failure);
    }
  }

  /**
   * One fetch at a time. The others look for its end instead of awaiting it: in Workers a request that is cancelled takes its
   * promises along, and who else awaits one would wait for ever.
   *
   * @param {string} issuer
   * @returns {Promise<void>}
   */
  async function loadOnce(issuer) {
    const { state } = find(issuer);
    const { flight } = state;
    let waited = flight ? Math.max(0, Date.now() - flight.began) : TIMEOUT_MS;
    for (; state.flight === flight && waited < TIMEOUT_MS; waited += POLL_MS) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    if (state.flight !== flight) {
      // It has ended, and another one may have begun.
      if (state.flight) return loadOnce(issuer);
      if (state.failure) throw unavailable(issuer, state.failure);
      return;
    }
    const own = (state.flight = { began: Date.now() });
    try {
      await load(issuer);
    } finally {
      if (state.flight === own) state.flight = undefined;
    }
  }

  return {
    /** Sees to it that there are fresh keys, or throws `keys_unavailable`. */
    ensure: async (/** @type {string} */ issuer) => {
      if (!isWithin(find(issuer).state.loaded, FRESH_SECONDS)) await loadOnce(issuer);
    },
    /** Fetches the keys again because one was not among them, unless that was just done. Says whether it did. */
    refresh: async (/** @type {string} */ issuer) => {
      if (isWithin(find(issuer).state.loaded, COOLDOWN_SECONDS)) return false;
      await loadOnce(issuer);
      return true;
    },
    report: (/** @type {string} */ name) => [...states.values()].find(({ info }) => info.name === name)?.state.report,
  };
}

/**
 * @param {string} issuer
 * @param {{ cause: unknown }} failure
 */
function unavailable(issuer, { cause }) {
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

/**
 * Ends what takes too long, even if it does not listen to its signal.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withTimeout(work) {
  const controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const timeout = new Promise((_, reject) => {
    // Not `AbortSignal.timeout`, for which Node does not stay alive.
    timer = setTimeout(() => {
      const error = new BadAnswer(`it took longer than ${TIMEOUT_MS} ms`);
      controller.abort(error);
      reject(error);
    }, TIMEOUT_MS);
  });
  try {
    return await Promise.race([work(controller.signal), /** @type {Promise<never>} */ (timeout)]);
  } finally {
    clearTimeout(timer);
  }
}
