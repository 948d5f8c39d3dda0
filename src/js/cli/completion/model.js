import { optionsOf } from '../grammar.js';

/**
 * A command as completions see it.
 *
 * @typedef {object} Entry
 * @property {string} name with the names of the commands above it: `claimgate policy check`
 * @property {readonly Choice[]} commands its own commands
 * @property {readonly OptionEntry[]} options
 * @property {import('../grammar.js').Values | undefined} values what its arguments can be
 * @property {boolean} runs whether a command line follows `--`
 */

/** A word, and what it is for. @typedef {{ word: string, text: string }} Choice */

/** @typedef {Choice & { takes: 'nothing' | 'words' | 'file' | 'text', words: readonly string[], short: string | undefined }} OptionEntry */

/**
 * Every command that there is, the program itself first.
 *
 * @param {import('../grammar.js').Command} command
 * @param {string} [name]
 * @returns {Entry[]}
 */
export function entriesOf(command, name = 'claimgate') {
  const commands = Object.entries(command.commands ?? {});
  return [
    {
      name,
      commands: commands.map(([word, { summary }]) => ({ word, text: summary })),
      options: Object.entries(optionsOf(command)).map(([option, grammar]) => optionEntry(option, grammar)),
      values: command.values,
      runs: command.runs === true,
    },
    ...commands.flatMap(([word, inner]) => entriesOf(inner, `${name} ${word}`)),
  ];
}

/**
 * @param {string} name
 * @param {import('../grammar.js').Option} grammar
 * @returns {OptionEntry}
 */
function optionEntry(name, { help, value, values, short }) {
  const takes = value === undefined ? 'nothing' : values === undefined ? 'text' : values === 'file' ? 'file' : 'words';
  // Up to the end of the first sentence, or of its first part.
  const text = (help ?? `the claim ${name.replaceAll('-', '_')}`).split(/[.:;] |, (?=and )/)[0] ?? '';
  return { word: `--${name}`, text: text.replaceAll('`', ''), takes, words: Array.isArray(values) ? values : [], short };
}

/**
 * The options that take a value, each as a command line has it: `claimgate verify --keys`.
 *
 * @param {readonly Entry[]} entries
 * @returns {{ words: Map<string, string[]>, file: string[], text: string[] }} `words` by the words that they take
 */
export function optionsWithValues(entries) {
  const all = entries.flatMap(({ name, options }) => options.map(({ word, ...option }) => ({ ...option, at: `${name} ${word}` })));
  const taking = (/** @type {string} */ what) => all.filter(({ takes }) => takes === what);
  const words = new Map();
  for (const option of taking('words')) {
    const list = option.words.join(' ');
    words.set(list, [...(words.get(list) ?? []), option.at]);
  }
  return { words, file: taking('file').map(({ at }) => at), text: taking('text').map(({ at }) => at) };
}
