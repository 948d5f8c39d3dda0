import { createServer } from 'node:http';
import { checkInteger, checkMembers, optionError } from '../options.js';
import { OPTIONS, createIssuer } from './issuer.js';
import { refuse } from './routes.js';

// Far above what a client of GitHub's sends, far below what hurts.
const LIMITS = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 10_000 };

/**
 * Serves an issuer on 127.0.0.1. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').ServerOptions} [options]
 * @returns {Promise<import('./types.d.ts').RunningIssuer>}
 * @throws an error with code `option_invalid`
 */
export async function startIssuer(options = {}) {
  checkMembers('options', options, [...OPTIONS, 'port']);
  const { port = 0, kind = 'loopback', ...rest } = options;
  checkInteger('port', port, 0, 65535);
  const server = createServer(LIMITS);
  await listen(server, port);
  const close = () =>
    new Promise((/** @type {(value: void) => void} */ resolve) => {
      server.close(() => resolve()); // its error says that it was closed before
      server.closeAllConnections();
    });
  try {
    const { port: actual } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const issuer = createIssuer({ ...rest, kind, url: `http://127.0.0.1:${actual}` });
    server.on('request', async (request, response) => send(response, await answer(issuer, request)));
    await issuer.jwks(); // so that the first request need not wait for the key
    return Object.freeze({ ...issuer, close });
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * @param {import('./types.d.ts').Issuer} issuer
 * @param {import('node:http').IncomingMessage} incoming
 * @returns {Promise<Response>}
 */
async function answer(issuer, { url: target = '', method, headers }) {
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0) {
    return refuse(413, 'no request takes a body', { connection: 'close' }); // which leaves the body unread
  }
  let request;
  try {
    const { authorization } = headers;
    request = new Request(new URL(`${issuer.url}${target}`), { method, headers: authorization === undefined ? {} : { authorization } });
  } catch {
    return refuse(400, 'the request cannot be read');
  }
  return issuer.fetch(request);
}

/**
 * @param {import('node:http').ServerResponse} outgoing
 * @param {Response} response
 */
async function send(outgoing, response) {
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), 'content-length': body.length });
  outgoing.end(body);
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port 0 takes a free one
 * @returns {Promise<void>}
 */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portError(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
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
