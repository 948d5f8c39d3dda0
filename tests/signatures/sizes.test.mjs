// OpenSSL's signatures with RSA keys of every kind of size, by each provider.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { providers } from './modules.mjs';

const { message, keys } = JSON.parse(readFileSync(new URL('../vectors/rsa-sizes.json', import.meta.url), 'utf8'));

for (const { name, parse } of providers) {
  test(`${name}: keys of every size`, async () => {
    assert.ok(keys.length > 0);
    for (const { bits, n, e, signatures } of keys) {
      for (const [algorithm, text] of Object.entries(signatures)) {
        const key = parse(algorithm, JSON.stringify({ kty: 'RSA', kid: 'key', n, e }));
        const holds = (signature, said = message) => key.verify(Buffer.from(said), signature);
        const signature = Buffer.from(text, 'base64url');
        const what = `${algorithm}, ${bits} bits`;
        assert.ok(await holds(signature), what);
        assert.ok(!(await holds(signature, 'claimgatf')), `${what}: another message`);
        for (const place of [0, signature.length >> 1, signature.length - 1]) {
          const flipped = Buffer.from(signature);
          flipped[place] ^= 1 << place % 8;
          assert.ok(!(await holds(flipped)), `${what}: byte ${place} is another`);
        }
        assert.ok(!(await holds(Buffer.concat([Buffer.alloc(1), signature]))), `${what}: a zero before`);
        assert.ok(!(await holds(signature.subarray(1))), `${what}: a byte less`);
      }
    }
  });
}
