import { decodeBase64, encodeBase64url } from '../../claimgate/js/util/base64.js';
import { decodeUtf8, encodeUtf8 } from '../../claimgate/js/util/utf8.js';

/** The longest policy that a link carries, in characters of base64url. Browsers cut longer addresses, each elsewhere. */
const LINK_MOST = 30_000;

/**
 * @typedef {object} Fragment
 * @property {readonly { text: string, wasSent: boolean }[]} texts in which a token may be; `wasSent`: the server of this page has seen it
 * @property {string} [policy]
 * @property {string} [role]
 */

/**
 * Takes what the address of the page carries, and removes it from there, whatever it is: only the name of a place on the page stays. A
 * fragment is never sent to a server. A query is, but a token in one is better removed than left.
 *
 * @returns {Fragment}
 */
export function takeFragment() {
  const text = location.hash.slice(1);
  const query = location.search.slice(1);
  const isPlace = text === '' || document.getElementById(text) !== null;
  if (!isPlace || query !== '') history.replaceState(null, '', location.origin + location.pathname + (isPlace ? location.hash : ''));
  if (isPlace && query === '') return { texts: [] };
  const parameters = new URLSearchParams(text);
  const policy = fromBase64url(parameters.get('policy'));
  const role = parameters.get('role');
  // Each value on its own, too: `&` separates nothing in a token.
  const textsIn = (/** @type {string} */ part, /** @type {boolean} */ wasSent) => [...new URLSearchParams(part).values(), part].map((text) => ({ text, wasSent }));
  return {
    texts: policy === undefined ? [...textsIn(text, false), ...textsIn(query, true)] : [],
    ...(policy !== undefined && { policy }),
    ...(policy !== undefined && role !== null && { role }),
  };
}

/** Of a token the header and the claims are objects, which begin alike in base64url. */
const TOKEN = /\beyJ[\w-]{8,}\.eyJ[\w-]+\./;

/**
 * The address of this page with a policy and a role, and nothing else.
 *
 * @param {string} policy
 * @param {string} role
 * @throws an error for people if the policy is too long for an address, or if a token is in it
 */
export function linkTo(policy, role) {
  if (TOKEN.test(policy)) throw new Error('There is a token in it');
  const encoded = encodeBase64url(encodeUtf8(policy));
  if (encoded.length > LINK_MOST) throw new Error('Too long for a link');
  return `${location.origin}${location.pathname}#${new URLSearchParams({ policy: encoded, role })}`;
}

/**
 * @param {string | null} encoded
 * @returns {string | undefined} as it is if it is not what `linkTo` makes: the page then says what is wrong with it
 */
function fromBase64url(encoded) {
  if (!encoded) return undefined;
  try {
    return decodeUtf8(decodeBase64(encoded));
  } catch {
    return encoded;
  }
}
