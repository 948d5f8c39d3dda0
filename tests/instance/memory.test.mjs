// `node tests/instance/many.mjs 10000000` does the same for longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyMany } from './many.mjs';

for (const crypto of ['wasm', 'webcrypto']) {
  test(`10,000 verifications by ${crypto}, good and bad, in one instance, whose memory does not grow`, async () => {
    const { before, after } = await verifyMany(10_000, { crypto });
    assert.deepEqual(after, before);
  });
}
