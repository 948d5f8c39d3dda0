// Tokens signed with the test keys, as GitHub would sign them.
import { constants, createPrivateKey, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const read = async (name) => JSON.parse(await readFile(new URL(`../vectors/${name}`, import.meta.url)));
const keys = await read('keys.json');

/** The claims of the documentation's sample token. */
export const SAMPLE = Object.freeze(await read('sample-claims.json'));

/** A JWK Set of the test keys of these names. */
export const jwks = (...names) => ({ keys: names.map((name) => keys[name].jwk) });

/** How each algorithm signs: the test key, the hash, and what Node wants to know besides. */
const SIGNERS = {
  RS: ['rsa', {}],
  PS: ['rsa', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }],
  ES256: ['p256', { dsaEncoding: 'ieee-p1363' }],
  ES384: ['p384', { dsaEncoding: 'ieee-p1363' }],
  EdDSA: ['ed25519', {}],
};

/** The name of a test key that an algorithm signs with. */
export const keyFor = (alg) => (SIGNERS[alg] ?? SIGNERS[alg.slice(0, 2)])[0];

/** Signs a payload (an object, or its text); with RS256 unless the options say otherwise. */
export function signToken(payload, { alg = 'RS256', key = keyFor(alg), header = {} } = {}) {
  const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const input = `${encode({ typ: 'JWT', alg, kid: key, ...header })}.${encode(payload)}`;
  const [, options] = SIGNERS[alg] ?? SIGNERS[alg.slice(0, 2)];
  const hash = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`;
  const signature = signBytes(hash, Buffer.from(input), { key: privateKey(key), ...options });
  return `${input}.${signature.toString('base64url')}`;
}

/** The time in seconds since 1970. */
export const now = () => Math.floor(Date.now() / 1000);

/** A token that was issued just now, as GitHub dates them; with the sample's claims unless others are given. */
export const freshToken = (claims = {}, options = {}) => signToken({ ...SAMPLE, iat: now(), nbf: now() - 300, exp: now() + 300, ...claims }, options);

const privateKeys = new Map();

function privateKey(name) {
  if (!privateKeys.has(name)) {
    const key = Buffer.from(keys[name].pkcs8, 'base64url');
    privateKeys.set(name, createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  }
  return privateKeys.get(name);
}

/**
 * Generates a key pair as JWKs. On Node 20 a pair that is exported later can hang: the garbage collector then waits for a lock that the
 * export holds.
 */
const generateJwks = (type, options = {}) => generateKeyPairSync(type, { ...options, publicKeyEncoding: { format: 'jwk' }, privateKeyEncoding: { format: 'jwk' } });

/** Keys that sign access tokens. */
export function signingKeys(alg = 'EdDSA') {
  const make = () => (alg === 'ES256' ? generateJwks('ec', { namedCurve: 'P-256' }) : generateJwks('ed25519')).privateKey;
  const [current, next] = ['current', 'next'].map((name) => ({ ...make(), kid: `${alg} ${name}`, alg, use: 'sig' }));
  return { current, next };
}

/** A token of each algorithm, its key's JWK, and that of a key of the same kind that has not signed it. */
export const tokensOfEachAlgorithm = (payload) =>
  ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'].map((alg) => {
    const jwk = { ...keys[keyFor(alg)].jwk, alg };
    return { alg, jwk, otherJwk: { ...otherKey(jwk), kid: jwk.kid, alg }, token: signToken(payload, { alg }) };
  });

/** A token whose signature begins with a zero: one of 256 does. */
export function tokenWithLeadingZero(claims, alg) {
  for (let attempt = 0; ; attempt += 1) {
    const token = signToken({ ...claims, jti: `attempt ${attempt}` }, { alg });
    if (Buffer.from(token.split('.')[2], 'base64url')[0] === 0) return token;
  }
}

const otherKey = ({ kty, crv }) => {
  const [type, options] = { RSA: ['rsa', { modulusLength: 2048 }], EC: ['ec', { namedCurve: crv }], OKP: ['ed25519', {}] }[kty];
  return generateJwks(type, options).publicKey;
};
