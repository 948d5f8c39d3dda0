// C7. Keys of github.com by a proxy, as they are fetched inside of a company's network: the README's example and what each runtime has
// by itself. The proxy is real, and connects all hosts with a server that has a certificate for GitHub's issuer.
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import nodeFetch from 'node-fetch';
import { createVerifier } from 'claimgate';
import { startIssuer } from 'claimgate/issuer';
import { newestNode, programOf } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';
import { freshToken, jwks } from '../lib/tokens.mjs';

const ROOT = new URL('../../', import.meta.url);
const read = async (path) => readFile(new URL(path, ROOT), 'utf8');

const GITHUB = 'https://token.actions.githubusercontent.com';
const AUDIENCE = 'https://deploy.example.com';
const POLICY = {
  version: 1,
  audience: AUDIENCE,
  issuers: { github: { kind: 'github' } },
  roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74' }] } },
};

/** The README's example, and the same without a `fetch`. */
const EXAMPLE = (await read('README.md')).match(/```js\n(import[^`]*EnvHttpProxyAgent[^`]*)```/)?.[1];
const PLAIN = "import { createVerifier } from 'claimgate';\nconst verifier = createVerifier({ policy });";

/** A program that verifies the token in its environment by the verifier of `source`. */
const program = (source) => `const policy = ${JSON.stringify(POLICY)};
${source}
const job = await verifier.authorize(process.env.TOKEN, { role: 'deploy' });
console.log(job.rule);
`;

const listen = async (server) => (await once(server.listen(0, '127.0.0.1'), 'listening'), server.address().port);

/** @type {{ url: string, asked: string[], folder: string, authority: string, close: () => Promise<void> }} */
let world;
before(async () => {
  const { authority, server: cert } = JSON.parse(await read('tests/vectors/tls.json'));
  const { pkcs8 } = JSON.parse(await read('tests/vectors/keys.json')).p256;
  const key = createPrivateKey({ key: Buffer.from(pkcs8, 'base64url'), format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' });
  const issuer = createTlsServer({ cert, key }, (request, response) =>
    response.end(JSON.stringify(request.url.endsWith('/jwks') ? jwks('rsa') : { issuer: GITHUB, jwks_uri: `${GITHUB}/.well-known/jwks` })),
  );
  const port = await listen(issuer);
  const asked = [];
  const proxy = createServer((request, response) => response.writeHead(405).end());
  const tunnels = new Set();
  proxy.on('connect', ({ url }, socket, head) => {
    asked.push(url);
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream]) tunnels.add(end.on('error', () => {}));
  });
  // Below `tests`, so that the packages in its `node_modules` are found.
  const folder = await mkdtemp(new URL('tests/.proxy-', ROOT).pathname);
  const close = async () => {
    for (const end of tunnels) end.destroy();
    for (const server of [proxy, issuer]) {
      server.close();
      server.closeAllConnections();
    }
    await rm(folder, { recursive: true, force: true });
  };
  world = { url: `http://127.0.0.1:${await listen(proxy)}`, asked, folder, authority: join(folder, 'authority.pem'), close };
  await writeFile(world.authority, authority);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
});
after(() => world?.close());

for (const [name, source, command, env] of [
  ["the README's example, in Node", EXAMPLE, [process.execPath], {}],
  ['`NODE_USE_ENV_PROXY`, in the newest Node', PLAIN, [newestNode()], { NODE_USE_ENV_PROXY: '1' }],
  ['`HTTPS_PROXY`, in Deno', PLAIN, [programOf('deno'), 'run', '--allow-all', '--quiet'], {}],
  ['`HTTPS_PROXY`, in Bun', PLAIN, [programOf('bun')], {}],
]) {
  test(`keys are fetched by a proxy: ${name}`, async () => {
    const file = join(world.folder, 'verify.js');
    await writeFile(file, program(source));
    world.asked.length = 0;
    const token = freshToken({ iss: GITHUB, aud: AUDIENCE });
    const trust = { NODE_EXTRA_CA_CERTS: world.authority, DENO_CERT: world.authority };
    const [executable, ...args] = command;
    const printed = await run(executable, [...args, file], { env: { PATH: process.env.PATH, HOME: world.folder, HTTPS_PROXY: world.url, TOKEN: token, ...trust, ...env } });
    assert.equal(printed.trim(), 'allow[0]');
    // A runtime may ask for others: Deno looks for a newer version of itself.
    assert.ok(world.asked.includes('token.actions.githubusercontent.com:443'), String(world.asked));
  });
}

test('keys are fetched by node-fetch, whose bodies are not web streams', async (t) => {
  const issuer = await startIssuer();
  t.after(() => issuer.close());
  const policy = { ...POLICY, issuers: { github: { kind: 'loopback', port: Number(new URL(issuer.url).port) } } };
  const verifier = createVerifier({ policy, remoteKeys: { fetch: nodeFetch } });
  const job = await verifier.authorize(await issuer.job().token(AUDIENCE), { role: 'deploy' });
  assert.equal(job.rule, 'allow[0]');
});
