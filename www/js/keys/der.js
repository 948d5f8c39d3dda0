// What is needed of DER (X.690) to find a public key: definite lengths, and nothing beyond the bytes that are there.

/**
 * One element: its tag, what it holds, and what stands behind it.
 *
 * @typedef {{ tag: number, content: Uint8Array, whole: Uint8Array, rest: Uint8Array }} Element
 */

export const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
const VERSION = 0xa0;

/** rsaEncryption (RFC 8017, appendix C) with its parameters, which are null. */
const RSA = Uint8Array.of(0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00);

/**
 * Reads the first element.
 *
 * @param {Uint8Array} bytes
 * @param {number} [expected] its tag
 * @returns {Element}
 * @throws {RangeError} if it is another one, or not all there
 */
export function element(bytes, expected) {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || (expected !== undefined && tag !== expected)) throw new RangeError('not the element that belongs here');
  const long = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || long > 4 || bytes.length < 2 + long) throw new RangeError('a length that is none');
  const length = long === 0 ? first : bytes.subarray(2, 2 + long).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = 2 + long;
  if (bytes.length < start + length) throw new RangeError('shorter than it says');
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length), rest: bytes.subarray(start + length) };
}

/**
 * The SubjectPublicKeyInfo of an X.509 certificate (RFC 5280, section 4.1).
 *
 * @param {Uint8Array} certificate
 */
export function publicKeyOf(certificate) {
  let { content: fields } = element(element(certificate, SEQUENCE).content, SEQUENCE);
  if (element(fields).tag === VERSION) fields = element(fields).rest;
  // serialNumber, signature, issuer, validity, subject
  for (let skipped = 0; skipped < 5; skipped += 1) fields = element(fields).rest;
  return element(fields, SEQUENCE).whole;
}

/**
 * A SubjectPublicKeyInfo around an RSAPublicKey (PKCS #1; RFC 8017, appendix A.1.1).
 *
 * @param {Uint8Array} key
 */
export function rsaPublicKeyInfo(key) {
  const bits = wrap(BIT_STRING, Uint8Array.of(0), element(key, SEQUENCE).whole);
  return wrap(SEQUENCE, RSA, bits);
}

/** @param {number} tag @param {...Uint8Array} parts */
function wrap(tag, ...parts) {
  const content = parts.flatMap((part) => [...part]);
  const length = content.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.of(tag, ...head, ...content);
}

/**
 * The object identifiers of a SubjectPublicKeyInfo's algorithm, as hexadecimal: of the algorithm, and of its curve if it has one.
 *
 * @param {Uint8Array} info
 */
export function algorithmOf(info) {
  const { content } = element(element(info, SEQUENCE).content, SEQUENCE);
  const algorithm = element(content, 0x06);
  const curve = algorithm.rest.length > 0 && algorithm.rest[0] === 0x06 ? element(algorithm.rest).content : new Uint8Array();
  return { algorithm: toHex(algorithm.content), curve: toHex(curve) };
}

/** @param {Uint8Array} bytes */
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
