import { ClaimgateError } from '../errors.js';

/** Bytes of a request: a token has at most 16 KiB, and as much again is enough for the rest. */
const BODY_BYTES = 32 * 1024;

/**
 * The parameters of a request (RFC 6749, appendix B). Those that are not known are left out, and so are empty ones (section 3.2);
 * known ones may come once, or several times where that is said.
 *
 * @template {string} Once
 * @template {string} [Many=never]
 * @param {Request} request
 * @param {{ once: readonly Once[], many?: readonly Many[] }} names
 * @returns {Promise<Partial<Record<Once, string>> & Record<Many, string[]>>}
 */
export async function readForm(request, { once, many = [] }) {
  /** @type {readonly string[]} */
  const known = [...once, ...many];
  // Addresses end up in logs.
  const stray = request.url.includes('?') && [...new URL(request.url).searchParams.keys()].find((name) => known.includes(name));
  if (stray) throw new ClaimgateError('request_malformed', `\`${stray}\` belongs into the body of the request, not into its address`);
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new ClaimgateError('request_malformed', 'the body must be of the type `application/x-www-form-urlencoded`');
  }
  /** @type {Record<string, string | string[]>} */
  const parameters = Object.fromEntries(many.map((name) => [name, []]));
  const text = await readBody(request);
  if (/[^\x20-\x7e]/.test(text)) throw malformed();
  // Not by `URLSearchParams`, which takes what is malformed, and in workerd more time.
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1));
    if (value === '' || !known.includes(name)) continue;
    const before = parameters[name];
    if (Array.isArray(before)) before.push(value);
    else if (before === undefined) parameters[name] = value;
    else throw new ClaimgateError('request_malformed', `\`${name}\` is there more than once`);
  }
  return /** @type {any} */ (parameters);
}

/**
 * A name or a value of a form; of anything but UTF-8 there is none.
 *
 * @param {string} text
 */
export function decode(text) {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed();
  }
}

/**
 * Reads no further than it must to know that a body is too large.
 *
 * @param {Request} request
 */
async function readBody(request) {
  const length = request.headers.get('content-length');
  if (Number(length) > BODY_BYTES) throw tooLarge();
  try {
    // Whoever says how long it is, is held to that by HTTP. Firefox shows no stream.
    if (length === null && request.body !== undefined) return await readStream(request.body);
    const text = await request.text();
    if (text.length > BODY_BYTES) throw tooLarge();
    // Of another length it is no ASCII, or had a byte-order mark.
    if (length !== null && text.length !== Number(length)) throw malformed();
    return text;
  } catch (cause) {
    if (cause instanceof ClaimgateError) throw cause;
    throw new ClaimgateError('request_malformed', 'the body ended before its time', { cause });
  }
}

/** @param {ReadableStream<Uint8Array> | null} body */
async function readStream(body) {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let [text, length] = ['', 0];
  const reader = body?.getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) return text + decoder.decode();
    length += chunk.value.length;
    if (length > BODY_BYTES) {
      reader?.cancel().catch(() => {});
      throw tooLarge();
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}

function malformed() {
  return new ClaimgateError('request_malformed', 'the body is not form-encoded UTF-8');
}

function tooLarge() {
  return new ClaimgateError('request_too_large', `the body has more than the ${BODY_BYTES} bytes that are read`);
}
