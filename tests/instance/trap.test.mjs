// An instance that traps decides nothing, is told of, and another takes its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { createGate, createVerifier, decodeUnverified, inspectUnverified, parseIssuer } from 'claimgate';
import { answerOfGithub } from '../lib/github.mjs';
import { exportsOf, fillMemory } from '../lib/instance.mjs';
import { SAMPLE, freshToken, jwks } from '../lib/tokens.mjs';

const policy = {
  version: 1,
  audience: SAMPLE.aud,
  issuers: { github: { kind: 'github' } },
  roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74', environment: 'prod' }] } },
};
const keys = { github: jwks('rsa') };
const current = await exportsOf();
/** Room for the arguments of a call, and for nothing of what the core does with them. */
const ROOM = 2048;

const failed = (error) => {
  assert.equal(error.code, 'core_failed');
  assert.match(error.message, /^the core failed and was replaced, and nothing was let through: /);
  assert.ok(error.cause instanceof WebAssembly.RuntimeError);
  return true;
};

for (const crypto of ['host', 'webcrypto', 'wasm']) {
  for (const room of [0, ROOM]) {
    test(`a verifier with \`crypto: '${crypto}'\` goes on after a trap with ${room} bytes left`, async () => {
      const verifier = createVerifier({ policy, keys, crypto });
      const [good, bad] = [freshToken(), freshToken({ repository_id: '75' })];
      const before = await verifier.authorize(good, { role: 'deploy' });
      const instance = current();
      fillMemory(instance, room);
      await assert.rejects(verifier.authorize(good, { role: 'deploy' }), failed);
      await assert.rejects(verifier.authorize(bad, { role: 'deploy' }), { code: 'no_rule_matches' });
      assert.equal((await verifier.authorize(good, { role: 'deploy' })).rule, 'allow[0]');
      assert.notEqual(current(), instance);
      // What the first instance let through can be read by the second.
      assert.deepEqual([before.rule, before.claims.environment], ['allow[0]', 'prod']);
      assert.equal(verifier.explainUnverified(bad, { role: 'deploy' }).rulesAdmit, false);
    });
  }
}

test('a decision that waits for WebCrypto fails with its instance, and does not wait forever', async () => {
  const verifier = createVerifier({ policy, keys, crypto: 'webcrypto' });
  const token = freshToken();
  await verifier.authorize(token, { role: 'deploy' });
  const waiting = verifier.authorize(token, { role: 'deploy' });
  fillMemory(current());
  assert.throws(() => decodeUnverified(token), failed);
  decodeUnverified(token);
  await assert.rejects(waiting, { code: 'core_failed' });
  assert.equal((await verifier.authorize(token, { role: 'deploy' })).rule, 'allow[0]');
});

test('whatever asks the core asks another one after a trap', () => {
  const token = freshToken();
  const questions = [
    () => createVerifier({ policy, keys }),
    () => createVerifier({ policy, keys }).explainUnverified(token, { role: 'deploy' }),
    () => decodeUnverified(token),
    () => inspectUnverified(token),
    () => parseIssuer(SAMPLE.iss),
  ];
  for (const ask of questions) {
    const answer = ask();
    fillMemory(current());
    assert.throws(ask, failed, String(ask));
    assert.equal(JSON.stringify(ask()), JSON.stringify(answer), String(ask));
  }
});

test('a gate admits nobody, tells its owner once, and goes on; keys are not fetched again', async () => {
  const told = [];
  let fetched = 0;
  const fetch = async (url) => {
    fetched += 1;
    return answerOfGithub(url, keys.github);
  };
  const onError = (error) => told.push(error);
  const gate = createGate({ policy, role: 'deploy', remoteKeys: { fetch }, onError, handle: (_, job) => new Response(job.claims.sub) });
  const ask = async () => gate(new Request('https://deploy.example.com', { headers: { authorization: `Bearer ${freshToken()}` } }));
  assert.equal((await ask()).status, 200);
  fillMemory(current(), ROOM);
  const answer = await ask();
  assert.deepEqual([answer.status, (await answer.json()).title], [500, 'internal error, request denied']);
  assert.equal(told.length, 1);
  failed(told[0]);
  assert.equal(await (await ask()).text(), SAMPLE.sub);
  assert.deepEqual([told.length, fetched], [1, 2]);
});

test('until there is another instance nothing is let through', async () => {
  const verifier = createVerifier({ policy, keys });
  const Instance = WebAssembly.Instance;
  fillMemory(current());
  await assert.rejects(verifier.authorize(freshToken(), { role: 'deploy' }), failed);
  try {
    WebAssembly.Instance = class {
      constructor() {
        throw new RangeError('no memory for another one');
      }
    };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await assert.rejects(verifier.authorize(freshToken(), { role: 'deploy' }), { code: 'core_failed', cause: new RangeError('no memory for another one') });
    }
  } finally {
    WebAssembly.Instance = Instance;
  }
  assert.equal((await verifier.authorize(freshToken(), { role: 'deploy' })).role, 'deploy');
});

test('what an instance held that is gone frees nothing in the one that follows', async () => {
  setFlagsFromString('--expose-gc');
  const collect = (await import('node:vm')).runInNewContext('gc');
  const kept = createVerifier({ policy, keys });
  for (let count = 0; count < 50; count += 1) createVerifier({ policy, keys });
  fillMemory(current());
  assert.throws(() => parseIssuer(SAMPLE.iss), failed);
  await kept.authorize(freshToken(), { role: 'deploy' });
  for (let turn = 0; turn < 5; turn += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal((await kept.authorize(freshToken(), { role: 'deploy' })).role, 'deploy');
  await assert.rejects(kept.authorize(freshToken({ repository_id: '75' }), { role: 'deploy' }), { code: 'no_rule_matches' });
});
