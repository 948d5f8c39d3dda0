import { ClaimgateError } from './errors.js';
import { optionError } from './options.js';

/**
 * How one of the package's modules is started, once.
 *
 * @param {(options: { module: WebAssembly.Module }) => unknown} initSync of its bindings
 */
export function createStarter(initSync) {
  let isStarted = false;
  return {
    /**
     * Later calls do nothing. An entry for each runtime calls it with the module that it loads in its own way.
     *
     * @param {WebAssembly.Module | BufferSource} module compiled, or its bytes where the runtime may compile them
     */
    start(module) {
      if (isStarted) return;
      initSync({ module: toModule(module) });
      isStarted = true;
    },
    /** Refuses to go on without the wasm. */
    checkStarted() {
      if (!isStarted) throw new ClaimgateError('not_started', 'the core has no wasm yet: call `start` of `claimgate/slim` first');
    },
  };
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
