import { decodeBase64url } from './base64url.js';
import { recognise } from './recognise.js';
import { safe } from './text.js';

/** How many bytes, and how many characters when they are escaped, are shown on each side of the one that is wrong. */
const CONTEXT = 24;

const encoder = new TextEncoder();
const decode = (/** @type {Uint8Array} */ bytes) => new TextDecoder().decode(bytes);

/**
 * The place where a token breaks: the character that is wrong, and what is on each side of it, in ASCII; nothing if the error
 * is of no single byte. The signature is never shown.
 *
 * @param {string} token
 * @param {{ code: string, place?: string, offset?: number }} error
 * @returns {{ place: string, before: string, wrong: string, after: string } | undefined} `wrong` is empty where something is
 *   missing
 */
export function breakOf(token, { code, place = '', offset }) {
  const index = ['header', 'payload', 'signature'].indexOf(place);
  if (offset === undefined || index === -1) return undefined;
  const segments = token.split('.');
  const text = segments[index] ?? '';
  const start = code === 'token_encoding' ? encoder.encode(segments.slice(0, index).map((segment) => `${segment}.`).join('')).length : 0;
  const bytes = code === 'token_encoding' ? encoder.encode(text) : decodeBase64url(text); // the core has read it
  const at = Math.min(Math.max(offset - start, 0), bytes.length);
  const wrong = [...decode(bytes.subarray(at, at + 4))][0] ?? '';
  const after = at + encoder.encode(wrong).length;
  // In ASCII, so that a mark stands below what it marks.
  const ascii = (/** @type {string} */ part) => part.replace(/[^\x00-\x7f]/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`);
  const hidden = (/** @type {string} */ letter) => (index === 2 && /[\w-]/.test(letter) ? '•' : safe(ascii(letter)));
  const show = (/** @type {string} */ part) => [...part].map(hidden).join('');
  const left = show(decode(bytes.subarray(Math.max(0, at - CONTEXT), at)));
  const right = show(decode(bytes.subarray(after, after + CONTEXT)));
  return {
    place,
    before: (at > CONTEXT || left.length > CONTEXT ? '…' : '') + left.slice(-CONTEXT),
    wrong: show(wrong),
    after: right.slice(0, CONTEXT) + (bytes.length > after + CONTEXT || right.length > CONTEXT ? '…' : ''),
  };
}

/**
 * What probably happened to a token that is malformed, and what to do.
 *
 * @param {string} token
 * @returns {string | undefined}
 */
export function malformedHint(token) {
  const kind = recognise(token);
  if (kind === 'answer') return 'this is the answer of the token endpoint: the token is its member `value`';
  if (kind === 'policy') return 'this is a policy and not a token';
  if (kind === 'keys') return 'these are the keys of an issuer, not the token of a job';
  if (kind === 'metadata') return 'this is the metadata of an issuer, not the token of a job';
  if (/^(['"`]).*\1?$/s.test(token) || /['"]$/.test(token)) return 'the token is in quotation marks, give it without';
  if (/^gh[a-z]_|^github_pat_/.test(token)) return 'this is an access token of the GitHub API, not the OIDC token of a job';
  if (/^(undefined|null|\$\w*)$/.test(token)) return 'the variable that should hold the token is not set';
  if (/^\*+$/.test(token)) return 'this is a log, in which GitHub masks the token: take it from the job itself';
  if (/^ZXlK[\w+/=-]+$/.test(token)) return 'the token is encoded in base64 once more, decode it first';
  if (/\s/.test(token.trim()) && /^\s*ey/.test(token)) return 'the token has white space within it: was it pasted from a wrapped line? join the lines';
  if (/\s/.test(token)) return 'the token has white space at an end, give it without';
  if (/%[0-9a-f]{2}/i.test(token)) return 'the token is percent-encoded, decode it first';
  if (/^[\w-]+\.[\w-]+$/.test(token) && token.startsWith('ey')) return 'the signature is missing: was the end cut off?';
  return undefined;
}

/** Whether an error is of a token that is no token at all. @param {{ code: string }} error */
export const isMalformed = ({ code }) => /^(token_(segments|encoding|json|header|too_large)|algorithm_unsupported)$/.test(code);
