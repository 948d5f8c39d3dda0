// Exchanges a second on one core of workerd: `claimgate/exchange`, and the same service written with `jose`, in the same run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd, temporaryFolder } from '../../tests/lib/ending.mjs';
import { jwks, now, signingKeys } from '../../tests/lib/tokens.mjs';
import { idToken } from '../lib/id-token.mjs';
import { load } from '../lib/packages.mjs';
import { POLICY, ROLE } from '../lib/role.mjs';
import { median, sum } from '../lib/statistics.mjs';
import { bundle, serve } from '../lib/workerd.mjs';

const CONNECTIONS = 16;
const ROUNDS = 8;
/** Exchanges of one service at a stretch. All of its blocks and the warm-up stay below what its replay store remembers. */
const BLOCK = 2000;
const WARM_UP = 4000;

const ISSUER = 'https://tokens.example.com';

const VARIANTS = ['EdDSA', 'ES256'].flatMap((alg) => [['nodejs_compat'], []].map((flags) => ({ alg, flags })));
const SERVICES = ['claimgate', 'jose'];

async function main() {
  const { folder } = temporaryFolder();
  await bundle(SERVICES.map((name) => fileURLToPath(new URL(`${name}.mjs`, import.meta.url))), folder);
  // What reads a request and answers it, and nothing else.
  const nothing = 'export default { async fetch(request) { await request.text(); return Response.json({ nothing: true }); } };';
  await writeFile(join(folder, 'nothing.js'), nothing);
  const keys = JSON.stringify(jwks('rsa'));

  const count = WARM_UP + 2 * ROUNDS * BLOCK;
  console.log(`signing ${count} tokens`);
  const requests = Array.from({ length: count }, () => post(form(idToken())));

  const cores = pin();
  const pinned = cores && `workerd has core ${cores.server}, what loads it core ${cores.load}`;
  console.log(pinned ?? 'not pinned to cores: there is no `taskset`, or one core alone');
  for (const { alg, flags } of VARIANTS) {
    const bindings = { POLICY: JSON.stringify(POLICY), ISSUER, GITHUB_KEYS: keys, SIGNING_KEYS: JSON.stringify(signingKeys(alg)) };
    const start = (name) => serve(name, { folder, flags, bindings, core: cores?.server });
    console.log(`\n${alg}, ${flags.length > 0 ? `with ${flags.join()}` : 'no flags'}: exchanges a second`);
    const [claimgate, jose, nothing] = [await start('claimgate'), await start('jose'), await start('nothing')];
    await compare(claimgate, jose, JSON.parse(bindings.SIGNING_KEYS));
    await race(claimgate, jose, requests);
    await sendAll(nothing, requests.slice(0, WARM_UP));
    // Far above the others, or what sends the requests would be what is measured.
    report('nothing', [await measure(nothing, requests.slice(WARM_UP, WARM_UP + 4 * BLOCK))]);
    for (const server of [claimgate, jose, nothing]) await server.stop();
  }
}

function form(token, more = {}) {
  return String(
    new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      role: ROLE,
      ...more,
    }),
  );
}

