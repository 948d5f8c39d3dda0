/**
 * @param {string} text base64 or base64url, padded or not
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws if it is neither; whether it is canonical is for the core to say
 */
export function decodeBase64(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} without padding
 */
export function encodeBase64url(bytes) {
  // Not `fromCharCode(...bytes)`: as many arguments as a long text has bytes are too many.
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
