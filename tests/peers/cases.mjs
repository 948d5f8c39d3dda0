// Tokens that a verifier may be too lenient about, each with the code by which Claimgate refuses it. Each is the good token with one
// thing changed, and unless it is a forgery it is properly signed.
import { createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SAMPLE, now } from '../lib/tokens.mjs';

export const ISSUER = SAMPLE.iss;
export const AUDIENCE = 'https://deploy.example.com';

const KID = 'key';
const CLAIMS = Object.freeze({ ...SAMPLE, aud: AUDIENCE, iat: now(), nbf: now() - 300, exp: now() + 300 });
const HEADER = Object.freeze({ typ: 'JWT', alg: 'RS256', kid: KID });

const rsa = (modulusLength) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const publicJwk = (key, members) => ({ ...createPublicKey(key).export({ format: 'jwk' }), kid: KID, alg: 'RS256', use: 'sig', ...members });

const KEY = rsa(2048);
const JWK = publicJwk(KEY);
const ROCA = createPrivateKey({ key: JSON.parse(readFileSync(new URL('roca.json', import.meta.url), 'utf8')).jwk, format: 'jwk' });
const SHORT = rsa(1024);

const encode = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const signWith = (key) => (input) => sign('sha256', input, key).toString('base64url');
/** Header and payload may be objects, text or bytes, strict or not; the signature is made of what `input` the segments are. */
const token = (payload = CLAIMS, { header = HEADER, signature = signWith(KEY) } = {}) => signed(encode(header), encode(payload), signature);
const signed = (header, payload, signature = signWith(KEY)) => `${header}.${payload}.${signature(Buffer.from(`${header}.${payload}`))}`;

/** Changed claims; undefined removes one. */
const claims = (changes) => token({ ...CLAIMS, ...changes });
const header = (changes, options) => token(CLAIMS, { header: { ...HEADER, ...changes }, ...options });
/** The good payload's text, with such members before it or behind it. */
const TEXT = JSON.stringify(CLAIMS);
const first = (members) => TEXT.replace('{', `{${members},`);
const last = (members) => TEXT.replace(/\}$/, `,${members}}`);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The same bytes in another spelling: the bits of the last character that no byte has are not zero. */
function otherSpelling(segment) {
  const other = segment.slice(0, -1) + ALPHABET[ALPHABET.indexOf(segment.at(-1)) + 1];
  if (!Buffer.from(other, 'base64url').equals(Buffer.from(segment, 'base64url'))) throw new Error(`\`${segment}\` has no bits left`);
  return other;
}
/** A segment whose last character has such bits. */
const roomy = (value) => encode(`${JSON.stringify(value)}${' '.repeat((4 - (JSON.stringify(value).length % 3)) % 3)}`);

const inSignature = (change) => {
  const [head, body, signature] = token().split('.');
  return `${head}.${body}.${change(signature)}`;
};

/** With the alphabet of plain base64, and at least one character in which they differ. */
function plainAlphabet() {
  for (let attempt = 0; ; attempt += 1) {
    const [head, body, signature] = claims({ jti: `attempt ${attempt}` }).split('.');
    if (/[-_]/.test(signature)) return `${head}.${body}.${signature.replaceAll('-', '+').replaceAll('_', '/')}`;
  }
}

/** What needs no private key if `e` is 1: the encoded message of RFC 8017, section 9.2, is its own signature. */
function encodedMessage(input) {
  const digest = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), createHash('sha256').update(input).digest()]);
  return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(256 - 3 - digest.length, 0xff), Buffer.from([0]), digest]).toString('base64url');
}

/** Forged with what everybody knows: the public key is the secret. */
const hmacOfPublicKey = (input) => createHmac('sha256', createPublicKey(KEY).export({ type: 'spki', format: 'pem' })).update(input).digest('base64url');

const notUtf8 = () => {
  const bytes = Buffer.from(TEXT);
  bytes[bytes.indexOf('octocat')] = 0xff;
  return bytes;
};

const STRANGER = rsa(2048);

