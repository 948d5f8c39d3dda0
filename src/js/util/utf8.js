const encoder = new TextEncoder();
// A byte-order mark stays: it is for the core to refuse.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** @param {string} text */
export function encodeUtf8(text) {
  return encoder.encode(text);
}

/**
 * @param {AllowSharedBufferSource} bytes
 * @throws if they are not UTF-8
 */
export function decodeUtf8(bytes) {
  return strict.decode(bytes);
}

/**
 * For display: whatever is not UTF-8 becomes U+FFFD.
 *
 * @param {AllowSharedBufferSource} bytes
 */
export function decodeUtf8Lossily(bytes) {
  return lossy.decode(bytes);
}
