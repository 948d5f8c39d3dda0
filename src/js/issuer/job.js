import { checkInteger, checkMembers, checkType, didYouMean, optionError, wholeSeconds } from '../options.js';
import { encodeBase64url } from '../util/base64.js';
import { deriveClaims } from './claims.js';
import { PROFILES } from './profiles.js';
import { renderSubject } from './subject.js';

/** GitHub dates `nbf` back so that a verifier with a slow clock takes a fresh token. Seconds. */
const BACKDATED = 300;

/**
 * What a job needs of its issuer.
 *
 * @typedef {object} JobContext
 * @property {import('./identity.js').Identity} identity
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
export function createJob({ identity, requestUrl, keys, clock }, options) {
  checkMembers('job', options, ['profile', 'claims', 'subject', 'issuedAt', 'lifetime']);
  const { issuedAt, lifetime = 300 } = options;
  checkInteger('issuedAt', issuedAt, 0);
  checkInteger('lifetime', lifetime, 1);
  const claims = Object.freeze(jobClaims(identity, options));
  return Object.freeze({
    env: Object.freeze({
      ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: encodeBase64url(crypto.getRandomValues(new Uint8Array(24))),
    }),
    claims,
    token: async (/** @type {string | undefined} */ audience) => {
      checkType('audience', audience, 'string');
      if (audience === '') throw optionError('`audience` is empty: name one, or leave it out for the default');
      const aud = audience ?? defaultAudience(identity, claims);
      const iat = issuedAt ?? wholeSeconds('clock', clock());
      return keys.sign({ ...claims, aud, iat, nbf: iat - BACKDATED, exp: iat + lifetime, jti: crypto.randomUUID() });
    },
  });
}

/**
 * @param {import('./identity.js').Identity} identity
 * @param {import('./types.d.ts').JobOptions} options
 * @returns {Record<string, string>}
 */
function jobClaims({ issuer, enterprise, immutableSubjects }, { profile: name, claims: given = {}, subject: chosen = {} }) {
  checkMembers('subject', chosen, ['immutable', 'template']);
  const profile = name === undefined ? undefined : profileOf(name);
  // An option that is `undefined` is left out, and does not replace that of the profile.
  const options = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  const claims = deriveClaims(given, enterprise, profile?.claims);
  if (given.iss === undefined) claims.iss = issuer;
  if (given.sub === undefined) {
    const subject = { ...profile?.subject, ...options };
    if (subject.immutable && !immutableSubjects) {
      throw optionError('kind `ghes` has no immutable subjects; to make such a token, give the claim `sub`');
    }
    claims.sub = renderSubject(claims, subject);
  } else if (Object.keys(options).length > 0) {
    throw optionError('give either `subject` or the claim `sub`, not both');
  }
  return claims;
}

/** @param {string} name */
function profileOf(name) {
  if (Object.hasOwn(PROFILES, name)) return PROFILES[/** @type {keyof typeof PROFILES} */ (name)];
  const known = Object.keys(PROFILES);
  throw optionError(`unknown profile \`${name}\`${didYouMean(String(name), known) || `, expected ${known.map((one) => `\`${one}\``).join(', ')}`}`);
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
