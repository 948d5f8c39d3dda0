// The examples of the RFCs by each provider, and by Node alone, so that what is refused is known to be as its RFC has it.
import assert from 'node:assert/strict';
import { constants, createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { providers } from './modules.mjs';

const { examples } = JSON.parse(readFileSync(new URL('../vectors/rfc-examples.json', import.meta.url), 'utf8'));
const signed = examples.filter(({ jwk }) => jwk !== undefined);

function parts(token) {
  const end = token.lastIndexOf('.');
  return { input: Buffer.from(token.slice(0, end)), signature: Buffer.from(token.slice(end + 1), 'base64url') };
}

/** Whether it holds for Node, which knows more algorithms. */
function holds({ alg, jwk, token }) {
  const { input, signature } = parts(token);
  if (alg === 'HS256') return createHmac('sha256', Buffer.from(jwk.k, 'base64url')).update(input).digest().equals(signature);
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  if (alg.startsWith('PS')) Object.assign(key, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
  return verify(alg === 'EdDSA' ? null : `sha${alg.slice(2)}`, input, key, signature);
}

test('the examples are those of the RFCs', () => {
  assert.deepEqual(signed.filter((example) => !holds(example)), []);
});

for (const { name, has, parse } of providers) {
  test(`${name}: the examples of the RFCs`, async () => {
    for (const { name, alg, jwk, token, refused } of signed.filter(({ alg }) => has(alg))) {
      const key = parse(alg, JSON.stringify({ ...jwk, kid: 'key' }));
      const { input, signature } = parts(token);
      assert.equal((await key?.verify(input, signature)) ?? false, refused === undefined, name);
      assert.equal((await key?.verify(input.subarray(1), signature)) ?? false, false, `${name}, another message`);
    }
  });
}
