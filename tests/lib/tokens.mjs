// Tokens signed with the test keys, as GitHub would sign them.
import { createPrivateKey, sign as signBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const read = async (name) => JSON.parse(await readFile(new URL(`../vectors/${name}`, import.meta.url)));
const keys = await read('keys.json');

/** The claims of the documentation's sample token. */
export const SAMPLE = Object.freeze(await read('sample-claims.json'));

/** A JWK Set of the test keys of these names. */
export const jwks = (...names) => ({ keys: names.map((name) => keys[name].jwk) });

/** Signs a payload (an object, or its text) with RS256. */
export function signToken(payload, { key = 'rsa', header = {} } = {}) {
  const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const input = `${encode({ typ: 'JWT', alg: 'RS256', kid: key, ...header })}.${encode(payload)}`;
  const privateKey = createPrivateKey({ key: Buffer.from(keys[key].pkcs8, 'base64url'), format: 'der', type: 'pkcs8' });
  return `${input}.${signBytes('sha256', input, privateKey).toString('base64url')}`;
}
