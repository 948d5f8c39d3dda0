// Bytes, text and time-outs, which the package and the page have in one place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBase64, encodeBase64url } from '../node_modules/claimgate/js/util/base64.js';
import { sha256 } from '../node_modules/claimgate/js/util/sha256.js';
import { TimeoutError, withTimeout } from '../node_modules/claimgate/js/util/timeout.js';
import { decodeUtf8, decodeUtf8Lossily, encodeUtf8 } from '../node_modules/claimgate/js/util/utf8.js';

test('base64url is written, and read in either alphabet', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, index) => 251 + index);
    const text = encodeBase64url(bytes);
    assert.equal(text, Buffer.from(bytes).toString('base64url'));
    for (const encoded of [text, Buffer.from(bytes).toString('base64')]) assert.deepEqual(decodeBase64(encoded), bytes);
  }
  assert.throws(() => decodeBase64('a*b'));
  assert.equal(encodeBase64url(new Uint8Array(1_000_000)).length, 1_333_334);
});

test('UTF-8 keeps its byte-order mark', () => {
  const text = '\u{feff}ü\u{1f512}';
  assert.equal(decodeUtf8(encodeUtf8(text)), text);
  assert.equal(decodeUtf8Lossily(encodeUtf8(text)), text);
  const broken = Uint8Array.of(0x61, 0xff);
  assert.throws(() => decodeUtf8(broken));
  assert.equal(decodeUtf8Lossily(broken), 'a\u{fffd}');
  assert.equal(decodeUtf8(encodeUtf8('a')), 'a', 'after a failure, too');
});

test('SHA-256 is in hexadecimal', async () => {
  assert.equal(await sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('what takes too long is aborted, and what does not leaves no timer behind', async () => {
  let signal;
  const hang = (given) => {
    signal = given;
    return new Promise(() => {});
  };
  await assert.rejects(withTimeout(5, hang), (error) => error instanceof TimeoutError && error === signal.reason);
  assert.equal(await withTimeout(3_600_000, async () => 'done'), 'done');
});
