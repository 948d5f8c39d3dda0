// The tarball, as its users get it.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorCodes } from 'claimgate';
import { run } from '../lib/run.mjs';
import { createProject } from '../lib/worker.mjs';

const PACKAGE = new URL('../node_modules/claimgate/', import.meta.url);

test('it installs into an empty project, brings nothing along, and verifies a token of @actions/core', async (t) => {
  const project = await createProject({ 'job.mjs': JOB, 'five-lines.mjs': FIVE_LINES });
  t.after(project.dispose);
  assert.deepEqual(await readdir(join(project.folder, 'node_modules')), ['.bin', '.package-lock.json', 'claimgate']);
  const command = ['claimgate', 'issuer', '--kind', 'loopback', '--port', '0', '--', process.execPath, 'job.mjs'];
  const env = { ...process.env, ACTIONS_CORE: import.meta.resolve('@actions/core') };
  const output = await run('npx', ['--offline', ...command], { cwd: project.folder, env });
  assert.match(output, /^octo-org\/octo-repo may deploy by allow\[0\]$/m);
});

const JOB = `
import { deploy } from './five-lines.mjs';
const { getIDToken } = await import(process.env.ACTIONS_CORE);
const { port } = new URL(process.env.ACTIONS_ID_TOKEN_REQUEST_URL);
console.log(await deploy(await getIDToken('https://deploy.example.com'), Number(port)));
`;

const FIVE_LINES = `
import { createVerifier } from 'claimgate';

export async function deploy(token, port) {
  const verifier = createVerifier({ policy: {
    version: 1, audience: 'https://deploy.example.com', issuers: { local: { kind: 'loopback', port } },
    roles: { deploy: { issuer: 'local', allow: [{ repository_id: '74', environment: 'prod' }] } },
  } });
  const job = await verifier.authorize(token, { role: 'deploy' });
  return job.claims.repository + ' may deploy by ' + job.rule;
}
`;

test('it has no dependencies, and what its manifest names is there', async () => {
  const manifest = JSON.parse(await readFile(new URL('package.json', PACKAGE)));
  const none = ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies', 'scripts'].map((name) => manifest[name]);
  assert.deepEqual(none, [undefined, undefined, undefined, undefined, undefined], 'nor anything that runs when it is installed');
  const named = [...Object.values(manifest.bin), ...Object.values(manifest.exports).flatMap((target) => Object.values(Object(target)))];
  assert.ok(named.length > 6);
  for (const path of named.filter((path) => path.startsWith('./'))) await readFile(new URL(path, PACKAGE));
  for (const condition of Object.values(manifest.exports).filter((target) => typeof target === 'object')) {
    assert.equal(Object.keys(condition)[0], 'types', 'the first condition that matches wins');
  }
});

test('each entry with types is found by TypeScript’s `node10`, too, which reads `typesVersions` in place of `exports`', async () => {
  const { exports, types, typesVersions } = JSON.parse(await readFile(new URL('package.json', PACKAGE)));
  const { '.': main, ...entries } = Object.fromEntries(Object.entries(exports).filter(([, target]) => target.types).map(([name, target]) => [name, target.types]));
  assert.equal(types, main);
  assert.deepEqual(typesVersions, { '*': Object.fromEntries(Object.entries(entries).map(([name, path]) => [name.slice('./'.length), [path]])) });
});

test('the types know every error code and every near miss, and no other', async () => {
  const types = await readFile(new URL('js/types.d.ts', PACKAGE), 'utf8');
  const union = (name) => [...types.split(`export type ${name} =`)[1].split(';')[0].matchAll(/'(\w+)'/g)].map(([, text]) => text);
  assert.deepEqual(union('ErrorCode'), errorCodes());
  const source = await readFile(new URL('../../src/policy/nearest/kind.rs', import.meta.url), 'utf8');
  assert.deepEqual(union('MissKind'), [...source.matchAll(/^ {8}\w+ = "(\w+)",$/gm)].map(([, text]) => text));
});

test('nothing in it tells where it was built', async () => {
  for (const name of ['claimgate', 'exchange', 'inspect'].flatMap((name) => [`wasm/${name}_bg.wasm`, `wasm/${name}.js`])) {
    const text = await readFile(new URL(name, PACKAGE), 'latin1');
    assert.doesNotMatch(text, /\/(home|root|Users)\/|\.cargo/, name);
  }
});
