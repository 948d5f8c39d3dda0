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
 * @param {{ once: readonly Once[], many?: readonly Many[] }} known
 * @returns {Promise<Partial<Record<Once, string>> & Record<Many, string[]>>}
 */
export async function readForm(request, { once, many = [] }) {
  const query = new URL(request.url).searchParams;
  const stray = [...once, ...many].find((name) => query.has(name));
  // Addresses end up in logs.
  if (stray !== undefined) throw new ClaimgateError('request_malformed', `\`${stray}\` belongs into the body of the request, not into its address`);
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new ClaimgateError('request_malformed', 'the body must be of the type `application/x-www-form-urlencoded`');
  }
  const found = new URLSearchParams(await readText(request));
  /** @type {Record<string, string | string[]>} */
  const parameters = {};
  for (const name of [...once, ...many]) {
    const values = found.getAll(name).filter((value) => value !== '');
    // What was no UTF-8 is this by now.
    if (values.some((value) => /[\0\ufffd]/.test(value))) throw new ClaimgateError('request_malformed', `\`${name}\` is not UTF-8`);
    if (many.includes(/** @type {Many} */ (name))) parameters[name] = values;
    else if (values.length > 1) throw new ClaimgateError('request_malformed', `\`${name}\` is there more than once`);
    else if (values[0] !== undefined) parameters[name] = values[0];
  }
  return /** @type {any} */ (parameters);
}

/**
 * The body as text: ASCII, and every `%` with its two digits.
 *
 * @param {Request} request
 */
async function readText(request) {
  const text = await readBody(request);
  if (/[^\x20-\x7e]|%(?![0-9a-f]{2})/i.test(text)) throw new ClaimgateError('request_malformed', 'the body is not form-encoded');
  return text;
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
    const text = length !== null || request.body === undefined ? await request.text() : await readStream(request.body);
    if (text.length > BODY_BYTES) throw tooLarge();
    return text;
  } catch (cause) {
    if (cause instanceof ClaimgateError) throw cause;
    throw new ClaimgateError('request_malformed', 'the body ended before its time', { cause });
  }
}

/** @param {ReadableStream<Uint8Array> | null} body */
async function readStream(body) {
  const decoder = new TextDecoder();
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

function tooLarge() {
  return new ClaimgateError('request_too_large', `the body has more than the ${BODY_BYTES} bytes that are read`);
}
