import jsonwebtoken from 'jsonwebtoken';
import { createPublicKey } from 'node:crypto';
import { VERIFICATION } from '../../lib/role.mjs';
import { decideIfComplete } from './decide.mjs';

/** With the one key that is right, as an object. It knows no EdDSA. */
export function jsonWebToken({ pem }, alg) {
  const key = createPublicKey(pem[alg]);
  const { issuer, audience, clockTolerance } = VERIFICATION;
  const options = { algorithms: [alg], issuer, audience, clockTolerance };
  return { name: 'jsonwebtoken', verify: (token) => decideIfComplete(jsonwebtoken.verify(token, key, options)) };
}
