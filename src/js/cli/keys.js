import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import 'claimgate/exchange';
import { createMinter } from '../exchange/core.js';
import { didYouMean, optionError } from '../options.js';
import { EXIT, print, runCommand } from './command.js';
import { quoted } from '../explain/text.js';
import { readStandardInput, readText } from './input.js';
import { toJson } from './terminal.js';

// Messages of this file repeat a path, and a word that is nearly a known one. Anything else may be a part of a key, too short for
// `secrets.js` to tell.

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

/** What signs, by its `alg`. */
const ALGORITHMS = Object.freeze({
  EdDSA: () => generateKeyPairSync('ed25519'),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
});

/** Seconds that a retired key is published: longer than any access token lives, and any cache of the keys. */
const RETIRED_SECONDS = 86_400;
/** A file of secrets: never one that is there already, for only its owner, on the disk before anything else happens. */
const SECRET_FILE = Object.freeze({ flag: 'wx', mode: 0o600, flush: true });

/** @typedef {keyof typeof ALGORITHMS} Algorithm */
/** @typedef {{ kty: string, crv: string, kid: string, alg?: string, use?: string, x: string, y?: string }} PublicKey */
/** @typedef {PublicKey & { d: string }} PrivateKey */
/** @typedef {PublicKey & { exp?: number }} RetiredKey */
/** @typedef {{ current: PrivateKey, next?: PrivateKey, retired?: RetiredKey[] }} SigningKeys */

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
    const text = await readKeys(grammar.command, file);
    parseKeys(text);
    /** @type {SigningKeys} */
    const keys = JSON.parse(text);
    const rotated = rotate(keys, algorithm);
    if (inPlace) await replaceFile(file, rotated);
    else await hand(grammar.command, rotated, out);
    if (keys.retired?.some(({ exp = 0 }) => exp > now())) {
      console.error('claimgate keys rotate: the last rotation was less than a day ago: verifiers may not know the key yet that signs now');
    }
    return EXIT.ok;
  });
}

/** @param {readonly string[]} argv */
function runPublic(argv) {
  const grammar = { command: 'keys public', switches: [], values: [], arguments: 1 };
  return runCommand(grammar, HELP, argv, async (args) => {
    const text = await readKeys(grammar.command, args.positionals[0]);
    const time = now();
    print([parseKeys(text)((minter) => minter.jwks(time))]);
    return EXIT.ok;
  });
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
  const { kty, crv, x, y, d } = /** @type {PrivateKey} */ (ALGORITHMS[algorithm]().privateKey.export({ format: 'jwk' }));
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
 * @param {string} what
 * @param {string} word
 * @param {readonly string[]} known
 */
function notKnown(what, word, known) {
  const hint = didYouMean(word, known);
  return `${what} ${known.map((one) => `\`${one}\``).join(', ')} alone${hint && `, not \`${word}\`${hint}`}`;
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
    if (code === 'EEXIST') throw optionError(`${quoted(path)} exists, and keys are not overwritten: give a new name`);
    throw optionError(`${quoted(path)} cannot be written: ${code}`);
  }
}
