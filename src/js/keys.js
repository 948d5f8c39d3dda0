import { ClaimgateError } from './errors.js';

/** How long keys are used before they are fetched again, in seconds. */
const FRESH_SECONDS = 600;
/** How long after a fetch an unknown `kid` is no reason for another one, in seconds. */
const COOLDOWN_SECONDS = 30;
/** How long after a failure nothing is fetched, in seconds: an issuer that is down is not hammered. */
const RETRY_SECONDS = 5;
/** How long discovery and keys may take together, in milliseconds. */
const TIMEOUT_MS = 5000;
/** As `limits::KEY_SET_BYTES` of the core. */
const MAX_BYTES = 512 * 1024;

/**
 * What is known of one issuer's keys.
 *
 * @typedef {object} State
 * @property {number} [loaded] when keys were last loaded, in seconds
 * @property {number} [failed] when fetching last failed, in seconds, if it was after that
 * @property {ClaimgateError} [failure] how it failed
 * @property {Promise<void>} [pending] the fetch that is under way
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
  /** @type {Map<string, State>} */
  const states = new Map(issuers.map(({ issuer }) => [issuer, {}]));
  const stateOf = (/** @type {string} */ issuer) => states.get(issuer) ?? {};
  const isWithin = (/** @type {number | undefined} */ time, /** @type {number} */ seconds) =>
    time !== undefined && now() - time < seconds;

  /** @param {string} issuer */
  async function load(issuer) {
    const state = stateOf(issuer);
    if (state.failure && isWithin(state.failed, RETRY_SECONDS)) throw state.failure;
    try {
      state.report = setKeys(issuer, await fetchKeys(fetch, issuer));
      state.loaded = now();
      state.failure = undefined;
    } catch (cause) {
      state.failed = now();
      state.failure = new ClaimgateError('keys_unavailable', `the keys of \`${issuer}\` cannot be fetched: ${reason(cause)}`, {
        cause,
        retryAfter: RETRY_SECONDS,
      });
      throw state.failure;
    }
  }

  /** @param {string} issuer */
  async function loadOnce(issuer) {
    if (!canShareRequests()) return load(issuer);
    const state = stateOf(issuer);
    state.pending ??= load(issuer).finally(() => (state.pending = undefined));
    return state.pending;
  }

  return {
    /** Sees to it that there are fresh keys, or throws `keys_unavailable`. */
    ensure: async (/** @type {string} */ issuer) => {
      if (!isWithin(stateOf(issuer).loaded, FRESH_SECONDS)) await loadOnce(issuer);
    },
    /** Fetches the keys again because one was not among them, unless that was just done. Says whether it did. */
    refresh: async (/** @type {string} */ issuer) => {
      if (isWithin(stateOf(issuer).loaded, COOLDOWN_SECONDS)) return false;
      await loadOnce(issuer);
      return true;
    },
    report: (/** @type {string} */ name) => {
      const issuer = issuers.find((issuer) => issuer.name === name)?.issuer;
      return issuer === undefined ? undefined : stateOf(issuer).report;
    },
  };
}

/** What an issuer answered that is not its keys. */
class BadAnswer extends Error {}

/**
 * Why fetching failed, as far as it may be told: what `fetch` throws may speak of the host's own network.
 *
 * @param {unknown} error
 */
function reason(error) {
  if (error instanceof BadAnswer || error instanceof ClaimgateError) return error.message;
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  return isTimeout ? `it took longer than ${TIMEOUT_MS} ms` : 'the request failed';
}

/** In Workers a request that is cancelled takes its fetch along, and who else waits for it would wait for ever. */
function canShareRequests() {
  return globalThis.navigator?.userAgent !== 'Cloudflare-Workers';
}

/**
 * Discovery, then the keys that it names, both of the issuer's own origin.
 *
 * @param {typeof globalThis.fetch} fetch
 * @param {string} issuer
 * @returns {Promise<string>} the JWK Set's text
 */
async function fetchKeys(fetch, issuer) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const discovery = `${issuer}/.well-known/openid-configuration`;
  const metadata = parse(discovery, await fetchText(fetch, discovery, signal));
  // OpenID Connect Discovery, section 4.3.
  if (metadata.issuer !== issuer) throw new BadAnswer(`\`${discovery}\` is the metadata of another issuer`);
  const keys = tryUrl(metadata.jwks_uri);
  if (keys?.origin !== new URL(issuer).origin) {
    throw new BadAnswer(`\`${discovery}\` names keys that are not at the issuer's own origin`);
  }
  return fetchText(fetch, keys.href, signal);
}

/** @param {unknown} text */
function tryUrl(text) {
  try {
    return new URL(String(text));
  } catch {
    return null;
  }
}

/**
 * @param {string} url
 * @param {string} text
 * @returns {{ issuer?: unknown, jwks_uri?: unknown }}
 */
function parse(url, text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new BadAnswer(`\`${url}\` is not JSON`);
  }
}

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function fetchText(fetch, url, signal) {
  // `manual`, since `error` is not to be had everywhere: a redirect is an answer that is not 200.
  const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new BadAnswer(`\`${url}\` answered with status ${response.status}`);
  }
  const chunks = [];
  let bytes = 0;
  // Read by hand, to stop where it becomes too much, whatever the header says about its length.
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > MAX_BYTES) {
      await reader?.cancel();
      throw new BadAnswer(`\`${url}\` is larger than ${MAX_BYTES} bytes`);
    }
    chunks.push(part.value);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(await new Blob(chunks).arrayBuffer());
}
