/**
 * What could move a cursor, hide text, reorder it or change the letter before it. The same set as `deceives` of `src/error.rs`, but for the
 * backtick, which is a quotation mark only there.
 */
export const UNSAFE = /[\p{C}\p{Grapheme_Extend}\u115f\u1160\u2800\u3164\uffa0]|(?! )\p{Z}/gu;

/** A character in the notation of Rust and JavaScript, in ASCII. @param {string} letter */
export function escaped(letter) {
  return `\\u{${letter.codePointAt(0)?.toString(16)}}`;
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
