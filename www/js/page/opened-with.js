// Imported before everything else, so that a token is out of the address before anything is waited for.
import { takeFragment } from './fragment.js';

/** What the page was opened with. */
export const openedWith = takeFragment();

// The answer to it comes above what is there: it is drawn before the rest is shown, so that nothing moves.
if (openedWith.texts.length > 0 || openedWith.policy !== undefined) document.getElementById('app')?.classList.add('opened');
