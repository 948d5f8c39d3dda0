import { createHash } from 'node:crypto';
import { identify } from './identity.js';
import { createJob } from './job.js';
import { createKeyRing } from './keys.js';
import { checkInteger, checkMembers, checkType } from '../options.js';
import { TOKEN_PATH, issuerRoutes } from './routes.js';
import { serve } from './server.js';

/**
 * Starts GitHub's OIDC provider, for development and tests, on 127.0.0.1.
 *
 * @param {import('./types.d.ts').IssuerOptions} [options]
 * @returns {Promise<import('./types.d.ts').Issuer>}
 * @throws an error with code `option_invalid`
 */
export async function startIssuer(options = {}) {
  checkMembers('options', options, ['kind', 'enterprise', 'host', 'subdomain', 'port', 'clock']);
  const { port = 0, clock = () => Date.now() / 1000 } = options;
  checkInteger('port', port, 0, 65535);
  checkType('clock', clock, 'function');
  const identity = identify(options);
  const keys = await createKeyRing();

  /** @type {Map<string, import('./types.d.ts').Job>} */
  const jobs = new Map(); // by the digest of their bearer tokens, so that the time of a look-up says nothing about one
  const issuerAt = (/** @type {string} */ url) => `${identity.origin ?? url}${identity.path}`;
  const { url, close } = await serve(port, (url) =>
    issuerRoutes({ issuer: issuerAt(url), path: identity.path, keys, findJob: (bearer) => jobs.get(digest(bearer)) }),
  );
  const issuer = issuerAt(url);
  // GitHub's request URL has a query string too: clients append `&audience=…` to it.
  const requestUrl = `${url}${TOKEN_PATH}?api-version=2.0`;

  return Object.freeze({
    url,
    issuer,
    job: (/** @type {import('./types.d.ts').JobOptions} */ options = {}) => {
      const job = createJob({ identity, issuer, requestUrl, keys, clock }, options);
      jobs.set(digest(job.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN), job);
      return job;
    },
    rotate: async (/** @type {import('./types.d.ts').RotateOptions} */ options = {}) => {
      checkMembers('rotate', options, ['keepOld']);
      checkType('keepOld', options.keepOld, 'boolean');
      return keys.rotate(options);
    },
    close,
  });
}

/** @param {string} bearer */
function digest(bearer) {
  return createHash('sha256').update(bearer).digest('base64');
}
