// What others have written, unmodified: clients of OAuth find and use the exchange, and a verifier finds its keys.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from '@hono/node-server';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { closeServer } from '../lib/ending.mjs';
import { freePort } from '../lib/examples.mjs';
import { API, SECRET, TYPES, createWorld, form } from './world.mjs';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const insecure = { [oauth.allowInsecureRequests]: true };
let server;
let issuer;

before(async () => {
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  server = serve({ fetch: createWorld({ issuer, resourceServers: { 'https://api.example.com/': { secret: SECRET, audience: API } } }).exchange, hostname: '127.0.0.1', port });
});
after(() => closeServer(server));

/** What a job asks for, besides the grant type. */
const request = (changes) => {
  const { grant_type: _, ...parameters } = form({ requested_token_type: `${TYPES}access_token`, ...changes });
  return parameters;
};

async function verified(token) {
  const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwks_uri)), { issuer, audience: API, typ: 'at+jwt' });
  assert.equal(protectedHeader.alg, 'EdDSA');
  return payload;
}

test('oauth4webapi discovers, exchanges, introspects and revokes', async () => {
  for (const algorithm of ['oauth2', 'oidc']) {
    const response = await oauth.discoveryRequest(new URL(issuer), { algorithm, ...insecure });
    const as = await oauth.processDiscoveryResponse(new URL(issuer), response);
    const job = { client_id: 'a job' };
    const ask = async (changes) => oauth.processGenericTokenEndpointResponse(as, job, await oauth.genericTokenEndpointRequest(as, job, oauth.None(), GRANT_TYPE, request(changes), insecure));
    const { access_token: token, token_type: type, expires_in: lifetime, scope } = await ask({ scope: 'deploy:write', audience: API });
    assert.deepEqual([type, lifetime, scope], ['bearer', 600, 'deploy:write']);
    assert.equal((await verified(token)).repository, 'octo-org/octo-repo');

    await assert.rejects(ask({ scope: 'admin' }), (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_scope' && error.status === 400);
    await assert.rejects(ask({ resource: 'https://other.example' }), { error: 'invalid_target' });
    await assert.rejects(ask({ claims: { event_name: 'pull_request' } }), { error: 'invalid_request', error_description: /deny\[0\]/ });

    const api = { client_id: 'https://api.example.com/' };
    const introspect = async (authentication) => oauth.processIntrospectionResponse(as, api, await oauth.introspectionRequest(as, api, authentication, token, insecure));
    const known = oauth.ClientSecretBasic(SECRET);
    const { active, client_id: client, aud } = await introspect(known);
    assert.deepEqual([active, client, aud], [true, 'repo:octo-org/octo-repo:environment:prod', API]);
    await assert.rejects(introspect(oauth.ClientSecretBasic('x')), (error) => error instanceof oauth.ResponseBodyError && error.error === 'invalid_client' || error instanceof oauth.WWWAuthenticateChallengeError);
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, job, oauth.None(), token, insecure));
    assert.equal((await introspect(known)).active, false);
  }
});

test('openid-client discovers, exchanges, introspects and revokes', async () => {
  const discover = (id, authentication) => openid.discovery(new URL(issuer), id, undefined, authentication, { execute: [openid.allowInsecureRequests] });
  const job = await discover('a job', openid.None());
  const { access_token: token, scope } = await openid.genericGrantRequest(job, GRANT_TYPE, request());
  assert.equal(scope, 'deploy:write deploy:read');
  assert.equal((await verified(token)).run_id, 'example-run-id');
  const api = await discover('https://api.example.com/', openid.ClientSecretBasic(SECRET));
  assert.equal((await openid.tokenIntrospection(api, token)).active, true);
  await openid.tokenRevocation(job, token);
  assert.equal((await openid.tokenIntrospection(api, token)).active, false);
  await assert.rejects(openid.genericGrantRequest(job, GRANT_TYPE, request({ role: 'none' })), { error: 'invalid_request' });
});
