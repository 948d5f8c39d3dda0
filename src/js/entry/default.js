// The module is a part of the JavaScript: no file to find, nothing to fetch or to await, and no bundler that has to know what wasm
// is. Packed as small as can be, because browsers wait for it.
import { PACKED, SIZE } from '../../wasm/claimgate-lzma.js';
import { start } from '../core.js';
import { unpackLzma } from '../lzma.js';
import { decodeBase64 } from '../util/base64.js';

start(unpackLzma(decodeBase64(PACKED), SIZE));

export * from '../index.js';
