import { stageOf } from '../refusals.js';
import { decodeBase64 } from '../util/base64.js';
import { escaped } from '../util/escape.js';
import { decodeUtf8Lossily, encodeUtf8 } from '../util/utf8.js';
import { safe } from './text.js';

/** How many bytes, and how many characters when they are escaped, are shown on each side of the one that is wrong. */
const CONTEXT = 24;

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
  const start = code === 'token_encoding' ? encodeUtf8(segments.slice(0, index).map((segment) => `${segment}.`).join('')).length : 0;
  const bytes = code === 'token_encoding' ? encodeUtf8(text) : decodeBase64(text); // the core has read it
  const at = Math.min(Math.max(offset - start, 0), bytes.length);
  const wrong = [...decodeUtf8Lossily(bytes.subarray(at, at + 4))][0] ?? '';
  const after = at + encodeUtf8(wrong).length;
  // In ASCII, so that a mark stands below what it marks.
  const ascii = (/** @type {string} */ part) => part.replace(/[^\x00-\x7f]/gu, escaped);
  const hidden = (/** @type {string} */ letter) => (index === 2 && /[\w-]/.test(letter) ? '•' : safe(ascii(letter)));
  const show = (/** @type {string} */ part) => [...part].map(hidden).join('');
  const left = show(decodeUtf8Lossily(bytes.subarray(Math.max(0, at - CONTEXT), at)));
  const right = show(decodeUtf8Lossily(bytes.subarray(after, after + CONTEXT)));
  return {
    place,
    before: (at > CONTEXT || left.length > CONTEXT ? '…' : '') + left.slice(-CONTEXT),
    wrong: show(wrong),
    after: right.slice(0, CONTEXT) + (bytes.length > after + CONTEXT || right.length > CONTEXT ? '…' : ''),
  };
}

/** Whether an error is of a token that is no token at all. @param {{ code: string }} error */
export const isMalformed = ({ code }) => stageOf(code) === 'token';
