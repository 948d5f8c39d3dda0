/** `claimgate/claimgate.wasm`, where the runtime or the bundler compiles it: for `start` of `claimgate/slim`. */
declare const module: WebAssembly.Module;
export default module;
