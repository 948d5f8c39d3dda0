/** What a token may be called in a fragment: ours, and what OpenID Connect and jwt.ms call it. */
const TOKEN_NAMES = ['token', 'id_token', 'access_token'];

/** The longest policy that a link carries, in characters of base64url. Browsers cut longer addresses, each elsewhere. */
const LINK_MOST = 30_000;

/**
 * @typedef {object} Fragment
 * @property {string} [token]
 * @property {string} [policy]
 * @property {string} [role]
 */

/**
 * Takes what the fragment of the page's address carries, and removes it from there. A fragment is never sent to a server.
 *
 * @returns {Fragment}
 */
export function takeFragment() {
  const text = location.hash.slice(1);
  const parameters = new URLSearchParams(text);
  const name = TOKEN_NAMES.find((name) => parameters.has(name));
  const token = name === undefined ? (/^ey[\w.-]+$/.test(text) ? text : undefined) : (parameters.get(name) ?? '');
  const policy = fromBase64url(parameters.get('policy'));
  if (token === undefined && policy === undefined) return {};
  history.replaceState(null, '', location.pathname + location.search);
  const role = parameters.get('role');
  return { ...(token !== undefined && { token }), ...(policy !== undefined && { policy }), ...(role !== null && { role }) };
}

/**
 * The address of this page with a policy and a role, and nothing else.
 *
 * @param {string} policy
 * @param {string} role
 * @returns {string | undefined} nothing if the policy is too long for an address, or if a token is in it
 */
export function linkTo(policy, role) {
  const encoded = toBase64url(policy);
  if (encoded.length > LINK_MOST || /ey[\w-]+\.[\w-]+\.[\w-]*/.test(policy)) return undefined;
  return `${location.origin}${location.pathname}#${new URLSearchParams({ policy: encoded, role })}`;
}

/** @param {string} text */
function toBase64url(text) {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * @param {string | null} encoded
 * @returns {string | undefined} as it is if it is not what `linkTo` makes: the page then says what is wrong with it
 */
function fromBase64url(encoded) {
  if (encoded === null) return undefined;
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return encoded;
  }
}
