/** @param {string} text */
export function encodeText(text) {
  return encodeBytes(new TextEncoder().encode(text));
}

/** @param {Uint8Array} bytes */
export function encodeBytes(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
