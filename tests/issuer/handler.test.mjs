// The issuer as a fetch handler, without a server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Request as NodeFetchRequest } from 'node-fetch';
import { Request as UndiciRequest } from 'undici';
import { createVerifier, decodeUnverified } from 'claimgate';
import { createIssuer } from 'claimgate/issuer';
import { JOB_CLAIMS } from '../node_modules/claimgate/js/issuer/claims.js';
import { claimTable } from '../node_modules/claimgate/wasm/claimgate.js';

const AUDIENCE = 'https://deploy.example.com';
const POLICY = { version: 1, audience: AUDIENCE, issuers: { github: { kind: 'github' } }, roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74' }] } } };

test("a verifier with a policy for github.com takes the issuer's `fetch`, and follows its rotations", async () => {
  const issuer = createIssuer();
  const verifier = createVerifier({ policy: POLICY, remoteKeys: { fetch: issuer.fetch } });
  const job = issuer.job();
  assert.equal((await verifier.authorize(await job.token(AUDIENCE), { role: 'deploy' })).issuer, 'https://token.actions.githubusercontent.com');

  const { kid } = await issuer.rotate({ keepOld: false });
  const later = createVerifier({ policy: POLICY, remoteKeys: { fetch: issuer.fetch } });
  const rotated = await job.token(AUDIENCE);
  await later.authorize(rotated, { role: 'deploy' });
  const { keys } = await issuer.jwks();
  assert.deepEqual(keys.map((key) => key.kid), [kid]);
  const forged = await createIssuer().job().token(AUDIENCE);
  await assert.rejects(later.authorize(forged, { role: 'deploy' }), { code: 'key_unknown' });
});

test('a job asks it for tokens at its `url`, and every request is answered by its path', async () => {
  const issuer = createIssuer({ kind: 'ghes', host: 'github.example.com:8443', url: 'https://issuer.example.com' });
  const job = issuer.job();
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = job.env;
  assert.ok(url.startsWith('https://issuer.example.com/token?'), url);
  const headers = { authorization: `bearer ${bearer}` };
  const ask = (path, init) => issuer.fetch(`https://anything.example${path}`, init);
  const { value } = await (await issuer.fetch(new Request(`${url}&audience=${AUDIENCE}`, { headers }), { method: 'of env, which is ignored' })).json();
  const policy = { ...POLICY, issuers: { github: { kind: 'ghes', host: 'github.example.com:8443' } } };
  const verifier = createVerifier({ policy, keys: { github: await issuer.jwks() } });
  assert.equal((await verifier.authorize(value, { role: 'deploy' })).claims.aud, AUDIENCE);

  const discovery = await (await ask('/_services/token/.well-known/openid-configuration')).json();
  assert.deepEqual([discovery.issuer, discovery.jwks_uri], [issuer.issuer, `${issuer.issuer}/.well-known/jwks`]);
  for (const [path, init, status] of [
    ['/.well-known/jwks', {}, 404],
    ['/_services/token/.well-known/jwks', { method: 'HEAD' }, 200],
    ['/_services/token/.well-known/jwks', { method: 'POST' }, 405],
    ['/token', {}, 401],
    ['/token', { headers: { authorization: `bearer ${bearer}x` } }, 401],
    ['/rotate?keep-old=maybe', { method: 'POST', headers }, 400],
    ['/rotate', { method: 'POST', headers }, 200],
  ]) assert.equal((await ask(path, init)).status, status, path);
  assert.equal((await issuer.jwks()).keys.length, 2);
});

test('requests of other implementations of the Fetch API are answered like those of the runtime', async () => {
  const issuer = createIssuer();
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = issuer.job().env;
  for (const Request of [globalThis.Request, UndiciRequest, NodeFetchRequest]) {
    assert.equal((await issuer.fetch(new Request(url, { headers: { authorization: `bearer ${bearer}` } }))).status, 200);
    assert.equal((await issuer.fetch(new Request(url))).status, 401);
  }
  assert.equal((await issuer.fetch(new URL(`${issuer.issuer}/.well-known/jwks`))).status, 200);
});

test('an empty audience is an error of `token`, and the default at the endpoint, as at GitHub', async () => {
  const issuer = createIssuer();
  const job = issuer.job();
  await assert.rejects(job.token(''), { code: 'option_invalid', message: /^`audience` is empty/ });
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = job.env;
  const { value } = await (await issuer.fetch(`${url}&audience=`, { headers: { authorization: `bearer ${bearer}` } })).json();
  assert.equal(decodeUnverified(value).claims.aud, 'https://github.com/octo-org');
});

test('a job can have every claim of the core’s table, and no other claim has a rule', () => {
  const registered = ['iss', 'sub', 'aud', 'iat', 'nbf', 'exp', 'jti'];
  const table = claimTable().trimEnd().split('\n').map((line) => line.split('\t')[0]);
  assert.deepEqual([...JOB_CLAIMS].sort(), table.filter((name) => !registered.includes(name) && !name.endsWith('_')).sort());
});

test('rotations at the same time all take place', async () => {
  const issuer = createIssuer();
  const made = await Promise.all([issuer.rotate(), issuer.rotate(), issuer.rotate()]);
  const { keys } = await issuer.jwks();
  assert.equal(keys.length, 4);
  assert.deepEqual(keys.slice(1).map(({ kid }) => kid), made.map(({ kid }) => kid));
});
