// What says nothing about a token is not a refusal, and a token cannot choose who is asked for keys.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { GITHUB, claimgate, claimgateJson, files, token } from './claimgate.mjs';

// Row D9.
test('a trap of the core is not decided: exit code 70, and never a refusal', async (t) => {
  const { policy, keys, folder } = await files(t);
  // Takes all memory before the call with this number, so that it traps.
  const preload = join(folder, 'trap.mjs');
  await writeFile(preload, `
    import { fillMemory } from ${JSON.stringify(new URL('../lib/instance.mjs', import.meta.url).href)};
    const { Instance } = WebAssembly;
    let calls = Number(process.env.CALLS);
    WebAssembly.Instance = class {
      constructor(...given) {
        const { exports } = new Instance(...given);
        const entries = Object.entries(exports).map(([name, value]) => {
          const isCall = typeof value === 'function' && !name.startsWith('__');
          return [name, isCall ? (...args) => { if ((calls -= 1) === 0) fillMemory(exports); return value(...args); } : value];
        });
        this.exports = Object.fromEntries(entries);
      }
    };
  `);
  const commands = [
    ['verify', '--policy', policy, '--role', 'deploy', '--keys', keys],
    ['verify', '--audience', 'x', '--keys', keys],
    ['inspect', '--keys', keys],
    ['inspect'],
    ['policy', 'explain', '--policy', policy, '--role', 'deploy'],
    ['policy', 'check', policy],
  ];
  for (const args of commands) {
    const trapped = [];
    for (const calls of [1, 2, 3, 4, 6, 8]) {
      const env = { CALLS: String(calls), NODE_OPTIONS: `--import ${pathToFileURL(preload)}` };
      const options = { stdin: args[1] === 'check' ? '' : token(), env };
      const { code, stdout, stderr } = await claimgate(args, options);
      // It may be over before that call.
      if (!stderr.includes('core_failed')) continue;
      trapped.push(calls);
      assert.deepEqual([code, stdout], [70, ''], args.join(' '));
      assert.match(stderr, /^claimgate [a-z ]+: not decided, internal error:\n/);
      const json = await claimgateJson(args, options);
      assert.deepEqual([json.code, json.verdict, json.error.code], [70, 'undecided', 'core_failed']);
      if (trapped.length === 2) break;
    }
    assert.ok(trapped.length > 0, args.join(' '));
  }
});

// Row C6.
test('only GitHub’s own issuers are asked for keys because a token names them', async (t) => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const loopback = `http://127.0.0.1:${server.address().port}`;
  // A host that calls itself an Enterprise Server, and would be asked at the server above.
  const ghes = 'https://evil.example/_services/token';
  const preload = `--import data:text/javascript,${encodeURIComponent(`
    const own = globalThis.fetch;
    globalThis.fetch = (url, ...rest) => own(String(url).replace('https://evil.example', '${loopback}'), ...rest);`)}`;
  const env = { NODE_OPTIONS: preload };
  for (const iss of [loopback, ghes]) {
    const stdin = token({ iss });
    const { code, verdict, error } = await claimgateJson(['inspect', '--fetch'], { stdin, env });
    assert.deepEqual([code, verdict, error.code], [3, 'undecided', 'keys_unavailable']);
    assert.equal(error.hint, `to trust it, pass \`--issuer ${iss}\``);
    const people = await claimgate(['inspect', '--fetch'], { stdin, env });
    assert.equal(people.code, 3);
    assert.match(people.stdout, /^NOT VERIFIED: /);
    for (const other of [`${iss}/`, GITHUB]) {
      const differs = await claimgateJson(['inspect', '--fetch', '--issuer', other], { stdin, env });
      assert.deepEqual([differs.code, differs.verdict, differs.error.code], [1, 'refused', 'issuer_mismatch']);
      assert.equal(differs.error.message, `\`iss\` must be \`${other}\`, not \`${iss}\``);
    }
    assert.equal(connections, 0, 'nobody was asked');
    const named = await claimgateJson(['inspect', '--fetch', '--issuer', iss], { stdin, env });
    assert.deepEqual([named.code, named.verdict, named.error.code], [3, 'undecided', 'keys_unavailable']);
    assert.ok(connections > 0, 'the one that is named is asked');
    connections = 0;
  }
  const alone = await claimgate(['inspect', '--issuer', loopback], { stdin: token() });
  assert.deepEqual([alone.code, alone.stdout], [2, '']);
  assert.match(alone.stderr, /`--issuer` needs `--fetch` or `--keys`/);
});
