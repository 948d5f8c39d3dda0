// Node, Deno and Bun: as `default.js`, but packed as they unpack it by themselves, at once. It is no file to be read, because a
// bundle would look for that in the wrong place.
import { Buffer } from 'node:buffer';
import { inflateRawSync } from 'node:zlib';
import { PACKED } from '../../wasm/server-deflate.js';
import { start } from '../core.js';

start(inflateRawSync(Buffer.from(PACKED, 'base64')));

export * from '../index.js';
