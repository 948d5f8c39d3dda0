// Issuers, sound and faulty ones, each on a loopback port of its own. A request is answered by the port in its `Host`, so
// that a runtime whose requests all reach one port (workerd) sees the same world.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { jwks } from './tokens.mjs';

const json = (response, body, headers = {}) =>
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));

const metadata = (issuer) => ({ issuer, jwks_uri: `${issuer}/.well-known/jwks` });

/** Keys with such headers. */
const keysWith = (headers) => ({ keys: (response) => json(response, jwks('rsa'), headers) });

/** Keys that change when told to. */
const rotating = { keys: (response, { state }) => json(response, jwks(state.changed ? 'rsa-other' : 'rsa')) };

/** An issuer that is down until it is told to change, or from then on. */
const downWhile = (changed) => ({
  discovery: (response, { issuer, state }) => (state.changed === changed ? response.writeHead(500).end('down') : json(response, metadata(issuer))),
});

/** An issuer that says when to come back. */
const refusing = (status, retryAfter) => ({ discovery: (response) => response.writeHead(status, { 'retry-after': retryAfter() }).end() });

/** What each answers to discovery, and to the request for its keys. */
const ISSUERS = {
  sound: {},
  unneeded: {},
  hydrating: {},
  'switched from': {},
  'switched to': {},
  guessed: {},
  ahead: {},
  setBack: {},
  'cached cacheApi': {},
  'cached workersKv': {},
  'cached denoKv': {},
  rotating,
  shared: rotating,
  replacing: {
    keys(response, { state }) {
      const [key] = jwks(state.changed ? 'rsa-other' : 'rsa').keys;
      json(response, { keys: [{ ...key, kid: 'rsa' }] });
    },
  },
  doubled: { keys: (response) => json(response, { keys: [...jwks('rsa').keys, ...jwks('rsa').keys] }) },
  recovering: downWhile(false),
  breaking: downWhile(true),
  cut: downWhile(true),
  emptying: { keys: (response, { state }) => json(response, state.changed ? { keys: [] } : jwks('rsa')) },
  throttled: refusing(429, () => '3600'),
  throttling: { discovery: (response, self) => (self.state.changed ? refusing(429, () => '3600').discovery(response) : json(response, metadata(self.issuer))) },
  unhurried: refusing(503, () => '30'),
  dated: refusing(503, () => new Date(Date.now() + 120_000).toUTCString()),
  hasty: refusing(429, () => '0'),
  forever: refusing(503, () => '999999999'),
  vague: refusing(503, () => 'next week'),
  brief: keysWith({ 'cache-control': 'public, max-age=120, must-revalidate' }),
  aged: keysWith({ 'cache-control': 'Max-Age="100"', age: '10' }),
  unkept: keysWith({ 'cache-control': 'private, no-store, max-age=300' }),
  eternal: keysWith({ 'cache-control': 'max-age=31536000, immutable' }),
  tagged: {
    keys(response, { state, request }) {
      const etag = state.changed ? 'W/"2"' : 'W/"1"';
      const isKnown = request.headers['if-none-match'] === etag;
      state.statuses.push(isKnown ? 304 : 200);
      if (isKnown) response.writeHead(304, { etag }).end();
      else json(response, jwks(state.changed ? 'rsa-other' : 'rsa'), { etag });
    },
  },
  marked: { keys: (response) => json(response, `\ufeff${JSON.stringify(jwks('rsa'))}`) },
  binary: { keys: (response) => response.writeHead(200).end(Buffer.from([0x7b, 0xff])) },
  useless: { keys: (response) => json(response, { keys: [{ kty: 'oct', kid: 'rsa', k: 'c2VjcmV0' }] }) },
  failing: { discovery: (response) => response.writeHead(500).end('down') },
  redirecting: { keys: (response) => response.writeHead(302, { location: '/elsewhere' }).end() },
  'redirecting discovery': { discovery: (response) => response.writeHead(307, { location: '/elsewhere' }).end() },
  unasked: { keys: (response) => response.writeHead(304, { etag: '"1"' }).end() },
  garbled: { keys: (response) => json(response, '{"keys":[],"keys":[]}') },
  unreadable: { discovery: (response) => json(response, '<html>') },
  garbage: { discovery: (response) => response.writeHead(200).end(randomBytes(4096)) },
  impostor: { discovery: (response) => json(response, metadata('https://token.actions.githubusercontent.com')) },
  elsewhere: {
    discovery: (response, { issuer }) => json(response, { issuer, jwks_uri: 'https://evil.example/.well-known/jwks' }),
  },
  brimful: { keys: (response) => json(response, '{"keys":[]}'.padEnd(512 * 1024)) },
  bloated: { keys: (response) => json(response, '{"keys":[]}'.padEnd(512 * 1024 + 1)) },
  flooding: { discovery: (response) => Readable.from(megabytes(50)).on('error', () => {}).pipe(response.writeHead(200)) },
  stalling: { keys: (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":') },
  silent: { discovery: () => {} },
  dropping: { keys: (response) => response.destroy() },
  'breaking off': {
    keys(response) {
      response.writeHead(200, { 'content-length': '100' }).write('{"keys":', () => response.destroy());
    },
  },
};

function* megabytes(count) {
  const megabyte = Buffer.alloc(1024 * 1024, ' ');
  for (let index = 0; index < count; index += 1) yield megabyte;
}

/** Starts them; `urls` has each one's `iss`, and `close` ends them all. */
export async function startIssuers() {
  const servers = [];
  const byPort = new Map();
  const urls = {};
  for (const [name, behaviour] of Object.entries(ISSUERS)) {
    const server = createServer((request, response) => answer(byPort.get(new URL(`http://${request.headers.host}`).port), request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address();
    servers.push(server);
    urls[name] = `http://127.0.0.1:${port}`;
    byPort.set(String(port), { behaviour, issuer: urls[name], state: { requests: 0, statuses: [], changed: false } });
  }
  const close = () =>
    servers.forEach((server) => {
      server.close();
      server.closeAllConnections();
    });
  return { urls, close };
}

function answer({ behaviour, ...self }, request, response) {
  // Pages of other origins may read it, as they may not with GitHub's own.
  for (const name of ['origin', 'headers']) response.setHeader(`access-control-allow-${name}`, '*');
  response.setHeader('access-control-expose-headers', '*');
  if (request.method === 'OPTIONS') return response.writeHead(204).end();
  const { state } = self;
  switch (request.url) {
    case '/requests':
      return json(response, { requests: state.requests, statuses: state.statuses });
    case '/change':
      state.changed = !state.changed;
      return json(response, { changed: state.changed });
  }
  state.requests += 1;
  switch (request.url) {
    case '/.well-known/openid-configuration':
      return behaviour.discovery ? behaviour.discovery(response, self) : json(response, metadata(self.issuer));
    case '/.well-known/jwks':
      return behaviour.keys ? behaviour.keys(response, { ...self, request }) : json(response, jwks('rsa'));
    default:
      // Where a redirect leads: had it been followed, the keys would be had.
      return json(response, jwks('rsa'));
  }
}
