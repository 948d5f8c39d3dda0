// Which cryptography verifies signatures. What is fastest where is measured by `benches/verify`.
import { createHost } from './host.js';
import { optionError } from './options.js';

/** The runtime's synchronous `node:crypto`, WebCrypto, or the wasm. */
export const CRYPTO = Object.freeze(['host', 'webcrypto', 'wasm']);

/**
 * What the core is given for signatures: at most one of `host` and `subtle`.
 *
 * @typedef {object} Crypto
 * @property {'host' | 'webcrypto' | 'wasm'} name
 * @property {ReturnType<typeof createHost>} [host]
 * @property {SubtleCrypto} [subtle]
 * @property {boolean} leavesRsa whether RSA is verified by the wasm all the same
 */

/**
 * @param {'host' | 'webcrypto' | 'wasm' | undefined} choice by default, whichever is fastest
 * @param {readonly string[]} algorithms
 * @returns {Crypto}
 */
export function chooseCrypto(choice, algorithms) {
  if (choice !== undefined) return chosen(choice);
  const host = createHost();
  const subtle = host ? undefined : webCrypto();
  const leavesRsa = host ? 'Deno' in globalThis : !hasFastWebCrypto();
  if ((!host && !subtle) || (leavesRsa && algorithms.every(isRsa))) return WASM;
  return { name: host ? 'host' : 'webcrypto', host, subtle, leavesRsa };
}

/** @type {Crypto} */
const WASM = Object.freeze({ name: 'wasm', leavesRsa: false });

/**
 * @param {'host' | 'webcrypto' | 'wasm'} name
 * @returns {Crypto}
 */
function chosen(name) {
  if (name === 'wasm') return WASM;
  if (name === 'host') {
    const host = createHost();
    if (host) return { name, host, leavesRsa: false };
    throw optionError('this runtime has no synchronous `node:crypto`: leave `crypto` out, or set it to `webcrypto` or `wasm`', { place: 'crypto' });
  }
  const subtle = webCrypto();
  if (subtle) return { name, subtle, leavesRsa: false };
  throw optionError('this runtime has no WebCrypto, or not on an insecure origin: use `https`, leave `crypto` out, or set it to `wasm`', { place: 'crypto' });
}

/** @returns {SubtleCrypto | undefined} */
function webCrypto() {
  return globalThis.crypto?.subtle;
}

/** Whether it verifies RSA faster than the wasm: in workerd, on Vercel's edge and in Chromium. In Firefox it takes three times as long. */
function hasFastWebCrypto() {
  const { userAgent = '' } = globalThis.navigator ?? {};
  return userAgent === 'Cloudflare-Workers' || 'EdgeRuntime' in globalThis || /Chrom(e|ium)\//.test(userAgent);
}

/** @param {string} algorithm */
function isRsa(algorithm) {
  return algorithm.startsWith('RS') || algorithm.startsWith('PS');
}
