/**
 * `claimgate/slim`: `claimgate` without its wasm, for whoever has the module already or brings it in a way of their own. Call
 * `start` before anything else.
 *
 * @example
 * import { createVerifier, start } from 'claimgate/slim';
 * import module from 'claimgate/claimgate.wasm'; // where the bundler makes a `WebAssembly.Module` of it
 *
 * start(module);
 */
import type { WasmModule } from './platform.js';

export * from './types.js';

/**
 * Starts the core; later calls do nothing.
 *
 * @param module `claimgate/claimgate.wasm`: compiled, or its bytes where the runtime may compile them
 * @throws {ClaimgateError} with `option_invalid` if it is neither.
 */
export function start(module: WasmModule | ArrayBuffer | ArrayBufferView): void;
