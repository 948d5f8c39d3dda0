// What people have of keys, in the forms that Node writes them, which is none of ours, and certificates of openssl.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate, createPublicKey, generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createVerifier } from 'claimgate';
import { temporaryFolder } from '../lib/ending.mjs';
import { SAMPLE, jwks, signToken } from '../lib/tokens.mjs';
import { MODULES } from './page.mjs';

const CERTIFICATES = JSON.parse(readFileSync(new URL('../vectors/certificates.json', import.meta.url), 'utf8'));
const { start } = await import(pathToFileURL(join(MODULES, '../claimgate/js/entry/slim.js')).href);
start(readFileSync(new URL('../node_modules/claimgate/wasm/claimgate_bg.wasm', import.meta.url)));
const { KeysError, readKeys } = await import(pathToFileURL(join(MODULES, 'keys/read-keys.js')).href);

const read = async (text, kid = 'the-kid') => JSON.parse((await readKeys(text, kid)).jwks).keys;
const refusal = (text) => readKeys(text, 'the-kid').then(() => 'taken', (error) => (error instanceof KeysError ? error.message : Promise.reject(error)));
const KEYS = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const pem = (key, type = 'spki') => key.export({ format: 'pem', type });
const bare = (key, type = 'spki') => key.export({ format: 'der', type }).toString('base64');
const frame = (bytes, label = 'CERTIFICATE') => `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString('base64')}\n-----END ${label}-----`;

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

