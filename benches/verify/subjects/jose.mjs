import { createLocalJWKSet, jwtVerify } from 'jose';
import { VERIFICATION } from '../../lib/role.mjs';
import { decide } from './decide.mjs';

export function jose({ jwks }, alg) {
  const keys = createLocalJWKSet(jwks);
  const options = { ...VERIFICATION, algorithms: [alg] };
  return { name: 'jose', verify: async (token) => decide((await jwtVerify(token, keys, options)).payload) };
}
