// A token is used once, in every store there is, each the real thing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createGuard } from 'claimgate';
import { denoKvReplay, durableObjectReplay, memoryReplay, redisReplay } from 'claimgate/replay';
import { spawn } from '../lib/ending.mjs';
import { freePort } from '../lib/examples.mjs';
import { serveBundle } from '../lib/miniflare.mjs';
import { programOf } from '../lib/programs.mjs';
import { SAMPLE, jwks, signToken } from '../lib/tokens.mjs';

const run = promisify(execFile);
const POLICY = { version: 1, audience: SAMPLE.aud, issuers: { github: { kind: 'github' } }, roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74' }] } } };
const NOW = Math.floor(Date.now() / 1000);
const FRESH = { ...SAMPLE, iat: NOW, nbf: NOW - 300, exp: NOW + 300 };
const guardWith = (replay, more = {}) => createGuard({ policy: POLICY, keys: { github: jwks('rsa') }, role: 'deploy', replay, ...more });
const request = (token) => ({ headers: new Headers({ authorization: `Bearer ${token}` }) });
const token = (jti) => signToken({ ...FRESH, jti });
const inTenMinutes = () => Math.floor(Date.now() / 1000) + 600;
const id = (number) => number.toString(16).padStart(64, '0');

/** Of 1,000 who use a token at once one is the first; and every other token passes. */
async function oneOfMany(store, expires = inTenMinutes()) {
  const passed = await Promise.all(Array.from({ length: 1000 }, () => store.use(id(1), expires)));
  assert.equal(passed.filter(Boolean).length, 1);
  assert.deepEqual([await store.has(id(1)), await store.has(id(2))], [true, false], 'and to ask is not to use');
  const others = await Promise.all(Array.from({ length: 200 }, (_, number) => store.use(id(number + 2), expires)));
  assert.ok(others.every((isFirst) => isFirst === true));
  assert.equal(await store.use(id(3), expires), false);
}

test('the gate accepts a token once, and says why not again', async () => {
  const guard = guardWith(memoryReplay());
  const first = token('a');
  assert.equal((await guard(request(first))).role, 'deploy');
  await assert.rejects(guard(request(first)), ({ status, headers, code }) => {
    assert.deepEqual([status, code], [401, 'token_used']);
    assert.match(headers['www-authenticate'], /error="invalid_token"/);
    return true;
  });
  assert.equal((await guard(request(token('b')))).role, 'deploy');
});

test('a token that is refused is not used up, and another issuer’s `jti` is another one', async () => {
  const asked = [];
  const store = { use: async (...call) => (asked.push(call), true) };
  await assert.rejects(guardWith(store)(request(signToken({ ...FRESH, repository_id: '75' }))), { code: 'no_rule_matches' });
  assert.deepEqual(asked, []);
  await guardWith(store)(request(token('a')));
  const ghes = { ...POLICY, issuers: { github: { kind: 'ghes', host: 'github.example.com' } } };
  await guardWith(store, { policy: ghes })(request(signToken({ ...FRESH, jti: 'a', iss: 'https://github.example.com/_services/token' })));
  assert.equal(asked.length, 2);
  const [[one, expires], [other]] = asked;
  assert.match(one, /^[0-9a-f]{64}$/);
  assert.notEqual(one, other);
  assert.equal(expires, FRESH.exp + 600, 'until no leeway could let it in any more, by a clock that is off');
});

test('a store that fails, or says nothing, lets nobody through, and it is told of', async () => {
  for (const use of [() => Promise.reject(new Error('down')), () => { throw new Error('down'); }, async () => undefined, async () => 'OK', async () => 1]) {
    const told = [];
    await assert.rejects(guardWith({ use }, { onError: (error) => told.push(error.code) })(request(token('a'))), ({ status, headers, code }) => {
      assert.deepEqual([status, headers['retry-after'], code], [503, '5', 'replay_unavailable']);
      return true;
    });
    assert.deepEqual(told, ['replay_unavailable']);
  }
  // A store would forget at once what is over by its clock.
  const late = guardWith(memoryReplay(), { clock: () => SAMPLE.iat, onError: () => {} });
  await assert.rejects(late(request(signToken(SAMPLE))), { status: 503 });
  for (const make of [() => durableObjectReplay(undefined), () => denoKvReplay({})]) assert.throws(make, { code: 'option_invalid' });
  await assert.rejects(redisReplay({}), { code: 'option_invalid' });
  assert.throws(() => guardWith(Promise.resolve(memoryReplay())), { code: 'option_invalid', message: '`replay` is a promise: `await` the store' });
  for (const replay of [null, 'redis', {}, { use: true }]) assert.throws(() => guardWith(replay), { code: 'option_invalid' });
});

test('in memory: full means refused, and never forgotten before its time', async () => {
  let now = 1000;
  const store = memoryReplay({ capacity: 3, clock: () => now });
  for (const number of [1, 2, 3]) assert.equal(await store.use(id(number), 1000 + number * 10), true);
  await assert.rejects(async () => store.use(id(4), 2000), /full/);
  assert.equal(await store.use(id(1), 1010), false);
  now = 1015;
  assert.equal(await store.use(id(4), 2000), true, 'in place of the one that is over');
  await assert.rejects(async () => store.use(id(5), 2000), /full/);
  assert.equal(await store.use(id(2), 1020), false);
  await oneOfMany(memoryReplay());
  assert.throws(() => memoryReplay({ capacity: 0 }), { code: 'option_invalid' });
});

test('Redis', async () => {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], { stdio: 'ignore' });
  try {
    const client = await connectRedis(port);
    const store = await redisReplay(client.send);
    await oneOfMany(store);
    const [expiry] = await Promise.all([client.send(['PEXPIRETIME', `claimgate:used:${id(1)}`])]);
    assert.ok(Math.abs(expiry / 1000 - inTenMinutes()) < 60);
    const soon = Math.floor(Date.now() / 1000) + 3;
    assert.equal(await store.use(id(5000), soon), true);
    await new Promise((rest) => setTimeout(rest, 4100));
    assert.equal(await client.send(['EXISTS', `claimgate:used:${id(5000)}`]), 0, 'what is over is gone');
    await client.send(['CONFIG', 'SET', 'maxmemory', '1']);
    await assert.rejects(store.use(id(6000), inTenMinutes()), /OOM/);
    client.close();
    await assert.rejects(store.use(id(6001), inTenMinutes()));
    await assert.rejects(store.has(id(6001)));
  } finally {
    server.kill();
  }
});

