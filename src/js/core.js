import { Core, codes, decodeUnverified as decode, initSync } from '../wasm/claimgate.js';
import { callCore } from './errors.js';
import { checkString } from './options.js';

export { Core };

let isStarted = false;

/**
 * Starts the core, once: an entry for each runtime calls it with the module that it loads in its own way.
 *
 * @param {WebAssembly.Module} module
 */
export function start(module) {
  if (isStarted) return;
  initSync({ module });
  isStarted = true;
}

/**
 * Header and claims of a token, **not verified**: anybody can write them. For display, never for a decision.
 *
 * @param {string} token
 * @returns {import('./types.d.ts').DecodedToken}
 */
export function decodeUnverified(token) {
  checkString('token', token);
  const { alg, kid, claims } = callCore(() => decode(token));
  return { header: { alg, kid }, claims: JSON.parse(claims) };
}

/** Every code that a `ClaimgateError` may have. */
export const errorCodes = () => /** @type {import('./types.d.ts').ErrorCode[]} */ (codes());
