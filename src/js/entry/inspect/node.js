// As `../node.js`.
import { Buffer } from 'node:buffer';
import { inflateRawSync } from 'node:zlib';
import { PACKED } from '../../../wasm/inspect-deflate.js';
import { start } from '../../inspect/core.js';

start(() => inflateRawSync(Buffer.from(PACKED, 'base64')));

export * from '../../inspect/index.js';