/** [what it is, the code, the token, the JWK if it is not the good one] */
const CASES = [
  ['an ordinary token', undefined, token()],

  ['signature with other trailing bits', 'token_encoding', inSignature(otherSpelling)],
  ['payload with other trailing bits', 'token_encoding', signed(encode(HEADER), otherSpelling(roomy(CLAIMS)))],
  ['header with other trailing bits', 'token_encoding', signed(otherSpelling(roomy(HEADER)), encode(CLAIMS))],
  ['signature padded with `==`', 'token_encoding', `${token()}==`],
  ['signature in the alphabet of plain base64', 'token_encoding', plainAlphabet()],
  ['line break in the signature', 'token_encoding', inSignature((text) => `${text.slice(0, 76)}\n${text.slice(76)}`)],
  ['line break after the signature', 'token_encoding', `${token()}\n`],
  ['space before the token', 'token_encoding', ` ${token()}`],
  ['a fourth segment', 'token_segments', `${token()}.e30`],

  ['`exp` twice, the first is past', 'token_json', token(first('"exp":1'))],
  ['`sub` twice', 'token_json', token(first('"sub":"repo:other/other:environment:prod"'))],
  ['`sub` twice, once as `s\\u0075b`', 'token_json', token(last(`"s\\u0075b":${JSON.stringify(CLAIMS.sub)}`))],
  ['`alg` twice, the first is `none`', 'token_json', header({}, { header: JSON.stringify(HEADER).replace('{', '{"alg":"none",') })],
  ['`__proto__` member', 'token_json', token(first('"__proto__":{"admin":true}'))],
  ['payload not UTF-8', 'token_json', token(notUtf8())],
  ['payload with a byte-order mark', 'token_json', token(`\ufeff${TEXT}`)],
  ['half of a surrogate pair in a claim', 'token_json', token(TEXT.replace('octocat', '\\ud800'))],
  ['nesting 5,000 deep', 'token_json', token(last(`"x":${'['.repeat(5000)}${']'.repeat(5000)}`))],
  ['nesting 100,000 deep', 'token_too_large', token(last(`"x":${'['.repeat(100_000)}${']'.repeat(100_000)}`))],
  ['payload `[]`', 'token_json', token([])],

  ['no `exp`', 'claim_missing', claims({ exp: undefined })],
  ['no `iss`', 'claim_missing', claims({ iss: undefined })],
  ['no `aud`', 'claim_missing', claims({ aud: undefined })],
  ['`exp` is 1e400', 'token_json', token(TEXT.replace(`"exp":${CLAIMS.exp}`, '"exp":1e400'))],
  ['`exp` in milliseconds', 'claim_malformed', claims({ exp: CLAIMS.exp * 1000 })],
  ['`exp` a string, in the future', 'claim_malformed', claims({ exp: String(CLAIMS.exp) })],
  ['`exp` is null', 'claim_malformed', claims({ exp: null })],
  ['`iat` an hour ahead', 'token_issued_in_future', claims({ iat: CLAIMS.iat + 3600 })],
  ['`iat` a string', 'claim_malformed', claims({ iat: String(CLAIMS.iat) })],
  ['`aud` array with a non-string', 'claim_malformed', claims({ aud: [AUDIENCE, 7] })],
  ['`iss` an array', 'claim_malformed', claims({ iss: [ISSUER] })],
  ['`sub` a number', 'claim_malformed', claims({ sub: 7 })],

  ['unknown `crit`', 'token_header', header({ crit: ['x'], x: true })],
  ['empty `crit`', 'token_header', header({ crit: [] })],
  ['`b64: false` without `crit`', 'token_header', header({ b64: false })],
  ['`typ` is `at+jwt`', 'token_header', header({ typ: 'at+jwt' })],

  ['forged: `alg` is `none`', 'algorithm_unsupported', header({ alg: 'none' }, { signature: () => '' })],
  ['forged: HMAC with the public key', 'algorithm_unsupported', header({ alg: 'HS256' }, { signature: hmacOfPublicKey })],
  ['forged: its key in the header (`jwk`)', 'signature_invalid', header({ jwk: publicJwk(STRANGER) }, { signature: signWith(STRANGER) })],

  ['RSA key with ROCA’s fingerprint', 'key_unknown', token(CLAIMS, { signature: signWith(ROCA) }), publicJwk(ROCA)],
  ['RSA key with `e` = 1', 'key_unknown', token(CLAIMS, { signature: encodedMessage }), publicJwk(KEY, { e: 'AQ' })],
  ['RSA key of 1024 bits', 'key_unknown', token(CLAIMS, { signature: signWith(SHORT) }), publicJwk(SHORT)],
];

export const cases = CASES.map(([name, code, token, jwk = JWK]) => ({ name, code, token, jwk }));
