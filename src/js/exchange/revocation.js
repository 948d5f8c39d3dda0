import { ClaimgateError } from '../errors.js';
import { SKEW, idOf, known, remember } from '../replay/once.js';
import { readForm } from './form.js';

/**
 * `POST /revoke`: ends an access token before its time (RFC 7009). Whoever has a token may end it.
 *
 * @param {import('./exchange.js').Exchange} exchange
 */
export function createRevocation({ askMinter, policy, issuer, replay, audit }) {
  return async (/** @type {Request} */ request) => {
    const { token } = await readForm(request, { once: ['token', 'token_type_hint'] });
    if (token === undefined) throw new ClaimgateError('request_malformed', '`token` is missing');
    const now = policy.now();
    const issued = askMinter((minter) => minter.verify(token, now));
    // Section 2.2: what is no token, or not any more, has no power to be taken away.
    if (issued) {
      const id = await revokedId(issuer, issued.id);
      if (await remember(replay, id, issued.expires + SKEW)) await audit.revoked(issued);
    }
    return new Response(null, { headers: { 'cache-control': 'no-store' } });
  };
}

/**
 * Whether an access token was revoked.
 *
 * @param {import('./exchange.js').Exchange} exchange
 * @param {string} id its `jti`
 */
export async function isRevoked({ issuer, replay }, id) {
  const revoked = await revokedId(issuer, id);
  return known('has', () => replay.has(revoked));
}

/**
 * In the store it is beside the tokens of jobs that were used: no `jti` of an issuer reads like this.
 *
 * @param {string} issuer
 * @param {string} id
 */
function revokedId(issuer, id) {
  return idOf(`revoked\n${issuer}`, id);
}
