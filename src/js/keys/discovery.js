/** As `limits::KEY_SET_BYTES` of the core. */
const MAX_BYTES = 512 * 1024;

/** What an issuer answered that is not its keys. */
export class BadAnswer extends Error {}

/**
 * What an issuer says of its keys.
 *
 * @typedef {object} Answer
 * @property {string} [jwks] the JWK Set's text; absent if it is still the one of the `etag` that was given
 * @property {string} [etag] to ask for them again with
 * @property {number} [maxAge] for how many seconds it wants them kept
 */

/**
 * OpenID Connect Discovery (section 4), then the keys that it names, both of the issuer's own origin.
 *
 * @param {object} request
 * @param {typeof globalThis.fetch} request.fetch
 * @param {import('../types.d.ts').IssuerInfo} request.info
 * @param {string} [request.etag] of the keys that are there already
 * @param {AbortSignal} request.signal
 * @returns {Promise<Answer>}
 * @throws {BadAnswer} and whatever `fetch` throws
 */
export async function fetchKeys({ fetch, info: { issuer, discovery }, etag, signal }) {
  const metadata = parse(discovery, await textOf(discovery, await get(fetch, discovery, signal)));
  // Section 4.3.
  if (metadata.issuer !== issuer) throw new BadAnswer(`\`${discovery}\` is the metadata of another issuer`);
  const url = String(metadata.jwks_uri);
  // The origin alone would not do: that of a `blob:` address is the origin of what it was made in.
  if (!url.startsWith(`${new URL(issuer).origin}/`)) {
    throw new BadAnswer(`\`${discovery}\` names keys that are not at the issuer's own origin`);
  }
  const response = await get(fetch, url, signal, etag);
  const { headers } = response;
  return {
    jwks: response.status === 304 ? undefined : await textOf(url, response),
    etag: headers.get('etag') ?? (response.status === 304 ? etag : undefined),
    maxAge: maxAge(headers),
  };
}

/**
 * @param {string} url
 * @param {string} text
 * @returns {{ issuer?: unknown, jwks_uri?: unknown }}
 */
function parse(url, text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new BadAnswer(`\`${url}\` is not JSON`);
  }
}

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {string} url
 * @param {AbortSignal} signal
 * @param {string} [etag]
 * @returns {Promise<Response>} with status 200, or 304 if an `etag` was given
 */
async function get(fetch, url, signal, etag) {
  const headers = { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) };
  // `manual`, since `error` is not to be had everywhere: a redirect is an answer that is not 200.
  /** @type {RequestInit} */
  const init = { headers, redirect: 'manual', signal };
  // Past the cache of a browser, which would not see that keys were rotated. Old workerd knows no `cache`, and would throw.
  if ('cache' in Request.prototype) init.cache = 'no-store';
  const response = await fetch(url, init);
  if (response.status === 200 || (response.status === 304 && etag !== undefined)) return response;
  response.body?.cancel().catch(() => {}); // whose end is of no interest
  throw new BadAnswer(`\`${url}\` answered with status ${response.status}`);
}

/**
 * Reads a body part by part, to stop where it becomes too much, whatever the header says of its length.
 *
 * @param {string} url
 * @param {Response} response
 */
async function textOf(url, response) {
  const chunks = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > MAX_BYTES) {
      reader?.cancel().catch(() => {});
      throw new BadAnswer(`\`${url}\` is larger than ${MAX_BYTES} bytes`);
    }
    chunks.push(part.value);
  }
  try {
    // The core, not the decoder, is to see a byte-order mark.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await new Blob(chunks).arrayBuffer());
  } catch {
    throw new BadAnswer(`\`${url}\` is not UTF-8`);
  }
}

/**
 * What `Cache-Control` leaves of a response's life when it arrives (RFC 9111, sections 4.2 and 5.2.2).
 *
 * @param {Headers} headers
 * @returns {number | undefined} seconds; nothing if it does not say
 */
function maxAge(headers) {
  const directives = (headers.get('cache-control') ?? '').toLowerCase().split(',').map((directive) => directive.trim());
  if (directives.some((directive) => /^no-(store|cache)\b/.test(directive))) return 0;
  const [, seconds] = directives.map((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)).find(Boolean) ?? [];
  const [age] = /^\d{1,9}$/.exec(headers.get('age') ?? '') ?? [];
  return seconds === undefined ? undefined : Math.max(0, Number(seconds) - Number(age ?? 0));
}
