// As `../default.js`.
import { PACKED, SIZE } from '../../../wasm/github-lzma.js';
import { start } from '../../core.js';
import { unpackLzma } from '../../lzma.js';

const packed = Uint8Array.from(atob(PACKED), (character) => character.charCodeAt(0));
start(unpackLzma(packed, SIZE));

export * from '../../index.js';
