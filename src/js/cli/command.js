import { inspect } from 'node:util';
import { readArguments } from './arguments.js';
import { safe } from '../explain/text.js';
import { isInputError } from '../refusals.js';
import { withoutSecrets } from '../secrets.js';
import { toJson } from './terminal.js';

/** What a command ends with. `failed` is a fault of the program: nothing was decided. */
export const EXIT = Object.freeze({ ok: 0, refused: 1, usage: 2, unavailable: 3, failed: 70 });

/**
 * Runs a command: its help, or its work. What is wrong with the command line, or with a file it names, is one line on standard
 * error. Any other error is a failure of the program, which decides nothing: with `--json` its verdict is `undecided`.
 *
 * @param {import('./arguments.js').Grammar} grammar
 * @param {string} help
 * @param {readonly string[]} argv
 * @param {(args: import('./arguments.js').Arguments) => Promise<number>} work
 * @returns {Promise<number>} the exit code
 */
export async function runCommand(grammar, help, argv, work) {
  let isJson = false;
  try {
    const args = readArguments(grammar, argv);
    isJson = args.has('json');
    if (args.has('help')) {
      print(help.split('\n'));
      return EXIT.ok;
    }
    return await work(args);
  } catch (error) {
    if (isInputError(error)) {
      complain(`claimgate ${grammar.command}: ${describe(error)}`);
      return EXIT.usage;
    }
    const { code = 'internal_error', message } = /** @type {{ code?: string, message: string }} */ (Object(error));
    if (isJson) print([toJson({ verdict: 'undecided', error: { code, message: withoutSecrets(String(message)) } })]);
    return fail(`claimgate ${grammar.command}`, error);
  }
}

/**
 * A failure of the program: nothing was decided. What is needed to report it is on standard error.
 *
 * @param {string} command
 * @param {unknown} error
 */
export function fail(command, error) {
  complain(`${command}: not decided, internal error:`);
  withoutSecrets(inspect(error)).split('\n').forEach(complain);
  return EXIT.failed;
}

/**
 * A line on standard error, for people. It may repeat what they wrote.
 *
 * @param {string} text
 */
export function complain(text) {
  console.error(safe(withoutSecrets(text)));
}

/**
 * An error in one line: what is wrong, and its stable code.
 *
 * @param {{ code: string, message: string }} error
 */
export function describe({ code, message }) {
  return safe(withoutSecrets(`${message} (${code})`));
}

/** @param {readonly string[]} lines */
export function print(lines) {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/**
 * An error as plain data.
 *
 * @param {import('../types.d.ts').ClaimgateError} error
 * @param {string} [hint]
 */
export function errorData({ code, message, claim, place, offset, line, column, suggestion, retryAfter }, hint) {
  return { code, message, claim, place, offset, line, column, suggestion, retryAfter, hint };
}

/** The end of each command's help. */
export const TOKEN_HELP = `TOKEN is a compact JWT; without it, or with \`-\`, it is read from standard input, where a \`Bearer \` before it is
fine. As an argument it can be seen in the process list by every user of the machine.`;

export const EXIT_HELP = `exit codes
  0  verified, and with a policy: admitted
  1  refused
  2  the command line is wrong, or a policy or a file of keys: standard error says how, whatever the format
  3  the keys could not be fetched: nothing is known about the token
  70 internal error: nothing was decided`;
