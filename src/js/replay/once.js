import { ClaimgateError } from '../errors.js';

/** As `limits::MAXIMUM_LEEWAY` of the core: no verifier admits a token later than this after its end. Seconds. */
const LEEWAY = 300;

/** Seconds after which it is worth asking a store again that failed. */
const RETRY_AFTER = 5;

/**
 * Lets a token pass once.
 *
 * @param {import('../types.d.ts').ReplayStore} store
 * @param {import('../types.d.ts').Authorized} job
 * @throws {ClaimgateError} with `token_used` if it has passed before, with `replay_unavailable` if nobody knows
 */
export async function passOnce(store, { issuer, claims }) {
  const expires = claims.exp + LEEWAY;
  // By the verifier's clock it is still valid. A store would forget it at once, and let it pass again.
  if (expires * 1000 <= Date.now()) throw unavailable(new RangeError("the token is over by the system's clock, which is not that of the verifier"));
  let isFirst;
  try {
    isFirst = await store.use(await idOf(issuer, claims.jti), expires);
  } catch (cause) {
    throw unavailable(cause);
  }
  if (isFirst === true) return;
  if (isFirst !== false) throw unavailable(new TypeError('`use` of the replay store must give true or false'));
  throw new ClaimgateError('token_used', 'the token was used before: ask for a new one for each request', { claim: 'jti' });
}

/** @param {unknown} cause */
function unavailable(cause) {
  return new ClaimgateError('replay_unavailable', 'whether the token was used before is not known', { cause, retryAfter: RETRY_AFTER });
}

/**
 * Of one length, and without anything that a store could take for its own. Ids are unique for an issuer, not beyond.
 *
 * @param {string} issuer
 * @param {string} jti
 */
async function idOf(issuer, jti) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${issuer}\n${jti}`));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
