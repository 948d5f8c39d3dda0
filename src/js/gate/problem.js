import { ClaimgateError } from '../errors.js';
import { JOB_CODES, RETRY_AFTER, TOKEN_CODES, description, documentationOf } from '../refusals.js';
import { GuardError } from './guard-error.js';

/**
 * What the codes mean for a request. Any other code is an internal error.
 *
 * @type {readonly { status: number, title: string, error?: string, codes: readonly import('../types.d.ts').ErrorCode[] }[]}
 */
const ANSWERS = [
  { status: 400, title: 'the request is malformed', error: 'invalid_request', codes: ['request_malformed'] },
  { status: 401, title: 'a token is required', codes: ['token_missing'] },
  { status: 401, title: 'the token is not accepted', error: 'invalid_token', codes: TOKEN_CODES },
  { status: 403, title: 'the job does not have the role', error: 'insufficient_scope', codes: JOB_CODES },
  { status: 503, title: "the issuer's keys cannot be fetched", codes: ['keys_unavailable'] },
  { status: 503, title: 'whether the token was used before is not known', codes: ['replay_unavailable'] },
];

/**
 * What the caller gets to know of a failure: problem details (RFC 9457) and a challenge (RFC 6750, section 3). The failure itself goes to
 * `report` where it is the operator's, and is not attached to what is thrown.
 *
 * @param {unknown} error
 * @param {{ role: string, explain: 'full' | 'claims', report: (error: unknown) => void }} gate
 * @returns {GuardError}
 */
export function guardError(error, { role, explain, report }) {
  /** @type {import('../types.d.ts').ClaimgateError | undefined} */
  const refusal = error instanceof ClaimgateError ? error : undefined;
  const answer = ANSWERS.find(({ codes }) => refusal && codes.includes(refusal.code));
  if (!refusal || !answer) {
    report(error);
    const code = 'internal_error';
    return new GuardError({ type: documentationOf(code), title: 'internal error, request denied', status: 500, code });
  }
  const { status, title } = answer;
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
 * @param {string | undefined} error
 * @param {string} message
 */
function challenge(error, message) {
  // A header has little room; the body says it all.
  return error === undefined ? 'Bearer' : `Bearer error="${error}", error_description="${description(message.slice(0, 500))}"`;
}
