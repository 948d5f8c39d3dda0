import { encodeBase64url } from './util/base64.js';

/** @typedef {typeof import('node:crypto')} NodeCrypto */

/**
 * What the core calls for signatures, where there is a synchronous `node:crypto`.
 *
 * @returns {Host | undefined}
 */
export function createHost() {
  const crypto = nodeCrypto();
  return typeof crypto?.verify === 'function' && typeof crypto.createPublicKey === 'function' ? new Host(crypto) : undefined;
}

/**
 * The module, in the runtimes that have it; asked for so that no bundler follows.
 *
 * @returns {NodeCrypto | undefined}
 */
export function nodeCrypto() {
  try {
    return globalThis.process?.getBuiltinModule?.('node:crypto');
  } catch {
    return undefined; // Next.js throws at the mere mention, on its edge.
  }
}

/** As `crates/wasm/src/host.rs` calls it. Nothing here may throw: it would pass through the wasm. */
class Host {
  #crypto;

  /** @param {NodeCrypto} crypto */
  constructor(crypto) {
    this.#crypto = crypto;
  }

  /**
   * @param {string} algorithm
   * @param {Uint8Array} first the modulus, or the first coordinate
   * @param {Uint8Array} second the exponent, or the second coordinate
   * @returns {HostKey | undefined} nothing if the host refuses the key
   */
  importKey(algorithm, first, second) {
    try {
      return new HostKey(this.#crypto, algorithm, jwk(algorithm, first, second));
    } catch {
      return undefined;
    }
  }
}

/** A public key bound to one algorithm. */
class HostKey {
  #crypto;
  #hash;
  #key;
  #algorithm;

  /**
   * @param {NodeCrypto} crypto
   * @param {string} algorithm
   * @param {import('node:crypto').JsonWebKey} jwk
   * @throws if the host cannot use it
   */
  constructor(crypto, algorithm, jwk) {
    const key = crypto.createPublicKey({ key: jwk, format: 'jwk' });
    const bits = Number(algorithm.slice(2));
    this.#crypto = crypto;
    this.#algorithm = algorithm.slice(0, 2);
    this.#hash = algorithm === 'EdDSA' ? null : `sha${bits}`;
    if (this.#algorithm === 'PS') {
      // RFC 7518, section 3.5: a salt as long as the hash.
      this.#key = { key, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 };
      // workerd takes no key with options, and says so only now.
      crypto.verify(this.#hash, new Uint8Array(), this.#key, new Uint8Array());
    } else {
      this.#key = key;
    }
  }

  /**
   * @param {Uint8Array} message
   * @param {Uint8Array} signature
   */
  verify(message, signature) {
    try {
      const encoded = this.#algorithm === 'ES' ? der(signature) : signature;
      return this.#crypto.verify(this.#hash, message, this.#key, encoded) === true;
    } catch {
      return false;
    }
  }
}

/**
 * A signature of ECDSA as DER, which every host reads, from the two numbers side by side of RFC 7518, section 3.4.
 *
 * @param {Uint8Array} signature
 */
function der(signature) {
  const half = signature.length / 2;
  const integers = [signature.subarray(0, half), signature.subarray(half)].flatMap((number) => {
    const first = number.findIndex((byte) => byte !== 0);
    const digits = first === -1 ? [0] : [...number.subarray(first)];
    const positive = /** @type {number} */ (digits[0]) < 0x80 ? digits : [0, ...digits];
    return [0x02, positive.length, ...positive];
  });
  return Uint8Array.of(0x30, integers.length, ...integers);
}

/**
 * @param {string} algorithm
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 */
function jwk(algorithm, first, second) {
  const [a, b] = [first, second].map(encodeBase64url);
  if (algorithm === 'EdDSA') return { kty: 'OKP', crv: 'Ed25519', x: a };
  if (algorithm.startsWith('ES')) return { kty: 'EC', crv: `P-${algorithm.slice(2)}`, x: a, y: b };
  return { kty: 'RSA', n: a, e: b };
}
