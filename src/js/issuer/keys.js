import { generateKeyPair, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * The signing keys of an issuer. The private ones live in this closure only.
 *
 * @typedef {object} KeyRing
 * @property {() => { keys: object[] }} jwks the published keys, as a JSON Web Key Set
 * @property {(payload: object) => string} sign makes a token of the payload, with the newest key
 * @property {(options?: import('./types.d.ts').RotateOptions) => Promise<{ kid: string }>} rotate
 */

/**
 * Makes a key ring with one key.
 *
 * @returns {Promise<KeyRing>}
 */
export async function createKeyRing() {
  let current = await generateKey();
  let published = [current.jwk];
  return {
    jwks: () => ({ keys: published }),
    sign: (payload) => {
      const signed = `${encode({ typ: 'JWT', alg: 'RS256', kid: current.jwk.kid })}.${encode(payload)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), current.privateKey).toString('base64url')}`;
    },
    rotate: async ({ keepOld = true } = {}) => {
      const next = await generateKey();
      published = keepOld ? [...published, next.jwk] : [next.jwk];
      current = next;
      return { kid: next.jwk.kid };
    },
  };
}

/** An RSA key with the parameters and the published members of GitHub's. */
async function generateKey() {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const { kty, n, e } = publicKey.export({ format: 'jwk' });
  return { privateKey, jwk: { kty, use: 'sig', alg: 'RS256', kid: randomUUID(), n, e } };
}

/** @param {object} part */
function encode(part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
