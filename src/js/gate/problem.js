import { ClaimgateError } from '../errors.js';
import { RETRY_AFTER, description, documentationOf, infoOf } from '../refusals.js';
import { GuardError } from './guard-error.js';

/**
 * What the caller gets to know of a failure: problem details (RFC 9457) and a challenge (RFC 6750, section 3), as the table of codes has
 * them. The failure itself goes to `report` where it is the operator's, and is not attached to what is thrown.
 *
 * @param {unknown} error
 * @param {{ role: string, explain: 'full' | 'claims', report: (error: unknown) => void }} gate
 * @returns {GuardError}
 */
export function guardError(error, { role, explain, report }) {
  /** @type {import('../types.d.ts').ClaimgateError | undefined} */
  const refusal = error instanceof ClaimgateError ? error : undefined;
  const info = infoOf(error);
  const answer = info?.gate;
  if (!refusal || !answer) {
    report(error);
    const code = 'internal_error';
    return new GuardError({ type: documentationOf(code), title: 'internal error, request denied', status: 500, code });
  }
  const { status } = answer;
  const title = titleOf(info.stage, answer);
  const { code, message, claim, place, explanation, omittedRules, retryAfter = RETRY_AFTER } = refusal;
  const type = documentationOf(code);
  if (status === 503) {
    report(error);
    // Where the issuer is belongs to the policy.
    const detail = explain === 'full' ? message : undefined;
    return new GuardError({ type, title, status, detail, code, role }, { 'retry-after': String(retryAfter) }, { retryAfter });
  }
  const details = { claim, place, explanation, omittedRules };
  return new GuardError({ type, title, status, detail: message, code, role, ...details }, { 'www-authenticate': challenge(answer.error, message) }, details);
}

/**
 * @param {import('../../wasm/codes.js').Stage} stage
 * @param {import('../../wasm/codes.js').Answer} answer
 */
function titleOf(stage, { status, error }) {
  if (status === 400) return 'the request is malformed';
  if (status === 401) return error === undefined ? 'a token is required' : 'the token is not accepted';
  if (status === 403) return 'the job does not have the role';
  return stage === 'keys' ? "the issuer's keys cannot be fetched" : 'whether the token was used before is not known';
}

/**
 * @param {string | undefined} error
 * @param {string} message
 */
function challenge(error, message) {
  // A header has little room; the body says it all.
  return error === undefined ? 'Bearer' : `Bearer error="${error}", error_description="${description(message.slice(0, 500))}"`;
}
