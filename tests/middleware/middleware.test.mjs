// Each example of `examples/middleware`, as a real server of its framework or runtime.
import assert from 'node:assert/strict';
import { readdir, rename, readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import { startIssuer } from 'claimgate/issuer';
import { programOf } from '../lib/programs.mjs';
import { copyExamples, startServer } from '../lib/examples.mjs';
import { run } from '../lib/run.mjs';

const require = createRequire(import.meta.url);
const deno = ['--allow-all', '--quiet'];

/** How each is started. */
const SERVERS = [
  { example: 'fetch.js', runtime: 'Deno', start: [programOf('deno'), ['serve', ...deno, '--host=127.0.0.1', '--port=PORT', 'fetch.js']] },
  { example: 'fetch.js', runtime: 'Bun', start: [programOf('bun'), ['fetch.js']] },
  { example: 'hono.js', runtime: 'Bun', start: [programOf('bun'), ['hono.js']] },
  { example: 'hono.js', runtime: 'Deno', start: [programOf('deno'), ['serve', ...deno, '--host=127.0.0.1', '--port=PORT', 'hono.js']] },
  { example: 'express.js', runtime: 'Node', start: [process.execPath, ['express.js']] },
  { example: 'express.js', runtime: 'Bun', start: [programOf('bun'), ['express.js']] },
  { example: 'node.js', runtime: 'Node', start: [process.execPath, ['node.js']] },
  { example: 'node.js', runtime: 'Deno', start: [programOf('deno'), ['run', ...deno, 'node.js']] },
  { example: 'deno.js', runtime: 'Deno', start: [programOf('deno'), ['run', ...deno, 'deno.js']] },
  { example: 'bun.js', runtime: 'Bun', start: [programOf('bun'), ['bun.js']] },
];

let issuer;
let project;
before(async () => {
  issuer = await startIssuer();
  project = await copyExamples(issuer);
});
after(async () => {
  await project.dispose();
  await issuer.close();
});

for (const { example, runtime, start } of SERVERS) {
  test(`${example} in ${runtime}`, async () => {
    const server = await startServer(...start, { cwd: project.folder });
    try {
      await checkGate(server.url);
    } finally {
      await server.stop();
    }
  });
}

for (const file of ['proxy', 'middleware']) {
  for (const bundler of ['turbopack', 'webpack']) {
    test(`next/proxy.js as ${file}.js, built with ${bundler}`, { timeout: 180_000 }, async () => {
      const example = await copyExamples(issuer);
      const folder = join(example.folder, 'next');
      try {
        if (file === 'middleware') await asMiddleware(folder);
        const next = require.resolve('next/dist/bin/next');
        const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
        await run(process.execPath, [next, 'build', `--${bundler}`], { cwd: folder, env });
        const server = await startServer(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', 'PORT'], { cwd: folder, env });
        try {
          await checkGate(server.url);
        } finally {
          await server.stop();
        }
      } finally {
        await example.dispose();
      }
    });
  }
}

/** The same code under its old name runs on the edge. */
async function asMiddleware(folder) {
  const source = await readFile(join(folder, 'proxy.js'), 'utf8');
  await writeFile(join(folder, 'proxy.js'), source.replace('function proxy', 'function middleware'));
  await rename(join(folder, 'proxy.js'), join(folder, 'middleware.js'));
}

test('vercel.js lets a request go on, or answers it', async () => {
  const { default: middleware } = await import(join(project.folder, 'vercel.js'));
  const ask = async (headers = {}) => middleware(new Request('https://app.example/', { headers }), { waitUntil: () => {} });
  assert.equal(await ask({ authorization: `Bearer ${await token()}` }), undefined);
  assert.equal((await ask()).status, 401);
});

test('every example is run here', async () => {
  const examples = await readdir(new URL('../../examples/middleware', import.meta.url));
  assert.deepEqual(examples.sort(), [...new Set(SERVERS.map(({ example }) => example)), 'README.md', 'next', 'policy.json', 'vercel.js'].sort());
});

const token = (claims = {}) => issuer.job({ claims }).token('https://deploy.example.com');

/** The job that has the role gets through; all others are told why not. */
async function checkGate(url) {
  const ask = async (headers = {}) => {
    const response = await fetch(url, { method: 'POST', headers });
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, challenge: response.headers.get('www-authenticate'), body: await response.json() };
  };
  const bearer = async (claims) => ({ authorization: `Bearer ${await token(claims)}` });
  const admitted = await ask(await bearer());
  assert.deepEqual([admitted.status, admitted.body], [200, { deployed: 'octo-org/octo-repo' }]);
  const none = await ask();
  assert.deepEqual([none.status, none.challenge, none.body.code], [401, 'Bearer', 'token_missing']);
  const denied = await ask(await bearer({ environment: 'staging' }));
  assert.deepEqual([denied.status, denied.type, denied.body.code], [403, 'application/problem+json', 'no_rule_matches']);
  assert.match(denied.challenge, /^Bearer error="insufficient_scope"/);
  // Two headers are none, whichever of them a framework would look at.
  const good = await bearer();
  const twice = await askRaw(url, [['Authorization', good.authorization], ['Authorization', 'Bearer a.b.c']]);
  assert.ok(twice === 401 || twice === 400, `two headers were answered with ${twice}`);
}

function askRaw(url, headers) {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers: headers.flat() }, (response) => resolve(response.resume().statusCode));
    request.once('error', reject).end();
  });
}
