// Writes the wasm module as JavaScript beside it: `node inline.mjs WASM LZMA`. Base64 passes through every bundler, encoding and
// minifier.
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { unpackLzma } from '../../src/js/lzma.js';

const [path, packed] = process.argv.slice(2);
const wasm = readFileSync(path);
const lzma = readFileSync(packed);
if (Buffer.compare(unpackLzma(lzma, wasm.length), wasm) !== 0) throw new Error('the packed module does not unpack to itself');

const write = (name, bytes, more = '') =>
  writeFileSync(path.replace('claimgate_bg.wasm', name), `export const PACKED =\n  '${bytes.toString('base64')}';\n${more}`);
write('inline-lzma.js', lzma, `export const SIZE = ${wasm.length};\n`);
write('inline-deflate.js', deflateRawSync(wasm, { level: 9 }));
