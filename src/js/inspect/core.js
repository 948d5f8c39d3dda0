// The package's module for people: it explains policies of all systems, and gates do not load it.
import * as bindings from '../../wasm/inspect.js';
import { createInstance } from '../instance.js';

const { start: startModule, call } = createInstance(bindings);

/** @type {(() => WebAssembly.Module | BufferSource) | undefined} */
let load;

/**
 * How the module is had, which each entry says in its runtime's way. It is unpacked and compiled by the first call that needs it.
 *
 * @param {() => WebAssembly.Module | BufferSource} loadModule
 */
export function start(loadModule) {
  load ??= loadModule;
}

/**
 * Asks the module.
 *
 * @template T
 * @param {(module: typeof bindings) => T} ask
 * @returns {T}
 */
export function inspector(ask) {
  if (load) {
    startModule(load());
    load = undefined;
  }
  return call(() => ask(bindings));
}
