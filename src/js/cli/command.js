import { inspect } from 'node:util';
import { readArguments } from './arguments.js';
import { safe } from '../explain/text.js';
import { isInputError } from '../refusals.js';
import { withoutSecrets } from '../secrets.js';
import { createLayout, toJson } from './terminal.js';

/** What a command ends with. `failed` is a fault of the program: nothing was decided. */
export const EXIT = Object.freeze({ ok: 0, refused: 1, usage: 2, unavailable: 3, failed: 70 });

/**
 * Reads a command line and does what it asks for. What is wrong with it, or with a file it names, is one line on standard error. Any
 * other error is a failure of the program, which decides nothing: with `--json` its verdict is `undecided`.
 *
 * @param {string} name of the command
 * @param {import('./grammar.js').Command} command
 * @param {readonly string[]} argv
 * @param {import('./grammar.js').Work} work
 * @returns {Promise<number>} the exit code
 */
export async function runCommand(name, command, argv, work) {
  let isJson = false;
  try {
    const args = readArguments(name, command, argv);
    isJson = args.has('json');
    return await work(args);
  } catch (error) {
    if (isInputError(error)) {
      complain(`${name}: ${describe(error)}`);
      return EXIT.usage;
    }
    const { code = 'internal_error', message } = /** @type {{ code?: string, message: string }} */ (Object(error));
    if (isJson) print([toJson({ verdict: 'undecided', error: { code, message: withoutSecrets(String(message)) } })]);
    return fail(name, error);
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
 * A message on standard error, for people. It may repeat what they wrote. It is one line, which a terminal gets wrapped between words.
 *
 * @param {string} text
 */
export function complain(text) {
  const line = safe(withoutSecrets(text));
  console.error(process.stderr.isTTY ? createLayout(process.stderr).hanging(line).join('\n') : line);
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
export function errorData(error, hint) {
  // The explanation is printed next to the error, and not in it.
  const { name, explanation, omittedRules, ...data } = error.toJSON();
  return { ...data, hint };
}
