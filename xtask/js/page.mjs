// Finishes the page: puts its modules into one, and tells the service worker what there is to keep. `node page.mjs MODULES PAGE`;
// prints how many bytes the page has, each file gzipped as a host would send it.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const [modules, page] = process.argv.slice(2);
const { buildSync } = createRequire(new URL('../../tests/package.json', import.meta.url))('esbuild');

// One request instead of 66, which would be two thirds of the time until the page is ready. As it was written but for that, so that
// people can read what they trust their tokens to.
buildSync({
  absWorkingDir: modules,
  entryPoints: ['js/main.js'],
  outfile: join(page, 'inspector.js'),
  bundle: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
});

const names = readdirSync(page, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(page, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
  .sort();
// Those that are kept are kept with their headers, so the version is that of all files.
const hash = createHash('sha256');
for (const name of names) hash.update(`${name}\n`).update(readFileSync(join(page, name)));

// `./` is the page itself. Some hosts redirect `index.html` there, and a redirect is not to be kept.
const kept = names.filter((name) => !['_headers', 'index.html', 'service-worker.js'].includes(name));
const worker = join(page, 'service-worker.js');
const files = ['./', ...kept].map((name) => `  '${name}',\n`).join('');
writeFileSync(worker, `const VERSION = '${hash.digest('hex').slice(0, 16)}';\nconst FILES = [\n${files}];\n${readFileSync(worker, 'utf8')}`);

const size = (name) => gzipSync(readFileSync(join(page, name)), { level: 9 }).length;
process.stdout.write(String(['index.html', ...kept].map(size).reduce((sum, bytes) => sum + bytes)));
