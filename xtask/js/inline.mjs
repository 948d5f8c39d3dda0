// Writes the wasm module as JavaScript, and what unpacks it where the host has no zlib: `node inline.mjs FOLDER`, with the
// module in FOLDER. Deflated it is half the size; base64 passes through every bundler, encoding and minifier.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';

const [folder] = process.argv.slice(2);
const tests = fileURLToPath(new URL('../../tests/package.json', import.meta.url));
const require = createRequire(tests);

const deflated = deflateRawSync(readFileSync(join(folder, 'claimgate_bg.wasm')), { level: 9 });
writeFileSync(join(folder, 'inline.js'), `export const DEFLATED =\n  '${deflated.toString('base64')}';\n`);

const licence = readFileSync(join(dirname(require.resolve('fflate/package.json')), 'LICENSE'), 'utf8');
require('esbuild').buildSync({
  stdin: { contents: "export { inflateSync } from 'fflate/browser';", resolveDir: dirname(tests) },
  bundle: true,
  format: 'esm',
  banner: { js: `// @ts-nocheck\n/* A part of fflate, which is under this licence:\n\n${licence}*/` },
  outfile: join(folder, 'inflate.js'),
});
