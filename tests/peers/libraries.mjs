// The libraries as one uses them for such tokens: with the key, RS256 alone, the issuer and the audience, where they take one. All
// else is as they have it by default.
import tsndr from '@tsndr/cloudflare-worker-jwt';
import { JwtVerifier } from 'aws-jwt-verify';
import { createVerifier } from 'claimgate';
import { createVerifier as createFastJwtVerifier } from 'fast-jwt';
import { verifyWithJwks } from 'hono/jwt';
import { createLocalJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { createPublicKey } from 'node:crypto';
import { AUDIENCE, ISSUER } from './cases.mjs';

const keyOf = (jwk) => createPublicKey({ key: jwk, format: 'jwk' });

/** Each rejects, or throws, what it refuses. */
export const PEERS = {
  jose: async (token, jwk) => jwtVerify(token, createLocalJWKSet({ keys: [jwk] }), { algorithms: ['RS256'], issuer: ISSUER, audience: AUDIENCE }),

  jsonwebtoken: async (token, jwk) => jsonwebtoken.verify(token, keyOf(jwk), { algorithms: ['RS256'], issuer: ISSUER, audience: AUDIENCE }),

  async 'fast-jwt'(token, jwk) {
    const key = keyOf(jwk).export({ type: 'spki', format: 'pem' });
    return createFastJwtVerifier({ key, algorithms: ['RS256'], allowedIss: ISSUER, allowedAud: AUDIENCE })(token);
  },

  async 'aws-jwt-verify'(token, jwk) {
    const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE });
    verifier.cacheJwks({ keys: [jwk] });
    return verifier.verifySync(token);
  },

  // It knows no issuer and no audience.
  '@tsndr/cloudflare-worker-jwt': async (token, jwk) => tsndr.verify(token, jwk, { algorithm: 'RS256', throwError: true }),

  hono: async (token, jwk) => verifyWithJwks(token, { keys: [jwk], allowedAlgorithms: ['RS256'], verification: { iss: ISSUER, aud: AUDIENCE } }),
};

const POLICY = {
  version: 1,
  audience: AUDIENCE,
  issuers: { github: { kind: 'github' } },
  roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74' }] } },
};

/** Claimgate, which needs a second key to have a usable one where the case's is none. */
export function claimgate(crypto, spare) {
  return async (token, jwk) => {
    const verifier = createVerifier({ policy: POLICY, keys: { github: { keys: [jwk, spare] } }, crypto });
    return verifier.authorize(token, { role: 'deploy' });
  };
}
