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
    const said = copied === undefined ? otherwise : await write(copied);
    button.textContent = said;
    byId('status').textContent = said;
    setTimeout(() => (button.textContent = label), SAID);
  });
}

/** @param {string} text */
async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return 'Copied';
  } catch {
    // Not on pages that come by plain http, for one.
    return 'The browser does not allow it';
  }
}
