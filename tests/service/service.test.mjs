// The token service of `examples/token-service`, as it is: in Workers, Deno and Node, each with its store.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createExchange } from 'claimgate/exchange';
import { startIssuer } from 'claimgate/issuer';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { CODES } from '../node_modules/claimgate/wasm/codes.js';
import { spawn } from '../lib/ending.mjs';
import { copyExamples, freePort, startServer } from '../lib/examples.mjs';
import { programOf } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';
import { startTokenWorker } from '../lib/token-service.mjs';
import { PATIENCE, until } from '../lib/until.mjs';

const CLAIMGATE = fileURLToPath(new URL('../node_modules/claimgate/js/cli/main.js', import.meta.url));
const AUDIENCE = 'https://api.example.com';
const API_SECRET = randomBytes(24).toString('base64url');
const MANY = 1000;
/** Connections, and so how many requests are under way at a time. */
const CONNECTIONS = 64;
/** Milliseconds: what is known to be away is not waited for, as what is silent is. */
const AT_ONCE = 500;
/** How often that is tried: others on this machine may be at work. */
const ATTEMPTS = 20;

let issuer;
let example;
let SIGNING_KEYS;
before(async () => {
  issuer = await startIssuer();
  example = await copyExamples(issuer, 'token-service');
  SIGNING_KEYS = await run(process.execPath, [CLAIMGATE, 'keys', 'new']);
});
after(async () => {
  await example.dispose();
  await issuer.close();
});

const idToken = (claims = {}) => issuer.job({ claims }).token('https://tokens.example.com');
const environment = (port, more = {}) => ({ ISSUER: `http://127.0.0.1:${port}`, SIGNING_KEYS, API_SECRET, ...more });

/** What an exchange asks for. */
const exchangeOf = (token, role = 'deploy-production') =>
  new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    role,
  }).toString();

test('Workers, with Durable Objects', async () => {
  let printed = '';
  const worker = await startTokenWorker({ folder: example.folder, env: environment, print: (data) => (printed += data) });
  try {
    const secrets = await checkService(worker.url);
    await checkPrinted(() => printed, secrets);
  } finally {
    await worker.close();
  }
});

test('Deno, with Deno KV', async () => {
  const metrics = await freePort();
  const permissions = ['--no-prompt', '--allow-net', '--allow-env', '--allow-read', '--allow-write=.'];
  const server = await startServer(programOf('deno'), ['run', '--quiet', '--unstable-kv', ...permissions, 'deno.js'], {
    cwd: example.folder,
    env: (port) => environment(port, { KV_PATH: 'kv.sqlite3', METRICS_PORT: String(metrics) }),
  });
  try {
    // Deno passes on whatever is the method, or the host.
    for (const head of ['toString /token HTTP/1.1\r\nhost: a', 'POST /token HTTP/1.1\r\nhost: a b']) await sendRaw(server.url, head);
    const secrets = await checkService(server.url);
    await checkMetrics(metrics);
    await checkPrinted(server.printed, secrets);
  } finally {
    await server.stop();
  }
});

test('Node, with Redis: also while Redis is away, silent, or back again', async (t) => {
  // The API says why it answers with 503.
  t.mock.method(console, 'error', () => {});
  const redis = createRedis(await freePort());
  const metrics = await freePort();
  const server = await startServer(process.execPath, ['node.js'], {
    cwd: example.folder,
    env: (port) => environment(port, { REDIS_URL: redis.url, METRICS_PORT: String(metrics) }),
  });
  try {
    const early = await idToken();
    await checkRefusesAtOnce(server.url, early);
    assert.equal((await fetch(`${server.url}.well-known/jwks.json`)).status, 200, 'which needs no redis');
    redis.start();
    const access = await becomesAvailable(server.url, early);

    const secrets = await checkService(server.url);
    await checkMetrics(metrics);

    redis.kill('SIGSTOP');
    const later = await idToken();
    await checkUnavailable(server.url, later);
    redis.kill('SIGCONT');
    // It may have heard of it while nobody waited for its answer any more: then the token is used.
    await becomesAvailable(server.url, await idToken());

    redis.kill('SIGKILL');
    const last = await idToken();
    await checkRefusesAtOnce(server.url, last);
    const api = createApi(server.url.slice(0, -1));
    assert.equal((await api(access)).status, 503, 'it may have been revoked');
    assert.equal((await revoke(server.url, access)).status, 503);
    redis.start();
    await becomesAvailable(server.url, last);
    assert.equal((await api(access)).status, 200);
    assert.equal((await exchange(server.url, early)).body.code, 'token_used', 'redis has kept it');

    assert.equal(await server.end(), 0);
    await checkPrinted(server.printed, [...secrets, early, access, later, last]);
  } finally {
    await server.stop();
    redis.kill('SIGKILL');
  }
});

test('the README says of every code what to do', async () => {
  const readme = await readFile(join(example.folder, 'README.md'), 'utf8');
  const explained = [...readme.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, codes]) => codes.match(/\w+/g));
  // Others are codes of gates, or keep a service from starting, or only its operator sees them.
  const answered = Object.entries(CODES).filter(([, { exchange }]) => exchange).map(([code]) => code);
  assert.deepEqual(answered.filter((code) => !explained.includes(code)), []);
});

test('in memory, in one process', async () => {
  const policy = JSON.parse(await readFile(join(example.folder, 'policy.json')));
  const handle = createExchange({ policy, issuer: 'https://tokens.example.com', signer: SIGNING_KEYS });
  const body = exchangeOf(await idToken());
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const ask = async () => {
    const response = await handle(new Request('https://tokens.example.com/token', { method: 'POST', headers, body }));
    return { status: response.status, body: await response.json() };
  };
  checkOneOf(await Promise.all(Array.from({ length: MANY }, ask)));
});

