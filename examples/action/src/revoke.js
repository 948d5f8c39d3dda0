import { Failure } from './log.js';
import { post, refusalOf } from './service.js';

/**
 * Ends an access token before its time (RFC 7009). Tried once: nobody should pay for a runner that waits for it.
 *
 * @param {string} url of the token service
 * @param {string} token
 */
export async function revokeToken(url, token) {
  const address = `${url}/revoke`;
  const answer = await post(address, { token, token_type_hint: 'access_token' });
  if (answer.status !== 200) throw new Failure(refusalOf(address, answer));
}