test('what openssl prints is read as Node reads it', async (t) => {
  const { folder, dispose } = temporaryFolder();
  t.after(dispose);
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const kinds = { RS256: ['RSA', 'rsa_keygen_bits:2048'], ES256: ['EC', 'ec_paramgen_curve:P-256'], ES384: ['EC', 'ec_paramgen_curve:P-384'], EdDSA: ['ED25519'] };
  for (const [alg, [kind, option]] of Object.entries(kinds)) {
    openssl('genpkey', '-algorithm', kind, ...(option ? ['-pkeyopt', option] : []), '-out', 'key');
    const outputs = [
      openssl('pkey', '-in', 'key', '-pubout'),
      openssl('pkey', '-in', 'key', '-pubout', '-text_pub'),
      openssl('req', '-x509', '-new', '-key', 'key', '-subj', '/O=Prüfung/CN=x', '-utf8', '-text', '-addext', 'subjectAltName=DNS:x.example'),
      ...(alg === 'RS256' ? [openssl('rsa', '-in', 'key', '-RSAPublicKey_out')] : []),
    ];
    const expected = { ...createPublicKey(outputs[0]).export({ format: 'jwk' }), alg, kid: 'the-kid', use: 'sig' };
    for (const output of outputs) assert.deepEqual(await read(output), [expected]);
    await assert.rejects(readKeys(readFileSync(join(folder, 'key'), 'utf8'), 'k'), /^Error: this is a private key/);
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
  // No other one is put in the place of a `kid` that is wrong.
  assert.equal((await readKeys('{"kty":"RSA","kid":5}', 'k')).jwks, '{"keys":[{"kty":"RSA","kid":5}]}');
});

test('a private key is told to be one, in whatever form and however little of it is there', async () => {
  const { RS256, ES256, EdDSA } = KEYS;
  const jwk = JSON.stringify({ keys: [RS256.privateKey.export({ format: 'jwk' })] });
  const encrypted = { type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' };
  const pkcs8 = pem(RS256.privateKey, 'pkcs8');
  const secrets = [
    ...Object.values(KEYS).flatMap(({ privateKey }) => [pem(privateKey, 'pkcs8'), bare(privateKey, 'pkcs8'), JSON.stringify(privateKey.export({ format: 'jwk' }))]),
    ...[pem, bare].flatMap((form) => [form(RS256.privateKey, 'pkcs1'), form(ES256.privateKey, 'sec1')]),
    EdDSA.privateKey.export({ format: 'pem', ...encrypted }),
    RS256.privateKey.export({ format: 'der', ...encrypted }).toString('base64'),
    frame('openssh-key-v1', 'OPENSSH PRIVATE KEY'),
    'PuTTY-User-Key-File-3: ssh-ed25519',
    '{"kty":"oct","k":"c2VjcmV0"}',
    jwk,
    jwk.slice(0, -200),
    pkcs8.slice(0, 200),
    pkcs8.slice(200),
    pkcs8.split('\n').slice(1, 5).join('\n'),
    pkcs8.replaceAll('-----', '——'),
    `RSA Private-Key: (2048 bit)\nprivateExponent:\n    00:a1\n${pem(RS256.publicKey)}`,
    JSON.stringify(jwk),
    "{ kty: 'OKP', crv: 'Ed25519', d: 'c2VjcmV0' }",
  ];
  for (const text of secrets) assert.match(await refusal(text), /^this is a private key.*Do not paste it anywhere, and replace it.*wanted is the public key$/s, text.slice(0, 40));
});

test('what is no key is told from keys, and what it is', async () => {
  const { publicKey } = KEYS.RS256;
  const cases = [
    [signToken(SAMPLE), /^this is a token/],
    ['{"version":1,"roles":{}}', /^this is a policy/],
    ['{"issuer":"x","jwks_uri":"https://issuer.example/jwks"}', /its keys are at `https:\/\/issuer\.example\/jwks`/],
    ['{"count":1,"value":"ey"}', /answer of the token endpoint/],
    ['<!doctype html>', /HTML/],
    ['ssh-rsa AAAA me@here', /SSH/],
    ...Object.values(KEYS).map((pair) => [bare(pair.publicKey), /without its frame/]),
    [bare(publicKey, 'pkcs1'), /without its frame/],
    [CERTIFICATES.ES256.split('\n').slice(1, -2).join('\n'), /without its frame/],
    [JSON.stringify([CERTIFICATES.ES256.split('\n').slice(1, -2).join('')]), /without its frame/],
    [`Bearer ${signToken(SAMPLE)}`, /^this is a token/],
    [pem(publicKey).replaceAll('-----', '——'), /hyphens/],
    [' \n', /^there is nothing here/],
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

test('without WebCrypto it is said where a PEM can be read', async (t) => {
  const whole = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  t.after(() => Object.defineProperty(globalThis, 'crypto', whole));
  Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
  assert.match(await refusal(pem(KEYS.ES256.publicKey)), /https.*give a JWK Set/);
  const set = JSON.stringify(jwks('rsa'));
  assert.equal((await readKeys(set, 'k')).jwks, set);
});

test('damaged certificates are refused in words, whatever is damaged', async () => {
  const der = Buffer.from(new X509Certificate(CERTIFICATES.RS256).raw);
  for (let length = 0; length < der.length; length += 1) {
    assert.match(await refusal(frame(der.subarray(0, length))), /damaged|not known here/, `cut after ${length} bytes`);
  }
  const said = /^taken$|damaged|not known here/;
  for (let at = 0; at < der.length; at += 1) {
    const changed = Buffer.from(der);
    changed[at] ^= 1 << at % 8;
    assert.match(await refusal(frame(changed)), said);
  }
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const changed = Buffer.from(der);
    const at = randomInt(der.length - 8);
    randomBytes(randomInt(1, 9)).copy(changed, at);
    assert.match(await refusal(frame(changed)), said, changed.toString('base64'));
  }
});

test('DER is read in one way only', async () => {
  const { publicKey } = KEYS.RS256;
  const der = { CERTIFICATE: new X509Certificate(CERTIFICATES.RS256).raw, 'PUBLIC KEY': publicKey.export({ format: 'der', type: 'spki' }), 'RSA PUBLIC KEY': publicKey.export({ format: 'der', type: 'pkcs1' }) };
  for (const [label, bytes] of Object.entries(der)) {
    assert.equal(await refusal(frame(bytes, label)), 'taken');
    const [tag, , ...rest] = bytes; // the length is 82 xx xx
    const forms = {
      'something follows': [...bytes, 0],
      'another follows': [...bytes, ...bytes],
      'a length with a zero in front': [tag, 0x83, 0, ...rest],
      'an indefinite length': [tag, 0x80, ...rest.slice(2), 0, 0],
      'a length of eight bytes': [tag, 0x88, 0, 0, 0, 0, 0, 0, ...rest],
      'a length beyond the end': [tag, 0x84, 0xff, 0xff, 0xff, 0xff, ...rest.slice(2)],
      'a tag of two bytes': [0x3f, 0x10, 0x82, ...rest],
    };
    for (const [what, form] of Object.entries(forms)) assert.match(await refusal(frame(form, label)), /damaged/, `${label}: ${what}`);
  }
});

test('work grows no faster than what is pasted, whatever it is', { timeout: 120_000 }, async () => {
  const most = 512 * 1024;
  const nested = Buffer.alloc(300_000, Buffer.from([0x30, 0x84, 0, 4, 0, 0]));
  const texts = ['-----BEGIN ', '-----BEGIN A-----', '-----BEGIN CERTIFICATE-----\n', 'MIIB', ' ', '\\n', 'ey', '"d" ', '{"kty":', 'BEGIN ', '{ ', '{d', '"x5c', ','].map((piece) => piece.repeat(Math.floor(most / piece.length)));
  const great = Buffer.concat([Buffer.from([0x30, 0x83, 5, 0, 0]), Buffer.alloc(0x50000)]);
  for (const text of [...texts, frame(nested), frame(great, 'RSA PUBLIC KEY')]) {
    const started = performance.now();
    assert.notEqual(await refusal(text), 'taken');
    // Were it quadratic, it would take minutes; a busy machine needs a second.
    assert.ok(performance.now() - started < 20_000, text.slice(0, 40));
  }
});
