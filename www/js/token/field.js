import { decodeUtf8Lossily, encodeUtf8 } from '../../claimgate/js/util/utf8.js';
import { byId, el, show } from '../page/dom.js';
import { sentence, visible } from '../page/text.js';
import { bare, isLonger } from './bare.js';

/** @typedef {import('../check.js').Malformed} Malformed */

/** As `limits::TOKEN_BYTES` of the core: what is longer is no token, and is not drawn a second time. */
const MOST = 16 * 1024;

/**
 * Colours the parts of the token behind its text, which is transparent, and marks the character that is wrong.
 *
 * @param {HTMLTextAreaElement} field
 * @param {Malformed | undefined} malformed
 */
export function colour(field, malformed) {
  const text = field.value;
  const token = bare(text);
  const start = text.indexOf(token);
  // What was joined or decoded is not in the text.
  const isDrawn = text !== '' && text.length <= MOST && start !== -1;
  field.classList.toggle('drawn', isDrawn);
  if (!isDrawn) return show(byId('token-colours'));
  const wrong = malformed && wrongCharacter(token, malformed.error);
  let at = start;
  const parts = token
    .split('.')
    .flatMap((part, index) => {
      const from = at;
      at += part.length + 1;
      const marked = wrong === undefined ? -1 : start + wrong - from;
      const pieces = marked >= 0 && marked < part.length ? split(part, marked) : [part];
      return [index > 0 && el('span', { class: 'dot' }, '.'), el('span', { class: index < 3 ? `part-${index}` : 'part-more' }, pieces)];
    });
  show(byId('token-colours'), text.slice(0, start), ...parts, `${text.slice(start + token.length)}\n`);
}

/** @param {string} part @param {number} at */
function split(part, at) {
  const [letter = ''] = part.slice(at);
  return [part.slice(0, at), el('mark', {}, letter), part.slice(at + letter.length)];
}

/**
 * Which character of the token an error is about.
 *
 * @param {string} token
 * @param {import('../../claimgate/js/types.d.ts').ClaimgateError} error
 * @returns {number | undefined}
 */
function wrongCharacter(token, { code, place = '', offset }) {
  const index = ['header', 'payload', 'signature'].indexOf(place);
  if (offset === undefined || index === -1) return undefined;
  // Bytes of the token's text, which may not be ASCII.
  if (code === 'token_encoding') return decodeUtf8Lossily(encodeUtf8(token).subarray(0, offset)).length;
  // Bytes of the decoded segment: three of them are four characters.
  const before = token.split('.').slice(0, index).reduce((sum, { length }) => sum + length + 1, 0);
  return before + Math.floor((offset * 4) / 3);
}

/**
 * Says where a token breaks, or that it was taken from a longer text.
 *
 * @param {Malformed | undefined} malformed
 * @param {string} text what was given
 * @param {(token: string) => void} use replaces the text
 */
export function showBreak(malformed, text, use) {
  const { at, error } = malformed ?? {};
  const keep = !malformed && isLonger(text) && el('button', { type: 'button' }, 'Keep only the token');
  if (keep) keep.addEventListener('click', () => use(bare(text)));
  show(
    byId('break'),
    error && el('p', { class: 'notice bad' }, el('strong', {}, 'Malformed. '), sentence(error.message)),
    at &&
      el(
        'p',
        { class: 'excerpt' },
        el('span', { class: 'remark' }, `in the ${at.place === 'payload' ? 'claims' : at.place}: `),
        at.before !== '' && visible(at.before),
        at.wrong === '' ? el('mark', {}, '(nothing)') : el('mark', {}, at.wrong),
        at.after !== '' && visible(at.after),
      ),
    keep && el('p', { class: 'notice' }, 'The token was found in a longer text. ', keep),
  );
}
