import { ClaimgateError } from 'claimgate';
import { readArguments } from './arguments.js';
import { safe, withoutTokens } from '../explain/text.js';

/** What a command ends with. */
export const EXIT = Object.freeze({ ok: 0, refused: 1, usage: 2, unavailable: 3 });

/**
 * Runs a command: its help, or its work. What is wrong with the command line, or with a file it names, is one line on standard
 * error.
 *
 * @param {import('./arguments.js').Grammar} grammar
 * @param {string} help
 * @param {readonly string[]} argv
 * @param {(args: import('./arguments.js').Arguments) => Promise<number>} work
 * @returns {Promise<number>} the exit code
 */
export async function runCommand(grammar, help, argv, work) {
  try {
    const args = readArguments(grammar, argv);
    if (args.has('help')) {
      print(help.split('\n'));
      return EXIT.ok;
    }
    return await work(args);
  } catch (error) {
    if (!(error instanceof ClaimgateError)) throw error;
    console.error(`claimgate ${grammar.command}: ${describe(error)}`);
    return EXIT.usage;
  }
}

/**
 * An error in one line: what is wrong, and its stable code.
 *
 * @param {ClaimgateError} error
 */
export function describe(error) {
  return safe(withoutTokens(`${error.message} (${error.code})`));
}

/** @param {readonly string[]} lines */
export function print(lines) {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/**
 * An error as plain data.
 *
 * @param {ClaimgateError} error
 * @param {string} [hint]
 */
export function errorData({ code, message, claim, place, offset, suggestion, retryAfter }, hint) {
  return { code, message, claim, place, offset, suggestion, retryAfter, hint };
}

/**
 * Whether an error says something of a token, and not of what was asked of it.
 *
 * @param {unknown} error
 * @returns {error is ClaimgateError}
 */
export function isRefusal(error) {
  const others = /^(token_missing|keys_unavailable|role_unknown|role_mismatch|policy_.*|key_set_.*|option_invalid)$/;
  return error instanceof ClaimgateError && !others.test(error.code);
}

/** The end of each command's help. */
export const TOKEN_HELP = `TOKEN is a compact JWT; without it, or with \`-\`, it is read from standard input, where a \`Bearer \` before it is
fine. As an argument it can be seen in the process list by every user of the machine.`;

export const EXIT_HELP = `exit codes
  0  verified, and with a policy: admitted
  1  refused
  2  the command line is wrong, or a policy or a file of keys: standard error says how, whatever the format
  3  the keys could not be fetched: nothing is known of the token`;
