// An exchange in this process, whose issuer is github.com with a test key, and all that it tells of.
import { createExchange, createMetrics } from 'claimgate/exchange';
import { SAMPLE, freshToken, jwks, signingKeys } from '../lib/tokens.mjs';

export const ISSUER = 'https://tokens.example.com';
export const API = 'https://api.example.com';
export const TYPES = 'urn:ietf:params:oauth:token-type:';
export const SECRET = 'xK2mR7wQ9tL4vB8nC3pZ6s';

export const POLICY = {
  version: 1,
  audience: SAMPLE.aud,
  issuers: { github: { kind: 'github' } },
  roles: {
    deploy: {
      issuer: 'github',
      allow: [{ repository_id: '74', environment: 'prod' }],
      deny: [{ event_name: 'pull_request' }],
      grant: { audience: API, scope: ['deploy:write', 'deploy:read'], ttl: 600 },
    },
    gate: { issuer: 'github', allow: [{ repository_id: '74' }] },
  },
};

let count = 0;

/** The parameters of an exchange; each time with another token, unless one is given. */
export const form = (changes = {}) => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: freshToken({ jti: `job ${(count += 1)}`, ...changes.claims }),
  subject_token_type: `${TYPES}id_token`,
  role: 'deploy',
  ...without(changes, 'claims'),
});

/** The parameters as a body: a list of values is a parameter as often, and undefined is none. */
export function encode(parameters) {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return new URLSearchParams(pairs.filter(([, value]) => value !== undefined));
}

export const basic = (id = 'api', secret = SECRET) => ({ authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}` });

/** An exchange with these options, and what it has told: `lines` of the audit, `errors`, `metrics`. */
export function createWorld(options = {}) {
  const [lines, errors, metrics] = [[], [], createMetrics()];
  const exchange = createExchange({
    policy: POLICY,
    ...(options.remoteKeys === undefined && { keys: { github: jwks('rsa') } }),
    issuer: ISSUER,
    signer: signingKeys(),
    resourceServers: { api: { secret: SECRET, audience: API } },
    audit: (line) => lines.push(line),
    onError: (error) => errors.push(error),
    metrics,
    ...options,
  });
  const send = async (path, init) => {
    const response = await exchange(new Request(new URL(path, ISSUER), init));
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
  return {
    exchange,
    send,
    post: (path, parameters, headers) => send(path, { method: 'POST', body: encode(parameters), headers }),
    get: (path) => send(path),
    records: () => lines.map((line) => JSON.parse(line)),
    lines,
    errors,
    metrics,
  };
}

export function without(object, name) {
  const { [name]: _, ...rest } = object;
  return rest;
}
