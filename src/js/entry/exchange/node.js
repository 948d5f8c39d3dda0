// As `../node.js`.
import { Buffer } from 'node:buffer';
import { inflateRawSync } from 'node:zlib';
import { PACKED } from '../../../wasm/exchange-deflate.js';
import { start } from '../../exchange/core.js';

start(inflateRawSync(Buffer.from(PACKED, 'base64')));

export * from '../../exchange/index.js';
