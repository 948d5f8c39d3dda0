import { recognise } from '../../claimgate/js/explain/recognise.js';
import { readPem } from './pem.js';
import { KeysError, SECRET } from './keys-error.js';

export { KeysError };

/** As `limits::KEY_SET_BYTES` of the core. */
const MOST = 512 * 1024;

/**
 * Reads what people have of an issuer's keys: a JWK Set, one JWK, or PEM (a public key or an X.509 certificate).
 *
 * @param {string} text
 * @param {string | undefined} kid that of the token, which a PEM lacks
 * @returns {Promise<{ jwks: string, notes: string[] }>} a JWK Set, and what was assumed of it
 * @throws {KeysError} with a message for people
 */
export async function readKeys(text, kid) {
  if (text.length > MOST) throw new KeysError(`this has more than ${MOST} characters, which no keys have`);
  if (/-----BEGIN /.test(text)) return readPem(text, kid);
  const kind = recognise(text);
  if (kind === 'keys') return { jwks: checked(text), notes: [] };
  const key = parse(text);
  if (key !== undefined && 'kty' in key) return oneKey(text, key, kid);
  throw new KeysError(whatElse(text, kind, key));
}

/**
 * A key set goes to the core as it is: what is wrong with it, that one knows better.
 *
 * @param {string} text
 */
function checked(text) {
  // Of secrets that were pasted, the warning must not depend on whether they are well-formed.
  if (/"(d|k|p|q|dp|dq|qi)"\s*:/.test(text)) throw new KeysError(SECRET);
  return text;
}

/**
 * @param {string} text
 * @param {{ kid?: unknown }} key
 * @param {string | undefined} kid
 */
function oneKey(text, key, kid) {
  checked(text);
  // As text, so that the core sees what was written, a member that is there twice included.
  if (typeof key.kid === 'string' || kid === undefined) return { jwks: `{"keys":[${text}]}`, notes: [] };
  return { jwks: JSON.stringify({ keys: [{ ...key, kid }] }), notes: [`the key has no \`kid\`: it is taken for the one that the token names, \`${kid}\``] };
}

/** @param {string} text @returns {Record<string, unknown> | undefined} */
function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * What a text is that has no keys.
 *
 * @param {string} text
 * @param {ReturnType<typeof recognise>} kind
 * @param {Record<string, unknown> | undefined} value
 */
function whatElse(text, kind, value) {
  if (kind === 'token') return 'this is a token: it belongs into the field above';
  if (kind === 'policy') return 'this is a policy: it belongs into the field below';
  if (kind === 'metadata') return `this is the issuer's metadata: its keys are at \`${String(value?.jwks_uri)}\``;
  if (kind === 'answer') return 'this is the answer of the token endpoint: its member `value` is a token, and there are no keys in it';
  if (/^\s*</.test(text)) return 'this is HTML: was it a login page that answered, and not the issuer?';
  if (/^\s*(ssh-|ecdsa-sha2-)/.test(text)) return 'this is a key of SSH, and no issuer signs tokens with one';
  if (/^\s*MII[\w+/=\s]+$/.test(text)) return 'this looks like a key without its frame: give it with the lines `-----BEGIN …-----` and `-----END …-----`';
  if (value === undefined && /^\s*[{[]/.test(text)) return 'this is not JSON; is all of it there?';
  return 'this is no key: give a JWK Set (`{ "keys": [ … ] }`), one JWK, or PEM';
}
