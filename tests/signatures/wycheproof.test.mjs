// Wycheproof's signatures by the wasm itself, and by the cryptography of the runtimes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newestNode, programOf } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';
import { providers } from './modules.mjs';
import { compare } from './wycheproof.mjs';

const { sets, keysRefused } = JSON.parse(readFileSync(new URL('../vectors/wycheproof.json', import.meta.url), 'utf8'));
const PROGRAM = fileURLToPath(new URL('wycheproof.mjs', import.meta.url));

function check(found, { has } = { has: () => true }) {
  const expected = Object.keys(sets).filter((set) => has(sets[set]));
  assert.deepEqual(Object.keys(found).sort(), expected.sort());
  for (const [set, { count, refused, wrong }] of Object.entries(found)) {
    assert.deepEqual(wrong, [], `${set}: these should be the other way round`);
    assert.ok(count > 0, `${set}: there is nothing in the set`);
    assert.equal(refused, keysRefused[set] ?? 0, `${set}: as many keys are refused as in Rust`);
  }
}

for (const provider of providers) test(`Wycheproof: ${provider.name}`, async () => check(await compare(provider), provider));

for (const [name, program, ...args] of [['the newest Node', newestNode()], ['Bun', programOf('bun')], ['Deno', programOf('deno'), 'run', '--allow-all']]) {
  for (const provider of ['node:crypto', 'WebCrypto']) {
    test(`Wycheproof: ${provider} in ${name}`, async () => check(JSON.parse(await run(program, [...args, PROGRAM, provider]))));
  }
}