/** All of it, from a job's token to an API that is not let down; returns what nobody may print. */
async function checkService(url) {
  const service = url.slice(0, -1);
  const api = createApi(service);
  const first = await idToken();
  const { status, body } = await exchange(url, first);
  assert.equal(status, 200, JSON.stringify(body));
  const keys = createRemoteJWKSet(new URL(`${service}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(body.access_token, keys, { issuer: service, audience: AUDIENCE, typ: 'at+jwt' });
  assert.deepEqual([payload.role, payload.scope, payload.exp - payload.iat], ['deploy-production', 'deploy:read deploy:write', 900]);
  const accepted = await api(body.access_token);
  assert.deepEqual([accepted.status, (await accepted.json()).permitted], [200, ['deploy:read', 'deploy:write']]);

  const again = await exchange(url, first);
  assert.deepEqual([again.status, again.body.error, again.body.code], [400, 'invalid_request', 'token_used']);

  const staging = await idToken({ environment: 'staging' });
  assert.equal((await exchange(url, staging)).body.code, 'no_rule_matches');
  const observer = (await exchange(url, staging, 'observe')).body.access_token;
  assert.equal((await api(observer)).status, 403, 'a scope that is not enough');

  assert.equal((await revoke(url, body.access_token)).status, 200);
  const refused = await api(body.access_token);
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get('www-authenticate'), /error="invalid_token"/);

  const last = await idToken();
  const access = checkOneOf(await exchangeAtOnce(url, last));
  assert.equal((await api(access)).status, 200, 'and it is not that of the one that was revoked');
  return [first, staging, last, body.access_token, observer, access];
}

function createApi(service) {
  const options = { issuer: service, audience: AUDIENCE, secret: API_SECRET };
  const created = import(join(example.folder, 'api.js')).then((module) => module.createApi(options));
  return async (token) => (await created)(new Request(AUDIENCE, { headers: { authorization: `Bearer ${token}` } }));
}

/** A request of which no client would think; resolves when there is an answer to it. */
async function sendRaw(url, head) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`${head}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  assert.match(await text(socket), /^HTTP\/1\.1 (400|404|405) /);
}

/** Of all of them one got an access token, which is returned; the others were told why not. */
function checkOneOf(answers) {
  const issued = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status, body }) => status === 400 && body.code === 'token_used');
  assert.deepEqual([issued.length, refused.length], [1, MANY - 1]);
  return issued[0].body.access_token;
}

async function exchangeAtOnce(url, token) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answers = await Promise.all(Array.from({ length: MANY }, () => exchange(url, token, undefined, agent)));
  agent.destroy();
  return answers;
}

async function exchange(url, token, role, agent) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const request = httpRequest(`${url}token`, { method: 'POST', headers, agent, signal: AbortSignal.timeout(PATIENCE * 3) });
  const [response] = await once(request.end(exchangeOf(token, role)), 'response');
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(await text(response)) };
}

const revoke = (url, token) => fetch(`${url}revoke`, { method: 'POST', body: new URLSearchParams({ token }) });

/** No store, no access token. Returns how long it took to say so, in milliseconds. */
async function checkUnavailable(url, token) {
  const began = Date.now();
  const { status, headers, body } = await exchange(url, token);
  assert.deepEqual([status, headers['retry-after'], body.code], [503, '5', 'replay_unavailable']);
  return Date.now() - began;
}

async function checkRefusesAtOnce(url, token) {
  const took = [];
  do took.push(await checkUnavailable(url, token));
  while (took.at(-1) >= AT_ONCE && took.length < ATTEMPTS);
  assert.ok(took.at(-1) < AT_ONCE, `it always took longer, in milliseconds: ${took}`);
}

const becomesAvailable = (url, token) =>
  until(async () => {
    const { status, body } = await exchange(url, token);
    assert.ok(status === 200 || status === 503, JSON.stringify(body));
    return body.access_token;
  }, 'the service is available');

async function checkMetrics(port) {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  assert.match(response.headers.get('content-type'), /^application\/openmetrics-text; version=1\.0\.0/);
  const counted = (await response.text()).match(/^claimgate_token_exchanges_total\{.*code="token_used".*\} (\d+)$/m);
  assert.equal(Number(counted?.[1]), MANY, 'those of the thousand, and the one before');
}

/** The audit log has a line for each decision, and no server has printed a token, a key or a secret. */
async function checkPrinted(printed, tokens) {
  const decisions = () => printed().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const used = () => decisions().filter(({ code }) => code === 'token_used').length;
  await until(() => used() >= MANY, 'a line for each token that was used before');
  assert.ok(decisions().some(({ event, role }) => event === 'revocation' && role === 'deploy-production'));
  const keys = Object.values(JSON.parse(SIGNING_KEYS)).flatMap(({ d }) => d ?? []);
  assert.equal(keys.length, 2);
  // The header of a token says nothing.
  const parts = tokens.flatMap((token) => token.split('.').slice(1));
  const leaked = [API_SECRET, btoa(`api:${API_SECRET}`), ...keys, ...parts].filter((secret) => printed().includes(secret));
  assert.deepEqual(leaked, []);
}

/** A real one that keeps what it has said, on a port of its own. */
function createRedis(port) {
  let server;
  const files = ['--dir', example.folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  return {
    url: `redis://127.0.0.1:${port}`,
    start: () => (server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', ...files], { stdio: 'ignore' })),
    kill: (signal) => server?.kill(signal),
  };
}
