import { existsSync } from 'node:fs';
import { recognise } from './input.js';
import { safe } from './terminal.js';

/** How many bytes, and how many characters when they are escaped, are shown on each side of the one that is wrong. */
const CONTEXT = 24;

/**
 * The place where a token breaks, with a mark below it; nothing if the error is of no single byte. The signature is never
 * shown.
 *
 * @param {string} token
 * @param {import('../types.d.ts').ClaimgateError} error
 * @returns {string[]}
 */
export function excerpt(token, { code, place = '', offset }) {
  const index = ['header', 'payload', 'signature'].indexOf(place);
  if (offset === undefined || index === -1) return [];
  const segments = token.split('.');
  const text = segments[index] ?? '';
  const start = code === 'token_encoding' ? Buffer.byteLength(segments.slice(0, index).map((segment) => `${segment}.`).join('')) : 0;
  const bytes = code === 'token_encoding' ? Buffer.from(text) : Buffer.from(text, 'base64url');
  const at = Math.min(Math.max(offset - start, 0), bytes.length);
  const wrong = [...bytes.subarray(at, at + 4).toString()][0] ?? '';
  const after = at + Buffer.byteLength(wrong);
  // In ASCII, so that the mark stands below what it marks.
  const ascii = (/** @type {string} */ part) => part.replace(/[^\x00-\x7f]/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`);
  const hidden = (/** @type {string} */ letter) => (index === 2 && /[\w-]/.test(letter) ? '•' : safe(ascii(letter)));
  const show = (/** @type {string} */ part) => [...part].map(hidden).join('');
  const left = show(bytes.subarray(Math.max(0, at - CONTEXT), at).toString());
  const right = show(bytes.subarray(after, after + CONTEXT).toString());
  const before = (at > CONTEXT || left.length > CONTEXT ? '…' : '') + left.slice(-CONTEXT);
  const rest = right.slice(0, CONTEXT) + (bytes.length > after + CONTEXT || right.length > CONTEXT ? '…' : '');
  const label = `${place}: `;
  return [`${label}${before}${show(wrong)}${rest}`, `${' '.repeat(label.length + before.length)}${'^'.repeat(show(wrong).length || 1)}`];
}

/**
 * What to do about a refusal, if that can be said.
 *
 * @param {string} token
 * @param {{ code: string }} error
 * @returns {string | undefined}
 */
export function hintFor(token, { code }) {
  if (code === 'token_expired') return 'to look at an old token, say with `--at` as of when';
  return /^(token_(segments|encoding|json|header|too_large)|algorithm_unsupported)$/.test(code) ? malformedHint(token) : undefined;
}

/**
 * What probably happened to a token that is malformed, and what to do.
 *
 * @param {string} token
 * @returns {string | undefined}
 */
function malformedHint(token) {
  const kind = recognise(token);
  if (kind === 'answer') return 'this is the answer of the token endpoint: the token is its member `value`';
  if (kind === 'policy') return 'this is a policy: give it with `--policy`, and the token as the argument or by standard input';
  if (kind === 'keys' || kind === 'metadata') return 'this is of the issuer and not of a job: give keys with `--keys`';
  if (/^(['"`]).*\1?$/s.test(token) || /['"]$/.test(token)) return 'the token is in quotation marks, give it without';
  if (/^gh[a-z]_|^github_pat_/.test(token)) return 'this is an access token of the GitHub API, not the OIDC token of a job';
  if (/^(undefined|null|\$\w*)$/.test(token)) return 'the variable that should hold the token is not set';
  if (/\s/.test(token.trim())) return 'the token has white space within it: was it pasted from a wrapped line? join the lines';
  if (/\s/.test(token)) return 'the token has white space at an end, give it without';
  if (/%[0-9a-f]{2}/i.test(token)) return 'the token is percent-encoded, decode it first';
  if (/^[\w-]+\.[\w-]+$/.test(token) && token.startsWith('ey')) return 'the signature is missing: was the end cut off?';
  // Two slashes name a host to Windows, which a token must not have asked.
  if (token.length < 1024 && !/^[\\/]{2}/.test(token) && existsSync(token)) return 'this is the name of a file: let its content be read from standard input, with `<`';
  return undefined;
}
