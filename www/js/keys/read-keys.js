import { quoted } from '../../claimgate/js/explain/text.js';
import { inputKindOf } from '../../claimgate/js/explain/input.js';
import { decodeBase64 } from '../../claimgate/js/util/base64.js';
import { beginsPrivate } from './der.js';
import { KeysError, SECRET } from './keys-error.js';
import { readPem } from './pem.js';

export { KeysError };

/** As `limits::KEY_SET_BYTES` of the core. */
const MOST = 512 * 1024;

/** What the core calls tokens. */
const TOKENS = ['token', 'bearer_token', 'spaced_token', 'quoted_token', 'text_with_token'];

/** What only a private or a symmetric key has (RFC 7518, section 6). */
const SECRET_MEMBER = /"(d|k|p|q|dp|dq|qi)"\s*:/;

/** Secrets that are in no form that is read here: frames that were retyped, what `openssl -text` prints, PuTTY's, objects as Node prints them, JSON in JSON. */
const SECRET_TEXT = /(?:BEGIN|END) [A-Z0-9 ]{0,30}PRIVATE KEY|Private-(?:Key|Lines):|privateExponent:|[{,]\s*(?:'?(?:d|k|p|q|dp|dq|qi)'?\s*:\s*'|\\"(?:d|k|p|q|dp|dq|qi)\\"\s*:)/;

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
  if (SECRET_TEXT.test(text)) throw new KeysError(SECRET);
  if (/-----BEGIN /.test(text)) return readPem(text, kid);
  const kind = inputKindOf(text);
  const key = parse(text);
  if (kind === 'key_set' && key !== undefined) return { jwks: checked(text), notes: [] };
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
  if (SECRET_MEMBER.test(text)) throw new KeysError(SECRET);
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
  if ('kid' in key || kid === undefined) return { jwks: `{"keys":[${text}]}`, notes: [] };
  return { jwks: JSON.stringify({ keys: [{ ...key, kid }] }), notes: [`the key has no \`kid\`: it is taken for the one that the token names, ${quoted(kid)}`] };
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
 * DER in base64, as it is between the lines of a PEM: a sequence whose length is told.
 *
 * @param {string} text
 * @returns {Uint8Array | undefined} its beginning
 */
function bareDer(text) {
  // As in `x5c`, too: of several certificates the first is the key's.
  const base64 = text.replace(/^\s*"?x5c"?\s*:/, '').replace(/\\[nr]|[\s"[\]]/g, '').split(',', 1)[0] ?? '';
  if (!/^M[A-P][\w+/-]{38,}=*(?:-----END.*)?$/.test(base64)) return undefined;
  return decodeBase64(base64.slice(0, 32));
}

/**
 * What a text is that has no keys.
 *
 * @param {string} text
 * @param {ReturnType<typeof inputKindOf>} kind
 * @param {Record<string, unknown> | undefined} value
 */
function whatElse(text, kind, value) {
  if (text.trim() === '') return 'there is nothing here: give a JWK Set (`{ "keys": [ … ] }`), one JWK, or PEM';
  if (TOKENS.includes(kind ?? '')) return 'this is a token: it belongs into the field above';
  if (kind === 'policy') return 'this is a policy: it belongs into the field below';
  if (kind === 'metadata') return `this is the issuer's metadata: its keys are at ${quoted(String(value?.jwks_uri))}`;
  if (kind === 'token_response' || typeof value?.value === 'string') return 'this is the answer of the token endpoint: its member `value` is a token, and there are no keys in it';
  if (/^\s*</.test(text)) return 'this is HTML: was it a login page that answered, and not the issuer?';
  if (/^\s*(ssh-|ecdsa-sha2-|---- BEGIN SSH2 )/.test(text)) return 'this is a key of SSH, and no issuer signs tokens with one';
  const der = bareDer(text);
  // Without its frame, or without the half that was not copied, a secret is one all the same.
  const secret = /PRIVATE KEY-----|^\s*PuTTY-User-Key-File/.test(text) || (der && beginsPrivate(der)) || (/"kty"\s*:/.test(text) && SECRET_MEMBER.test(text));
  if (secret) return SECRET;
  if (/\bBEGIN [A-Z]/.test(text)) return 'this looks like PEM whose hyphens were changed: its lines are `-----BEGIN …-----` and `-----END …-----`, with five on each side';
  if (der) return 'this looks like a key without its frame: give it with the lines `-----BEGIN …-----` and `-----END …-----`';
  if (value === undefined && /^\s*[{[]/.test(text)) return 'this is not JSON; is all of it there?';
  return 'this is no key: give a JWK Set (`{ "keys": [ … ] }`), one JWK, or PEM';
}
