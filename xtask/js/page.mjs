// Finishes the page: drops what it does not use of the package, and tells the service worker what there is to keep.
// `node page.mjs FOLDER`; prints how many bytes the page has, each file gzipped as a host would send it.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

// esbuild names the real files, wherever links lead.
const folder = realpathSync(process.argv[2]);
const { buildSync } = createRequire(new URL('../../tests/package.json', import.meta.url))('esbuild');

const names = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();

const { metafile } = buildSync({
  absWorkingDir: folder,
  entryPoints: ['js/main.js', 'js/page/opened-with.js'],
  bundle: true,
  write: false,
  metafile: true,
  format: 'esm',
  outdir: 'out',
});
const used = new Set(Object.keys(metafile.inputs));
const isUnused = (name) => name.startsWith('claimgate/') && /\.[jt]s$/.test(name) && !used.has(name);
for (const name of names().filter(isUnused)) rmSync(join(folder, name));

// Of all files: what is kept has the headers, too, that it came with.
const hash = createHash('sha256');
for (const name of names()) hash.update(`${name}\n`).update(readFileSync(join(folder, name)));

// The worker is no part of itself, `_headers` is the host's, and `./` is the page: many hosts redirect `index.html` there, and a
// browser refuses a redirect that was kept.
const kept = names().filter((name) => !['_headers', 'index.html', 'service-worker.js'].includes(name) && !name.includes('LICENSE'));
const worker = join(folder, 'service-worker.js');
const files = ['./', ...kept].map((name) => `  '${name}',\n`).join('');
writeFileSync(worker, `const VERSION = '${hash.digest('hex').slice(0, 16)}';\nconst FILES = [\n${files}];\n${readFileSync(worker, 'utf8')}`);

const size = (name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
process.stdout.write(String(['index.html', ...kept].map(size).reduce((sum, bytes) => sum + bytes)));
