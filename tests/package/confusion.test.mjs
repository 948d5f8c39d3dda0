// What is kept between calls, and what JavaScript itself calls by a name, leads to no other key, role or claim.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier } from 'claimgate';
import { SAMPLE, freshToken, jwks } from '../lib/tokens.mjs';

const GITHUB = SAMPLE.iss;
const ACME = `${GITHUB}/acme`;
const POLICY = {
  version: 1,
  audience: SAMPLE.aud,
  issuers: { github: { kind: 'github' }, acme: { kind: 'github', enterprise: 'acme' } },
  roles: {
    deploy: { issuer: 'github', allow: [{ repository_id: '74' }] },
    acme: { issuer: 'acme', allow: [{ repository_id: '74' }] },
  },
};

const named = (name, kid) => ({ keys: jwks(name).keys.map((jwk) => ({ ...jwk, kid })) });
const token = (iss, key, kid = 'key') => freshToken({ iss }, { key, header: { kid } });
const codeOf = (verifier, text, role) => verifier.authorize(text, { role }).then(() => undefined, ({ code }) => code);

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

for (const crypto of ['host', 'wasm']) {
  test(`${crypto}: two issuers with one kid are two keys, whatever was asked before`, async () => {
    const verifier = createVerifier({ policy: POLICY, keys: { github: named('rsa', 'key'), acme: named('rsa-other', 'key') }, crypto });
    const cases = [
      ['deploy', token(GITHUB, 'rsa'), undefined],
      ['acme', token(ACME, 'rsa-other'), undefined],
      ['acme', token(ACME, 'rsa'), 'signature_invalid'],
      ['deploy', token(GITHUB, 'rsa-other'), 'signature_invalid'],
      ['acme', token(GITHUB, 'rsa-other'), 'issuer_mismatch'],
      ['deploy', token(ACME, 'rsa'), 'issuer_mismatch'],
      ['acme', token(GITHUB, 'rsa'), 'signature_invalid'],
      ['deploy', token(ACME, 'rsa-other'), 'signature_invalid'],
    ];
    for (const [role, text, expected] of [...cases, ...cases.toReversed()]) assert.equal(await codeOf(verifier, text, role), expected, role);
    const together = await Promise.all(cases.map(([role, text]) => codeOf(verifier, text, role)));
    assert.deepEqual(together, cases.map(([, , expected]) => expected));
  });
}

test('names that JavaScript objects have anyway are no roles, issuers or keys', async () => {
  const keys = { github: named('rsa', 'key'), acme: named('rsa-other', 'key') };
  const verifier = createVerifier({ policy: POLICY, keys });
  for (const name of NAMES) {
    assert.equal(await codeOf(verifier, token(GITHUB, 'rsa'), name), 'role_unknown', name);
    assert.equal(await codeOf(verifier, token(GITHUB, 'rsa', name), 'deploy'), 'key_unknown', name);
    assert.throws(() => verifier.issuersOf(name), { code: 'role_unknown' }, name);
    assert.equal(verifier.keyReport(name), undefined, name);
    const own = Object.defineProperty({ ...keys }, name, { value: keys.github, enumerable: true });
    assert.throws(() => createVerifier({ policy: POLICY, keys: own }), { code: 'option_invalid' }, name);
  }
});

test('a claim by such a name is an ordinary one, and changes nothing else', async () => {
  const verifier = createVerifier({ policy: POLICY, keys: { github: named('rsa', 'key'), acme: named('rsa-other', 'key') } });
  for (const name of NAMES.filter((name) => name !== '__proto__')) {
    const job = await verifier.authorize(freshToken({ [name]: { admin: true } }, { key: 'rsa', header: { kid: 'key' } }), { role: 'deploy' });
    assert.deepEqual(Object.getOwnPropertyDescriptor(job.claims, name)?.value, { admin: true }, name);
    assert.equal(job.claims.admin, undefined, name);
    assert.equal({}.admin, undefined, name);
  }
});
