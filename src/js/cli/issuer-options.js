import { JOB_CLAIMS } from '../issuer/claims.js';
import { didYouMean, optionError } from '../options.js';
import { quoted } from '../explain/text.js';
import { CLAIM_OPTIONS } from './commands/issuer.js';
import { parseTime } from './time.js';

/** @typedef {import('./arguments.js').Arguments} Arguments */
/** @typedef {import('../issuer/types.d.ts').ServerOptions} ServerOptions */
/** @typedef {import('../issuer/types.d.ts').JobOptions} JobOptions */

/**
 * What a command line asks of the issuer. What an option's value must be is checked where the option is used; this only converts.
 *
 * @param {Arguments} args
 * @returns {{ issuer: ServerOptions, job: JobOptions, warnings: string[] }}
 * @throws an error with code `option_invalid`
 */
export function readOptions(args) {
  const { claims, warnings } = readClaims(args);
  const text = args.value('issued-at');
  const { offset, seconds } = text === undefined ? {} : parseTime('--issued-at', text, Math.floor(Date.now() / 1000));
  const issuer = defined({
    port: wholeNumber(args, 'port'),
    kind: args.value('kind'),
    enterprise: args.value('enterprise') || (args.has('enterprise') ? true : undefined),
    host: args.value('host'),
    subdomain: args.value('subdomain'),
    // A relative time goes with the clock, so that every token of a long session is as old as the first.
    clock: offset === undefined ? undefined : () => Date.now() / 1000 + offset,
  });
  const job = defined({
    profile: args.value('profile'),
    claims,
    subject: defined({ immutable: args.has('immutable') ? true : undefined, template: args.value('subject-template')?.split(',') }),
    issuedAt: offset === undefined ? seconds : undefined,
    lifetime: args.seconds('lifetime'),
  });
  // Kind and profile are still any words.
  return { issuer: /** @type {ServerOptions} */ (issuer), job: /** @type {JobOptions} */ (job), warnings };
}

/** @param {Arguments} args */
function readClaims(args) {
  /** @type {Map<string, string | null>} */
  const claims = new Map();
  /** @type {string[]} */
  const warnings = [];
  const set = (/** @type {string} */ claim, /** @type {string | null} */ value) => {
    if (claims.has(claim)) throw optionError(`claim ${quoted(claim)} is given twice`);
    claims.set(claim, value);
  };
  for (const [option, [value = '']] of args.entries()) {
    const claim = Object.hasOwn(CLAIM_OPTIONS, option) ? CLAIM_OPTIONS[option] : undefined;
    if (claim !== undefined) set(claim, value);
  }
  if (args.has('no-environment')) set('environment', null);
  for (const text of args.list('claim')) {
    const [, claim, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (claim === undefined || value === undefined) throw optionError(`\`--claim\` needs \`name=value\`, not ${quoted(text)}`);
    if (!isKnownClaim(claim)) warnings.push(`${quoted(claim)} is not a claim of GitHub's${didYouMean(claim, JOB_CLAIMS)}`);
    set(claim, value);
  }
  return { claims: Object.fromEntries(claims), warnings };
}

/** @param {string} name */
function isKnownClaim(name) {
  return JOB_CLAIMS.includes(name) || name.startsWith('repo_property_') || name === 'iss' || name === 'sub';
}

/**
 * @param {Arguments} args
 * @param {string} option
 */
function wholeNumber(args, option) {
  const text = args.value(option);
  if (text === undefined) return undefined;
  if (!/^\d{1,12}$/.test(text)) throw optionError(`\`--${option}\` must be a whole number, not ${quoted(text)}`);
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
