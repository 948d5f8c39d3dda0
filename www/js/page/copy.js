import { sleep } from '../../claimgate/js/util/timeout.js';
import { createActions } from './actions.js';
import { announce } from './announce.js';

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
  const actions = createActions();
  const press = async (/** @type {() => boolean} */ isNewest) => {
    const said = await copy(text);
    if (!isNewest()) return;
    button.textContent = said;
    announce(said);
    await sleep(SAID);
    if (isNewest()) button.textContent = label;
  };
  button.addEventListener('click', () => actions.run(press));
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
