// How the exchange reads forms, with bodies from a seed: `SEED=… node --test tests/exchange/form.test.mjs` repeats a run.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { ClaimgateError } from 'claimgate';
import { readForm } from '../node_modules/claimgate/js/exchange/form.js';
import { numbers } from '../signatures/numbers.mjs';

const CASES = 20_000;
const UTF8 = new TextDecoder('utf-8', { fatal: true });
const LIMIT = 32 * 1024;
const NAMES = { once: ['scope', 'role'], many: ['audience'] };
const PIECES = [
  ...['scope', 'role', 'audience', 'Scope', 'other', 'a', '1', '=', '=', '=', '&', '&', '&', '+', ';', '?', '#', '"'],
  ...['%20', '%2B', '%26', '%3d', '%25', '%00', '%C3%A9', '%EF%BB%BF', '%F0%9F%98%80', '%73cope', '__proto__', 'toString'],
  // What is no form, or no UTF-8.
  ...['%', '%2', '%zz', '%ff', '%C3', '%c0%80', '%ED%A0%80', '%F5%80%80%80', 'é', '\n', '\0', '\x7f', '\ufeff'],
];

const seed = process.env.SEED ?? randomUUID();
const { below } = numbers(seed);
const pick = (list) => list[below(list.length)];

/** Mostly parameters, of which few have pieces that are none. */
function body() {
  const pieces = below(4) === 0 ? PIECES : PIECES.slice(0, -13);
  const part = () => Array.from({ length: below(4) }, () => pick(pieces)).join('');
  const pairs = Array.from({ length: below(5) }, () => (below(4) === 0 ? part() : `${pick(PIECES.slice(0, 5))}=${part()}`));
  return pairs.join('&') + (below(800) === 0 ? `&a=${'x'.repeat(LIMIT)}` : '');
}

/** The same body, with its length, or in pieces that may end within a character. */
function request(text) {
  const headers = { 'content-type': pick(['application/x-www-form-urlencoded', 'Application/X-WWW-Form-Urlencoded; charset=UTF-8']) };
  let bytes = new TextEncoder().encode(text);
  if (below(4) > 0) return new Request('https://a.example/token', { method: 'POST', headers: { ...headers, 'content-length': `${bytes.length}` }, body: bytes });
  const stream = new ReadableStream({
    pull(controller) {
      const length = 1 + below(bytes.length);
      if (bytes.length > 0) controller.enqueue(bytes.slice(0, length));
      bytes = bytes.slice(length);
      if (bytes.length === 0) controller.close();
    },
  });
  return new Request('https://a.example/token', { method: 'POST', headers, body: stream, duplex: 'half' });
}

/** What the platform reads, without what is empty. */
function lenient(text) {
  const parameters = new URLSearchParams(text);
  const values = (name) => parameters.getAll(name).filter((value) => value !== '');
  return Object.fromEntries([...NAMES.once, ...NAMES.many].map((name) => [name, values(name)]));
}

/** Why a body may be refused, by other means than the reader's. */
function fault(text) {
  if (new TextEncoder().encode(text).length > LIMIT) return 'request_too_large';
  const bytes = (encoded) => Buffer.from(encoded.replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
  const isText = (encoded) => {
    try {
      return UTF8.decode(bytes(encoded)) !== undefined;
    } catch {
      return false;
    }
  };
  const parts = text.split('&').flatMap((pair) => pair.split('='));
  const isForm = !/[^ -~]|%(?![\da-f]{2})/i.test(text) && parts.every(isText);
  const isOnce = NAMES.once.every((name) => lenient(text)[name].length <= 1);
  return isForm && isOnce ? undefined : 'request_malformed';
}

test('what is read of a form is what the platform reads, or the form is refused for a reason', async (t) => {
  t.diagnostic(`seed ${seed}`);
  const counts = {};
  for (let count = 0; count < CASES; count += 1) {
    const text = body();
    const expected = fault(text);
    counts[expected] = (counts[expected] ?? 0) + 1;
    const about = (message) => `seed ${seed}: ${message} of ${JSON.stringify(text).slice(0, 500)}`;
    try {
      const parameters = await readForm(request(text), NAMES);
      if (expected) assert.fail(about(`${expected}, but it is read`));
      const read = { ...parameters, ...Object.fromEntries(NAMES.once.map((name) => [name, [parameters[name] ?? []].flat()])) };
      if (!isDeepStrictEqual(read, lenient(text))) assert.fail(about(`${inspect(read)} is read`));
    } catch (error) {
      if (!(error instanceof ClaimgateError)) throw error;
      if (error.code !== expected) assert.fail(about(`${error.code}, not ${expected}`));
    }
  }
  // Each verdict is met often.
  for (const verdict of [undefined, 'request_malformed', 'request_too_large']) assert.ok(counts[verdict] >= 10, `${verdict}: ${counts[verdict]}`);
});
