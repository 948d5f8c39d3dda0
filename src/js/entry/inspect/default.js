// As `../default.js`.
import { PACKED, SIZE } from '../../../wasm/inspect-lzma.js';
import { start } from '../../inspect/core.js';
import { unpackLzma } from '../../lzma.js';
import { decodeBase64 } from '../../util/base64.js';

start(() => unpackLzma(decodeBase64(PACKED), SIZE));

export * from '../../inspect/index.js';
