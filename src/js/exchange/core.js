// The package's other module: it has all of `../core.js`, and signs.
import { Core, Minter, decodeUnverified as decode, initSync } from '../../wasm/exchange.js';
import { callCore } from '../errors.js';
import { createStarter } from '../start.js';

export const { start } = createStarter(initSync);

/**
 * A policy in the core. See `src/wasm/mod.rs` and `src/wasm/exchange.rs`.
 *
 * @param {ConstructorParameters<typeof Core>} options
 */
export function createCore(...options) {
  return callCore(() => new Core(...options));
}

/**
 * What signs access tokens, and recognises them.
 *
 * @param {string} issuer their `iss`
 * @param {string} keys the document of signing keys
 * @param {import('./host-signer.js').HostSigner} [host] that signs in place of the wasm, if it has the current key
 */
export function createMinter(issuer, keys, host) {
  return callCore(() => new Minter(issuer, keys, host));
}

/**
 * The claims of a token, **not verified**.
 *
 * @param {string} token
 * @returns {{ claims: Record<string, unknown> }}
 */
export function decodeUnverified(token) {
  return callCore(() => decode(token));
}
