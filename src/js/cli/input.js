import { readFile } from 'node:fs/promises';
import { ClaimgateError } from 'claimgate';
import { inputKindOf, tokenOf } from '../explain/input.js';
import { quoted } from '../explain/text.js';
import { optionError } from '../options.js';
import { hasSecret } from '../secrets.js';
import { decodeUtf8 } from '../util/utf8.js';

/** The most bytes that are read from standard input. */
const MAX_BYTES = 1024 * 1024;

/** Why a file cannot be read, in words. */
const REASONS = new Map([
  ['ENOENT', 'does not exist'],
  ['EISDIR', 'is a directory, give a file'],
  ['EACCES', 'may not be read by this user'],
]);

/**
 * The token that a command is about.
 *
 * @param {string} command for messages
 * @param {string | undefined} argument the token; `-` or nothing for standard input
 */
export async function readToken(command, argument) {
  const isArgument = argument !== undefined && argument !== '-';
  const token = tokenOf(isArgument ? argument : await readBytes(command, 'the token'));
  if (token.trim() === '') {
    const where = isArgument ? 'the argument is empty' : 'standard input is empty';
    throw new ClaimgateError('token_missing', `no token: ${where}; is the variable or the pipe that it comes from?`);
  }
  return token;
}

/**
 * @param {string} command
 * @param {string} what for people who wonder why nothing happens
 */
export async function readStandardInput(command, what) {
  return decode(await readBytes(command, what), 'standard input');
}

/**
 * @param {string} command
 * @param {string} what
 */
async function readBytes(command, what) {
  if (process.stdin.isTTY) {
    console.error(`claimgate ${command}: reads ${what} from standard input; paste it, then press Enter and Ctrl-D`);
  }
  const chunks = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw optionError(`standard input is longer than ${MAX_BYTES} bytes, which is no ${what.split(' ').at(-1)}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * @param {string} path
 * @param {string} what what the file should hold, such as `policy`
 */
export async function readText(path, what) {
  try {
    return decode(await readFile(path), quoted(path));
  } catch (error) {
    if (error instanceof ClaimgateError) throw error;
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
    if (hasSecret(path) || /[{"]/.test(path)) {
      throw optionError(`the ${what} must be the name of a file, and what is given looks like a token, a key or JSON`);
    }
    throw optionError(`the ${what} ${quoted(path)} ${REASONS.get(code) ?? `cannot be read: ${code}`}`);
  }
}

/**
 * @param {Buffer} bytes
 * @param {string} what
 */
function decode(bytes, what) {
  try {
    return decodeUtf8(bytes);
  } catch {
    throw optionError(`${what} is ${inputKindOf(bytes) === 'utf_16' ? 'in UTF-16: save it as UTF-8' : 'not UTF-8'}`);
  }
}
