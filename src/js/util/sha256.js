import { toHex } from './hex.js';
import { encodeUtf8 } from './utf8.js';

/**
 * As 64 hexadecimal digits.
 *
 * @param {string} text
 */
export async function sha256(text) {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', encodeUtf8(text))));
}
