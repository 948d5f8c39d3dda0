import { el, svg } from './dom.js';

/**
 * What became of a check. The states differ in word, shape and colour, so that none is taken for another.
 *
 * @typedef {'good' | 'bad' | 'open'} Mark
 */

/** Never one word for two states, and none that could be read for another. @type {Readonly<Record<Mark, string>>} */
export const SIGNATURE = { good: 'Verified', bad: 'Refused', open: 'Not checked' };
/** @type {Readonly<Record<Mark, string>>} */
export const DECISION = { good: 'Admitted', bad: 'Denied', open: 'Not decided' };

/** @type {Readonly<Record<Mark, readonly [string, Readonly<Record<string, string>>][]>>} */
const SHAPES = {
  // A shield with a tick, an octagon with a cross, a dashed ring with a question mark.
  good: [
    ['path', { d: 'M12 2l8 3v6c0 5-3.4 9.3-8 11-4.6-1.7-8-6-8-11V5z', class: 'solid' }],
    ['path', { d: 'M8 12l3 3 5-6', class: 'stroke' }],
  ],
  bad: [
    ['path', { d: 'M8 2h8l6 6v8l-6 6H8l-6-6V8z', class: 'solid' }],
    ['path', { d: 'M8.5 8.5l7 7m0-7l-7 7', class: 'stroke' }],
  ],
  open: [
    ['circle', { cx: '12', cy: '12', r: '9.5', class: 'dashed' }],
    ['path', { d: 'M9.2 9.5a2.9 2.9 0 1 1 4.2 2.6c-.9.4-1.4 1-1.4 1.9m0 2.7v.1', class: 'line' }],
  ],
};

/** @param {Mark} mark */
export function shape(mark) {
  const parts = SHAPES[mark].map(([tag, attributes]) => svg(tag, attributes));
  return svg('svg', { viewBox: '0 0 24 24', class: `shape ${mark}`, 'aria-hidden': 'true', focusable: 'false' }, ...parts);
}

/**
 * A verdict: its shape and its word.
 *
 * @param {Mark} mark
 * @param {string} word
 */
export function verdict(mark, word) {
  return el('span', { class: `verdict ${mark}` }, shape(mark), el('strong', {}, word));
}
