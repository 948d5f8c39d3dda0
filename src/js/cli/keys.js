import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import 'claimgate/exchange';
import { createMinter } from '../exchange/core.js';
import { didYouMean, optionError } from '../options.js';
import { EXIT, complain, print } from './command.js';
import { ALGORITHMS } from './commands/keys.js';
import { readStandardInput, readText } from './input.js';
import { writing } from './output.js';
import { toJson } from './terminal.js';

// Messages of this file repeat a path, and a word that is nearly a known one. Anything else may be a part of a key, too short for
// `secrets.js` to tell.

/** @typedef {typeof ALGORITHMS[number]} Algorithm */

/**
 * Keys are made as JWKs. Node 20 can hang when a key that it has just generated is exported later: the collector then waits for a lock
 * that the export holds.
 *
 * @type {any} the types of Node do not have the format
 */
const AS_JWK = Object.freeze({ publicKeyEncoding: { format: 'jwk' }, privateKeyEncoding: { format: 'jwk' } });
/** How a key of each algorithm is made. @type {Readonly<Record<Algorithm, () => { privateKey: unknown }>>} */
const GENERATORS = Object.freeze({
  EdDSA: () => generateKeyPairSync('ed25519', AS_JWK),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256', ...AS_JWK }),
});

/** Seconds that a retired key is published: longer than any access token lives, and any cache of the keys. */
const RETIRED_SECONDS = 86_400;
/** A file of secrets: never one that is there already, for only its owner, on the disk before anything else happens. */
const SECRET_FILE = Object.freeze({ flag: 'wx', mode: 0o600, flush: true });

/** @typedef {{ kty: string, crv: string, kid: string, alg?: string, use?: string, x: string, y?: string }} PublicKey */
/** @typedef {PublicKey & { d: string }} PrivateKey */
/** @typedef {PublicKey & { exp?: number }} RetiredKey */
/** @typedef {{ current: PrivateKey, next?: PrivateKey, retired?: RetiredKey[] }} SigningKeys */

/**
 * Runs `claimgate keys new`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runNew(args) {
  const algorithm = algorithmOf(args) ?? 'EdDSA';
  const keys = { current: makeKey(algorithm), next: makeKey(algorithm), retired: [] };
  await hand('keys new', keys, args.value('out'));
  return EXIT.ok;
}

/**
 * Runs `claimgate keys rotate`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runRotate(args) {
  const [file = '-'] = args.positionals;
  const [out, inPlace] = [args.value('out'), args.has('in-place')];
  if (inPlace && out !== undefined) throw optionError('give `--out` or `--in-place`, but not both');
  if (inPlace && file === '-') throw optionError('`--in-place` needs the file: `claimgate keys rotate --in-place FILE`');
  const algorithm = algorithmOf(args);
  const text = await readKeys('keys rotate', file);
  parseKeys(text);
  /** @type {SigningKeys} */
  const keys = JSON.parse(text);
  const rotated = rotate(keys, algorithm);
  if (inPlace) await replaceFile(file, rotated);
  else await hand('keys rotate', rotated, out);
  if (keys.retired?.some(({ exp = 0 }) => exp > now())) {
    complain('claimgate keys rotate: the last rotation was less than a day ago: verifiers may not know the key yet that signs now');
  }
  return EXIT.ok;
}

/**
 * Runs `claimgate keys public`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runPublic(args) {
  const text = await readKeys('keys public', args.positionals[0]);
  const time = now();
  print([parseKeys(text)((minter) => minter.jwks(time))]);
  return EXIT.ok;
}

/**
 * @param {SigningKeys} keys
 * @param {Algorithm | undefined} algorithm that of the new key
 * @returns {SigningKeys}
 */
function rotate({ current: old, next, retired = [] }, algorithm) {
  const current = next ?? makeKey(algorithm ?? algorithmOfKey(old));
  const { kty, crv, kid, alg, use, x, y } = old;
  return {
    current,
    // Not that of the old one: a change of the algorithm would be taken back by the next rotation.
    next: makeKey(algorithm ?? algorithmOfKey(current)),
    // Only what is named here is published.
    retired: [...retired.filter(({ exp = Infinity }) => exp > now()), { kty, crv, kid, alg, use, x, y, exp: now() + RETIRED_SECONDS }],
  };
}

/**
 * @param {PublicKey} key
 * @returns {Algorithm}
 */
function algorithmOfKey({ kty }) {
  return kty === 'EC' ? 'ES256' : 'EdDSA';
}

function now() {
  return Math.floor(Date.now() / 1000);
}

/**
 * @param {Algorithm} algorithm
 * @returns {PrivateKey}
 */
function makeKey(algorithm) {
  const { kty, crv, x, y, d } = /** @type {PrivateKey} */ (GENERATORS[algorithm]().privateKey);
  // RFC 7638: the required members, sorted.
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kty, crv, kid, alg: algorithm, use: 'sig', x, y, d };
}

/**
 * @param {import('./arguments.js').Arguments} args
 * @returns {Algorithm | undefined}
 */
function algorithmOf(args) {
  const name = args.value('alg');
  if (name === undefined) return undefined;
  const known = ALGORITHMS.find((one) => one === name);
  if (known !== undefined) return known;
  const hint = didYouMean(name, ALGORITHMS);
  const all = ALGORITHMS.map((one) => `\`${one}\``).join(' or ');
  throw optionError(`\`--alg\` must be ${all}${hint && `, not \`${name}\`${hint}`}`);
}

/**
 * @param {string} command
 * @param {string} [file]
 */
async function readKeys(command, file = '-') {
  if (file === '-') return readStandardInput(command, 'the document');
  return readText(file, 'file of keys');
}

/**
 * The core reads them, as it will when they sign.
 *
 * @param {string} text
 */
function parseKeys(text) {
  return createMinter('https://claimgate.invalid', text);
}

/**
 * Prints a document, or writes it to a file that is new.
 *
 * @param {string} command
 * @param {SigningKeys} keys
 * @param {string} [out]
 */
async function hand(command, keys, out) {
  if (out !== undefined && out !== '-') {
    return writing(out, () => writeFile(out, `${toJson(keys)}\n`, SECRET_FILE));
  }
  if (process.stdout.isTTY) {
    complain(`claimgate ${command}: these are private keys, not to be shown; \`--out FILE\` writes them to a file`);
  }
  print([toJson(keys)]);
}

/**
 * Replaces a file, of which there is never half.
 *
 * @param {string} path
 * @param {SigningKeys} keys
 */
async function replaceFile(path, keys) {
  await writing(path, async () => {
    const target = await realpath(path); // a link remains one
    const beside = `${target}.${randomUUID()}`;
    try {
      await writeFile(beside, `${toJson(keys)}\n`, SECRET_FILE);
      await rename(beside, target);
    } finally {
      await rm(beside, { force: true }); // it is there only if something went wrong
    }
  });
}
