import { didYouMean, optionError } from '../options.js';
import { EXIT, print } from './command.js';
import { ROOT } from './commands/index.js';
import { COMMON, findCommand } from './grammar.js';
import { createLayout } from './terminal.js';

/** @typedef {import('./grammar.js').Command} Command */
/** @typedef {import('./terminal.js').Layout} Layout */

/** The widest column of options. A longer option gets its own line. */
const WIDEST = 23;

/**
 * Runs `claimgate help`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runHelp({ positionals }) {
  const { path, command, rest } = findCommand(ROOT, positionals);
  if (rest.length > 0) throw unknownCommand(path, command, rest[0]);
  print(helpLines(path, command, createLayout()));
  return EXIT.ok;
}

/**
 * The error for a word that is not a command, or for a missing one. It is repeated only if it is nearly one: it may be a part of a key, too short to be
 * known as a secret.
 *
 * @param {readonly string[]} path
 * @param {Command} command which has commands
 * @param {string} [word]
 */
export function unknownCommand(path, { commands = {} }, word) {
  const name = ['claimgate', ...path].join(' ');
  const known = Object.keys(commands);
  if (known.length === 0) return optionError(`\`${name}\` has no commands; see \`${name} --help\``);
  const all = `expected ${known.map((one) => `\`${one}\``).join(', ')}`;
  if (word === undefined) return optionError(`missing command, ${all}`);
  if (/^ey[\w-]+\./.test(word)) return optionError('missing command before the token, try `claimgate inspect TOKEN`');
  const hint = didYouMean(word, known);
  return optionError(hint ? `unknown command \`${[...path, word].join(' ')}\`${hint}` : `unknown command, ${all}`);
}

/**
 * The help of a command, wrapped for the terminal.
 *
 * @param {readonly string[]} path the names of the commands
 * @param {Command} command
 * @param {Layout} layout
 * @returns {string[]}
 */
export function helpLines(path, command, layout) {
  const { usage, about = [], commands = {}, options = {}, notes = [], lists = {}, exits = {} } = command;
  const name = ['claimgate', ...path].join(' ');
  const groups = Object.entries(options);
  const last = groups.at(-1)?.[0] ?? '';
  const paragraphs = (/** @type {readonly string[]} */ texts) => texts.flatMap((text) => ['', ...layout.paragraph(text)]);
  const summaries = Object.fromEntries(Object.entries(commands).map(([word, { summary }]) => [word, summary]));
  return [
    ...usage.flatMap((line, index) => layout.field(index === 0 ? 'usage:' : '', `${name} ${line}`.trim(), { indent: 0, labels: 6 })),
    ...paragraphs(about),
    ...table('', summaries, layout),
    ...groups.slice(0, -1).flatMap(([heading, group]) => table(heading, listed(group), layout)),
    ...table(last, listed({ ...options[last], ...COMMON }), layout),
    ...paragraphs(notes),
    ...Object.entries(lists).flatMap(([heading, rows]) => table(heading, rows, layout)),
    ...table('exit codes', exits, layout),
  ];
}

/**
 * @param {Readonly<Record<string, import('./grammar.js').Option>>} options
 * @returns {Record<string, string>}
 */
function listed(options) {
  const entries = Object.entries(options).map(([name, { short, value, isOptional, help }]) => {
    const shown = value === undefined ? '' : isOptional ? ` [${value}]` : ` ${value}`;
    return [`${short ? `-${short}, ` : ''}--${name}${shown}`, help];
  });
  return Object.fromEntries(entries.filter(([, help]) => help !== undefined));
}

/**
 * @param {string} heading
 * @param {Readonly<Record<string, string>>} rows
 * @param {Layout} layout
 */
function table(heading, rows, layout) {
  const entries = Object.entries(rows);
  if (entries.length === 0) return [];
  const labels = Math.min(Math.max(...entries.map(([label]) => label.length)), WIDEST);
  return ['', ...(heading === '' ? [] : [layout.paint(heading, 'bold')]), ...entries.flatMap(([label, text]) => layout.field(label, text, { labels }))];
}
