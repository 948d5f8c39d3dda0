// What is needed of DER (X.690) to find a public key: each length written in the one way that there is, and nothing beyond the
// bytes that are there.
import { toHex } from '../../claimgate/js/util/hex.js';

/**
 * One element: its tag, what it holds, and what stands behind it.
 *
 * @typedef {{ tag: number, content: Uint8Array, whole: Uint8Array, rest: Uint8Array }} Element
 */

export const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_IDENTIFIER = 0x06;
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
  if (long > 0 && (length < 0x80 || bytes[2] === 0)) throw new RangeError('a length that could be shorter');
  const start = 2 + long;
  if (bytes.length < start + length) throw new RangeError('shorter than it says');
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length), rest: bytes.subarray(start + length) };
}

/**
 * An element that nothing may follow: whoever looks at the rest would see another key than this one.
 *
 * @param {Uint8Array} bytes
 * @param {number} expected its tag
 */
function only(bytes, expected) {
  const found = element(bytes, expected);
  if (found.rest.length > 0) throw new RangeError('something follows');
  return found;
}

/**
 * The SubjectPublicKeyInfo of an X.509 certificate (RFC 5280, section 4.1).
 *
 * @param {Uint8Array} certificate
 */
export function publicKeyOf(certificate) {
  let { content: fields } = element(only(certificate, SEQUENCE).content, SEQUENCE);
  if (element(fields).tag === VERSION) fields = element(fields).rest;
  // serialNumber, signature, issuer, validity, subject
  for (const tag of [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]) fields = element(fields, tag).rest;
  return element(fields, SEQUENCE).whole;
}

/**
 * A SubjectPublicKeyInfo around an RSAPublicKey (PKCS #1; RFC 8017, appendix A.1.1).
 *
 * @param {Uint8Array} key
 */
export function rsaPublicKeyInfo(key) {
  const bits = wrap(BIT_STRING, Uint8Array.of(0), only(key, SEQUENCE).whole);
  return wrap(SEQUENCE, RSA, bits);
}

/** @param {number} tag @param {...Uint8Array} parts */
function wrap(tag, ...parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > 0xffff) throw new RangeError('longer than any key');
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.of(tag, ...head, ...parts.flatMap((part) => [...part]));
}

/**
 * The object identifiers of a SubjectPublicKeyInfo's algorithm, as hexadecimal: of the algorithm, and of its curve if it has one.
 *
 * @param {Uint8Array} info
 */
export function algorithmOf(info) {
  const { content } = element(only(info, SEQUENCE).content, SEQUENCE);
  const algorithm = element(content, OBJECT_IDENTIFIER);
  const curve = algorithm.rest[0] === OBJECT_IDENTIFIER ? element(algorithm.rest).content : new Uint8Array();
  return { algorithm: toHex(algorithm.content), curve: toHex(curve) };
}

/**
 * Whether this begins like a private key, all of it there or not: with a version (PKCS #8, PKCS #1, SEC 1, PKCS #12), or with what
 * it is encrypted with (PKCS #5, PKCS #12). A public key begins with neither, nor does a certificate.
 *
 * @param {Uint8Array} bytes
 */
export const beginsPrivate = (bytes) => PRIVATE.test(toHex(bytes.subarray(0, 24)));

const PRIVATE = /^30(?:[0-7].|81..|82.{4}|83.{6})(?:02010[0-3]|30(?:[0-7].|81..|82.{4})06..2a864886f70d01(?:05|0c))/;
