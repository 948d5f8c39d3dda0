import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { checkObject, didYouMean, optionError } from '../options.js';
import { EXIT, print, runCommand } from './command.js';
import { readStandardInput, readText } from './input.js';
import { toJson } from './terminal.js';

// No message of this file repeats what it was given, but for a path that looks like one, and a word that is nearly a known
// one: anything else may be a key, or a part of one.

const HELP = `usage: claimgate keys new [--alg ALG] [--out FILE]
       claimgate keys rotate [--alg ALG] [--out FILE | --in-place] [FILE]
       claimgate keys public [FILE]

The keys that sign access tokens, in one document, which is kept as a secret of the platform:
{ "current": PRIVATE JWK, "next": PRIVATE JWK, "retired": [ PUBLIC JWK with \`exp\`, … ] }

\`current\` signs. \`next\` is published beforehand, so that every verifier knows it when its turn comes. A retired key is
published, its public part alone, until \`exp\` (seconds since 1970).

  new     makes a document
  rotate  makes \`next\` the \`current\` one, and a new key \`next\`; the old \`current\` is published for one more day, and
          retired keys whose \`exp\` has passed are dropped. Leave a day between two rotations: a document without
          \`next\`, or one that is rotated again at once, signs with a key that verifiers may not know yet
  public  the JWK Set that is published: nothing in it is secret

  --alg ALG   EdDSA (Ed25519, the default) or ES256 (P-256); \`rotate\` keeps to that of the key that becomes \`current\`
  --out FILE  write the document to a new file that no other user can read (mode 0600)
  --in-place  replace FILE, as a whole. \`rotate FILE > FILE\` would not do: a shell empties FILE before it is read

Without a FILE, or with \`-\`, the document is read from standard input.

exit codes
  0  done
  2  the command line is wrong, or the document, or a file cannot be read or written; no message repeats a key`;

/** What signs, by its `alg`. `numbers` are the public members that hold 32 bytes each. */
const ALGORITHMS = Object.freeze({
  EdDSA: {
    kty: 'OKP',
    crv: 'Ed25519',
    numbers: ['x'],
    hash: null,
    make: () => generateKeyPairSync('ed25519'),
  },
  ES256: {
    kty: 'EC',
    crv: 'P-256',
    numbers: ['x', 'y'],
    hash: 'sha256',
    make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  },
});

/** Seconds that a retired key is published: longer than any access token lives, and any cache of the keys. */
const RETIRED_SECONDS = 86_400;
/** Bytes of a `kid`, as in the core. */
const KEY_ID_BYTES = 256;
/** A file of secrets: never one that is there already, for only its owner, on the disk before anything else happens. */
const SECRET_FILE = Object.freeze({ flag: 'wx', mode: 0o600, flush: true });

/** @typedef {keyof typeof ALGORITHMS} Algorithm */
/** @typedef {{ kty: string, crv: string, kid: string, alg: Algorithm, use: string, x: string, y?: string }} PublicKey */
/** @typedef {PublicKey & { d: string }} PrivateKey */
/** @typedef {PublicKey & { exp: number }} RetiredKey */
/** @typedef {{ current: PrivateKey, next?: PrivateKey, retired: RetiredKey[] }} SigningKeys */

/**
 * Runs `claimgate keys`.
 *
 * @param {readonly string[]} argv
 */
export async function runKeys([name = '--help', ...rest]) {
  if (name === 'new') return runNew(rest);
  if (name === 'rotate') return runRotate(rest);
  if (name === 'public') return runPublic(rest);
  const grammar = { command: 'keys', switches: [], values: [], arguments: 0 };
  return runCommand(grammar, HELP, name.startsWith('-') ? [name] : [], async () => {
    throw optionError(notKnown('`claimgate keys` has the commands', name, ['new', 'rotate', 'public']));
  });
}

/** @param {readonly string[]} argv */
function runNew(argv) {
  const grammar = { command: 'keys new', switches: [], values: ['alg', 'out'], arguments: 0 };
  return runCommand(grammar, HELP, argv, async (args) => {
    const algorithm = algorithmOf(args) ?? 'EdDSA';
    const keys = { current: makeKey(algorithm), next: makeKey(algorithm), retired: [] };
    await hand(grammar.command, keys, args.value('out'));
    return EXIT.ok;
  });
}

