import { optionsOf } from '../grammar.js';

/**
 * A command as completions see it.
 *
 * @typedef {object} Entry
 * @property {string} name with the names of the commands above it: `claimgate policy check`
 * @property {readonly Choice[]} commands its own commands, or the words that its argument can be
 * @property {readonly OptionEntry[]} options
 * @property {boolean} takesFiles whether its arguments are files
 * @property {boolean} runs whether a command line follows `--`
 */

/** A word, and what it is for. @typedef {{ word: string, text: string }} Choice */

/** @typedef {Choice & { takes: 'nothing' | 'words' | 'file' | 'text' | 'optional', words: readonly string[], short: string | undefined }} OptionEntry */

/**
 * Every command that there is, the program itself first.
 *
 * @param {import('../grammar.js').Command} root
 * @returns {Entry[]}
 */
export function entriesOf(root) {
  return entriesBelow(root, 'claimgate', root);
}

/**
 * @param {import('../grammar.js').Command} command
 * @param {string} name
 * @param {import('../grammar.js').Command} root
 * @returns {Entry[]}
 */
function entriesBelow(command, name, root) {
  const { values, commands = {} } = command;
  const options = Object.entries(optionsOf(command)).map(([option, grammar]) => optionEntry(option, grammar));
  const entry = { name, options, runs: command.runs === true, takesFiles: values === 'file' };
  // Words that are arguments are completed one after the other, as commands are.
  if (values === 'command') return pathsBelow(root, entry);
  if (Array.isArray(values)) return pathsBelow({ ...command, commands: Object.fromEntries(values.map((word) => [word, { summary: '', usage: [] }])) }, entry);
  return [{ ...entry, commands: choices(commands) }, ...Object.entries(commands).flatMap(([word, inner]) => entriesBelow(inner, `${name} ${word}`, root))];
}

/**
 * An entry for each path of commands that is an argument, as in `claimgate help policy check`.
 *
 * @param {import('../grammar.js').Command} command
 * @param {Omit<Entry, 'commands'>} entry
 * @returns {Entry[]}
 */
function pathsBelow({ commands = {} }, entry) {
  return [{ ...entry, commands: choices(commands) }, ...Object.entries(commands).flatMap(([word, inner]) => pathsBelow(inner, { ...entry, name: `${entry.name} ${word}` }))];
}

/** @param {Readonly<Record<string, import('../grammar.js').Command>>} commands @returns {Choice[]} */
const choices = (commands) => Object.entries(commands).map(([word, { summary }]) => ({ word, text: summary }));

/**
 * @param {string} name
 * @param {import('../grammar.js').Option} grammar
 * @returns {OptionEntry}
 */
function optionEntry(name, { help, value, values, short, isOptional }) {
  const takes = value === undefined ? 'nothing' : values === undefined ? (isOptional ? 'optional' : 'text') : values === 'file' ? 'file' : 'words';
  // Up to the end of the first sentence, or of its first part.
  const text = (help ?? `the claim ${name.replaceAll('-', '_')}`).split(/[.:;] |, (?=and )/)[0] ?? '';
  return { word: `--${name}`, text: text.replaceAll('`', ''), takes, words: Array.isArray(values) ? values : [], short };
}

/**
 * The options that take a value, each as a command line has it: `claimgate verify --keys`.
 *
 * @param {readonly Entry[]} entries
 * @returns {{ words: Map<string, string[]>, file: string[], text: string[], optional: string[] }} `words` by the words that they take
 */
export function optionsWithValues(entries) {
  const all = entries.flatMap(({ name, options }) => options.map(({ word, ...option }) => ({ ...option, at: `${name} ${word}` })));
  const taking = (/** @type {string} */ what) => all.filter(({ takes }) => takes === what);
  const words = new Map();
  for (const option of taking('words')) {
    const list = option.words.join(' ');
    words.set(list, [...(words.get(list) ?? []), option.at]);
  }
  const namesOf = (/** @type {string} */ what) => taking(what).map(({ at }) => at);
  return { words, file: namesOf('file'), text: namesOf('text'), optional: namesOf('optional') };
}
