import { byId } from './dom.js';

/** @type {ReturnType<typeof setTimeout> | undefined} */
let pending;

/**
 * Has screen readers read a text, in place of one that was to be read later.
 *
 * @param {string} text
 * @param {number} [delay] milliseconds in which nothing else may come
 */
export function announce(text, delay = 0) {
  keepSilent();
  const say = () => {
    byId('status').textContent = text;
  };
  if (delay === 0) say();
  else pending = setTimeout(say, delay);
}

/** Nothing is read that was to be read later. */
export const keepSilent = () => clearTimeout(pending);
