/**
 * @param {string} text
 * @returns {Uint8Array}
 * @throws if it is no base64url; what is canonical is for the core to say
 */
export function decodeBase64url(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
