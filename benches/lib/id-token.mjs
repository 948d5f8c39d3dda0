import { randomUUID } from 'node:crypto';
import { freshToken, now } from '../../tests/lib/tokens.mjs';
import { POLICY } from './role.mjs';

/** A token as GitHub would sign it, but for its longer life: the last of them is used minutes after it was made. */
export function idToken(claims = {}, options = {}) {
  return freshToken({ aud: POLICY.audience, jti: randomUUID(), exp: now() + 3600, ...claims }, options);
}
