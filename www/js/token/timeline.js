import { isTime, relative, toUtc } from '../../claimgate/js/explain/times.js';
import { el } from '../page/dom.js';

/** Of the line, what lies before the first and behind the last of a token's times. */
const MARGIN = 0.14;

/**
 * The times of a token on a line, with now on it.
 *
 * @param {Record<string, unknown>} claims
 * @param {number} now seconds since 1970
 * @param {number} leeway seconds
 */
export function timeline({ iat, nbf, exp }, now, leeway) {
  if (!isTime(exp)) return el('p', { class: 'hint' }, 'Without a time in `exp` there is no line to draw, and no verifier that admits it.');
  const issued = isTime(iat) ? iat : undefined;
  const from = isTime(nbf) ? nbf : (issued ?? exp);
  const first = Math.min(from - leeway, issued ?? from);
  const last = Math.max(exp + leeway, issued ?? exp, first + 1);
  const margin = (last - first) * MARGIN;
  const place = (/** @type {number} */ time) => Math.min(100, Math.max(0, ((time - first + margin) / (last - first + 2 * margin)) * 100));
  const line = el(
    'div',
    { class: 'timeline', role: 'img', 'aria-label': spoken({ issued, from, exp, now, leeway }) },
    band('leeway', place(from - leeway), place(from)),
    band('valid', place(from), place(exp)),
    band('leeway', place(exp), place(exp + leeway)),
    issued !== undefined && point('tick', place(issued), 'issued'),
    point('tick', place(from), 'valid from'),
    point('tick', place(exp), 'expires'),
    point(`now ${now < from - leeway || now >= exp + leeway ? 'out' : 'in'}`, place(now), place(now) === 100 ? 'now →' : place(now) === 0 ? '← now' : 'now'),
  );
  return el('div', {}, line, el('dl', { class: 'times' }, ...entry('issued', issued, now), ...entry('valid from', isTime(nbf) ? nbf : undefined, now), ...entry('expires', exp, now), ...entry('now', now, now)),
    el('p', { class: 'hint' }, el('span', { class: 'swatch' }), ` the leeway: ${leeway} s on each side are forgiven, for clocks that differ`));
}

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

/** @param {string} label @param {number | undefined} time @param {number} now */
function entry(label, time, now) {
  if (time === undefined) return [];
  const here = new Date(time * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  return [
    el('dt', {}, label),
    el('dd', {}, el('time', { datetime: toUtc(time) }, toUtc(time)), el('span', { class: 'remark' }, time === now && label === 'now' ? ` ${here} here` : ` ${relative(time, now)}, ${here} here`)),
  ];
}

/** @param {{ issued: number | undefined, from: number, exp: number, now: number, leeway: number }} times */
function spoken({ issued, from, exp, now, leeway }) {
  const state = now < from - leeway ? 'not valid yet' : now >= exp + leeway ? 'expired' : now < from || now >= exp ? 'valid only by the leeway' : 'valid';
  const parts = [issued !== undefined && `issued ${relative(issued, now)}`, `valid from ${relative(from, now)}`, `expires ${relative(exp, now)}`, `leeway ${leeway} seconds`];
  return `Now the token is ${state}: ${parts.filter(Boolean).join(', ')}`;
}
