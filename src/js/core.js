import { Core, codes, decodeUnverified as decode, initSync } from '../wasm/claimgate.js';
import { ClaimgateError, callCore } from './errors.js';
import { checkString, optionError } from './options.js';

let isStarted = false;

/**
 * Starts the core, once; later calls do nothing. An entry for each runtime calls it with the module that it loads in its own way.
 *
 * @param {WebAssembly.Module | BufferSource} module compiled, or its bytes where the runtime may compile them
 */
export function start(module) {
  if (isStarted) return;
  initSync({ module: toModule(module) });
  isStarted = true;
}

/**
 * @param {unknown} module
 * @returns {WebAssembly.Module}
 */
function toModule(module) {
  const kind = Object.prototype.toString.call(module);
  if (kind === '[object WebAssembly.Module]') {
    // On Vercel's edge it comes from another realm, and the generated code asks for one of this.
    if (!(module instanceof WebAssembly.Module)) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
    return /** @type {WebAssembly.Module} */ (module);
  }
  if (kind !== '[object ArrayBuffer]' && !ArrayBuffer.isView(module)) {
    throw optionError('`start` needs a `WebAssembly.Module`, or the bytes of `claimgate/claimgate.wasm`');
  }
  try {
    return new WebAssembly.Module(/** @type {BufferSource} */ (module));
  } catch (cause) {
    throw optionError('the bytes given to `start` cannot be compiled here: give it a `WebAssembly.Module`', { cause });
  }
}

/** Refuses to go on without the wasm. */
export function checkStarted() {
  if (!isStarted) throw new ClaimgateError('not_started', 'the core has no wasm yet: call `start` of `claimgate/slim` first');
}

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
