import { encodeBase64url } from '../util/base64.js';
import { encodeUtf8 } from '../util/utf8.js';

/** GitHub's only algorithm, and the size of its keys. */
const RS256 = Object.freeze({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) });

/** @typedef {{ privateKey: CryptoKey, jwk: import('./types.d.ts').PublishedKey }} SigningKey */

/**
 * The signing keys of an issuer. The private ones live in this closure only.
 *
 * @typedef {object} KeyRing
 * @property {() => Promise<{ keys: import('./types.d.ts').PublishedKey[] }>} jwks the published keys, as a JSON Web Key Set
 * @property {(payload: object) => Promise<string>} sign makes a token of the payload, with the newest key
 * @property {(options?: import('./types.d.ts').RotateOptions) => Promise<{ kid: string }>} rotate
 */

/**
 * Makes a key ring. Its first key is generated when it is needed: Workers allow no random numbers while a module is loaded.
 *
 * @returns {KeyRing}
 */
export function createKeyRing() {
  /** All that are published; the last one signs. @type {Promise<readonly [...SigningKey[], SigningKey]> | undefined} */
  let keys;
  const published = () => (keys ??= generateKey().then((key) => [key]));
  const newest = async () => /** @type {SigningKey} */ ((await published()).at(-1));
  return {
    jwks: async () => ({ keys: (await published()).map(({ jwk }) => jwk) }),
    sign: async (payload) => {
      const { privateKey, jwk } = await newest();
      const signed = `${segment({ typ: 'JWT', alg: 'RS256', kid: jwk.kid })}.${segment(payload)}`;
      const signature = await crypto.subtle.sign(RS256, privateKey, encodeUtf8(signed));
      return `${signed}.${encodeBase64url(new Uint8Array(signature))}`;
    },
    rotate: async ({ keepOld = true } = {}) => {
      const next = generateKey();
      // Set at once, so that two rotations at the same time follow each other.
      keys = Promise.all([published(), next]).then(([old, key]) => (keepOld ? [...old, key] : [key]));
      await keys;
      return { kid: (await next).jwk.kid };
    },
  };
}

/** A part of a token. @param {object} value */
const segment = (value) => encodeBase64url(encodeUtf8(JSON.stringify(value)));

/**
 * An RSA key with the published members of GitHub's.
 *
 * @returns {Promise<SigningKey>}
 */
async function generateKey() {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(RS256, false, ['sign', 'verify']);
  const { n = '', e = '' } = await crypto.subtle.exportKey('jwk', publicKey);
  return { privateKey, jwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid: crypto.randomUUID(), n, e } };
}
