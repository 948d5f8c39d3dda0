import { UNSAFE } from '../../claimgate/js/util/escape.js';
import { el } from './dom.js';

/** Of a value: as much as fills a screen. The rest is told of, and is in the JSON. */
const MOST = 2000;

/**
 * Somebody else's text: what could hide, reorder or imitate something is drawn as its code point.
 *
 * @param {string} text
 * @param {{ ascii?: boolean }} [options] `ascii`: where GitHub allows ASCII alone, other letters are look-alikes
 * @returns {HTMLElement}
 */
export function visible(text, { ascii = false } = {}) {
  const rest = text.length - MOST;
  const remark = text === '' ? 'empty' : rest > 0 ? `… and ${rest.toLocaleString('en')} more characters` : undefined;
  const parts = escaped(text.slice(0, MOST), ascii ? /[^\x20-\x7e]/gu : UNSAFE);
  return el('bdi', { class: 'value', dir: 'ltr' }, parts, remark !== undefined && el('span', { class: 'remark' }, remark));
}

/**
 * @param {string} text
 * @param {RegExp} odd
 */
function escaped(text, odd) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let from = 0;
  for (const { index, 0: letter } of text.matchAll(odd)) {
    parts.push(text.slice(from, index), codePoint(letter));
    from = index + letter.length;
  }
  return [...parts, text.slice(from)];
}

/** @param {string} letter */
function codePoint(letter) {
  const code = `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  // A letter is shown as well: what it imitates is what matters.
  return el('span', { class: 'odd' }, /[\p{L}\p{N}\p{S}]/u.test(letter) && `${letter} `, code);
}

/**
 * A message of ours, in which what is in backticks is code, and may be somebody else's.
 *
 * @param {string} message
 * @returns {HTMLElement}
 */
export function message(message) {
  const part = (/** @type {string} */ text, /** @type {number} */ index) =>
    index % 2 === 0 ? escaped(text, UNSAFE) : [el('code', {}, el('bdi', { dir: 'ltr' }, escaped(text, UNSAFE)))];
  return el('span', {}, message.split('`').flatMap(part));
}

/**
 * Begins with a capital letter and ends with a full stop: messages of errors do neither.
 *
 * @param {string} text
 */
export function sentence(text) {
  // What begins with a name keeps it as it is.
  const begins = /^(`|\S+:)/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return message(begins + (/[.?!:]$/.test(text) ? '' : '.'));
}

/**
 * @param {number} count
 * @param {string} noun
 */
export const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
