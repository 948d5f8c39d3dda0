// The signatures of Wycheproof by the wasm itself, and by the host behind it, with the answers that the Rust tests expect too: they
// wrote them down.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TARGET } from '../lib/target.mjs';
import { providers } from './modules.mjs';

const { sets, keysRefused } = JSON.parse(readFileSync(new URL('../vectors/wycheproof.json', import.meta.url), 'utf8'));
const lines = readFileSync(join(TARGET, 'tmp/wycheproof.jsonl'), 'utf8').trim().split('\n');
const groups = lines.map((line) => JSON.parse(line));

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));

for (const { name, parse } of providers) {
  for (const set of Object.keys(sets)) {
    test(`${name}: ${set}`, () => {
      const wrong = [];
      let [count, refused] = [0, 0];
      for (const { algorithm, jwk, cases } of groups.filter((group) => group.set === set)) {
        const key = parse(algorithm, JSON.stringify(jwk));
        if (!key) refused += 1;
        for (const [id, message, signature, holds] of cases) {
          count += 1;
          if ((key?.verify(bytes(message), bytes(signature)) ?? false) !== holds) wrong.push(id);
        }
        key?.free();
      }
      assert.deepEqual(wrong, [], 'these should be the other way round');
      assert.ok(count > 0, 'there is nothing in the set');
      assert.equal(refused, keysRefused[set] ?? 0, 'as many keys are refused as in Rust');
    });
  }
}
