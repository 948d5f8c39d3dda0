import { byId } from './dom.js';

/** How long a button says that it worked, in milliseconds. */
const SAID = 2000;

/**
 * Makes a button copy a text, and say so.
 *
 * @param {HTMLButtonElement} button
 * @param {() => string} text throws if there is none to copy, and says why
 */
export function copies(button, text) {
  const label = button.textContent ?? '';
  button.addEventListener('click', async () => {
    const said = await copy(text);
    button.textContent = said;
    byId('status').textContent = said;
    setTimeout(() => (button.textContent = label), SAID);
  });
}

/** @param {() => string} text */
async function copy(text) {
  let copied;
  try {
    copied = text();
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
  try {
    await navigator.clipboard.writeText(copied);
    return 'Copied';
  } catch {
    // Not on pages that come by plain http, for one.
    return 'The browser does not allow it';
  }
}
