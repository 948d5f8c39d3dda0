import { ClaimgateError } from './errors.js';
import { optionError } from './options.js';

/**
 * One of the package's modules: how it is started, and every way into it.
 *
 * An instance that trapped is in a state that nobody knows. It is not asked again: the next call makes another of the same module, and
 * whatever the first one held is made anew when it is asked for.
 *
 * @param {object} bindings of the module
 * @param {(options: { module: WebAssembly.Module }) => unknown} bindings.initSync
 * @param {() => void} bindings.__wbg_reset_state makes another instance
 */
export function createInstance({ initSync, __wbg_reset_state: replace }) {
  let isStarted = false;
  let isSound = true;
  /** How many there were before this one. */
  let generation = 0;

  /**
   * Asks the core. What it refuses becomes a `ClaimgateError`; whatever else is thrown was its end, and decides nothing.
   *
   * @template T
   * @param {() => T} ask nothing but the core: an error of anybody else would count as one of it
   * @returns {T}
   */
  function call(ask) {
    if (!isStarted) throw new ClaimgateError('not_started', 'the core has no wasm yet: call `start` of `claimgate/slim` first');
    try {
      if (!isSound) {
        replace();
        generation += 1;
        isSound = true;
      }
      const answer = ask();
      // With WebCrypto the core answers later.
      return isPromise(answer) ? /** @type {any} */ (settled(answer, generation)) : answer;
    } catch (failure) {
      throw whatFailed(failure, generation);
    }
  }

  /**
   * @param {PromiseLike<unknown>} answer
   * @param {number} askedOf
   */
  async function settled(answer, askedOf) {
    try {
      return await answer;
    } catch (failure) {
      throw whatFailed(failure, askedOf);
    }
  }

  /**
   * @param {unknown} failure
   * @param {number} askedOf the instance, which may have been replaced since
   */
  function whatFailed(failure, askedOf) {
    if (failure instanceof ClaimgateError) return failure; // of a call within this one
    const { code, message, ...details } = /** @type {any} */ (Object(failure));
    if (code && !(failure instanceof Error)) return new ClaimgateError(code, message, details);
    if (askedOf === generation) isSound = false;
    return new ClaimgateError('core_failed', FAILED, { cause: failure });
  }

  return {
    call,

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

    /**
     * Something that the core holds, such as a policy: made at once, and anew in each instance.
     *
     * @template H
     * @param {() => H} make
     * @returns {<T>(ask: (held: H) => T) => T} asks it, as `call` does
     */
    hold(make) {
      let held = call(make);
      let madeIn = generation;
      return (ask) =>
        call(() => {
          if (madeIn !== generation) {
            held = make();
            madeIn = generation;
          }
          return ask(held);
        });
    },
  };
}

/**
 * Whether an answer comes later. It may be no `Promise` of this realm: WebCrypto on Vercel's edge is of another one, and zone.js replaces
 * the class.
 *
 * @param {any} answer
 * @returns {answer is PromiseLike<unknown>}
 */
export function isPromise(answer) {
  return typeof answer?.then === 'function';
}

const FAILED = 'the core failed and was replaced, and nothing was let through: please report it as a fault of claimgate, with the `cause`';

/**
 * @param {unknown} module
 * @returns {WebAssembly.Module}
 */
function toModule(module) {
  if (typeof WebAssembly === 'undefined') throw optionError('this runtime has no WebAssembly, or it is turned off');
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
    throw optionError(whyNotCompiled(), { cause });
  }
}

/** A module with nothing in it. */
const EMPTY_MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** Why bytes were not compiled. Each engine has other words for that a policy forbids it, so that is tried with a module that is sound. */
function whyNotCompiled() {
  try {
    new WebAssembly.Module(EMPTY_MODULE);
    return 'the bytes given to `start` cannot be compiled here: pass those of `claimgate/claimgate.wasm`, or a `WebAssembly.Module`';
  } catch {
    // Pages and their workers have a location. Of the runtimes without a Content Security Policy, those that forbid it have none.
    return 'location' in globalThis
      ? "the Content Security Policy does not allow WebAssembly: add `'wasm-unsafe-eval'` to its directive `script-src`, as in `script-src 'self' 'wasm-unsafe-eval'`"
      : 'this runtime does not compile WebAssembly from bytes: pass a `WebAssembly.Module` to `start`';
  }
}
