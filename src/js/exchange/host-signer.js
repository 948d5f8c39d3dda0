import { nodeCrypto } from '../host.js';

/**
 * The host's own primitive with the current one of the signing keys; nothing where there is none, or the host refuses the key.
 *
 * @param {string} keys the document of signing keys
 */
export function createHostSigner(keys) {
  const crypto = nodeCrypto();
  if (typeof crypto?.sign !== 'function' || typeof crypto.createPrivateKey !== 'function') return undefined;
  try {
    return new HostSigner(crypto, JSON.parse(keys).current);
  } catch {
    return undefined; // What is wrong with the keys is for the core to say.
  }
}

/** As `crates/wasm/src/host.rs` calls it. Nothing here may throw: it would pass through the wasm. */
export class HostSigner {
  #crypto;
  #hash;
  #key;

  /**
   * @param {import('../host.js').NodeCrypto} crypto
   * @param {import('node:crypto').JsonWebKey} jwk
   */
  constructor(crypto, jwk) {
    this.#crypto = crypto;
    this.#hash = jwk.kty === 'EC' ? 'sha256' : null;
    this.#key = crypto.createPrivateKey({ key: jwk, format: 'jwk' });
  }

  /**
   * @param {Uint8Array} message
   * @returns {Uint8Array | undefined} nothing if it fails: then the wasm signs
   */
  sign(message) {
    try {
      const signature = this.#crypto.sign(this.#hash, message, this.#key);
      return this.#hash === null ? signature : sideBySide(signature);
    } catch {
      return undefined;
    }
  }
}

/**
 * The two numbers of a signature of ECDSA side by side (RFC 7518, section 3.4), from the DER that every host writes.
 *
 * @param {Uint8Array} der of P-256, whose lengths have one byte each
 */
function sideBySide(der) {
  const signature = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const start = at + 2;
    at = start + Number(der[at + 1]);
    // Without the zero that keeps a number positive.
    const digits = der.subarray(Math.max(start, at - 32), at);
    signature.set(digits, end - digits.length);
  }
  return signature;
}