/** @param {readonly string[]} argv */
function runRotate(argv) {
  const grammar = { command: 'keys rotate', switches: ['in-place'], values: ['alg', 'out'], arguments: 1 };
  return runCommand(grammar, HELP, argv, async (args) => {
    const [file = '-'] = args.positionals;
    const [out, inPlace] = [args.value('out'), args.has('in-place')];
    if (inPlace && out !== undefined) throw optionError('give `--out` or `--in-place`, but not both');
    if (inPlace && file === '-') throw optionError('`--in-place` needs the file: `claimgate keys rotate --in-place FILE`');
    const algorithm = algorithmOf(args);
    const rotated = rotate(await readKeys(grammar.command, file), algorithm);
    if (inPlace) await replaceFile(file, rotated);
    else await hand(grammar.command, rotated, out);
    return EXIT.ok;
  });
}

/** @param {readonly string[]} argv */
function runPublic(argv) {
  const grammar = { command: 'keys public', switches: [], values: [], arguments: 1 };
  return runCommand(grammar, HELP, argv, async (args) => {
    const { current, next, retired } = await readKeys(grammar.command, args.positionals[0]);
    const keys = [current, ...(next ? [next] : []), ...retired.filter(isPublished)].map(publicPart);
    print([toJson({ keys })]);
    return EXIT.ok;
  });
}

/**
 * @param {SigningKeys} keys
 * @param {Algorithm} [algorithm] that of the new key
 * @returns {SigningKeys}
 */
function rotate({ current: old, next, retired }, algorithm) {
  const current = next ?? makeKey(algorithm ?? old.alg);
  const exp = Math.floor(Date.now() / 1000) + RETIRED_SECONDS;
  return {
    current,
    // Not that of the old one: a change of the algorithm would be taken back by the next rotation.
    next: makeKey(algorithm ?? current.alg),
    retired: [...retired.filter(isPublished), { ...publicPart(old), exp }],
  };
}

/** @param {RetiredKey} key */
function isPublished({ exp }) {
  return exp > Date.now() / 1000;
}

/**
 * What may be published of a key: only what is named here.
 *
 * @param {PublicKey} key
 * @returns {PublicKey}
 */
function publicPart({ kty, crv, kid, alg, use, x, y }) {
  return { kty, crv, kid, alg, use, x, y };
}

/**
 * @param {Algorithm} algorithm
 * @returns {PrivateKey}
 */
function makeKey(algorithm) {
  const { kty, crv, make } = ALGORITHMS[algorithm];
  const { x, y, d } = /** @type {{ x: string, y?: string, d: string }} */ (make().privateKey.export({ format: 'jwk' }));
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
  if (name === undefined || Object.hasOwn(ALGORITHMS, name)) return /** @type {Algorithm | undefined} */ (name);
  throw optionError(notKnown('`--alg` may have the values', name, Object.keys(ALGORITHMS)));
}

/**
 * @param {string} command
 * @param {string} [file]
 */
async function readKeys(command, file = '-') {
  if (file === '-') return parseKeys(await readStandardInput(command, 'the document'));
  const text = await readText(file, 'file of keys').catch((error) => {
    if (!looksLikeKeys(file)) throw error;
    throw optionError('the keys must be a file or standard input, and what is given looks like keys');
  });
  return parseKeys(text);
}

/**
 * @param {string} text
 * @returns {SigningKeys}
 */
function parseKeys(text) {
  const document = parseJson(text);
  checkObject('document', document);
  checkKnown('document', document, ['current', 'next', 'retired']);
  const { current, next, retired = [] } = document;
  if (current === undefined) throw optionError('the document has no `current`, which signs; `claimgate keys new` makes one');
  if (!Array.isArray(retired)) throw optionError('`retired` must be a list of public keys');
  const keys = {
    current: readPrivate('current', current),
    next: next === undefined ? undefined : readPrivate('next', next),
    retired: retired.map((key, index) => readRetired(`retired[${index}]`, key)),
  };
  const kids = [keys.current, ...(keys.next ? [keys.next] : []), ...keys.retired].map(({ kid }) => kid);
  if (new Set(kids).size < kids.length) throw optionError('two keys of the document have the same `kid`: take one of them out');
  return keys;
}

/** @param {string} text */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says repeats what it read.
    throw optionError(text.trim() === '' ? 'the document is empty' : 'the document is not JSON; `claimgate keys new` makes one');
  }
}

/**
 * @param {string} place
 * @param {any} jwk
 * @returns {PrivateKey}
 */
function readPrivate(place, jwk) {
  const key = readPublic(place, jwk, 'd');
  if (jwk.d === undefined) throw optionError(`\`${place}\` has no \`d\`: it is a public key, and the private one is needed`);
  const pair = { ...key, d: readNumber(place, 'd', jwk.d) };
  if (!isPair(pair)) throw optionError(`\`${place}\` is no key, or its public part is not that of its private one`);
  return pair;
}

/**
 * @param {string} place
 * @param {any} jwk
 * @returns {RetiredKey}
 */
