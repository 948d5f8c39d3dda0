// The package's other module: it has all of `../core.js`, and signs.
import * as bindings from '../../wasm/exchange.js';
import { createInstance } from '../instance.js';

export const { start, call, hold } = createInstance(bindings);

/**
 * A policy in the core. See `crates/wasm/src/lib.rs` and `crates/wasm/src/exchange.rs`.
 *
 * @param {ConstructorParameters<typeof bindings.Core>} options
 */
export function createCore(...options) {
  return new bindings.Core(...options);
}

/**
 * What signs access tokens, and verifies them.
 *
 * @param {string} issuer their `iss`
 * @param {string} keys the document of signing keys
 * @param {import('./host-signer.js').HostSigner} [host] signs in place of the wasm, if it has the current key
 * @param {SubtleCrypto} [subtle] the same of WebCrypto
 */
export function createMinter(issuer, keys, host, subtle) {
  return hold(() => new bindings.Minter(issuer, keys, host, subtle));
}

/**
 * The claims of a token, **not verified**.
 *
 * @param {string} token
 * @returns {Record<string, unknown>}
 */
export function decodeUnverified(token) {
  return JSON.parse(call(() => bindings.decodeUnverified(token)).claims);
}
