// In Workers a request that ends takes what it began along. Here each has 150 ms, and the issuer needs twice that.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { jwks, signToken, SAMPLE } from '../lib/tokens.mjs';
import { serveBundle } from '../lib/miniflare.mjs';

const AUDIENCE = 'https://deploy.example.com';

/** An issuer that takes its time. */
async function startSlowIssuer() {
  const server = createServer((request, response) => {
    const body = request.url.endsWith('/jwks') ? jwks('rsa') : { issuer: url, jwks_uri: `${url}/.well-known/jwks` };
    setTimeout(() => response.end(JSON.stringify(body)), 150);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, close: () => (server.close(), server.closeAllConnections()) };
}

const source = (issuer, context) => `
import { createGuard } from 'claimgate';

const policy = {
  version: 1,
  audience: '${AUDIENCE}',
  issuers: { local: { kind: 'loopback', port: ${new URL(issuer.url).port} } },
  roles: { deploy: { issuer: 'local', allow: [{ repository_id: '74' }] } },
};
const guard = createGuard({ policy, role: 'deploy', remoteKeys: { timeout: 2 }, onError: () => {} });

export default {
  async fetch(request, env, context) {
    const work = guard(request, ${context}).then(() => new Response('ok'), (error) => error.getResponse());
    if (!request.url.endsWith('/hasty')) return work;
    return Promise.race([work, new Promise((resolve) => setTimeout(() => resolve(new Response('too late', { status: 504 })), 150))]);
  },
};
`;

for (const [context, longest] of [['context', 1500], ['undefined', 4500]]) {
  test(`requests that are cut short deny nobody else, with \`${context}\` for a context`, async (t) => {
    const issuer = await startSlowIssuer();
    const worker = await serveBundle({ files: { 'worker.mjs': source(issuer, context) }, flags: [] });
    try {
      const now = Math.floor(Date.now() / 1000);
      const token = signToken({ ...SAMPLE, iss: issuer.url, aud: AUDIENCE, iat: now, nbf: now, exp: now + 300 });
      const ask = async (path) => {
        const began = Date.now();
        const { status } = await fetch(new URL(path, worker.url), { headers: { authorization: `Bearer ${token}` } });
        return { status, waited: Date.now() - began };
      };
      const hasty = await ask('hasty');
      assert.equal(hasty.status, 504);
      const good = await Promise.all(Array.from({ length: 5 }, () => ask('patient')));
      t.diagnostic(`they waited ${good.map(({ waited }) => waited)} ms`);
      assert.deepEqual(good.map(({ status }) => status), [200, 200, 200, 200, 200]);
      assert.ok(good.every(({ waited }) => waited < longest));
    } finally {
      await worker.close();
      issuer.close();
    }
  });
}