function readRetired(place, jwk) {
  if (jwk?.d !== undefined) throw optionError(`\`${place}\` has \`d\`, which makes it a private key: take \`d\` out`);
  const key = readPublic(place, jwk, 'exp');
  // Seconds have twelve digits only from the year 5138 on: more is `Date.now`, and a key that would never go.
  if (!Number.isSafeInteger(jwk.exp) || jwk.exp < 0 || jwk.exp >= 1e11) {
    throw optionError(`\`${place}\` must have \`exp\`, whole seconds since 1970 (not milliseconds) until which it is published`);
  }
  return { ...key, exp: jwk.exp };
}

/**
 * The public part of a key. `alg` and `use` may be left out: the curve says as much.
 *
 * @param {string} place
 * @param {any} jwk
 * @param {string} more the member that it may have besides
 * @returns {PublicKey}
 */
function readPublic(place, jwk, more) {
  checkObject(place, jwk);
  const algorithms = /** @type {Algorithm[]} */ (Object.keys(ALGORITHMS));
  const algorithm = algorithms.find((name) => ALGORITHMS[name].kty === jwk.kty && ALGORITHMS[name].crv === jwk.crv);
  if (algorithm === undefined) {
    throw optionError(`\`${place}\` must be a key with \`kty\` \`OKP\` and \`crv\` \`Ed25519\`, or \`EC\` and \`P-256\``);
  }
  const { kty, crv, numbers } = ALGORITHMS[algorithm];
  checkKnown(place, jwk, ['kty', 'crv', 'kid', 'alg', 'use', ...numbers, more]);
  const { kid, alg = algorithm, use = 'sig' } = jwk;
  if (typeof kid !== 'string' || kid === '' || Buffer.byteLength(kid) > KEY_ID_BYTES) {
    throw optionError(`\`${place}\` must have a \`kid\`, a text of 1 to ${KEY_ID_BYTES} bytes`);
  }
  if (alg !== algorithm) throw optionError(`\`alg\` of \`${place}\` must be \`${algorithm}\`, as its curve is \`${crv}\``);
  if (use !== 'sig') throw optionError(`\`use\` of \`${place}\` must be \`sig\``);
  const [x = '', y] = numbers.map((name) => readNumber(place, name, jwk[name]));
  try {
    createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
  } catch {
    throw optionError(`\`${place}\` is no key of its curve`);
  }
  return { kty, crv, kid, alg: algorithm, use, x, y };
}

/**
 * The 32 bytes of a coordinate or a private key, as the core reads them: Node would take other spellings, too.
 *
 * @param {string} place
 * @param {string} name
 * @param {unknown} value
 */
function readNumber(place, name, value) {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64url') : undefined;
  if (bytes?.length === 32 && bytes.toString('base64url') === value) return value;
  throw optionError(`\`${place}\` must have \`${name}\`, 32 bytes as base64url without padding`);
}

/**
 * Whether what the private part signs can be verified with the public one: Node does not hold one against the other.
 *
 * @param {PrivateKey} key
 */
function isPair(key) {
  const { hash } = ALGORITHMS[key.alg];
  const message = Buffer.from('a pair?');
  try {
    const signature = sign(hash, message, createPrivateKey({ key, format: 'jwk' }));
    return verify(hash, message, createPublicKey({ key: publicPart(key), format: 'jwk' }), signature);
  } catch {
    return false;
  }
}

/**
 * @param {string} place
 * @param {object} object
 * @param {readonly string[]} known
 */
function checkKnown(place, object, known) {
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) throw optionError(notKnown(`\`${place}\` may have the members`, name, known));
  }
}

/**
 * @param {string} what
 * @param {string} word
 * @param {readonly string[]} known
 */
function notKnown(what, word, known) {
  const hint = didYouMean(word, known);
  return `${what} ${known.map((one) => `\`${one}\``).join(', ')} alone${hint && `, not \`${word}\`${hint}`}`;
}

/**
 * Whether what stands where a path belongs may be keys: JSON, or the base64url of 32 bytes.
 *
 * @param {string} path
 */
function looksLikeKeys(path) {
  return /[{"]|[\w-]{43}/.test(path);
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
    console.error(`claimgate ${command}: these are private keys, not to be shown; \`--out FILE\` writes them to a file`);
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

/**
 * @param {string} path
 * @param {() => Promise<void>} work
 */
async function writing(path, work) {
  try {
    await work();
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    const name = looksLikeKeys(path) ? 'the file' : `\`${path}\``;
    if (code === 'EEXIST') throw optionError(`${name} exists, and keys are not overwritten: give a new name`);
    throw optionError(`${name} cannot be written: ${code}`);
  }
}
