import { ClaimgateError } from '../errors.js';
import { RETRY_AFTER, description, documentationOf, infoOf } from '../refusals.js';

/** RFC 6749, section 5.1: of both of them. */
const NEVER_STORED = Object.freeze({ 'cache-control': 'no-store', pragma: 'no-cache' });

const KEYS_UNAVAILABLE = "the issuer's keys cannot be fetched: try again later";
const USED_PERHAPS = 'try again later, with a new token: this one may have been used';

/**
 * Whether an error is a refusal, and not a failure of the exchange itself.
 *
 * @param {unknown} error
 */
export function isRefusal(error) {
  return (infoOf(error)?.exchange?.status ?? 500) < 500;
}

/**
 * The answer to a request that gets nothing, as the table of codes has it.
 *
 * @param {unknown} error
 * @param {{ report: (error: unknown) => void, explain: 'full' | 'claims' }} exchange
 */
export function refusal(error, { report, explain }) {
  const info = infoOf(error);
  const answer = info?.exchange;
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
    if (explain !== 'full') body.error_description = info.stage === 'keys' ? KEYS_UNAVAILABLE : USED_PERHAPS;
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
