import { randomBytes, randomUUID } from 'node:crypto';
import { deriveClaims } from './claims.js';
import { checkInteger, checkMembers, checkType, optionError, wholeSeconds } from '../options.js';
import { renderSubject } from './subject.js';

/** GitHub dates `nbf` back so that a verifier with a slow clock takes a fresh token. Seconds. */
const BACKDATED = 300;

/**
 * What a job needs of its issuer.
 *
 * @typedef {object} JobContext
 * @property {import('./identity.js').Identity} identity
 * @property {string} issuer the `iss`
 * @property {string} requestUrl where tokens are asked for, with a query string
 * @property {import('./keys.js').KeyRing} keys
 * @property {() => number} clock seconds since 1970
 */

/**
 * Makes a job.
 *
 * @param {JobContext} context
 * @param {import('./types.d.ts').JobOptions} options
 * @returns {import('./types.d.ts').Job}
 * @throws an error with code `option_invalid`
 */
export function createJob({ identity, issuer, requestUrl, keys, clock }, options) {
  checkMembers('job', options, ['claims', 'subject', 'issuedAt', 'lifetime']);
  const { issuedAt, lifetime = 300 } = options;
  checkInteger('issuedAt', issuedAt, 0);
  checkInteger('lifetime', lifetime, 1);
  const claims = Object.freeze(jobClaims(identity, issuer, options));
  return Object.freeze({
    env: Object.freeze({
      ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: randomBytes(32).toString('base64url'),
    }),
    claims,
    token: async (/** @type {string | undefined} */ audience) => {
      checkType('audience', audience, 'string');
      const aud = audience ?? defaultAudience(identity, claims);
      const iat = issuedAt ?? wholeSeconds('clock', clock());
      return keys.sign({ ...claims, aud, iat, nbf: iat - BACKDATED, exp: iat + lifetime, jti: randomUUID() });
    },
  });
}

/**
 * @param {import('./identity.js').Identity} identity
 * @param {string} issuer
 * @param {import('./types.d.ts').JobOptions} options
 * @returns {Record<string, string>}
 */
function jobClaims(identity, issuer, { claims: given = {}, subject = {} }) {
  checkMembers('subject', subject, ['immutable', 'template']);
  const claims = deriveClaims(given, identity.enterprise);
  if (given.iss === undefined) claims.iss = issuer;
  if (given.sub === undefined) {
    if (subject.immutable && !identity.immutableSubjects) {
      throw optionError('kind `ghes` has no immutable subjects; to make such a token, give the claim `sub`');
    }
    claims.sub = renderSubject(claims, subject);
  } else if (Object.keys(subject).length > 0) {
    throw optionError('give either `subject` or the claim `sub`, not both');
  }
  return claims;
}

/**
 * @param {import('./identity.js').Identity} identity
 * @param {Readonly<Record<string, string>>} claims
 */
function defaultAudience(identity, claims) {
  if (claims.repository_owner === undefined) {
    throw optionError('a job without `repository_owner` has no default audience; ask for one');
  }
  return `${identity.website}/${claims.repository_owner}`;
}
