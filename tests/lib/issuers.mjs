// Issuers, sound and faulty ones, each on a loopback port of its own. A request is answered by the port in its `Host`, so
// that a runtime whose requests all reach one port (workerd) sees the same world.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { jwks } from './tokens.mjs';

const json = (response, body, headers = {}) =>
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));

const metadata = (issuer) => ({ issuer, jwks_uri: `${issuer}/.well-known/jwks` });

/** What each answers to discovery, and to the request for its keys. */
const ISSUERS = {
  sound: {},
  rotating: {
    keys: (response, { state }) => json(response, jwks(state.rotated ? 'rsa-other' : 'rsa')),
    rotate: (response, { state }) => json(response, { rotated: (state.rotated = true) }),
  },
  recovering: {
    discovery: (response, { issuer, state }) => (state.isUp ? json(response, metadata(issuer)) : response.writeHead(500).end('down')),
    rotate: (response, { state }) => json(response, { isUp: (state.isUp = true) }),
  },
  emptying: {
    keys: (response, { state }) => json(response, state.isEmpty ? { keys: [] } : jwks('rsa')),
    rotate: (response, { state }) => json(response, { isEmpty: (state.isEmpty = true) }),
  },
  setBack: {},
  marked: { keys: (response) => json(response, `\ufeff${JSON.stringify(jwks('rsa'))}`) },
  binary: { keys: (response) => response.writeHead(200).end(Buffer.from([0x7b, 0xff])) },
  useless: { keys: (response) => json(response, { keys: [{ kty: 'oct', kid: 'rsa', k: 'c2VjcmV0' }] }) },
  failing: { discovery: (response) => response.writeHead(500).end('down') },
  redirecting: { keys: (response) => response.writeHead(302, { location: '/elsewhere' }).end() },
  garbled: { keys: (response) => json(response, '{"keys":[],"keys":[]}') },
  unreadable: { discovery: (response) => json(response, '<html>') },
  impostor: { discovery: (response) => json(response, metadata('https://token.actions.githubusercontent.com')) },
  elsewhere: {
    discovery: (response, { issuer }) => json(response, { issuer, jwks_uri: 'https://evil.example/.well-known/jwks' }),
  },
  bloated: { keys: (response) => json(response, `{"keys":[]}${' '.repeat(600 * 1024)}`) },
  stalling: { keys: (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"keys":') },
  dropping: { keys: (response) => response.destroy() },
};

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
    byPort.set(String(port), { behaviour, issuer: urls[name], state: { requests: 0 } });
  }
  const close = () =>
    servers.forEach((server) => {
      server.close();
      server.closeAllConnections();
    });
  return { urls, close };
}

function answer({ behaviour, ...self }, request, response) {
  const path = request.url;
  if (path === '/requests') return json(response, { requests: self.state.requests });
  if (path === '/rotate') return behaviour.rotate(response, self);
  self.state.requests += 1;
  if (path === '/.well-known/openid-configuration') {
    return (behaviour.discovery ?? (() => json(response, metadata(self.issuer))))(response, self);
  }
  if (path === '/.well-known/jwks') return (behaviour.keys ?? (() => json(response, jwks('rsa'))))(response, self);
  // Where a redirect leads: had it been followed, the keys would be had.
  return json(response, jwks('rsa'));
}
