// The folders of `examples/` that are meant to be copied have a manifest, with the versions that the tests use.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { test } from 'node:test';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const json = async (path) => JSON.parse(await readFile(path, 'utf8'));
const tests = await json(new URL('../package.json', import.meta.url));
const { version } = await json(new URL('../node_modules/claimgate/package.json', import.meta.url));
const expected = { ...tests.dependencies, claimgate: `^${version}` };

/** Programs that an example is run with, and does not import. */
const TOOLS = { 'deploy-gate': ['wrangler'], middleware: ['react', 'react-dom', 'rxjs', '@nestjs/platform-express', 'typescript'], 'token-service': ['wrangler'] };

/** The packages that a folder's files import. */
async function imported(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.[jt]s$/.test(name));
  const sources = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  const specifiers = sources.flatMap((source) => [...source.matchAll(/(?:from|import) '([^.][^']*)'/g)].map(([, specifier]) => specifier));
  const packages = specifiers.map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)[0]);
  return packages.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
}

for (const [name, tools] of Object.entries(TOOLS)) {
  test(`examples/${name} names the packages that it uses, in the versions of the tests`, async () => {
    const folder = new URL(`${name}/`, EXAMPLES);
    const manifest = await json(new URL('package.json', folder));
    assert.deepEqual([manifest.private, manifest.type], [true, 'module']);
    const named = { ...manifest.dependencies, ...manifest.devDependencies };
    assert.deepEqual(Object.keys(named).sort(), [...new Set([...(await imported(folder)), ...tools])].sort());
    for (const [dependency, range] of Object.entries(named)) assert.equal(range, expected[dependency], dependency);
  });
}
