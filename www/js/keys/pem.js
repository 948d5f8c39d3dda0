import { quoted } from '../../claimgate/js/explain/text.js';
import { decodeBase64 } from '../../claimgate/js/util/base64.js';
import { algorithmOf, beginsPrivate, publicKeyOf, rsaPublicKeyInfo } from './der.js';
import { KeysError, SECRET } from './keys-error.js';

/** RFC 7468. Line breaks may have been lost on the way. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END ([A-Z0-9 ]+)-----/g;

/** How each kind of key is imported, and which algorithm it is taken for. By object identifier; of curves that of the curve. */
const KINDS = new Map([
  ['2a864886f70d010101', { import: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, alg: 'RS256' }],
  ['2a8648ce3d030107', { import: { name: 'ECDSA', namedCurve: 'P-256' }, alg: 'ES256' }],
  ['2b81040022', { import: { name: 'ECDSA', namedCurve: 'P-384' }, alg: 'ES384' }],
  ['2b6570', { import: { name: 'Ed25519' }, alg: 'EdDSA' }],
]);

/** How the public key comes out of each kind of block. @type {ReadonlyMap<string, (der: Uint8Array) => Uint8Array>} */
const LABELS = new Map([
  ['PUBLIC KEY', (der) => der],
  ['RSA PUBLIC KEY', rsaPublicKeyInfo],
  ['CERTIFICATE', publicKeyOf],
]);

/**
 * One public key, or the certificate of one, as a JWK Set.
 *
 * @param {string} text
 * @param {string | undefined} kid that of the token, which a PEM lacks
 * @returns {Promise<{ jwks: string, notes: string[] }>}
 * @throws {KeysError}
 */
export async function readPem(text, kid) {
  if (/-----(?:BEGIN|END) [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) throw new KeysError(SECRET);
  // Copied out of JSON or YAML, line breaks are `\n`.
  const blocks = [...text.replaceAll('\\r', '').replaceAll('\\n', '\n').matchAll(BLOCK)];
  const [block] = blocks;
  if (!block) throw new KeysError('the PEM has no end: is all of it there, up to `-----END …-----`?');
  // One that is not all there counts, too: else the next one would be taken for it.
  const count = text.split('-----BEGIN ').length - 1;
  if (count > 1) throw new KeysError(`there are ${count} keys or certificates, and none has a \`kid\` to choose by: give the one that signed`);
  const [, label = '', body = '', end] = block;
  const publicKey = LABELS.get(label);
  if (!publicKey || end !== label) throw new KeysError(`\`${label}\` is no key that is known here: give \`PUBLIC KEY\`, \`RSA PUBLIC KEY\` or \`CERTIFICATE\``);
  const jwk = await toJwk(() => publicKey(decode(body)), label);
  const notes = [kid === undefined ? 'a PEM has no `kid`, and no token names one: it is taken for `pem`' : `a PEM has no \`kid\`: it is taken for the one that the token names, ${quoted(kid)}`];
  if (label === 'CERTIFICATE') notes.push('of the certificate only its key is used: neither its dates nor who issued it were checked');
  return { jwks: JSON.stringify({ keys: [{ ...jwk, kid: kid ?? 'pem', use: 'sig' }] }), notes };
}

/** @param {string} body */
function decode(body) {
  const der = decodeBase64(body.replace(/\s/g, ''));
  if (beginsPrivate(der)) throw new KeysError(SECRET);
  return der;
}

/**
 * @param {() => Uint8Array} read the SubjectPublicKeyInfo
 * @param {string} label
 */
async function toJwk(read, label) {
  if (!globalThis.crypto?.subtle) throw new KeysError('a PEM can be read only on pages that come by https or from this machine: give a JWK Set');
  let kind;
  try {
    const info = read();
    const { algorithm, curve } = algorithmOf(info);
    kind = KINDS.get(curve || algorithm);
    if (kind) {
      const key = await crypto.subtle.importKey('spki', /** @type {BufferSource} */ (info), kind.import, true, ['verify']);
      const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey('jwk', key);
      return { kty, n, e, crv, x, y, alg: kind.alg };
    }
  } catch (error) {
    if (error instanceof KeysError) throw error;
    const name = kind?.alg === 'EdDSA' ? ', or this browser does not know Ed25519' : '';
    throw new KeysError(`the \`${label}\` is damaged: it is no key that can be read${name}`);
  }
  throw new KeysError(`the \`${label}\` holds a key of a kind that is not known here: RSA, P-256, P-384 and Ed25519 are`);
}
