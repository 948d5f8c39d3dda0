import { withTimeout } from '../util/timeout.js';

/** How long the outer cache may take, in milliseconds: after that the issuer itself is faster. */
const TIMEOUT_MS = 1000;

/** @typedef {import('./key-state.js').Kept} Kept */

/**
 * Keys outside of the isolate, which is short-lived. What fails here is reported, and stops nobody.
 *
 * @param {object} options
 * @param {import('../types.d.ts').KeyCache} [options.cache]
 * @param {number} options.maxStale how many seconds an entry is of use
 * @param {(error: unknown) => void} options.report
 */
export function createOuterCache({ cache, maxStale, report }) {
  /** @param {(cache: import('../types.d.ts').KeyCache) => Promise<unknown>} work */
  const attempt = async (work) => {
    if (!cache) return undefined;
    try {
      return await withTimeout(TIMEOUT_MS, async () => work(cache));
    } catch (cause) {
      report(new Error('the cache for keys failed', { cause }));
      return undefined;
    }
  };
  return {
    /**
     * @param {string} issuer
     * @returns {Promise<Kept | undefined>}
     */
    read: async (issuer) => parse(issuer, await attempt((cache) => cache.get(nameOf(issuer)))),

    /**
     * @param {string} issuer
     * @param {Kept} kept
     */
    write: (issuer, kept) =>
      attempt((cache) => cache.put(nameOf(issuer), JSON.stringify({ issuer, ...kept }), { ttl: Math.ceil(Math.max(maxStale, kept.lifetime)) })),
  };
}

/**
 * The version is that of the entry's form.
 *
 * @param {string} issuer
 */
const nameOf = (issuer) => `claimgate:keys:1:${issuer}`;

/**
 * What another release, or another program, wrote there is no entry.
 *
 * @param {string} issuer
 * @param {unknown} text
 * @returns {Kept | undefined}
 */
function parse(issuer, text) {
  if (typeof text !== 'string') return undefined;
  try {
    const { issuer: owner, jwks, etag, checked, lifetime } = JSON.parse(text);
    const isEntry = owner === issuer && typeof jwks === 'string' && Number.isFinite(checked) && Number.isFinite(lifetime);
    return isEntry ? { jwks, checked, lifetime, etag: isEntityTag(etag) ? etag : undefined } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * RFC 9110, section 8.8.3: anything else could not be sent.
 *
 * @param {unknown} etag
 * @returns {etag is string}
 */
const isEntityTag = (etag) => typeof etag === 'string' && /^(W\/)?"[\x21\x23-\x7e]*"$/.test(etag);
