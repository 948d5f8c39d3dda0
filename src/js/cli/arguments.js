import { parseArgs } from 'node:util';
import { quoted } from '../explain/text.js';
import { didYouMean, optionError } from '../options.js';

/**
 * What a command takes.
 *
 * @typedef {object} Grammar
 * @property {string} command its name, for messages
 * @property {readonly string[]} switches options without a value, besides `help`
 * @property {readonly string[]} values options with one
 * @property {readonly string[]} [lists] options with one that may be given again
 * @property {number} arguments how many arguments it takes
 */

/**
 * What a command line says. `parseArgs` splits it; the checks are ours, for the messages.
 *
 * @param {Grammar} grammar
 * @param {readonly string[]} argv
 */
export function readArguments({ command, switches, values, lists = [], arguments: most }, argv) {
  const flags = ['help', ...switches];
  const known = [...flags, ...values, ...lists];
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      known.map((name) => [name, { type: flags.includes(name) ? 'boolean' : 'string', ...(name === 'help' && { short: 'h' }) }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  /** @type {Map<string, string[]>} */
  const given = new Map();
  /** @type {string[]} */
  const positionals = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!known.includes(name)) {
      const hint = didYouMean(rawName, known.map((option) => `--${option}`));
      throw optionError(`unknown option ${quoted(rawName)}${hint || `; see \`claimgate ${command} --help\``}`);
    }
    if (flags.includes(name)) {
      if (value !== undefined) throw optionError(`\`--${name}\` takes no value`);
    } else if (value === undefined || value === '' || (!inlineValue && /^-./.test(value))) {
      throw optionError(`\`--${name}\` needs a value: \`--${name}=…\``);
    }
    const before = given.get(name);
    if (before && values.includes(name)) throw optionError(`\`--${name}\` is given twice`);
    given.set(name, [...(before ?? []), value ?? '']);
  }
  if (positionals.length > most) {
    // Not repeated: it may be a token, or half of one.
    const line = most === 0 ? 'no argument' : 'one argument';
    throw optionError(`\`claimgate ${command}\` takes ${line}, not ${positionals.length}; see \`claimgate ${command} --help\``);
  }
  return {
    positionals,
    has: (/** @type {string} */ name) => given.has(name),
    value: (/** @type {string} */ name) => given.get(name)?.[0],
    list: (/** @type {string} */ name) => given.get(name) ?? [],
    /** @param {string} name */
    seconds: (name) => {
      const text = given.get(name)?.[0];
      if (text === undefined) return undefined;
      if (!/^\d{1,12}$/.test(text)) throw optionError(`\`--${name}\` must be a whole number of seconds, not ${quoted(text)}`);
      return Number(text);
    },
  };
}

/** @typedef {ReturnType<typeof readArguments>} Arguments */
