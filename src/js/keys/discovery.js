import { decodeUtf8 } from '../util/utf8.js';

/** As `limits::KEY_SET_BYTES` of the core. */
const MAX_BYTES = 512 * 1024;

/** The port that a URL leaves out (RFC 9110, section 4.2). @type {Record<string, number>} */
const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 };

const FETCH_HINT = 'pass a function like the global `fetch`, such as the one of undici or node-fetch';
const UNREADABLE = `the \`fetch\` of \`remoteKeys\` returned a body that is not a stream of bytes: ${FETCH_HINT}`;

/** The form of RFC 9110, section 5.6.7, that is not obsolete: `Date.parse` would take much else. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** What an issuer answered that is not its keys. */
export class BadAnswer extends Error {
  /**
   * @param {string} message
   * @param {number} [retryAfter] after how many seconds the issuer wants to be asked again
   */
  constructor(message, retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

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
 * @param {import('../types.d.ts').Fetch} request.fetch
 * @param {import('../types.d.ts').IssuerInfo} request.info
 * @param {string} [request.etag] of the keys that are there already
 * @param {number} request.now in seconds
 * @param {AbortSignal} request.signal
 * @returns {Promise<Answer>}
 * @throws {BadAnswer} and whatever `fetch` throws
 */
export async function fetchKeys({ fetch, info: { issuer, discovery }, etag, now, signal }) {
  const get = (/** @type {string} */ url, /** @type {string | undefined} */ tag = undefined) => request({ fetch, url, etag: tag, now, signal });
  const metadata = parse(discovery, await textOf(discovery, await get(discovery)));
  // Section 4.3.
  if (metadata.issuer !== issuer) throw new BadAnswer(`\`${discovery}\` is the metadata of another issuer`);
  const url = String(metadata.jwks_uri);
  if (!isAtOrigin(url, issuer)) throw new BadAnswer(`\`${discovery}\` names keys that are not at the issuer's own origin`);
  const response = await get(url, etag);
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
 * Whether a URL is of the same origin as the issuer's. Its text is compared: a parsed URL would also be of that origin with a user
 * name, as a `blob:` URL, or after a parser has mended it. The default port may be written out.
 *
 * @param {string} url
 * @param {string} issuer
 */
function isAtOrigin(url, issuer) {
  const { origin, protocol, port } = new URL(issuer);
  return url.startsWith(`${origin}/`) || (port === '' && url.startsWith(`${origin}:${DEFAULT_PORTS[protocol]}/`));
}

/**
 * @param {object} options
 * @param {import('../types.d.ts').Fetch} options.fetch
 * @param {string} options.url
 * @param {string} [options.etag]
 * @param {number} options.now
 * @param {AbortSignal} options.signal
 * @returns {Promise<import('../types.d.ts').FetchResponse>} with status 200, or 304 if an `etag` was given
 */
async function request({ fetch, url, etag, now, signal }) {
  const headers = { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) };
  // `manual`, since `error` is not to be had everywhere: a redirect is an answer that is not 200.
  /** @type {import('../types.d.ts').FetchInit} */
  const init = { headers, redirect: 'manual', signal };
  // Past the cache of a browser, which would not see that keys were rotated. Old workerd knows no `cache`, and would throw.
  if ('cache' in Request.prototype) init.cache = 'no-store';
  const response = await fetch(url, init);
  if (typeof response?.status !== 'number' || typeof response.headers?.get !== 'function') {
    throw new BadAnswer(`the \`fetch\` of \`remoteKeys\` did not return a \`Response\`: ${FETCH_HINT}`);
  }
  if (response.status === 200 || (response.status === 304 && etag !== undefined)) return response;
  discard(response.body);
  throw new BadAnswer(`\`${url}\` answered with status ${response.status}`, retryAfter(response.headers, now));
}

/**
 * Ends a body that is not read.
 *
 * @param {any} body
 */
function discard(body) {
  if (typeof body?.cancel === 'function') body.cancel().catch(() => {});
  else body?.destroy?.();
}

/**
 * Reads a body part by part, to stop where it becomes too much, whatever the header says of its length.
 *
 * @param {string} url
 * @param {import('../types.d.ts').FetchResponse} response
 */
async function textOf(url, response) {
  const chunks = [];
  let bytes = 0;
  for await (const part of partsOf(response.body)) {
    // Anything else would have no length that could be bounded.
    if (!ArrayBuffer.isView(part)) throw new BadAnswer(UNREADABLE);
    bytes += part.byteLength;
    if (bytes > MAX_BYTES) throw new BadAnswer(`\`${url}\` is larger than ${MAX_BYTES} bytes`);
    chunks.push(/** @type {Uint8Array<ArrayBuffer>} */ (part));
  }
  try {
    return decodeUtf8(await new Blob(chunks).arrayBuffer());
  } catch {
    throw new BadAnswer(`\`${url}\` is not UTF-8`);
  }
}

/**
 * The parts of a body: a web stream, or a stream of Node, which node-fetch has. Leaving the loop over them ends the stream.
 *
 * @param {any} body
 * @returns {AsyncGenerator<unknown>}
 */
async function* partsOf(body) {
  if (typeof body?.getReader !== 'function') {
    if (typeof body?.[Symbol.asyncIterator] !== 'function') throw new BadAnswer(UNREADABLE);
    yield* body;
    return;
  }
  // Not every browser can iterate over a web stream.
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * What `Retry-After` says (RFC 9110, section 10.2.3).
 *
 * @param {import('../types.d.ts').FetchResponse['headers']} headers
 * @param {number} now in seconds
 * @returns {number | undefined} seconds from now on; nothing if it does not say
 */
function retryAfter(headers, now) {
  const value = headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value);
  return HTTP_DATE.test(value) ? Math.ceil(Date.parse(value) / 1000) - now : undefined;
}

/**
 * What `Cache-Control` leaves of a response's life when it arrives (RFC 9111, sections 4.2 and 5.2.2).
 *
 * @param {import('../types.d.ts').FetchResponse['headers']} headers
 * @returns {number | undefined} seconds; nothing if it does not say
 */
function maxAge(headers) {
  const directives = (headers.get('cache-control') ?? '').toLowerCase().split(',').map((directive) => directive.trim());
  if (directives.some((directive) => /^no-(store|cache)\b/.test(directive))) return 0;
  const [, seconds] = directives.map((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)).find(Boolean) ?? [];
  const [age] = /^\d{1,9}$/.exec(headers.get('age') ?? '') ?? [];
  return seconds === undefined ? undefined : Math.max(0, Number(seconds) - Number(age ?? 0));
}
