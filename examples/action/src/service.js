// Requests to the token service: nothing that it answers is believed to be short, quick or well-formed.
import { HttpClient } from '@actions/http-client';
import { Agent, fetch } from 'undici';
import { quoted } from '../../../src/js/explain/text.js';
import { Failure } from './log.js';

/** Milliseconds for a request and its answer. */
const TIMEOUT = 10_000;
/** Bytes of an answer: as long as a denial that explains a thousand rules. */
const BODY_BYTES = 1024 * 1024;
/** What says that it is worth trying again. */
const TEMPORARY = [429, 502, 503, 504];

/** What is most likely wrong if something else answers. */
export const IS_IT_RIGHT = ': is the input `url` right?';

/** No answer came. */
export class Unreachable extends Failure {}

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, unknown>} body no members if it is no JSON
 * @property {boolean} isTemporary
 * @property {number | undefined} retryAfter in seconds
 */

/**
 * @param {string} address
 * @param {Record<string, string>} parameters
 * @returns {Promise<Answer>}
 * @throws {Unreachable}
 */
export async function post(address, parameters) {
  // The runner's proxy, by the same rules as the ID token is fetched by.
  const dispatcher = new HttpClient().getAgentDispatcher(address) ?? new Agent();
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(parameters),
      // Not followed: tokens are for this address only.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
      dispatcher,
    });
    const { status, headers } = response;
    if (status >= 300 && status < 400) {
      throw new Failure(`${quoted(address)} answers with a redirect (${status}), which is not followed: correct the input \`url\``);
    }
    const body = parse(await readText(address, response));
    return { status, body, isTemporary: TEMPORARY.includes(status), retryAfter: seconds(headers.get('retry-after')) };
  } catch (error) {
    throw error instanceof Failure ? error : new Unreachable(`${quoted(address)} cannot be reached: ${reasonOf(error)}`);
  } finally {
    // Else an answer that nobody reads to its end would keep this process for seconds.
    await dispatcher.destroy();
  }
}

/**
 * What the service says of a request that it refuses. Its text is for `log.js` to make harmless.
 *
 * @param {string} address
 * @param {Answer} answer
 */
export function refusalOf(address, { status, body }) {
  const { error, error_description: description, code } = body;
  if (typeof error !== 'string') return `${quoted(address)} answers with ${status}, and not as a token service does${IS_IT_RIGHT}`;
  const words = [description, error].find((text) => typeof text === 'string' && text !== '');
  return `the token service says: ${words} (${typeof code === 'string' ? code : status})`;
}

/**
 * @param {string} address
 * @param {Awaited<ReturnType<typeof fetch>>} response
 */
async function readText(address, response) {
  const decoder = new TextDecoder();
  let [text, length] = ['', 0];
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > BODY_BYTES) {
      throw new Failure(`${quoted(address)} answers with more than the ${BODY_BYTES} bytes that are read${IS_IT_RIGHT}`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function parse(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

/**
 * `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
 *
 * @param {string | null} value
 */
function seconds(value) {
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}

/** @param {unknown} error */
function reasonOf(error) {
  const { name, message, cause } = /** @type {Error} */ (error);
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT / 1000} s`;
  const { code, message: deeper } = /** @type {{ code?: string, message?: string }} */ (cause ?? {});
  return deeper || code || message;
}
