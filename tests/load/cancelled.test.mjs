// C1. In Workers a request whose client goes away takes along what it began. Strangers send 400 token-shaped requests a second and
// abort each after 15 ms, while jobs wait for keys: first for those of a Worker that has just started, then for a rotated one.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { test } from 'node:test';
import { freshToken, jwks } from '../lib/tokens.mjs';
import { bundle, createProject, serveWorker } from '../lib/worker.mjs';

const AUDIENCE = 'https://deploy.example.com';
const COMPATIBILITY_DATE = '2026-04-01';
const [FLOOD_MS, ABORT_MS] = [10, 15];
/** How many of the flood are sent at once. */
const FLOOD = 4;
/** As in the package: the most often that an issuer is asked while requests wait for it, in milliseconds. */
const TAKEOVER_MS = 500;
/** Longer than all that is waited for takes, in milliseconds: the cooldown of refetches is 10 seconds. */
const LIMIT_MS = 60_000;

/** The entries of the package; only the first has the runtime's own `waitUntil`. */
const ENTRIES = {
  claimgate: `import { createGuard } from 'claimgate';`,
  'claimgate/slim': `import { createGuard, start } from 'claimgate/slim';
import module from 'claimgate/server.wasm';
start(module);`,
};

const source = ({ url }, entry, context) => `
${ENTRIES[entry]}
const policy = {
  version: 1,
  audience: '${AUDIENCE}',
  issuers: { local: { kind: 'loopback', port: ${new URL(url).port} } },
  roles: { deploy: { issuer: 'local', allow: [{ repository_id: '74' }] } },
};
const guard = createGuard({ policy, role: 'deploy', onError: () => {} });

export default {
  async fetch(request, env, context) {
    try {
      await guard(request, ${context});
    } catch (error) {
      return error.getResponse();
    }
    return new Response('ok');
  },
};
`;

/** An issuer that takes 150 ms for each answer. */
async function startSlowIssuer() {
  const state = { key: 'rsa', requests: 0, last: 0 };
  const server = createServer((request, response) => {
    state.requests += 1;
    const body = request.url.endsWith('/jwks') ? jwks(state.key) : { issuer: url, jwks_uri: `${url}/.well-known/jwks` };
    setTimeout(() => response.end(JSON.stringify(body)), 150);
    state.last = Date.now();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, state, close: () => (server.close(), server.closeAllConnections()) };
}

/** Goes away at once: a connection that is only closed in one direction cancels nothing. */
const abort = (stranger) => (stranger.socket ? stranger.socket.resetAndDestroy() : stranger.destroy());

/** Sends such a token again and again, so many at once, and goes away each time. */
function startFlood(url, token, atOnce = FLOOD) {
  const open = new Set();
  const timer = setInterval(() => {
    for (let index = 0; index < atOnce; index += 1) {
      // A connection for each, that really ends.
      const stranger = request(url, { agent: false, headers: { authorization: `Bearer ${token}` } });
      open.add(stranger);
      stranger.on('error', () => {}).on('response', (response) => response.resume()).on('close', () => open.delete(stranger)).end();
      setTimeout(() => abort(stranger), ABORT_MS);
    }
  }, FLOOD_MS);
  return () => {
    clearInterval(timer);
    for (const stranger of open) abort(stranger);
  };
}

/** Waits until the issuer got so many requests in all. */
async function untilAsked({ state }, requests) {
  for (const began = Date.now(); state.requests < requests; await new Promise((resolve) => setTimeout(resolve, 5))) {
    assert.ok(Date.now() - began < LIMIT_MS, `the issuer got ${state.requests} requests instead of ${requests}`);
  }
}

/** Waits until no attempt is under way. */
async function untilQuiet({ state }) {
  while (Date.now() - state.last < 2000) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Serves a Worker of its own by workerd itself: Miniflare's Worker in front of it would not pass on that a client went away. */
async function startWorker(t, issuer, entry, context) {
  const configuration = { name: 'worker', main: 'worker.mjs', compatibility_date: COMPATIBILITY_DATE };
  const project = await createProject({ 'wrangler.jsonc': JSON.stringify(configuration), 'worker.mjs': source(issuer, entry, context) });
  t.after(project.dispose);
  const outbound = new URL(issuer.url).host;
  const worker = await serveWorker(await bundle(project.folder), { outbound, compatibilityDate: COMPATIBILITY_DATE });
  t.after(worker.stop);
  return worker;
}

/** Sends so many jobs at once, and returns their statuses. */
async function sendJobs({ url }, token, count) {
  const job = async () => {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await answer.text();
    return answer.status;
  };
  return Promise.all(Array.from({ length: count }, job));
}

for (const [entry, context] of [['claimgate', 'context'], ['claimgate', 'undefined'], ['claimgate/slim', 'undefined']]) {
  test(`requests that are aborted deny no others: \`${entry}\`, with \`${context}\` for a context`, async (t) => {
    const issuer = await startSlowIssuer();
    t.after(issuer.close);
    const worker = await startWorker(t, issuer, entry, context);
    const claims = { iss: issuer.url, aud: AUDIENCE };
    for (const [key, kid] of [['rsa', 'rsa'], ['rsa-other', 'made up']]) {
      await untilQuiet(issuer);
      issuer.state.key = key;
      const asked = issuer.state.requests;
      // Signed by a key that the issuer does not have.
      const stop = startFlood(worker.url, freshToken(claims, { key: 'p256', alg: 'ES256', header: { alg: 'RS256', kid } }));
      try {
        await untilAsked(issuer, asked + 1);
        const began = Date.now();
        const statuses = await sendJobs(worker, freshToken(claims, { key }), 10);
        assert.deepEqual(new Set(statuses), new Set([200]), `jobs with the key \`${key}\``);
        const ms = Date.now() - began;
        t.diagnostic(`\`${key}\`: ${issuer.state.requests - asked} requests to the issuer, all jobs served within ${ms} ms`);
        // Two requests for an attempt.
        assert.ok(issuer.state.requests - asked <= 2 * (2 + ms / TAKEOVER_MS));
      } finally {
        stop();
      }
    }
  });
}

test("what an aborted request began goes on by the runtime's own `waitUntil`", async (t) => {
  const issuer = await startSlowIssuer();
  t.after(issuer.close);
  const worker = await startWorker(t, issuer, 'claimgate', 'undefined');
  const token = freshToken({ iss: issuer.url, aud: AUDIENCE });
  const stop = startFlood(worker.url, token, 1);
  await untilAsked(issuer, 1).finally(stop);
  // That was for the metadata; only a fetch that goes on asks for the keys, too.
  await untilAsked(issuer, 2);
  await untilQuiet(issuer);
  assert.equal(issuer.state.requests, 2);
  assert.deepEqual(await sendJobs(worker, token, 1), [200]);
  assert.equal(issuer.state.requests, 2);
});
