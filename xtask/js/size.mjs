// Prints how many bytes an entry of the package has for a browser, wasm included: bundled, minified, `gzip -9`.
// `node size.mjs FILE`
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

const [entry] = process.argv.slice(2);
const { buildSync } = createRequire(new URL('../../tests/package.json', import.meta.url))('esbuild');
const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', write: false });
process.stdout.write(String(gzipSync(outputFiles[0].contents, { level: 9 }).length));
