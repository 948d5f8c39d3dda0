import { parseArgs } from 'node:util';
import { JOB_CLAIMS } from './claims.js';
import { didYouMean, optionError } from '../options.js';

/**
 * What a command line asks of the issuer.
 *
 * @typedef {object} Arguments
 * @property {boolean} help
 * @property {boolean} json
 * @property {import('./types.d.ts').IssuerOptions} issuer
 * @property {import('./types.d.ts').JobOptions} job
 * @property {readonly [string, ...string[]] | undefined} command what to run, with its arguments
 * @property {string[]} warnings
 */

/** Claims with an option of their own. `enterprise` is the issuer's, which gives it to the job. */
const CLAIM_OPTIONS = new Map(
  ['sub', ...JOB_CLAIMS.filter((name) => name !== 'enterprise')].map((name) => [name.replaceAll('_', '-'), name]),
).set('event', 'event_name');

const SWITCHES = ['help', 'json', 'immutable', 'no-environment'];
const VALUES = ['port', 'kind', 'enterprise', 'host', 'subdomain', 'subject-template', 'issued-at', 'lifetime', 'claim'];
const OPTIONS = [...SWITCHES, ...VALUES, ...CLAIM_OPTIONS.keys()];

/**
 * Reads the command line of `claimgate issuer`. What an option's value must be is checked where the option is used;
 * this only converts.
 *
 * @param {readonly string[]} argv without the name of the command
 * @returns {Arguments}
 * @throws an error with code `option_invalid`
 */
export function parseArguments(argv) {
  const end = argv.indexOf('--');
  const [program, ...rest] = end === -1 ? [] : argv.slice(end + 1);
  if (end !== -1 && program === undefined) throw optionError('`--` needs a command to run after it');
  /** @type {Map<string, string | null>} */
  const claims = new Map();
  /** @type {Map<string, string>} */
  const values = new Map();
  /** @type {string[]} */
  const warnings = [];

  for (const [name, value] of readOptions(end === -1 ? argv : argv.slice(0, end))) {
    if (name === 'claim') {
      const [claim, text] = splitClaim(value);
      if (!isKnownClaim(claim)) warnings.push(`\`${claim}\` is not a claim of GitHub's${didYouMean(claim, JOB_CLAIMS)}`);
      setOnce(claims, claim, text, `claim \`${claim}\``);
    } else {
      const claim = name === 'no-environment' ? 'environment' : CLAIM_OPTIONS.get(name);
      if (claim === undefined) setOnce(values, name, value, `\`--${name}\``);
      else setOnce(claims, claim, name === 'no-environment' ? null : value, `claim \`${claim}\``);
    }
  }
  return {
    help: values.has('help'),
    json: values.has('json'),
    issuer: issuerOptions(values),
    job: jobOptions(values, claims),
    command: program === undefined ? undefined : [program, ...rest],
    warnings,
  };
}

/**
 * The options in order, each known and with the value it needs, or with an empty one. `parseArgs` splits; the checks
 * are ours, for the messages.
 *
 * @param {readonly string[]} argv
 * @returns {Generator<[name: string, value: string]>}
 */
function* readOptions(argv) {
  const { tokens } = parseArgs({
    args: argv.map((text, index) => (text === '--enterprise' && isOption(argv[index + 1]) ? '--enterprise=' : text)),
    options: Object.fromEntries(
      OPTIONS.map((name) => [
        name,
        { type: SWITCHES.includes(name) ? 'boolean' : 'string', ...(name === 'help' && { short: 'h' }) },
      ]),
    ),
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw optionError(`unexpected argument \`${token.value}\`; a command to run comes after \`--\``);
    }
    if (token.kind !== 'option') continue;
    const { name, value = '', rawName } = token;
    if (!OPTIONS.includes(name)) {
      const hint = didYouMean(rawName, OPTIONS.map((known) => `--${known}`));
      throw optionError(`unknown option \`${rawName}\`${hint || '; see `claimgate issuer --help`'}`);
    }
    if (SWITCHES.includes(name) ? token.value !== undefined : !token.inlineValue && isOption(token.value)) {
      throw optionError(`\`--${name}\` ${SWITCHES.includes(name) ? 'takes no value' : `needs a value: \`--${name}=…\``}`);
    }
    yield [name, value];
  }
}

/**
 * Whether what follows an option is another option, or nothing, rather than its value.
 *
 * @param {string | undefined} text
 */
function isOption(text) {
  return text === undefined || /^-(?!\d)/.test(text);
}

/**
 * @param {ReadonlyMap<string, string>} values
 * @returns {import('./types.d.ts').IssuerOptions}
 */
function issuerOptions(values) {
  const issuedAt = values.get('issued-at');
  const offset = issuedAt !== undefined && /^[+-]/.test(issuedAt) ? toNumber('issued-at', issuedAt) : undefined;
  return defined({
    port: toNumber('port', values.get('port')),
    kind: /** @type {import('./types.d.ts').IssuerKind | undefined} */ (values.get('kind')), // checked by the issuer
    enterprise: values.get('enterprise') || (values.has('enterprise') ? true : undefined),
    host: values.get('host'),
    subdomain: values.get('subdomain'),
    // A relative time goes with the clock, so that every token of a long session is as old as the first.
    clock: offset === undefined ? undefined : () => Date.now() / 1000 + offset,
  });
}

/**
 * @param {ReadonlyMap<string, string>} values
 * @param {ReadonlyMap<string, string | null>} claims
 * @returns {import('./types.d.ts').JobOptions}
 */
function jobOptions(values, claims) {
  const issuedAt = values.get('issued-at');
  return defined({
    claims: Object.fromEntries(claims),
    subject: defined({
      immutable: values.has('immutable') ? true : undefined,
      template: values.get('subject-template')?.split(','),
    }),
    issuedAt: issuedAt !== undefined && /^[+-]/.test(issuedAt) ? undefined : toNumber('issued-at', issuedAt),
    lifetime: toNumber('lifetime', values.get('lifetime')),
  });
}

/**
 * @template T
 * @param {Map<string, T>} map
 * @param {string} key
 * @param {T} value
 * @param {string} what
 */
function setOnce(map, key, value, what) {
  if (map.has(key)) throw optionError(`${what} is given twice`);
  map.set(key, value);
}

/**
 * @param {string} text
 * @returns {[name: string, value: string]}
 */
function splitClaim(text) {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw optionError(`\`--claim\` needs \`name=value\`, not \`${text}\``);
  return [name, value];
}

/** @param {string} name */
function isKnownClaim(name) {
  return JOB_CLAIMS.includes(name) || name.startsWith('repo_property_') || name === 'iss' || name === 'sub';
}

/**
 * @param {string} name
 * @param {string | undefined} text
 */
function toNumber(name, text) {
  if (text === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw optionError(`\`--${name}\` must be a whole number, not \`${text}\``);
  return Number(text);
}

/**
 * @template {object} T
 * @param {T} options
 * @returns {T} without the members that are undefined
 */
function defined(options) {
  return /** @type {T} */ (Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)));
}
