import { Core, codes, decodeUnverified as decode, initSync } from '../wasm/claimgate.js';
import { callCore } from './errors.js';
import { checkString } from './options.js';
import { createStarter } from './start.js';

export const { start, checkStarted } = createStarter(initSync);

/**
 * A policy in the core. See `src/wasm/mod.rs`.
 *
 * @param {ConstructorParameters<typeof Core>} options
 */
export function createCore(...options) {
  checkStarted();
  return callCore(() => new Core(...options));
}

/**
 * Header and claims of a token, **not verified**: anybody can write them. For display, never for a decision.
 *
 * @param {string} token
 * @returns {import('./types.d.ts').DecodedToken}
 */
export function decodeUnverified(token) {
  checkString('token', token);
  checkStarted();
  const { alg, kid, claims } = callCore(() => decode(token));
  return { header: { alg, kid }, claims };
}

/** Every code that a `ClaimgateError` may have. */
export function errorCodes() {
  checkStarted();
  return /** @type {import('./types.d.ts').ErrorCode[]} */ (codes());
}
