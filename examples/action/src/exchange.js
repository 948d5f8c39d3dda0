import { setTimeout as wait } from 'node:timers/promises';
import { explain } from './denial.js';
import { requestIdToken } from './id-token.js';
import { Failure, say } from './log.js';
import { IS_IT_RIGHT, Unreachable, post, refusalOf } from './service.js';

const TYPES = 'urn:ietf:params:oauth:token-type:';
/** How often a request is made again. */
const RETRIES = 3;
/** Seconds until then, unless the service says it; and at most, whatever it says. */
const RETRY_AFTER = 2;
const LONGEST_WAIT = 10;
/** A JSON Web Token. Whatever else came, it must neither be masked in the log (`e`, say) nor be taken for a token. */
const TOKEN = /^[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}$/;

/**
 * An access token, how many seconds it has to live, and what it is for.
 *
 * @typedef {{ token: string, lifetime: number, scope: string }} AccessToken
 */

/**
 * The ID token of the job for an access token (RFC 8693).
 *
 * @param {import('./inputs.js').Inputs} inputs
 * @returns {Promise<AccessToken>}
 */
export async function requestToken(inputs) {
  const address = `${inputs.url}/token`;
  const answer = await persist(async () =>
    post(address, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      // A new one each time: the service may have seen the last one, and takes none twice.
      subject_token: await requestIdToken(inputs.audience),
      subject_token_type: `${TYPES}id_token`,
      requested_token_type: `${TYPES}access_token`,
      role: inputs.role,
      ...(inputs.scope !== '' && { scope: inputs.scope }),
    }),
  );
  if (answer.status !== 200) throw new Failure(refusalOf(address, answer), explain(answer.body, inputs));
  return readToken(answer.body);
}

/**
 * Tries again what fails for now.
 *
 * @param {() => Promise<import('./service.js').Answer>} request
 */
async function persist(request) {
  for (let retries = 0; ; retries += 1) {
    const result = await request().catch((error) => {
      if (error instanceof Unreachable) return error;
      throw error;
    });
    const isUnreachable = result instanceof Unreachable;
    if (!isUnreachable && !result.isTemporary) return result;
    if (retries === RETRIES) {
      if (isUnreachable) throw result;
      return result;
    }
    const problem = isUnreachable ? result.message : `the token service answers with ${result.status}`;
    const seconds = Math.min((isUnreachable ? undefined : result.retryAfter) ?? RETRY_AFTER, LONGEST_WAIT);
    say(`${problem}; trying again in ${Math.ceil(seconds)} s`);
    await wait(seconds * 1000);
  }
}

/**
 * @param {Record<string, unknown>} body
 * @returns {AccessToken}
 */
function readToken({ access_token: token, token_type: type, expires_in: lifetime, scope }) {
  const isToken = typeof token === 'string' && TOKEN.test(token) && String(type).toLowerCase() === 'bearer';
  if (!isToken || typeof lifetime !== 'number' || !Number.isSafeInteger(lifetime)) {
    throw new Failure(`the token service answers with something that is no access token${IS_IT_RIGHT}`);
  }
  return { token, lifetime, scope: typeof scope === 'string' ? scope : '' };
}
