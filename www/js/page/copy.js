import { byId } from './dom.js';

/** How long a button says that it worked, in milliseconds. */
const SAID = 2000;

/**
 * Makes a button copy a text, and say so.
 *
 * @param {HTMLButtonElement} button
 * @param {() => string | undefined} text nothing if there is none to copy
 * @param {string} [otherwise] what it says then
 */
export function copies(button, text, otherwise = 'Nothing to copy') {
  const label = button.textContent ?? '';
  button.addEventListener('click', async () => {
    const copied = text();
    const said = copied === undefined ? otherwise : await navigator.clipboard.writeText(copied).then(() => 'Copied', () => 'The browser does not allow it');
    button.textContent = said;
    byId('status').textContent = said;
    setTimeout(() => (button.textContent = label), SAID);
  });
}
