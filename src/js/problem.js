import { ClaimgateError } from './errors.js';

/** The documentation of the codes, each at its anchor. */
const CODES = 'https://docs.rs/claimgate/latest/claimgate/enum.Code.html#variant.';

/** The codes that are about the job's rights; all others about the token are 401. */
const FORBIDDEN = new Set(['role_unknown', 'role_mismatch', 'rule_denies', 'no_rule_matches']);

/**
 * The answer to a request that is not let through: problem details (RFC 9457) and a challenge (RFC 6750, section 3).
 *
 * @param {unknown} error
 * @param {string} role
 * @returns {Response}
 */
export function problem(error, role) {
  if (!(error instanceof ClaimgateError)) {
    // Not the caller's business, and perhaps not for their eyes.
    return respond(500, { type: 'about:blank', title: 'the gate failed, and admitted nobody', status: 500 });
  }
  /** @type {import('./types.d.ts').ClaimgateError} */
  const refusal = error;
  const { status, title, headers } = classify(refusal);
  const { code, message, claim, suggestion, explanation } = refusal;
  const type = CODES + code.split('_').map((word) => word.replace(/^./, (first) => first.toUpperCase())).join('');
  return respond(status, { type, title, status, detail: message, code, role, claim, suggestion, explanation }, headers);
}

/**
 * @param {import('./types.d.ts').ClaimgateError} error
 * @returns {{ status: number, title: string, headers: Record<string, string> }}
 */
function classify({ code, message, retryAfter }) {
  if (code === 'keys_unavailable') {
    return { status: 503, title: "the issuer's keys cannot be fetched", headers: { 'retry-after': String(retryAfter ?? 5) } };
  }
  if (code === 'token_missing') {
    return { status: 401, title: 'a token is required', headers: { 'www-authenticate': 'Bearer' } };
  }
  const challenge = (/** @type {string} */ error) => ({
    'www-authenticate': `Bearer error="${error}", error_description="${describable(message)}"`,
  });
  return FORBIDDEN.has(code)
    ? { status: 403, title: 'the job does not have the role', headers: challenge('insufficient_scope') }
    : { status: 401, title: 'the token is not accepted', headers: challenge('invalid_token') };
}

/**
 * What RFC 6750, section 3, allows in an `error_description`: printable ASCII without `"` and `\`.
 *
 * @param {string} message
 */
function describable(message) {
  return message.replaceAll('"', "'").replaceAll('\\', '/').replace(/[^\x20-\x7e]/g, '?');
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