// Row D13.
test('a Redis that evicts keys is refused when the store is made, and one that does not say unless it is stated', async () => {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], { stdio: 'ignore' });
  try {
    const client = await connectRedis(port);
    for (const policy of ['volatile-lru', 'volatile-lfu', 'volatile-ttl', 'volatile-random', 'allkeys-lru', 'allkeys-lfu', 'allkeys-random']) {
      await client.send(['CONFIG', 'SET', 'maxmemory-policy', policy]);
      for (const options of [undefined, { noEviction: true }]) {
        await assert.rejects(redisReplay(client.send, options), { code: 'option_invalid', message: new RegExp(`\`${policy}\`.* set it to \`noeviction\`$`) });
      }
    }
    await client.send(['CONFIG', 'SET', 'maxmemory-policy', 'noeviction']);
    await redisReplay(client.send);
    // A user of Redis that may do nothing else.
    await client.send(['ACL', 'SETUSER', 'default', 'reset', 'on', 'nopass', '~claimgate:*', '+set', '+exists']);
    await assert.rejects(redisReplay(client.send), { code: 'option_invalid', message: /does not say .*`noEviction: true`$/ });
    await assert.rejects(redisReplay(client.send, { noEviction: 1 }), { code: 'option_invalid' });
    await oneOfMany(await redisReplay(client.send, { noEviction: true }));
    client.close();
    await assert.rejects(redisReplay(client.send), { code: 'option_invalid' });
  } finally {
    server.kill();
  }
});

// Row D13.
test('under memory pressure no used token passes again', async () => {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1', '--maxmemory', '4mb'], { stdio: 'ignore' });
  try {
    const client = await connectRedis(port);
    const store = await redisReplay(client.send);
    const used = [];
    const refused = [];
    for (let number = 0; refused.length < 1000 && number < 100_000; number += 500) {
      const ids = Array.from({ length: 500 }, (_, at) => id(number + at));
      const answers = await Promise.all(ids.map((one) => store.use(one, inTenMinutes()).catch((error) => error)));
      for (const [at, answer] of answers.entries()) (answer === true ? used : refused).push(answer === true ? ids[at] : answer);
    }
    assert.ok(used.length > 1000 && refused.length >= 1000, `${used.length} ${refused.length}`);
    assert.ok(refused.every((error) => /OOM/.test(error.message)), String(refused[0]));
    for (const one of used) assert.equal(await store.has(one), true);
    client.close();
  } finally {
    server.kill();
  }
});

test('Deno KV', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimgate-'));
  try {
    writeFileSync(join(folder, 'once.mjs'), `
      import { denoKvReplay } from '${import.meta.resolve('claimgate/replay')}';
      const kv = await Deno.openKv(':memory:');
      const store = denoKvReplay(kv);
      const expires = Math.floor(Date.now() / 1000) + 600;
      const id = (number) => number.toString(16).padStart(64, '0');
      const passed = await Promise.all(Array.from({ length: 1000 }, () => store.use(id(1), expires)));
      const others = await Promise.all(Array.from({ length: 200 }, (_, number) => store.use(id(number + 2), expires)));
      const again = await store.use(id(3), expires);
      const has = [await store.has(id(1)), await store.has(id(9999))];
      kv.close();
      const closed = await store.use(id(9), expires).then(() => 'passed', () => 'refused');
      console.log(JSON.stringify([passed.filter(Boolean).length, others.every(Boolean), again, has, closed]));
    `);
    const { stdout } = await run(programOf('deno'), ['run', '--quiet', '--unstable-kv', '--allow-all', '--no-config', join(folder, 'once.mjs')]);
    assert.deepEqual(JSON.parse(stdout), [1, true, false, [true, false], 'refused']);
  } finally {
    rmSync(folder, { recursive: true });
  }
  await assert.rejects(denoKvReplay({ atomic: () => { throw new Error('down'); } }).use(id(1), inTenMinutes()));
});

