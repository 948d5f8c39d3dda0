// As `../default.js`.
import { PACKED, SIZE } from '../../../wasm/github-lzma.js';
import { start } from '../../core.js';
import { unpackLzma } from '../../lzma.js';
import { decodeBase64 } from '../../util/base64.js';

start(unpackLzma(decodeBase64(PACKED), SIZE));

export * from '../../index.js';