function post(body) {
  const head = ['POST /token HTTP/1.1', 'host: tokens.example.com', 'content-type: application/x-www-form-urlencoded'];
  return Buffer.from(`${head.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

/** Gives this process a core of its own and leaves another one to the servers; nothing where that cannot be done. */
function pin() {
  const taskset = (...args) => spawnSync('taskset', args, { encoding: 'utf8' });
  const { status, stdout } = taskset('-cp', String(process.pid));
  if (status !== 0) return undefined;
  const allowed = stdout.split(':').pop().trim().split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  if (allowed.length < 2) return undefined;
  const [server, own] = allowed;
  // Of all of its threads.
  return taskset('-a', '-cp', String(own), String(process.pid)).status === 0 ? { server, load: own } : undefined;
}

/** The race is between equals: both give the same to the same token, and refuse the same. */
async function compare(claimgate, jose, { current }) {
  const { importJWK, jwtVerify } = await load('jose');
  const { d, ...publicKey } = current;
  const key = await importJWK(publicKey);
  const body = form(idToken());
  const issued = [];
  for (const { name, port } of [claimgate, jose]) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = (text) => fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', headers, body: text });
    const answer = await ask(body);
    assert.equal(answer.status, 200, name);
    const { access_token: token, ...rest } = await answer.json();
    const { payload, protectedHeader } = await jwtVerify(token, key, { issuer: ISSUER, typ: 'at+jwt' });
    const { jti, iat, exp, ...claims } = payload;
    assert.ok(jti.length >= 22 && Math.abs(iat - now()) < 5, name);
    const told = ['content-type', 'cache-control', 'pragma'].map((header) => answer.headers.get(header));
    issued.push({ rest, claims, protectedHeader, lifetime: exp - iat, told });

    const refused = {
      'a used token': body,
      'a token of another repository': form(idToken({ repository_id: '75' })),
      'a token for another audience': form(idToken({ aud: 'https://example.com' })),
      'a token that is over': form(idToken({ exp: now() - 600 })),
      'a token with another signature': form(idToken().replace(/.{8}$/, 'AAAAAAAA')),
      'an audience that is not granted': form(idToken(), { audience: 'https://example.com' }),
      'a scope that is not granted': form(idToken(), { scope: 'admin' }),
    };
    for (const [what, text] of Object.entries(refused)) assert.equal((await ask(text)).status, 400, `${name}: ${what}`);
  }
  assert.deepEqual(issued[0], issued[1]);
}

/** Block by block, each service as often before the other as after it. */
async function race(claimgate, jose, requests) {
  const left = new Map([claimgate, jose].map((server) => [server, requests.values()]));
  const take = (server, count) => Array.from({ length: count }, () => left.get(server).next().value);
  const measured = new Map([[claimgate, []], [jose, []]]);
  for (const server of [claimgate, jose]) await sendAll(server, take(server, WARM_UP));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const server of [claimgate, jose, jose, claimgate]) {
      measured.get(server).push(await measure(server, take(server, BLOCK)));
    }
  }
  for (const [{ name }, blocks] of measured) report(name, blocks);
  const secondsOf = (server, round) => sum(measured.get(server).slice(2 * round, 2 * round + 2).map(({ seconds }) => seconds));
  const ratioOf = (round) => secondsOf(jose, round) / secondsOf(claimgate, round);
  const ratios = Array.from({ length: ROUNDS }, (_, round) => ratioOf(round)).sort((a, b) => a - b);
  const [least, most] = [ratios[0], ratios.at(-1)].map((ratio) => ratio.toFixed(2));
  console.log(`  claimgate to jose ${median(ratios).toFixed(2)}, of ${ROUNDS} rounds ${least} to ${most}`);
}

function report(name, blocks) {
  const [seconds, cpu, exchanges] = ['seconds', 'cpu', 'exchanges'].map((member) => sum(blocks.map((block) => block[member])));
  const rate = median(blocks.map((block) => block.exchanges / block.seconds));
  // Less than all of the time means that it waited for requests, or that others had its core.
  const [each, share] = [(cpu / exchanges) * 1e6, (cpu / seconds) * 100].map((number) => number.toFixed(0));
  const busy = Number.isNaN(cpu) ? '' : `, ${each} µs of CPU each, busy for ${share} %`;
  console.log(`  ${name.padEnd(9)} ${rate.toFixed(0).padStart(6)}${busy}`);
}

async function measure(server, requests) {
  const before = await cpuSeconds(server.pid);
  const seconds = await sendAll(server, requests);
  return { exchanges: requests.length, seconds, cpu: (await cpuSeconds(server.pid)) - before };
}

/** What a process has used of its cores so far, where Linux tells. */
async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100; // in ticks, of which a second has 100 everywhere
}

/** Sends requests by connections that are kept alive, one after the other in each, and returns how many seconds it took. */
async function sendAll({ name, port }, requests) {
  const sockets = Array.from({ length: CONNECTIONS }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const left = requests.values();
  const began = performance.now();
  await Promise.all(sockets.map((socket) => sendBy(socket, left, name)));
  const seconds = (performance.now() - began) / 1000;
  for (const socket of sockets) socket.destroy();
  return seconds;
}

/** As little as HTTP needs, so that the server is waited for and not the client. */
function sendBy(socket, left, name) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const next = () => {
      const { done, value } = left.next();
      answer = '';
      done ? resolve() : socket.write(value);
    };
    socket.on('data', (chunk) => {
      answer += chunk.latin1Slice();
      const end = answer.indexOf('\r\n\r\n');
      const length = end === -1 ? undefined : /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1];
      if (end === -1) return;
      if (length === undefined || !answer.startsWith('HTTP/1.1 200 ')) reject(new Error(`${name} answered: ${answer}`));
      else if (answer.length >= end + 4 + Number(length)) next();
    });
    socket.on('error', reject).on('close', () => reject(new Error(`${name} closed a connection`)));
    next();
  });
}

await runToEnd(main, { minutes: 30 });