test('Durable Objects', async () => {
  const worker = `
    import { createGuard } from 'claimgate';
    import { ReplayObject, durableObjectReplay } from 'claimgate/replay';
    export { ReplayObject };
    let guard;
    export default {
      async fetch(request, env, context) {
        const store = durableObjectReplay(env.REPLAY);
        const { pathname, searchParams } = new URL(request.url);
        if (pathname === '/has') return Response.json(await store.has(searchParams.get('id')));
        if (pathname === '/use') return Response.json(await store.use(searchParams.get('id'), Number(searchParams.get('expires'))));
        guard ??= createGuard({ policy: ${JSON.stringify(POLICY)}, keys: { github: ${JSON.stringify(jwks('rsa'))} }, role: 'deploy', replay: store });
        return guard(request, context).then(() => new Response('deployed'), (error) => error.getResponse());
      },
    };`;
  const { url, close } = await serveBundle({ files: { 'worker.mjs': worker }, flags: ['nodejs_compat'], durableObjects: { REPLAY: 'ReplayObject' } });
  try {
    const use = async (id, expires) => (await fetch(`${url}use?id=${id}&expires=${expires}`)).json();
    const has = async (id) => (await fetch(`${url}has?id=${id}`)).json();
    await oneOfMany({ use, has });
    const headers = { authorization: `Bearer ${token('a')}` };
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await fetch(url, { headers })).status));
    assert.deepEqual([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 401).length], [1, 99]);
  } finally {
    await close();
  }
});

test('a Durable Object deletes what is over, and keeps what is not', async () => {
  const { ReplayObject } = await import('claimgate/replay');
  const kept = new Map();
  let alarm = null;
  // Its storage, so that time can be ours; that it is one at a time is tested with the real one.
  const storage = {
    get: async (key) => kept.get(key),
    put: async (key, value) => kept.set(key, value),
    delete: async (keys) => keys.forEach((key) => kept.delete(key)),
    list: async ({ limit, startAfter = '' }) => new Map([...kept].sort().filter(([key]) => key > startAfter).slice(0, limit)),
    getAlarm: async () => alarm,
    setAlarm: async (time) => (alarm = time),
  };
  const object = new ReplayObject({ storage });
  const now = Math.floor(Date.now() / 1000);
  const use = async (number, expires) => (await object.fetch(new Request(`https://x/use?id=${id(number)}&expires=${expires}`))).text();
  for (let number = 0; number < 1000; number += 1) assert.equal(await use(number, number % 2 ? now - 10 : now + 500), 'first');
  assert.equal(alarm, (now + 500) * 1000 + 60_000);
  await object.alarm();
  assert.equal(kept.size, 500);
  assert.equal(await use(0, now + 500), 'used');
  assert.equal(alarm, (now + 500) * 1000 + 60_000);
  assert.equal((await object.fetch(new Request('https://x/'))).status, 400);
});

/** A client of a few lines: RESP, a command after the other. */
async function connectRedis(port) {
  let socket;
  for (let attempt = 0; !socket && attempt < 1200; attempt += 1) {
    await new Promise((rest) => setTimeout(rest, 50));
    socket = await new Promise((resolve) => {
      const candidate = connect(port, '127.0.0.1', () => resolve(candidate)).once('error', () => resolve(undefined));
    });
  }
  const waiting = [];
  let text = '';
  const fail = () => waiting.splice(0).forEach(({ reject }) => reject(new Error('the connection is closed')));
  socket.setEncoding('utf8').on('error', fail).on('close', fail).on('data', (data) => {
    text += data;
    for (let end = text.indexOf('\r\n'); end !== -1; end = text.indexOf('\r\n')) {
      const [kind, answer] = [text[0], text.slice(1, end)];
      // A text of this length, or null.
      const length = kind === '$' ? Number(answer) : -1;
      const next = end + 2 + (length === -1 ? 0 : length + 2);
      if (text.length < next) break;
      const bulk = length === -1 ? null : text.slice(end + 2, end + 2 + length);
      text = text.slice(next);
      const { resolve, reject } = waiting.shift();
      if (kind === '-') reject(new Error(answer));
      else resolve(kind === ':' ? Number(answer) : kind === '$' ? bulk : answer);
    }
  });
  return {
    send: (command) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the connection is closed'));
        waiting.push({ resolve, reject });
        socket.write(`*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
      }),
    close: () => socket.destroy(),
  };
}
