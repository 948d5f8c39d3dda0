import { isTime, relative, toUtc } from '../../claimgate/js/explain/times.js';
import { el } from '../page/dom.js';

/** Of the line, what lies before the first and behind the last of a token's times. */
const MARGIN = 0.14;

/** @typedef {{ element: HTMLElement, move: (now: number) => void }} Timeline */

/**
 * The times of a token on a line, with now on it, which moves.
 *
 * @param {Record<string, unknown>} claims
 * @param {number} leeway seconds
 * @returns {Timeline}
 */
export function createTimeline({ iat, nbf, exp }, leeway) {
  if (!isTime(exp)) {
    const element = el('p', { class: 'hint' }, 'Without a time in ', el('code', {}, 'exp'), ' there is no line to draw, and no verifier that admits it.');
    return { element, move: () => {} };
  }
  const issued = isTime(iat) ? iat : undefined;
  const from = isTime(nbf) ? nbf : (issued ?? exp);
  const first = Math.min(from - leeway, issued ?? from, exp);
  const last = Math.max(exp + leeway, issued ?? exp, from, first + 1);
  const margin = (last - first) * MARGIN;
  const place = (/** @type {number} */ time) => Math.min(100, Math.max(0, ((time - first + margin) / (last - first + 2 * margin)) * 100));
  const pointer = point('now', 0, 'now');
  const line = el(
    'div',
    { class: 'timeline', role: 'img' },
    from <= exp && [band('leeway', place(from - leeway), place(from)), band('valid', place(from), place(exp)), band('leeway', place(exp), place(exp + leeway))],
    issued !== undefined && point('tick issued', place(issued), 'issued'),
    point('tick from', place(from), 'valid from'),
    point('tick until', place(exp), 'expires'),
    pointer,
  );
  const remarks = [
    entry('issued', iat, isTime(iat)),
    entry('valid from', nbf, isTime(nbf)),
    entry('expires', exp, true),
  ];
  const clock = el('dd', {});
  const move = (/** @type {number} */ now) => {
    const state = stateOf({ issued, from, exp, now, leeway });
    const at = place(now);
    pointer.className = `point now ${state === 'valid' || state === 'valid only by the leeway' ? 'in' : 'out'}${at > 50 ? ' right' : ''}`;
    pointer.style.left = `${at}%`;
    setText(pointer.firstElementChild, at === 100 ? 'now →' : at === 0 ? '← now' : 'now');
    const times = [issued !== undefined && `issued ${relative(issued, now)}`, `valid from ${relative(from, now)}`, `expires ${relative(exp, now)}`, `leeway ${leeway} seconds`];
    line.setAttribute('aria-label', `Now the token is ${state}: ${times.filter(Boolean).join(', ')}`);
    for (const { time, remark } of remarks) if (isTime(time)) setText(remark, ` ${relative(time, now)}, ${here(time)}`);
    setText(clock, `${toUtc(now)} ${here(now)}`);
  };
  const element = el(
    'div',
    {},
    line,
    el('dl', { class: 'times' }, remarks.flatMap(({ nodes }) => nodes), el('dt', {}, 'now'), clock),
    el('p', { class: 'hint' }, el('span', { class: 'swatch' }), ` the leeway: ${leeway} s on each side are forgiven, for clocks that differ`),
  );
  return { element, move };
}

/** Only where it changes, so that a selection elsewhere lasts. @param {Element | null} element @param {string} text */
function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** @param {number} time */
const here = (time) => `${new Date(time * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })} here`;

/** @param {string} kind @param {number} from @param {number} to in percent */
function band(kind, from, to) {
  const element = el('span', { class: `band ${kind}` });
  // Through the object model: a `style` in the markup is forbidden by the policy of the page.
  element.style.left = `${from}%`;
  element.style.width = `${Math.max(0, to - from)}%`;
  return element;
}

/** @param {string} kind @param {number} at @param {string} label */
function point(kind, at, label) {
  const element = el('span', { class: `point ${kind}${at > 50 ? ' right' : ''}` }, el('span', {}, label));
  element.style.left = `${at}%`;
  return element;
}

/** @param {string} label @param {unknown} time @param {boolean} isValid */
function entry(label, time, isValid) {
  const remark = el('span', { class: 'remark' });
  const shown = isValid ? el('time', { datetime: toUtc(Number(time)) }, toUtc(Number(time))) : el('span', { class: 'remark' }, time === undefined ? 'absent' : 'not a time');
  return { time, remark, nodes: [el('dt', {}, label), el('dd', {}, shown, remark)] };
}

/** @param {{ issued: number | undefined, from: number, exp: number, now: number, leeway: number }} times */
function stateOf({ issued, from, exp, now, leeway }) {
  if (from >= exp) return 'never valid: it ends before it begins';
  if (issued !== undefined && issued > now + leeway) return 'issued in the future, and refused';
  if (now < from - leeway) return 'not valid yet';
  if (now >= exp + leeway) return 'expired';
  return now < from || now >= exp ? 'valid only by the leeway' : 'valid';
}
