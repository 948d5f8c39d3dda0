// What people have of keys, in the forms that Node writes them, which is none of ours, and certificates of openssl.
import assert from 'node:assert/strict';
import { X509Certificate, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createVerifier } from 'claimgate';
import { SAMPLE, jwks, signToken } from '../lib/tokens.mjs';
import { FOLDER } from './page.mjs';

const CERTIFICATES = JSON.parse(readFileSync(new URL('../vectors/certificates.json', import.meta.url), 'utf8'));
const { KeysError, readKeys } = await import(pathToFileURL(join(FOLDER, 'js/keys/read-keys.js')).href);

const read = async (text, kid = 'the-kid') => JSON.parse((await readKeys(text, kid)).jwks).keys;
const refusal = (text) => readKeys(text, 'the-kid').then(() => 'taken', (error) => (error instanceof KeysError ? error.message : Promise.reject(error)));
const KEYS = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const pem = (key, type = 'spki') => key.export({ format: 'pem', type });

for (const [alg, { publicKey }] of Object.entries(KEYS)) {
  test(`a public key for ${alg} is read as Node reads it`, async () => {
    assert.deepEqual(await read(pem(publicKey)), [{ ...publicKey.export({ format: 'jwk' }), alg, kid: 'the-kid', use: 'sig' }]);
  });
  test(`a certificate for ${alg} is read as Node reads it`, async () => {
    const text = CERTIFICATES[alg];
    const expected = new X509Certificate(text).publicKey.export({ format: 'jwk' });
    assert.deepEqual(await read(`subject=CN = keys of a test\n${text}`), [{ ...expected, alg, kid: 'the-kid', use: 'sig' }]);
    assert.match((await readKeys(text, 'k')).notes.join(), /neither its dates nor who issued it/);
  });
}

test('PKCS #1, and line breaks in every way', async () => {
  const [expected] = await read(pem(KEYS.RS256.publicKey));
  const text = pem(KEYS.RS256.publicKey, 'pkcs1');
  for (const form of [text, text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\\n'), text.replaceAll('\n', ''), `  ${text}\n\n`]) {
    assert.deepEqual(await read(form), [expected]);
  }
});

test('with the keys of each form a token is verified', async () => {
  const set = jwks('rsa');
  const key = createPublicKey({ key: set.keys[0], format: 'jwk' });
  const { kid, ...nameless } = set.keys[0];
  const policy = { version: 1, audience: SAMPLE.aud, issuers: { github: { kind: 'github' } }, roles: { any: { issuer: 'github', allow: [{ repository: SAMPLE.repository }] } } };
  for (const text of [JSON.stringify(set), JSON.stringify(set.keys[0]), JSON.stringify(nameless), pem(key), pem(key, 'pkcs1')]) {
    const { jwks: keys } = await readKeys(text, 'rsa');
    const job = await createVerifier({ policy, keys: { github: keys }, clock: () => SAMPLE.iat }).authorize(signToken(SAMPLE), { role: 'any' });
    assert.equal(job.rule, 'allow[0]');
  }
});

test('a key set is passed on as it is, so that the core sees what is wrong with it', async () => {
  const text = ' { "keys": [], "keys": [ { "kty": "RSA" } ] }\n';
  assert.equal((await readKeys(text, 'k')).jwks, text);
  const twice = '{"kty":"RSA","kid":"a","kid":"b"}';
  assert.equal((await readKeys(twice, 'k')).jwks, `{"keys":[${twice}]}`);
});

test('what is no key is told from keys, and what it is', async () => {
  const { privateKey, publicKey } = KEYS.RS256;
  const cases = [
    [pem(privateKey, 'pkcs8'), /^this is a private key/],
    [pem(privateKey, 'pkcs1'), /^this is a private key/],
    [JSON.stringify(privateKey.export({ format: 'jwk' })), /^this is a private key/],
    [JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }), /^this is a private key/],
    [signToken(SAMPLE), /^this is a token/],
    ['{"version":1,"roles":{}}', /^this is a policy/],
    ['{"issuer":"x","jwks_uri":"https://issuer.example/jwks"}', /its keys are at `https:\/\/issuer\.example\/jwks`/],
    ['{"count":1,"value":"ey"}', /answer of the token endpoint/],
    ['<!doctype html>', /HTML/],
    ['ssh-rsa AAAA me@here', /SSH/],
    [publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), /without its frame/],
    ['{"keys": [', /not JSON; is all of it there/],
    ['nonsense', /^this is no key/],
    [pem(publicKey).slice(0, 200), /has no end/],
    [pem(publicKey) + pem(publicKey), /2 keys or certificates/],
    [pem(publicKey).replaceAll('PUBLIC KEY', 'DH PARAMETERS'), /`DH PARAMETERS` is no key/],
    [pem(generateKeyPairSync('ed448').publicKey), /of a kind that is not known/],
    [`{"kty":"${'A'.repeat(600_000)}"}`, /no keys have/],
  ];
  for (const [text, expected] of cases) assert.match(await refusal(text), expected);
});

test('damaged certificates are refused in words, whatever is damaged', async () => {
  const der = Buffer.from(new X509Certificate(CERTIFICATES.RS256).raw);
  const frame = (bytes) => `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----`;
  for (let length = 0; length < der.length; length += 1) {
    const said = await refusal(frame(der.subarray(0, length)));
    assert.match(said, /damaged|not known here/, `cut after ${length} bytes`);
  }
  for (let at = 0; at < der.length; at += 1) {
    const changed = Buffer.from(der);
    changed[at] ^= 1 << at % 8;
    assert.match(await refusal(frame(changed)), /taken|damaged|not known here/);
  }
});
