/**
 * An option of a command. Without `value` it is a switch.
 *
 * @typedef {object} Option
 * @property {string} [help] without it the option is not listed in the help, as one of many of its kind
 * @property {string} [value] what its value is called in the help, such as `FILE`
 * @property {Values} [values]
 * @property {boolean} [isList] it may be given several times
 * @property {boolean} [isOptional] its value may be left out
 * @property {boolean} [mayBeEmpty] its value may be empty: otherwise that is a variable that is not set
 * @property {string} [short] a letter that stands for it
 */

/** What a value can be: some words, the name of a file, or the path of a command. Completions offer it. @typedef {readonly string[] | 'file' | 'command'} Values */

/** Options under their heading in the help, by their names. @typedef {Readonly<Record<string, Readonly<Record<string, Option>>>>} Options */

/** @typedef {(args: import('./arguments.js').Arguments) => Promise<number>} Work what a command does; resolves to the exit code */

/**
 * The grammar of a command: its arguments are read by it, and its help and the completions of shells are made of it. What it does is in
 * `work.js`, unless it only has `commands`.
 *
 * @typedef {object} Command
 * @property {string} summary one line for a list of commands
 * @property {readonly string[]} usage what follows its name, each way in a line
 * @property {readonly string[]} [about] paragraphs
 * @property {Options} [options]
 * @property {number} [most] how many arguments it takes at most; none by default
 * @property {Values} [values] what they can be
 * @property {boolean} [runs] whether what follows `--` is a command line to run
 * @property {readonly string[]} [notes] paragraphs behind the options
 * @property {Readonly<Record<string, Readonly<Record<string, string>>>>} [lists] tables of words that its options take, by their headings
 * @property {Readonly<Record<number, string>>} [exits] its exit codes
 * @property {Readonly<Record<string, Command>>} [commands] its own commands, by their names
 */

/** What every command has, listed last. @type {Readonly<Record<string, Option>>} */
export const COMMON = Object.freeze({ help: { short: 'h', help: 'show this help' } });

/**
 * All options of a command, by their names.
 *
 * @param {Command} command
 * @returns {Readonly<Record<string, Option>>}
 */
export function optionsOf({ options = {} }) {
  return Object.assign({}, ...Object.values(options), COMMON);
}

/**
 * The command that the first words name, and what follows.
 *
 * @param {Command} root
 * @param {readonly string[]} argv
 * @returns {{ path: string[], command: Command, rest: readonly string[] }} `path` has the names of the commands
 */
export function findCommand(root, argv) {
  let command = root;
  const path = [];
  for (const word of argv) {
    if (!Object.hasOwn(command.commands ?? {}, word)) break;
    command = /** @type {Command} */ (command.commands?.[word]);
    path.push(word);
  }
  return { path, command, rest: argv.slice(path.length) };
}
