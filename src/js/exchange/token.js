import { ClaimgateError } from '../errors.js';
import { useOnce } from '../replay/once.js';
import { json } from './answers.js';
import { readForm } from './form.js';

export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const TYPES = 'urn:ietf:params:oauth:token-type:';
const ACCESS_TOKEN = `${TYPES}access_token`;
/** What the token of a job is. */
const SUBJECT_TYPES = [`${TYPES}id_token`, `${TYPES}jwt`];

/** RFC 8693, section 2.1, and the role. */
const PARAMETERS = /** @type {const} */ ({
  once: ['grant_type', 'subject_token', 'subject_token_type', 'requested_token_type', 'scope', 'role', 'actor_token', 'actor_token_type'],
  many: ['audience', 'resource'],
});

/**
 * `POST /token`: the token of a job for an access token (RFC 8693).
 *
 * @param {import('./exchange.js').Exchange} exchange
 */
export function createTokenEndpoint(exchange) {
  const { audit } = exchange;
  return async (/** @type {Request} */ request, /** @type {import('./exchange.js').WaitUntil | undefined} */ waitUntil) => {
    const decision = audit.begin();
    try {
      const asked = readRequest(await readForm(request, PARAMETERS));
      decision.asked = asked;
      const issued = await issue(exchange, asked, waitUntil);
      await audit.issued(decision, issued);
      return json({
        access_token: issued.token,
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: issued.lifetime,
        ...(issued.scope.length > 0 && { scope: issued.scope.join(' ') }),
      });
    } catch (error) {
      await audit.refused(decision, error);
      throw error;
    }
  };
}

/**
 * What a job asks for.
 *
 * @typedef {{ token: string, role: string, audiences: string[], scope: string | undefined }} Asked
 */

/**
 * @param {Awaited<ReturnType<typeof readForm<typeof PARAMETERS.once[number], typeof PARAMETERS.many[number]>>>} form
 * @returns {Asked}
 */
function readRequest({ audience, resource, ...form }) {
  const required = (/** @type {'grant_type' | 'subject_token' | 'subject_token_type' | 'role'} */ name) => {
    const value = form[name];
    if (value === undefined) throw new ClaimgateError('request_malformed', `\`${name}\` is missing`);
    return value;
  };
  if (required('grant_type') !== GRANT_TYPE) throw new ClaimgateError('grant_type_unsupported', `\`grant_type\` must be \`${GRANT_TYPE}\``);
  // `curl --data-urlencode name@file` sends the line end of the file, too. Anything else is refused.
  const token = required('subject_token').replace(/\r?\n$/, '');
  if (!SUBJECT_TYPES.includes(required('subject_token_type'))) {
    throw new ClaimgateError('token_type_unsupported', `\`subject_token_type\` must be \`${SUBJECT_TYPES.join('` or `')}\``);
  }
  if ((form.requested_token_type ?? ACCESS_TOKEN) !== ACCESS_TOKEN) {
    throw new ClaimgateError('token_type_unsupported', `\`requested_token_type\` must be \`${ACCESS_TOKEN}\`, or left out`);
  }
  if (form.actor_token !== undefined || form.actor_token_type !== undefined) {
    throw new ClaimgateError('request_malformed', 'a job acts for itself: leave out `actor_token` and `actor_token_type`');
  }
  // RFC 8693, section 2.1.
  if (!resource.every((uri) => URL.canParse(uri) && !uri.includes('#'))) {
    throw new ClaimgateError('audience_not_granted', '`resource` must be an absolute address without a fragment');
  }
  return { token, role: required('role'), audiences: [...audience, ...resource], scope: form.scope };
}

/**
 * An access token, and the job that it is for.
 *
 * @typedef {object} Issued
 * @property {string} token
 * @property {string} id its `jti`
 * @property {string[]} scope
 * @property {number} lifetime in seconds
 * @property {string} rule the first that admits the job
 * @property {string} used the id by which the token of the job is remembered
 * @property {number} exp that of the token of the job
 * @property {string} [claims] of the job, as JSON, for its audit line
 */

/**
 * @param {import('./exchange.js').Exchange} exchange
 * @param {Asked} asked
 * @param {import('./exchange.js').WaitUntil} [waitUntil]
 * @returns {Promise<Issued>}
 */
async function issue({ policy, askMinter, explain, replay, audit }, { token, role, audiences, scope }, waitUntil) {
  const discloses = explain === 'full';
  /** @type {Issued} */
  const issued = await policy.decide(token, { role, discloses, waitUntil }, (core, now) =>
    askMinter((minter) => core.exchange(minter, { token, role, audiences, scope, now, discloses, withClaims: audit.isKept })),
  );
  // Last, so that a token that is refused for another reason can be presented again.
  await useOnce(replay, issued.used, issued.exp);
  return issued;
}
