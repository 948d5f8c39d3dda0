import { checkMembers, checkType, optionError } from '../options.js';
import { identify } from './identity.js';
import { createJob } from './job.js';
import { createKeyRing } from './keys.js';
import { TOKEN_PATH, createHandler } from './routes.js';

/** @typedef {import('./types.d.ts').IssuerRequest} IssuerRequest */

/** The options that say who the issuer is and what time it is. */
export const OPTIONS = Object.freeze(['kind', 'enterprise', 'host', 'subdomain', 'clock']);

/**
 * Makes GitHub's OIDC provider, for development and tests, as a fetch handler. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').IssuerOptions} [options]
 * @returns {import('./types.d.ts').Issuer}
 * @throws an error with code `option_invalid`
 */
export function createIssuer(options = {}) {
  checkMembers('options', options, [...OPTIONS, 'url']);
  const { clock = () => Date.now() / 1000 } = options;
  checkType('clock', clock, 'function');
  checkType('url', options.url, 'string');
  const identity = identify(options);
  const { issuer } = identity;
  const { origin, pathname } = new URL(issuer);
  const url = options.url ?? origin;
  if (identity.policy.kind !== 'loopback' && !isOrigin(url)) throw optionError(`\`url\` must be an origin without a path, such as \`https://issuer.example.com\`, not \`${url}\``);
  const keys = createKeyRing();

  /** By their bearer tokens, which cannot be guessed. @type {Map<string, import('./types.d.ts').Job>} */
  const jobs = new Map();
  const handle = createHandler({ issuer, path: pathname === '/' ? '' : pathname, keys, findJob: (bearer) => jobs.get(bearer) });
  // GitHub's request URL has a query string too: clients append `&audience=…` to it.
  const requestUrl = `${url}${TOKEN_PATH}?api-version=2`;

  return Object.freeze({
    url,
    issuer,
    // A runtime that calls it as a handler passes more than the request, such as `env`, which is not for `Request`.
    fetch: async (/** @type {string | URL | IssuerRequest} */ input, /** @type {RequestInit} */ init) =>
      handle(isRequest(input) ? input : new Request(input, init)),
    job: (/** @type {import('./types.d.ts').JobOptions} */ options = {}) => {
      const job = createJob({ identity, requestUrl, keys, clock }, options);
      jobs.set(job.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN, job);
      return job;
    },
    rotate: async (/** @type {import('./types.d.ts').RotateOptions} */ options = {}) => {
      checkMembers('rotate', options, ['keepOld']);
      checkType('keepOld', options.keepOld, 'boolean');
      return keys.rotate(options);
    },
    jwks: keys.jwks,
  });
}

/**
 * Whether paths can be appended to it.
 *
 * @param {string} url
 */
function isOrigin(url) {
  try {
    const { protocol, origin } = new URL(url);
    return /^https?:$/.test(protocol) && origin === url;
  } catch {
    return false;
  }
}

/**
 * Whether it is a request, also one of undici or node-fetch, whose class is another.
 *
 * @param {string | URL | IssuerRequest} input
 * @returns {input is IssuerRequest}
 */
function isRequest(input) {
  return typeof input === 'object' && 'url' in input && 'method' in input && typeof input.headers?.get === 'function';
}
