import { ClaimgateError } from '../errors.js';
import { JOB_CODES, RETRY_AFTER, TOKEN_CODES, description, documentationOf } from '../refusals.js';

/** RFC 6749, section 5.1: of both of them. */
const NEVER_STORED = Object.freeze({ 'cache-control': 'no-store', pragma: 'no-cache' });

/**
 * The errors of RFC 6749, section 5.2, and RFC 8693, section 2.2.2, by their codes here. Whatever is wrong with the token of a job,
 * or keeps it from its role, is an `invalid_request` there.
 *
 * @type {readonly { status: number, error: string, codes: readonly import('../types.d.ts').ErrorCode[] }[]}
 */
const ANSWERS = [
  { status: 400, error: 'invalid_request', codes: [...TOKEN_CODES, ...JOB_CODES, 'role_unknown', 'grant_missing'] },
  { status: 400, error: 'invalid_request', codes: ['request_malformed', 'token_type_unsupported'] },
  { status: 413, error: 'invalid_request', codes: ['request_too_large'] },
  { status: 400, error: 'unsupported_grant_type', codes: ['grant_type_unsupported'] },
  { status: 400, error: 'invalid_target', codes: ['audience_not_granted'] },
  { status: 400, error: 'invalid_scope', codes: ['scope_not_granted'] },
  { status: 401, error: 'invalid_client', codes: ['client_unknown'] },
  { status: 503, error: 'temporarily_unavailable', codes: ['keys_unavailable', 'replay_unavailable', 'audit_unavailable'] },
];

const KEYS_UNAVAILABLE = "the issuer's keys cannot be fetched: try again later";
const USED_PERHAPS = 'try again later, with a new token: this one may have been used';

/** @param {unknown} error */
function answerOf(error) {
  return error instanceof ClaimgateError ? ANSWERS.find(({ codes }) => codes.includes(error.code)) : undefined;
}

/**
 * Whether an error is a refusal, and not a failure of the exchange itself.
 *
 * @param {unknown} error
 */
export function isRefusal(error) {
  return (answerOf(error)?.status ?? 500) < 500;
}

/**
 * The answer to a request that gets nothing.
 *
 * @param {unknown} error
 * @param {{ report: (error: unknown) => void, explain: 'full' | 'claims' }} exchange
 */
export function refusal(error, { report, explain }) {
  const answer = answerOf(error);
  if (!answer || !(error instanceof ClaimgateError)) {
    report(error);
    return json({ error: 'server_error', error_description: 'the exchange failed, and gave nothing' }, { status: 500 });
  }
  const { status } = answer;
  const { code, message, claim, place, explanation, omittedRules, retryAfter } = /** @type {import('../types.d.ts').ClaimgateError} */ (error);
  const body = { error: answer.error, error_description: description(message), error_uri: documentationOf(code), code };
  if (status === 503) {
    report(error);
    // Where the issuer is belongs to the policy.
    if (explain !== 'full') body.error_description = code === 'keys_unavailable' ? KEYS_UNAVAILABLE : USED_PERHAPS;
    return json(body, { status, headers: { 'retry-after': String(retryAfter ?? RETRY_AFTER) } });
  }
  const headers = { ...(status === 401 && { 'www-authenticate': 'Basic realm="introspection", charset="UTF-8"' }) };
  return json({ ...body, claim, place, explanation, omittedRules }, { status, headers });
}

/**
 * @param {object} body
 * @param {{ status?: number, headers?: Record<string, string> }} [options]
 */
export function json(body, { status = 200, headers = {} } = {}) {
  return new Response(`${JSON.stringify(body)}\n`, { status, headers: { 'content-type': 'application/json', ...NEVER_STORED, ...headers } });
}
