import { ClaimgateError } from '../errors.js';
import { checkObject, optionError } from '../options.js';
import { RETRY_AFTER } from '../refusals.js';
import { sha256 } from '../util/sha256.js';
import { withTimeout } from '../util/timeout.js';

/** As `limits::MAXIMUM_LEEWAY` of the core: no verifier admits a token later than this after its end. Seconds. */
const LEEWAY = 300;
/** How much later than the verifier's clock that of a store may be. Seconds. */
export const SKEW = 300;

/** Milliseconds that a store may take: who waits is a job, which can as well try again. */
const TIMEOUT_MS = 5000;

/**
 * Refuses what is no store.
 *
 * @param {unknown} store
 * @param {readonly ('use' | 'has')[]} methods that it must have
 */
export function checkStore(store, methods) {
  checkObject('replay', store);
  if (typeof (/** @type {any} */ (store).then) === 'function') throw optionError('`replay` is a promise: `await` the store');
  for (const method of methods) {
    if (typeof (/** @type {any} */ (store)[method]) !== 'function') {
      throw optionError(`\`replay\` must have a method \`${method}\`; \`claimgate/replay\` has stores`);
    }
  }
}

/**
 * Lets a token pass once.
 *
 * @param {import('../types.d.ts').ReplayStore} store
 * @param {{ issuer: string, claims: { exp: number, jti: string } }} token
 * @throws {ClaimgateError} with `token_used` if it has passed before, with `replay_unavailable` if nobody knows
 */
export async function passOnce(store, { issuer, claims }) {
  await useOnce(store, await idOf(issuer, claims.jti), claims.exp);
}

/**
 * The same for a token whose id is known.
 *
 * @param {import('../types.d.ts').ReplayStore} store
 * @param {string} id as `idOf` makes it
 * @param {number} exp of the token
 */
export async function useOnce(store, id, exp) {
  if (await remember(store, id, exp + LEEWAY + SKEW)) return;
  throw new ClaimgateError('token_used', 'the token was used before: ask for a new one for each request', { claim: 'jti' });
}

/**
 * Has a store remember an id, and says whether it did not know it.
 *
 * @param {import('../types.d.ts').ReplayStore} store
 * @param {string} id
 * @param {number} expires
 */
export async function remember(store, id, expires) {
  // The verifier's clock says something else, and the store would forget it at once.
  if (expires * 1000 <= Date.now()) throw unavailable(new RangeError("the token is over by the system's clock, which is not that of the verifier"));
  return known('use', () => store.use(id, expires));
}

/**
 * What a store says, which must be true or false.
 *
 * @param {'use' | 'has'} method that is asked, for the message
 * @param {() => unknown} ask
 * @throws {ClaimgateError} with `replay_unavailable` if it does not
 */
export async function known(method, ask) {
  let answer;
  try {
    const asked = ask();
    // A store in memory has answered.
    answer = typeof asked === 'boolean' ? asked : await withTimeout(TIMEOUT_MS, async () => asked);
  } catch (cause) {
    throw unavailable(cause);
  }
  if (typeof answer === 'boolean') return answer;
  throw unavailable(new TypeError(`\`${method}\` of the replay store must give true or false`));
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
export async function idOf(issuer, jti) {
  return sha256(`${issuer}\n${jti}`);
}
