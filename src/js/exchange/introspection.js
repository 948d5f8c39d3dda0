import { ClaimgateError } from '../errors.js';
import { json } from './answers.js';
import { readForm } from './form.js';
import { authenticate } from './resource-servers.js';
import { isRevoked } from './revocation.js';

/**
 * `POST /introspect`: whether an access token still holds, for the servers that it is presented to (RFC 7662).
 *
 * @param {import('./exchange.js').Exchange} exchange
 */
export function createIntrospection(exchange) {
  const { askMinter, policy, resourceServers, audit } = exchange;
  return async (/** @type {Request} */ request) => {
    const { audience } = await authenticate(request, resourceServers);
    const { token } = await readForm(request, { once: ['token', 'token_type_hint'] });
    if (token === undefined) throw new ClaimgateError('request_malformed', '`token` is missing');
    const now = policy.now();
    const issued = askMinter((minter) => minter.verify(token, now));
    // Section 2.2: of a token that is for somebody else nothing is said.
    const isActive = issued !== null && issued.audience === audience && !(await isRevoked(exchange, issued.id));
    audit.introspected(isActive);
    return json(isActive ? { active: true, token_type: 'Bearer', ...issued.claims } : { active: false });
  };
}
