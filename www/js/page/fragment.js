import { decodeBase64url } from '../../claimgate/js/explain/base64url.js';
import { encodeBase64url } from './base64url.js';

/** What a token may be called: by us, by OpenID Connect, and by GitHub's answer to a job. */
const TOKEN_NAMES = ['token', 'id_token', 'access_token', 'value'];

/** The longest policy that a link carries, in characters of base64url. Browsers cut longer addresses, each elsewhere. */
const LINK_MOST = 30_000;

/**
 * @typedef {object} Fragment
 * @property {string} [token]
 * @property {string} [policy]
 * @property {string} [role]
 * @property {boolean} [wasSent] whether the token stood where a server has seen it
 */

/**
 * Takes what the address of the page carries, and removes it from there. A fragment is never sent to a server; a query is, but a
 * token in one is better removed than left.
 *
 * @returns {Fragment}
 */
export function takeFragment() {
  const text = location.hash.slice(1);
  const parameters = new URLSearchParams(text);
  const sent = tokenIn(location.search.slice(1));
  const token = tokenIn(text) ?? sent;
  const policy = fromBase64url(parameters.get('policy'));
  if (token === undefined && policy === undefined) return {};
  history.replaceState(null, '', location.origin + location.pathname);
  const role = parameters.get('role');
  return {
    ...(token !== undefined && { token, wasSent: sent !== undefined }),
    ...(policy !== undefined && { policy }),
    ...(role !== null && { role }),
  };
}

/**
 * By its name, or else whatever looks like one: better a token too many that is removed than one that is left.
 *
 * @param {string} text of a query or a fragment
 * @returns {string | undefined}
 */
function tokenIn(text) {
  const parameters = new URLSearchParams(text);
  const [named] = TOKEN_NAMES.flatMap((name) => parameters.get(name) || []);
  const [found] = /(?<![\w-])ey[\w-]+\.ey[\w-]+\.[\w-]*/.exec(text.replace(/%[0-9a-f]{2}/gi, ' ')) ?? [];
  return named ?? found ?? (/^ey[\w.-]+$/.test(text) ? text : undefined);
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
  const encoded = encodeBase64url(new TextEncoder().encode(policy));
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
    return new TextDecoder('utf-8', { fatal: true }).decode(decodeBase64url(encoded));
  } catch {
    return encoded;
  }
}
