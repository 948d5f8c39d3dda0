import { createServer } from 'node:http';
import { ClaimgateError } from '../errors.js';
import { optionError } from '../options.js';

/**
 * An answer in JSON.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {object} body
 * @property {Record<string, string>} [headers]
 */

/** @typedef {{ query: URLSearchParams, authorization: string | undefined }} Request */
/** @typedef {(request: Request) => Answer | Promise<Answer>} Handler */
/** @typedef {{ method: 'GET' | 'POST', handle: Handler }} Route */

// Far above what a client of GitHub's sends, far below what hurts.
const LIMITS = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 10_000 };

/**
 * Serves routes on the loopback interface.
 *
 * @param {number} port 0 takes a free one
 * @param {(url: string) => ReadonlyMap<string, Route>} routesAt the routes by their exact path, given where they are served
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 * @throws an error with code `option_invalid`
 */
export async function serve(port, routesAt) {
  const server = createServer(LIMITS);
  await /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      server.once('error', (error) => reject(portError(port, error)));
      server.listen(port, '127.0.0.1', resolve);
    })
  );
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${address.port}`;
  const routes = routesAt(url);
  server.on('request', async (request, response) => send(response, await answer(routes, request)));
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve()); // its error says that it was closed before
        server.closeAllConnections();
      }),
  };
}

/**
 * An answer that is an error.
 *
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export function refuse(status, message, headers = {}) {
  return { status, body: { message }, headers };
}

/**
 * @param {ReadonlyMap<string, Route>} routes
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Answer>}
 */
async function answer(routes, { url = '', method, headers }) {
  // Split by hand: `new URL` throws on some request targets and tidies up others.
  const [path = '', ...query] = url.split('?');
  const route = routes.get(path);
  if (!route) return refuse(404, `nothing is served here; there is ${[...routes.keys()].join(', ')}`);
  const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
  if (!methods.includes(method ?? '')) {
    return refuse(405, `the method here is ${route.method}`, { allow: methods.join(', ') });
  }
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0) {
    return refuse(413, 'no request takes a body', { connection: 'close' }); // which leaves the body unread
  }
  try {
    return await route.handle({ query: new URLSearchParams(query.join('?')), authorization: headers.authorization });
  } catch (error) {
    if (error instanceof ClaimgateError) {
      return refuse(400, error.message);
    }
    return refuse(500, 'the issuer failed');
  }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Answer} answer
 */
function send(response, { status, body, headers = {} }) {
  const json = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json), ...headers });
  response.end(json);
}

/**
 * @param {number} port
 * @param {NodeJS.ErrnoException} error
 */
function portError(port, error) {
  const reasons = { EADDRINUSE: 'is in use', EACCES: 'needs privileges' };
  const reason = Object.entries(reasons).find(([code]) => code === error.code)?.[1] ?? `cannot be used (${error.code})`;
  return optionError(`port ${port} ${reason}; choose another, or 0 for any free one`, { cause: error });
}
