// As `../default.js`.
import { PACKED, SIZE } from '../../../wasm/exchange-lzma.js';
import { start } from '../../exchange/core.js';
import { unpackLzma } from '../../lzma.js';

const packed = Uint8Array.from(atob(PACKED), (character) => character.charCodeAt(0));
start(unpackLzma(packed, SIZE));

export * from '../../exchange/index.js';
