// Writes the wasm module as JavaScript beside it: `node inline.mjs WASM LZMA NAME`. Base64 passes through every bundler, encoding and
// minifier.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { unpackLzma } from '../../src/js/lzma.js';

const [path, packed, name] = process.argv.slice(2);
const wasm = readFileSync(path);
const lzma = readFileSync(packed);
if (Buffer.compare(unpackLzma(lzma, wasm.length), wasm) !== 0) throw new Error('the packed module does not unpack to itself');

const write = (packing, bytes, more = '') =>
  writeFileSync(join(dirname(path), `${name}-${packing}.js`), `export const PACKED =\n  '${bytes.toString('base64')}';\n${more}`);
write('lzma', lzma, `export const SIZE = ${wasm.length};\n`);
write('deflate', deflateRawSync(wasm, { level: 9 }));
