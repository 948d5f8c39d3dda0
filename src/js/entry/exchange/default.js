// As `../default.js`.
import { PACKED, SIZE } from '../../../wasm/exchange-lzma.js';
import { start } from '../../exchange/core.js';
import { unpackLzma } from '../../lzma.js';
import { decodeBase64 } from '../../util/base64.js';

start(unpackLzma(decodeBase64(PACKED), SIZE));

export * from '../../exchange/index.js';
