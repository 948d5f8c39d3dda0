// What every subject is given, in every runtime: plain data.
import { createPublicKey, randomBytes } from 'node:crypto';
import { jwks, keyFor, now } from '../../tests/lib/tokens.mjs';
import { idToken } from '../lib/id-token.mjs';
import { POLICY, ROLE } from '../lib/role.mjs';

export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** So many that no subject could live off the one it has just seen. */
const TOKENS = 32;

export function makeWorld() {
  const keys = Object.fromEntries(ALGORITHMS.map((alg) => [alg, keyFor(alg)]));
  const set = jwks(...Object.values(keys));
  const pemOf = (jwk) => createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
  const byAlgorithm = (make) => Object.fromEntries(ALGORITHMS.map((alg) => [alg, make(alg)]));
  return {
    policy: POLICY,
    role: ROLE,
    jwks: set,
    pem: byAlgorithm((alg) => pemOf(set.keys.find(({ kid }) => kid === keys[alg]))),
    tokens: byAlgorithm((alg) => several(() => idToken({}, { alg }))),
    refused: byAlgorithm(refusedTokens),
    garbage: several(() => randomBytes(900).toString('base64url')),
    flipped: several(() => withFlippedBit(idToken())),
  };
}

const several = (make) => Array.from({ length: TOKENS }, make);

/** What nobody may admit who is in the race. */
function refusedTokens(alg) {
  const token = (claims, options) => idToken(claims, { alg, ...options });
  const [header, payload, signature] = token().split('.');
  const none = Buffer.from(JSON.stringify({ typ: 'JWT', alg: 'none' })).toString('base64url');
  return {
    'a token of another repository': token({ repository_id: '75' }),
    'a token of a denied event': token({ event_name: 'workflow_run' }),
    'a token for another audience': token({ aud: 'https://example.com' }),
    'a token of another issuer': token({ iss: 'https://example.com' }),
    'a token that is over': token({ exp: now() - 600 }),
    'a token that is not valid yet': token({ nbf: now() + 600 }),
    'a token without `exp`': token({ exp: undefined }),
    'a token without `jti`': token({ jti: undefined }),
    'another payload': [header, token({ actor: 'octodog' }).split('.')[1], signature].join('.'),
    'no signature': `${none}.${payload}.`,
    'a flipped bit': withFlippedBit(token()),
    'no token': randomBytes(900).toString('base64url'),
  };
}

function withFlippedBit(token) {
  const [header, payload, signature] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[bytes.length >> 1] ^= 1;
  return [header, payload, bytes.toString('base64url')].join('.');
}
