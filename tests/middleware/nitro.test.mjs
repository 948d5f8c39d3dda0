// E2: Nitro, which Nuxt builds its server with, for platforms that load the wasm as a module.
import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';
import { startIssuer } from 'claimgate/issuer';
import { temporaryFolder } from '../lib/ending.mjs';
import { startServer } from '../lib/examples.mjs';
import { programOf } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';
import { signingKeys } from '../lib/tokens.mjs';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const AUDIENCE = 'https://deploy.example.com';
const COMPATIBILITY_DATE = '2026-04-01';

let issuer;
before(async () => (issuer = await startIssuer()));
after(() => issuer.close());

/** A project whose routes use each entry that has a module. */
function sources(preset) {
  const policy = {
    version: 1,
    audience: AUDIENCE,
    issuers: { local: { kind: 'loopback', port: Number(new URL(issuer.url).port) } },
    roles: { deploy: { issuer: 'local', allow: [{ repository_id: '74' }], grant: { audience: 'https://api.example.com' } } },
  };
  const route = (name, create) => `import { ${create} } from '${name}';
    const guard = ${create}({ policy: ${JSON.stringify(policy)}, role: 'deploy' });
    export default async (event) => {
      try {
        return { repository: (await guard(event)).claims.repository };
      } catch (error) {
        return error.getResponse();
      }
    };`;
  const exchange = `import { createExchange } from 'claimgate/exchange';
    let exchange;
    export default (event) => {
      exchange ??= createExchange(${JSON.stringify({ policy, issuer: 'https://tokens.example.com', signer: signingKeys() })});
      return exchange(new Request('https://tokens.example.com/.well-known/jwks.json'));
    };`;
  return {
    'package.json': '{ "private": true, "type": "module" }',
    'nitro.config.mjs': `export default ${JSON.stringify({ preset, compatibilityDate: COMPATIBILITY_DATE, serverDir: '.', experimental: { wasm: true } })};`,
    'routes/index.ts': route('claimgate', 'createGuard'),
    'routes/keys.ts': exchange,
  };
}

/** Builds a project, and resolves with its folder. */
async function build(t, { nitro, preset }) {
  const { folder, dispose } = temporaryFolder(join(TESTS, '.example-'));
  t.after(dispose);
  for (const [name, text] of Object.entries(sources(preset))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const program = join(TESTS, 'node_modules', nitro);
  await run(process.execPath, [program, 'build'], { cwd: folder, env: { ...process.env, CI: '1' } });
  return folder;
}

const NITRO_2 = 'nitropack/dist/cli/index.mjs';
const NITRO_3 = 'nitro/dist/cli/index.mjs';

/** Every route answers as it should, so that each module was compiled. */
async function check(url) {
  const authorization = `Bearer ${await issuer.job().token(AUDIENCE)}`;
  const admitted = await fetch(url, { headers: { authorization } });
  assert.deepEqual(await admitted.json(), { repository: 'octo-org/octo-repo' });
  const denied = await fetch(url);
  assert.deepEqual([denied.status, (await denied.json()).code], [401, 'token_missing']);
  const { keys } = await (await fetch(new URL('keys', url))).json();
  assert.deepEqual(keys.map(({ kid }) => kid), ['EdDSA current', 'EdDSA next']);
}

for (const [version, nitro] of [[2, NITRO_2], [3, NITRO_3]]) {
  test(`Nitro ${version} with \`cloudflare-module\``, { timeout: 300_000 }, async (t) => {
    const server = join(await build(t, { nitro, preset: 'cloudflare-module' }), '.output/server');
    const files = (await readdir(server, { recursive: true })).filter((name) => /\.(mjs|wasm)$/.test(name)).sort((a, b) => (a === 'index.mjs' ? -1 : b === 'index.mjs' ? 1 : 0));
    const modules = files.map((path) => ({ type: path.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule', path: join(server, path) }));
    const worker = new Miniflare({ modulesRoot: server, modules, compatibilityDate: COMPATIBILITY_DATE, compatibilityFlags: ['nodejs_compat'], host: '127.0.0.1' });
    t.after(() => worker.dispose());
    await check(await worker.ready);
  });
}

test('Nitro 2 with `netlify-edge`', { timeout: 300_000 }, async (t) => {
  const folder = await build(t, { nitro: NITRO_2, preset: 'netlify-edge' });
  const main = `import handler from './.netlify/edge-functions/server/server.js';
    Deno.serve({ hostname: '127.0.0.1', port: Number(Deno.env.get('PORT')) }, (request) => handler(request, { next: () => new Response(null, { status: 404 }) }));`;
  await writeFile(join(folder, 'main.mjs'), main);
  const server = await startServer(programOf('deno'), ['run', '--allow-all', '--quiet', 'main.mjs'], { cwd: folder });
  t.after(server.stop);
  await check(server.url);
});
