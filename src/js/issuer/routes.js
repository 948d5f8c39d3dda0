import { ClaimgateError } from '../errors.js';
import { optionError } from '../options.js';
import { JOB_CLAIMS } from './claims.js';

/** @typedef {import('./types.d.ts').Job} Job */
/** @typedef {(request: { query: URLSearchParams, authorization: string | null }) => Response | Promise<Response>} Handler */
/** @typedef {{ method: 'GET' | 'POST', handle: Handler }} Route */

/** Where jobs ask for tokens. */
export const TOKEN_PATH = '/token';
/** Where the key is rotated, with the bearer token of a job. */
export const ROTATE_PATH = '/rotate';

/**
 * Answers requests by their path, whatever their host: a verifier asks for the real host of an issuer, a job for that of a server.
 *
 * @param {Parameters<typeof routesOf>[0]} parts
 * @returns {(request: import('./types.d.ts').IssuerRequest) => Promise<Response>}
 */
export function createHandler(parts) {
  const routes = routesOf(parts);
  return async ({ url, method, headers }) => {
    const { pathname, searchParams } = new URL(url);
    const route = routes.get(pathname);
    if (!route) return refuse(404, `nothing is served here; there is ${[...routes.keys()].join(', ')}`);
    const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    if (!methods.includes(method)) return refuse(405, `the method here is ${route.method}`, { allow: methods.join(', ') });
    try {
      return await route.handle({ query: searchParams, authorization: headers.get('authorization') });
    } catch (error) {
      if (error instanceof ClaimgateError) return refuse(400, error.message);
      return refuse(500, 'the issuer failed');
    }
  };
}

/**
 * An answer that is an error.
 *
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 */
export function refuse(status, message, headers = {}) {
  return Response.json({ message }, { status, headers });
}

/**
 * What an issuer serves, by path: discovery and keys for verifiers, tokens and rotation for its jobs.
 *
 * @param {object} parts
 * @param {string} parts.issuer the `iss`
 * @param {string} parts.path the path of `iss`
 * @param {import('./keys.js').KeyRing} parts.keys
 * @param {(bearer: string) => Job | undefined} parts.findJob
 * @returns {ReadonlyMap<string, Route>}
 */
function routesOf({ issuer, path, keys, findJob }) {
  /** @param {(job: Job, query: URLSearchParams) => ReturnType<Handler>} handle @returns {Handler} */
  const forJob = (handle) => ({ authorization, query }) => {
    const bearer = /^bearer +([\w-]+) *$/i.exec(authorization ?? '')?.[1];
    const job = bearer === undefined ? undefined : findJob(bearer);
    if (!job) return unauthorized(authorization);
    return handle(job, query);
  };
  return new Map([
    [`${path}/.well-known/openid-configuration`, get(() => published(discovery(issuer)))],
    [`${path}/.well-known/jwks`, get(async () => published(await keys.jwks()))],
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
 * @returns {Route}
 */
function get(handle) {
  return { method: 'GET', handle };
}

/**
 * What anyone may read, pages of other origins too: the inspector asks for it. It depends on no cookie and has no secret.
 *
 * @param {object} body
 */
function published(body) {
  return Response.json(body, { headers: { 'access-control-allow-origin': '*' } });
}

/** @param {object} body */
function secret(body) {
  return Response.json(body, { headers: { 'cache-control': 'no-store' } });
}

/** @param {string | null} authorization */
function unauthorized(authorization) {
  return refuse(
    401,
    authorization === null
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
