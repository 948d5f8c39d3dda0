// Imported before everything else, so that a token is out of the address before anything is waited for.
import { takeFragment } from './fragment.js';

/** What the page was opened with. */
export const openedWith = takeFragment();
