// README's snippets, as they stand. E3: they run in every runtime that they are for, and compile.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startIssuer } from 'claimgate/issuer';
import { temporaryFolder } from '../lib/ending.mjs';
import { startServer } from '../lib/examples.mjs';
import { serveBundle } from '../lib/miniflare.mjs';
import { programOf } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';
import { createProject } from '../lib/worker.mjs';
import { signingKeys } from '../lib/tokens.mjs';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const README = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

const snippets = (language) => [...README.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text);

/** The one snippet that has all of these words. */
function snippet(...words) {
  const found = snippets('js').filter((text) => words.every((word) => text.includes(word)));
  assert.equal(found.length, 1, `${found.length} snippets have ${words.join(', ')}`);
  return found[0];
}

const GATE = snippet('createGate', 'export default');
const QUICKSTART = snippet('createGate', 'createIssuer');
const EXCHANGE = snippet('createExchange', 'export default');
const SLIM = snippet('claimgate/slim');
const ISSUER = snippet('startIssuer');

let issuer;
let policy;
let project;
before(async () => {
  issuer = await startIssuer();
  policy = JSON.parse(snippets('json')[0]);
  policy.issuers.github = { kind: 'loopback', port: Number(new URL(issuer.url).port) };
  // Below `tests`, where the packages are found.
  project = temporaryFolder(join(TESTS, '.example-'));
  const files = { 'package.json': '{ "private": true, "type": "module" }', 'policy.json': JSON.stringify(policy), 'gate.js': GATE };
  for (const [name, text] of Object.entries(files)) await writeFile(join(project.folder, name), text);
});
after(async () => {
  project.dispose();
  await issuer.close();
});

/** The gate admits the job that the policy of README is for, and denies a request without a token. */
async function checkGate(ask) {
  const authorization = `Bearer ${await issuer.job().token(policy.audience)}`;
  const admitted = await ask({ method: 'POST', headers: { authorization } });
  assert.deepEqual(Object.keys(await admitted.json()), ['deployed']);
  const denied = await ask({ method: 'POST' });
  assert.deepEqual([denied.status, (await denied.json()).code], [401, 'token_missing']);
}

for (const [name, program, args] of [['Node', process.execPath, []], ['Deno', programOf('deno'), ['run', '-A']], ['Bun', programOf('bun'), []]]) {
  test(`the quickstart runs in ${name}, from an empty folder`, async (t) => {
    // `npm install claimgate` does this, and the file is as README has it.
    const project = await createProject({ 'quickstart.mjs': QUICKSTART });
    t.after(project.dispose);
    const output = await run(program, [...args, 'quickstart.mjs'], { cwd: project.folder });
    assert.match(output, /^prod 200 \{"deployed":"octo-org\/octo-repo"\}\nstaging 403 \{[^]*"claim": "environment",[^]*"found": "staging"/);
  });
}

test('the gate runs in Node', async () => {
  const { default: gate } = await import(join(project.folder, 'gate.js'));
  await checkGate(async (init) => gate.fetch(new Request(policy.audience, init)));
});

for (const [name, args] of [['deno', ['serve', '--allow-all', '--quiet', '--host=127.0.0.1', '--port=PORT', 'gate.js']], ['bun', ['gate.js']]]) {
  test(`the gate runs in ${name}`, async () => {
    const server = await startServer(programOf(name), args, { cwd: project.folder });
    try {
      await checkGate((init) => fetch(server.url, init));
    } finally {
      await server.stop();
    }
  });
}

/** Serves a snippet as a Worker, bundled by wrangler. */
async function inWorker(source, more, check) {
  const { url, close } = await serveBundle({ files: { 'worker.mjs': source, 'policy.json': JSON.stringify(policy) }, flags: [], ...more });
  try {
    await check(url);
  } finally {
    await close();
  }
}

test('the gate runs in Workers', () => inWorker(GATE, {}, (url) => checkGate((init) => fetch(url, init))));

test('the exchange runs in Workers', async () => {
  const bindings = { SIGNING_KEYS: JSON.stringify(signingKeys()), API_SECRET: 'xK2mR7wQ9tL4vB8nC3pZ6s' };
  await inWorker(EXCHANGE, { bindings, durableObjects: { REPLAY: { className: 'ReplayObject', useSQLite: true } } }, async (url) => {
    const { keys } = await (await fetch(new URL('/.well-known/jwks.json', url))).json();
    assert.deepEqual(keys.map(({ kid }) => kid), ['EdDSA current', 'EdDSA next']);
  });
});

test('`claimgate/slim` runs in Workers', async () => {
  const source = `${SLIM}\nexport default { fetch: () => Response.json(createVerifier({ policy: ${JSON.stringify(policy)} }).crypto) };`;
  await inWorker(source, {}, async (url) => assert.equal(await (await fetch(url)).json(), 'webcrypto'));
});

test('the local issuer runs in Node', async () => {
  const output = await run(process.execPath, ['--input-type=module', '-e', `${ISSUER}\nconsole.log(token);`], { cwd: TESTS });
  assert.match(output, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
});

test('every snippet compiles as TypeScript, with `nodenext`', async () => {
  const sources = snippets('js');
  assert.ok(sources.length >= 10);
  const files = sources.map((source, index) => [`snippet-${index}.ts`, `${source}\nexport {};\n`]);
  // What the prose around a snippet says is there.
  const world = 'declare const app: any, env: any, token: string, policy: import("claimgate").Policy;';
  const options = { strict: true, noImplicitAny: false, noEmit: true, skipLibCheck: true, target: 'es2023', lib: ['es2023', 'dom'], module: 'nodenext', resolveJsonModule: true, types: ['node'] };
  const configuration = { compilerOptions: options, include: ['*.ts'] };
  for (const [name, text] of [...files, ['world.d.ts', world], ['tsconfig.json', JSON.stringify(configuration)]]) await writeFile(join(project.folder, name), text);
  await run(process.execPath, [join(TESTS, 'node_modules/typescript/bin/tsc'), '-p', project.folder]);
});
