import * as bindings from '../wasm/claimgate.js';
import { createInstance } from './instance.js';
import { checkString } from './options.js';

export const { start, call, hold } = createInstance(bindings);

/**
 * A policy in the core. See `crates/wasm/src/lib.rs`.
 *
 * @param {ConstructorParameters<typeof bindings.Core>} options
 */
export function createCore(...options) {
  return new bindings.Core(...options);
}

/**
 * Header and claims of a token, **not verified**: anybody can write them. For display, never for a decision.
 *
 * @param {string} token
 * @returns {import('./types.d.ts').DecodedToken}
 */
export function decodeUnverified(token) {
  checkString('token', token);
  const { alg, kid, claims } = call(() => bindings.decodeUnverified(token));
  return { header: { alg, kid }, claims: JSON.parse(claims) };
}
