import { inputKindOf, tokenOf } from '../../claimgate/js/explain/input.js';

/** The token in a text, without what people copy along with it. @param {string} text */
export const bare = (text) => tokenOf(text).trim();

/** Whether a token stands in a longer text. @param {string} text */
export const isLonger = (text) => bare(text) !== text.trim().replace(/^bearer\s+/i, '');

/** Whether something that is a token, or a secret that people take for one, is in a text. @param {string} text */
export const hasToken = (text) => /token|credential/.test(inputKindOf(text) ?? '');
