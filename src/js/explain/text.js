import { withoutSecrets } from '../secrets.js';

/**
 * What could move a cursor, hide text, reorder it or change the letter before it. The same set as `deceives` of `src/error.rs`, but for the
 * backtick, which is a quotation mark only there.
 */
export const UNSAFE = /[\p{C}\p{Grapheme_Extend}\u115f\u1160\u2800\u3164\uffa0]|(?! )\p{Z}/gu;
const SHORT = new Map([['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t']]);

/** A character in the notation of Rust and JavaScript, in ASCII. @param {string} letter */
export function escaped(letter) {
  return `\\u{${letter.codePointAt(0)?.toString(16)}}`;
}

/**
 * A message of ours, which may repeat what somebody else wrote.
 *
 * @param {string} text
 */
export function safe(text) {
  return text.replace(UNSAFE, (found) => SHORT.get(found) ?? escaped(found));
}

/**
 * Somebody else's text, so that no two texts look alike: in quotation marks where its ends could not be seen, or where it
 * could be taken for a remark of ours.
 *
 * @param {string} text
 */
export function show(text) {
  const visible = safe(text.replaceAll('\\', '\\\\'));
  return /^$|^[ "(]|[ "]$/.test(visible) ? `"${visible.replaceAll('"', '\\"')}"` : visible;
}

/** The most characters of a text that a message repeats, as in the core. */
const QUOTED_LENGTH = 160;

/**
 * Text from outside within a message, as the core quotes it: in backticks, of which it has none itself, and shortened. Secrets are
 * left out of it.
 *
 * @param {string} text
 */
export function quoted(text) {
  const plain = withoutSecrets(text);
  const short = plain.length > QUOTED_LENGTH ? `${plain.slice(0, QUOTED_LENGTH)}…` : plain;
  return `\`${short.replaceAll('`', escaped)}\``;
}

/**
 * JSON in which what cannot be seen is escaped: the same JSON all the same. The line breaks between its members stay.
 *
 * @param {string} json
 */
export function visibleJson(json) {
  return json.replace(UNSAFE, (found) => (found === '\n' ? found : found.split('').map(jsonEscape).join('')));
}

/**
 * JSON of one line in ASCII: the same JSON all the same.
 *
 * @param {string} json
 */
export function asciiJson(json) {
  return json.replace(/[^\x20-\x7e]/g, jsonEscape);
}

/** @param {string} unit of UTF-16 */
function jsonEscape(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
