// WebCrypto that lacks an algorithm, as in an old browser, with the browsers' module, which has no curves.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createVerifier, start } from 'claimgate/slim';
import { SAMPLE, freshToken, jwks, keyFor } from '../lib/tokens.mjs';

start(await readFile(new URL('../node_modules/claimgate/wasm/claimgate_bg.wasm', import.meta.url)));

const policy = {
  version: 1,
  audience: SAMPLE.aud,
  issuers: { github: { kind: 'github' } },
  roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74' }] } },
};

function verifier(alg, options = { crypto: 'webcrypto' }) {
  return createVerifier({ policy, keys: { github: jwks(keyFor(alg)) }, algorithms: [alg], ...options });
}

const authorize = (alg, token = freshToken({}, { alg })) => verifier(alg).authorize(token, { role: 'deploy' });

test('WebCrypto verifies what the module does not have', async () => {
  for (const alg of ['RS256', 'ES256', 'ES384', 'EdDSA']) {
    assert.equal((await authorize(alg)).rule, 'allow[0]', alg);
    await assert.rejects(authorize(alg, freshToken({}, { alg }).replace(/....$/, 'AAAA')), { code: 'signature_invalid' }, alg);
  }
  assert.throws(() => verifier('ES256', { crypto: 'wasm' }), { code: 'option_invalid', place: 'algorithms', message: /^`ES256` needs WebCrypto/ });
});

test('a key that WebCrypto refuses is verified by the module, or the error says that it was not verified', async (t) => {
  const refuse = t.mock.method(crypto.subtle, 'importKey', async () => {
    throw new DOMException('Unrecognized name.', 'NotSupportedError');
  });
  const unhandled = t.mock.fn();
  process.on('unhandledRejection', unhandled);
  t.after(() => process.off('unhandledRejection', unhandled));
  const idle = verifier('EdDSA');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(idle && refuse.mock.callCount() === 1);
  assert.equal((await authorize('RS256')).rule, 'allow[0]');
  await assert.rejects(authorize('RS256', freshToken().replace(/....$/, 'AAAA')), { code: 'signature_invalid' });
  await assert.rejects(authorize('EdDSA'), { code: 'option_invalid', message: /^`EdDSA` needs WebCrypto, which is missing here or does not have it/ });
  assert.equal(unhandled.mock.callCount(), 0);
});
