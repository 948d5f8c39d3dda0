import { ClaimgateError } from '../errors.js';
import { JOB_CODES, RETRY_AFTER, TOKEN_CODES, description, documentationOf } from '../refusals.js';

/**
 * What the codes mean for a request; any other is a mistake of the gate's own.
 *
 * @type {readonly { status: number, title: string, error?: string, codes: readonly import('../types.d.ts').ErrorCode[] }[]}
 */
const ANSWERS = [
  { status: 401, title: 'a token is required', codes: ['token_missing'] },
  { status: 401, title: 'the token is not accepted', error: 'invalid_token', codes: TOKEN_CODES },
  { status: 403, title: 'the job does not have the role', error: 'insufficient_scope', codes: JOB_CODES },
  { status: 503, title: "the issuer's keys cannot be fetched", codes: ['keys_unavailable'] },
  { status: 503, title: 'whether the token was used before is not known', codes: ['replay_unavailable'] },
];

/**
 * The answer to a request that is not let through: problem details (RFC 9457) and a challenge (RFC 6750, section 3).
 *
 * @param {unknown} error
 * @param {{ role: string, explain: 'full' | 'claims', report: (error: unknown) => void }} gate
 * @returns {Response}
 */
export function problem(error, { role, explain, report }) {
  /** @type {import('../types.d.ts').ClaimgateError | undefined} */
  const refusal = error instanceof ClaimgateError ? error : undefined;
  const answer = ANSWERS.find(({ codes }) => refusal && codes.includes(refusal.code));
  if (!refusal || !answer) {
    report(error);
    // Not the caller's business, and perhaps not for their eyes.
    return respond(500, { type: 'about:blank', title: 'the gate failed, and admitted nobody', status: 500 });
  }
  const { status, title } = answer;
  const { code, message, claim, place, explanation, omittedRules, retryAfter } = refusal;
  const type = documentationOf(code);
  if (status === 503) {
    report(error);
    // Where the issuer is belongs to the policy.
    const detail = explain === 'full' ? message : undefined;
    return respond(status, { type, title, status, detail, code, role }, { 'retry-after': String(retryAfter ?? RETRY_AFTER) });
  }
  const body = { type, title, status, detail: message, code, role, claim, place, explanation, omittedRules };
  return respond(status, body, { 'www-authenticate': challenge(answer.error, message) });
}

/**
 * @param {string | undefined} error
 * @param {string} message
 */
function challenge(error, message) {
  // A header has little room; the body says it all.
  return error === undefined ? 'Bearer' : `Bearer error="${error}", error_description="${description(message.slice(0, 500))}"`;
}

/**
 * @param {number} status
 * @param {object} body
 * @param {Record<string, string>} [headers]
 */
function respond(status, body, headers = {}) {
  return new Response(`${JSON.stringify(body, null, 2)}\n`, {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  });
}
