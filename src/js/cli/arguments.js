import { parseArgs } from 'node:util';
import { quoted } from '../explain/text.js';
import { didYouMean, optionError } from '../options.js';
import { optionsOf } from './grammar.js';
import { parseTime } from './time.js';

/** @typedef {import('./grammar.js').Command} Command */

/**
 * What a command line says. `parseArgs` splits it; the checks are ours, for the messages.
 *
 * @param {string} name of the command, for messages
 * @param {Command} command
 * @param {readonly string[]} argv what follows its name
 */
export function readArguments(name, command, argv) {
  const options = optionsOf(command);
  const end = command.runs ? argv.indexOf('--') : -1;
  /** @type {Map<string, string[]>} */
  const given = new Map();
  /** @type {string[]} */
  const positionals = [];
  for (const token of split(options, end === -1 ? argv : argv.slice(0, end))) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options[token.name];
    if (!option || !Object.hasOwn(options, token.name)) {
      const hint = didYouMean(token.rawName, Object.keys(options).map((known) => `--${known}`));
      throw optionError(`unknown option ${quoted(token.rawName)}${hint || `; see \`${name} --help\``}`);
    }
    checkValue(token, option);
    const before = given.get(token.name) ?? [];
    if (before.length > 0 && option.value !== undefined && !option.isList) throw optionError(`\`--${token.name}\` is given twice`);
    given.set(token.name, [...before, token.value ?? '']);
  }
  checkCount(name, command, positionals.length);
  const program = end === -1 ? undefined : argv.slice(end + 1);
  if (program?.length === 0) throw optionError('`--` needs a command to run after it');
  return {
    positionals,
    /** What follows `--`, for a command that runs it. */
    program,
    /** Every option that is given, with its values, in the order of the command line. */
    entries: () => [...given],
    has: (/** @type {string} */ option) => given.has(option),
    /** Whether the command has an option of this name, so that a hint can name it. */
    takes: (/** @type {string} */ option) => Object.hasOwn(options, option),
    value: (/** @type {string} */ option) => given.get(option)?.[0],
    list: (/** @type {string} */ option) => given.get(option) ?? [],
    /** @param {string} option */
    seconds: (option) => {
      const text = given.get(option)?.[0];
      if (text === undefined) return undefined;
      if (!/^\d{1,12}$/.test(text)) throw optionError(`\`--${option}\` must be a whole number of seconds, not ${quoted(text)}`);
      return Number(text);
    },
    /** A time in seconds since 1970. @param {string} option */
    time: (option) => {
      const text = given.get(option)?.[0];
      return text === undefined ? undefined : parseTime(`--${option}`, text, Math.floor(Date.now() / 1000)).seconds;
    },
  };
}

/** @typedef {ReturnType<typeof readArguments>} Arguments */

/**
 * @param {Readonly<Record<string, import('./grammar.js').Option>>} options
 * @param {readonly string[]} argv
 */
function split(options, argv) {
  const isLeftOut = (/** @type {string} */ text, /** @type {number} */ index) =>
    text.startsWith('--') && options[text.slice(2)]?.isOptional && isOption(argv[index + 1]);
  const known = Object.entries(options).map(([name, { value, short }]) => [
    name,
    { type: value === undefined ? /** @type {const} */ ('boolean') : /** @type {const} */ ('string'), ...(short && { short }) },
  ]);
  const { tokens } = parseArgs({
    args: argv.map((text, index) => (isLeftOut(text, index) ? `${text}=` : text)),
    options: Object.fromEntries(known),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

/**
 * @param {{ name: string, value?: string | undefined, inlineValue?: boolean | undefined }} token
 * @param {import('./grammar.js').Option} option
 */
function checkValue({ name, value, inlineValue }, option) {
  if (option.value === undefined) {
    if (value !== undefined) throw optionError(`\`--${name}\` takes no value`);
    return;
  }
  const isMissing = inlineValue ? value === undefined : isOption(value);
  const isEmpty = value === '' && !option.mayBeEmpty && !option.isOptional;
  if (isMissing || isEmpty) throw optionError(`\`--${name}\` needs a value: \`--${name}=…\``);
}

/**
 * Whether what follows an option is another option, or nothing, and not its value: that may be `-` or `-300`.
 *
 * @param {string | undefined} text
 */
function isOption(text) {
  return text === undefined || /^-(?!\d|$)/.test(text);
}

/**
 * @param {string} name
 * @param {Command} command
 * @param {number} count
 */
function checkCount(name, { most = 0, runs }, count) {
  if (count <= most) return;
  // None is repeated: it may be a token, or half of one.
  const taken = most === 0 ? 'no argument' : most === 1 ? 'one argument' : `${most} arguments`;
  const hint = runs ? 'a command to run comes after `--`' : `see \`${name} --help\``;
  throw optionError(`\`${name}\` takes ${taken}, not ${count}; ${hint}`);
}
