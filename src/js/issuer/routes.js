import { refuse } from './server.js';
import { optionError } from '../options.js';
import { JOB_CLAIMS } from './claims.js';

/** @typedef {import('./server.js').Handler} Handler */
/** @typedef {import('./types.d.ts').Job} Job */

/** Where jobs ask for tokens. */
export const TOKEN_PATH = '/token';
/** Where whoever runs a job rotates the key. */
export const ROTATE_PATH = '/rotate';

/**
 * What an issuer serves, by path: discovery and keys for verifiers, tokens and rotation for its jobs.
 *
 * @param {object} parts
 * @param {string} parts.issuer the `iss`
 * @param {string} parts.path the path of `iss`
 * @param {import('./keys.js').KeyRing} parts.keys
 * @param {(bearer: string) => Job | undefined} parts.findJob
 * @returns {ReadonlyMap<string, import('./server.js').Route>}
 */
export function issuerRoutes({ issuer, path, keys, findJob }) {
  /** @param {(job: Job, query: URLSearchParams) => ReturnType<Handler>} handle @returns {Handler} */
  const forJob = (handle) => ({ authorization, query }) => {
    const bearer = /^bearer +([\w-]+) *$/i.exec(authorization ?? '')?.[1];
    const job = bearer === undefined ? undefined : findJob(bearer);
    if (!job) return unauthorized(authorization);
    return handle(job, query);
  };
  return new Map([
    [`${path}/.well-known/openid-configuration`, get(() => published(discovery(issuer)))],
    [`${path}/.well-known/jwks`, get(() => published(keys.jwks()))],
    [TOKEN_PATH, get(forJob(async (job, query) => {
      const value = await job.token(query.get('audience') || undefined);
      return secret({ count: value.length, value });
    }))],
    [ROTATE_PATH, { method: /** @type {const} */ ('POST'), handle: forJob(async (_, query) => {
      return secret(await keys.rotate({ keepOld: flag('keep-old', query.get('keep-old')) }));
    }) }],
  ]);
}

/**
 * @param {Handler} handle
 * @returns {import('./server.js').Route}
 */
function get(handle) {
  return { method: 'GET', handle };
}

/**
 * What is for everybody, pages of other origins too: the inspector asks for it. No cookie and no secret is in question.
 *
 * @param {object} body
 * @returns {import('./server.js').Answer}
 */
function published(body) {
  return { status: 200, body, headers: { 'access-control-allow-origin': '*' } };
}

/**
 * @param {object} body
 * @returns {import('./server.js').Answer}
 */
function secret(body) {
  return { status: 200, body, headers: { 'cache-control': 'no-store' } };
}

/** @param {string | undefined} authorization */
function unauthorized(authorization) {
  return refuse(
    401,
    authorization === undefined
      ? 'send the header `authorization: bearer …` with the value of `ACTIONS_ID_TOKEN_REQUEST_TOKEN`'
      : 'the bearer token is not the `ACTIONS_ID_TOKEN_REQUEST_TOKEN` of a job of this issuer',
    { 'www-authenticate': 'Bearer' },
  );
}

/**
 * @param {string} name
 * @param {string | null} value
 * @returns {boolean | undefined}
 */
function flag(name, value) {
  if (value === null) return undefined;
  if (value !== 'true' && value !== 'false') {
    throw optionError(`\`${name}\` must be \`true\` or \`false\`, not \`${value}\``);
  }
  return value === 'true';
}

/**
 * The discovery document, with the members that GitHub's has.
 *
 * @param {string} issuer
 */
function discovery(issuer) {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', ...JOB_CLAIMS],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}
