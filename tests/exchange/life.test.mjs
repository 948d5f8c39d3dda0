// The life of an access token: keys that rotate, introspection, revocation, and the documents by which all of it is found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { memoryReplay } from 'claimgate/replay';
import { now, signingKeys } from '../lib/tokens.mjs';
import { API, ISSUER, SECRET, basic, createWorld, form, without } from './world.mjs';

const verify = async (token, { get }) => jwtVerify(token, createLocalJWKSet((await get('/.well-known/jwks.json')).body), { issuer: ISSUER, audience: API, typ: 'at+jwt' });

test('a rotation of keys breaks nobody: tokens of before and after are good on both sides of it', async () => {
  const [first, later] = [signingKeys(), signingKeys('ES256')];
  const replay = memoryReplay();
  const retired = { ...without(first.current, 'd'), exp: now() + 3600 };
  const before = createWorld({ signer: first, replay });
  const after = createWorld({ signer: JSON.stringify({ current: first.next, next: later.current, retired: [retired] }), replay });
  const [old, fresh] = [before, after].map(async ({ post }) => (await post('/token', form())).body.access_token);
  for (const token of [await old, await fresh]) {
    for (const world of [before, after]) {
      await verify(token, world);
      assert.equal((await world.post('/introspect', { token }, basic())).body.active, true);
    }
  }
  await after.post('/revoke', { token: await old });
  assert.equal((await before.post('/introspect', { token: await old }, basic())).body.active, false);
  const { body } = await after.get('/.well-known/jwks.json');
  assert.deepEqual(body.keys.map(({ kid, alg }) => [kid, alg]), [['EdDSA next', 'EdDSA'], ['ES256 current', 'ES256'], ['EdDSA current', 'EdDSA']]);
  assert.ok(body.keys.every((key) => !('d' in key) && !('exp' in key) && key.use === 'sig'));
  const long = createWorld({ signer: { current: first.next, retired: [{ ...retired, exp: now() - 1 }] }, replay });
  await assert.rejects(verify(await old, long), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
});

test('introspection answers the servers that it knows, and each of its own tokens alone', async () => {
  let time = now();
  const other = { secret: 'another-secret-of-24-chr', audience: 'https://other.example' };
  const { post, metrics } = createWorld({ clock: () => time, resourceServers: { 'https://api.example.com:8443/x': { secret: SECRET, audience: API }, other } });
  const server = basic('https://api.example.com:8443/x');
  const { access_token: token } = (await post('/token', form())).body;
  const { status, headers, body } = await post('/introspect', { token, token_type_hint: 'access_token' }, server);
  assert.deepEqual([status, headers.get('cache-control')], [200, 'no-store']);
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  assert.deepEqual(body, { active: true, token_type: 'Bearer', ...claims });

  const inactive = async (token, credentials = server) => assert.deepEqual((await post('/introspect', { token }, credentials)).body, { active: false });
  await inactive(token, basic('other', other.secret));
  await inactive('x');
  await inactive(form().subject_token);
  // Not at its end: one signature in sixteen ends with a byte that is zero.
  await inactive(token.replace(/.(?=.{40}$)/, (digit) => (digit === 'A' ? 'B' : 'A')));
  time += 600;
  await inactive(token);
  assert.match(metrics.text(), /claimgate_introspections_total\{active="true"\} 1\nclaimgate_introspections_total\{active="false"\} 5\n/);

  const plain = (text) => ({ authorization: `Basic ${btoa(text)}` });
  for (const wrong of [undefined, basic('api'), basic('other'), basic('https://api.example.com:8443/x', 'x'), basic('other', ''), plain('other'), plain('%:%'), { authorization: 'Basic ?' }, { authorization: `Bearer ${SECRET}` }]) {
    const { status, headers, body } = await post('/introspect', { token }, wrong);
    assert.deepEqual([status, body.error, body.code], [401, 'invalid_client', 'client_unknown']);
    assert.match(headers.get('www-authenticate'), /^Basic realm="/);
  }
  assert.deepEqual(Object.values((await post('/introspect', {}, server)).body).slice(0, 2), ['invalid_request', '`token` is missing']);
  assert.equal((await createWorld({ resourceServers: undefined }).post('/introspect', { token }, server)).status, 404);
});

test('revocation ends a token, and says nothing of what is none', async () => {
  const { post, records } = createWorld();
  const { access_token: token } = (await post('/token', form())).body;
  const { access_token: other } = (await post('/token', form())).body;
  const isActive = async (token) => (await post('/introspect', { token }, basic())).body.active;
  for (const none of ['x', form().subject_token, `${token}A`]) {
    assert.deepEqual([(await post('/revoke', { token: none })).status, await isActive(token)], [200, true]);
  }
  for (let times = 0; times < 2; times += 1) {
    const { status, text, headers } = await post('/revoke', { token, token_type_hint: 'refresh_token' });
    assert.deepEqual([status, text, headers.get('cache-control')], [200, '', 'no-store']);
    assert.deepEqual([await isActive(token), await isActive(other)], [false, true]);
  }
  const [told] = records().filter(({ event }) => event === 'revocation');
  assert.equal(told.access_token.jti, JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).jti);
  const { status, body } = await post('/revoke', { token_type_hint: 'access_token' });
  assert.deepEqual([status, body.error, body.code], [400, 'invalid_request', 'request_malformed']);
});

test('metadata and keys are where RFC 8414 and OpenID Connect Discovery look for them', async () => {
  for (const issuer of [ISSUER, `${ISSUER}/a/b`]) {
    const { exchange, get, post, send } = createWorld({ issuer });
    const { pathname } = new URL(issuer);
    const path = pathname === '/' ? '' : pathname;
    const { body: metadata } = await get(`${path}/.well-known/openid-configuration`);
    const { headers, body, status } = await get(`/.well-known/oauth-authorization-server${path}`);
    assert.deepEqual([status, body], [200, metadata]);
    assert.deepEqual([headers.get('cache-control'), headers.get('access-control-allow-origin')], ['public, max-age=300', '*']);
    assert.deepEqual(
      [metadata.issuer, metadata.token_endpoint, metadata.jwks_uri, metadata.revocation_endpoint, metadata.introspection_endpoint],
      [issuer, `${issuer}/token`, `${issuer}/.well-known/jwks.json`, `${issuer}/revoke`, `${issuer}/introspect`],
    );
    assert.equal((await post(`${path}/token`, form())).status, 200);
    assert.equal((await get(new URL(metadata.jwks_uri).pathname)).body.keys.length, 2);
    const head = await send(`${path}/.well-known/jwks.json`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    for (const [method, where, allow] of [['GET', 'token', 'POST'], ['DELETE', 'revoke', 'POST'], ['POST', '.well-known/jwks.json', 'GET, HEAD']]) {
      const { status, headers } = await send(`${path}/${where}`, { method });
      assert.deepEqual([status, headers.get('allow')], [405, allow]);
    }
    for (const method of ['toString', 'constructor', 'valueOf', '__proto__']) assert.equal((await exchange({ method, url: `${issuer}/token` })).status, 405, method);
    for (const url of ['http://a b/token', 'http://[::/token', 'http://x:99999/token', '']) assert.equal((await exchange({ method: 'POST', url })).status, 404, url);
    for (const none of ['/', '/token/', '/toString', '/__proto__', '//token', '/.well-known/jwks', `${path}/x`]) assert.equal((await get(`https://x.example${none}`)).status, 404, none);
  }
  const { body } = await createWorld({ resourceServers: undefined }).get('/.well-known/openid-configuration');
  assert.ok(!('introspection_endpoint' in body));
});
