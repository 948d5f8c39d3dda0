/** `claimgate/claimgate.wasm`, where the runtime or the bundler compiles it: for `start` of `claimgate/slim`. */
import type { WasmModule } from './platform.js';

declare const module: WasmModule;
export default module;
