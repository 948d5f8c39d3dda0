import { existsSync } from 'node:fs';
import { breakOf, isMalformed } from '../explain/malformed.js';
import { inputKindOf } from '../explain/input.js';

/**
 * The place where a token breaks, with a mark below it; nothing if the error is of no single byte.
 *
 * @param {string} token
 * @param {import('../types.d.ts').ClaimgateError} error
 * @returns {string[]}
 */
export function excerpt(token, error) {
  const found = breakOf(token, error);
  if (!found) return [];
  const { place, before, wrong, after } = found;
  const label = `${place}: `;
  return [`${label}${before}${wrong}${after}`, `${' '.repeat(label.length + before.length)}${'^'.repeat(wrong.length || 1)}`];
}

/**
 * What to do about a refusal, if that can be said, with the options that the command has.
 *
 * @param {Pick<import('./arguments.js').Arguments, 'takes'>} args
 * @param {string} token
 * @param {{ code: string }} error
 * @returns {string | undefined}
 */
export function hintFor({ takes }, token, error) {
  if (error.code === 'token_expired') return 'use `--at` to verify an old token';
  if (!isMalformed(error)) return undefined;
  const kind = inputKindOf(token);
  const option = kind === 'policy' ? 'policy' : kind === 'key_set' || kind === 'metadata' ? 'keys' : undefined;
  if (option !== undefined) return `${takes(option) ? `pass the ${option} with \`--${option}\`, and ` : 'pass '}the token as the argument or on standard input`;
  // Two slashes name a host to Windows, which a token must not have asked.
  if (token.length < 1024 && !/^[\\/]{2}/.test(token) && existsSync(token)) {
    return 'this is the name of a file: pass the file on standard input: `< FILE`';
  }
  return undefined;
}
