import { inflateSync } from '../wasm/inflate.js';
import { DEFLATED } from '../wasm/inline.js';
import { builtinModule } from './builtin.js';

/** The wasm module out of the text that the build writes: raw deflate, which is half the size, in base64. */
export function inlineModule() {
  const deflated = Uint8Array.from(atob(DEFLATED), (character) => character.charCodeAt(0));
  const zlib = builtinModule('node:zlib');
  return new WebAssembly.Module(zlib?.inflateRawSync ? zlib.inflateRawSync(deflated) : inflateSync(deflated));
}
