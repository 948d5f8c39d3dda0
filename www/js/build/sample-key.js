import { encodeBase64url } from '../../claimgate/js/util/base64.js';
import { encodeUtf8 } from '../../claimgate/js/util/utf8.js';

/** Its tokens are known by this, wherever they are pasted. */
export const SAMPLE_KID = 'sample-of-the-claimgate-inspector';

/** Whether a token was built by this page, or another one like it. @param {{ kid: string }} header */
export const isSample = ({ kid }) => kid === SAMPLE_KID;

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/** @typedef {{ sign: (claims: object) => Promise<string>, jwks: string }} SampleKey */

/** @type {Promise<SampleKey> | undefined} */
let key;

/**
 * The throw-away key of this page: made when it is first wanted, never stored, and not to be had from the browser.
 *
 * @returns {Promise<SampleKey>}
 * @throws an error for people where the browser has no cryptography to offer
 */
export function sampleKey() {
  if (!globalThis.crypto?.subtle) {
    return Promise.reject(new Error('the browser makes keys only for pages that come by https or from this machine'));
  }
  return (key ??= makeKey());
}

/** @returns {Promise<SampleKey>} */
async function makeKey() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(RS256, false, ['sign', 'verify']);
  const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey);
  return {
    jwks: JSON.stringify({ keys: [{ kty, n, e, kid: SAMPLE_KID, alg: 'RS256', use: 'sig' }] }, null, 2),
    async sign(claims) {
      const input = `${encode(JSON.stringify({ typ: 'JWT', alg: 'RS256', kid: SAMPLE_KID }))}.${encode(JSON.stringify(claims))}`;
      const signature = await crypto.subtle.sign(RS256.name, privateKey, encodeUtf8(input));
      return `${input}.${encodeBase64url(new Uint8Array(signature))}`;
    },
  };
}

/** @param {string} text */
const encode = (text) => encodeBase64url(encodeUtf8(text));
