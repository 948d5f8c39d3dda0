// `POST /token`, as RFC 8693 and RFC 6749 have it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { createGuard } from 'claimgate';
import { memoryReplay } from 'claimgate/replay';
import { SAMPLE, freshToken, jwks, now, signingKeys } from '../lib/tokens.mjs';
import { API, ISSUER, POLICY, TYPES, createWorld, encode, form } from './world.mjs';

test('a job gets an access token of RFC 9068, within its role’s grant', async () => {
  for (const alg of ['EdDSA', 'ES256']) {
    const signer = signingKeys(alg);
    const { post } = createWorld({ signer });
    const { status, headers, body } = await post('/token', form());
    assert.equal(status, 200);
    assert.deepEqual([headers.get('cache-control'), headers.get('pragma')], ['no-store', 'no-cache']);
    const { access_token: token, ...rest } = body;
    assert.deepEqual(rest, { issued_token_type: `${TYPES}access_token`, token_type: 'Bearer', expires_in: 600, scope: 'deploy:write deploy:read' });
    assert.deepEqual(decodeProtectedHeader(token), { typ: 'at+jwt', alg, kid: `${alg} current` });
    const { d, ...publicKey } = signer.current;
    const { payload } = await jwtVerify(token, await importJWK(publicKey), { issuer: ISSUER, audience: API, typ: 'at+jwt', requiredClaims: ['exp', 'iat', 'jti', 'sub'] });
    const { iat, exp, jti, ...claims } = payload;
    assert.ok(Math.abs(iat - now()) <= 2 && exp === iat + 600 && /^[\w-]{22}$/.test(jti));
    const names = ['repository', 'repository_id', 'repository_owner', 'repository_owner_id', 'environment', 'ref', 'sha', 'event_name', 'actor', 'actor_id', 'run_id', 'run_attempt', 'workflow_ref', 'job_workflow_ref'];
    const identity = Object.fromEntries(names.filter((name) => name in SAMPLE).map((name) => [name, SAMPLE[name]]));
    assert.deepEqual(claims, { iss: ISSUER, sub: SAMPLE.sub, aud: API, client_id: SAMPLE.sub, scope: 'deploy:write deploy:read', role: 'deploy', job_issuer: SAMPLE.iss, ...identity });
  }
  const { post } = createWorld();
  const ids = await Promise.all(Array.from({ length: 50 }, async () => (await post('/token', form())).body.access_token));
  assert.equal(new Set(ids).size, 50);
});

// D1: `curl --data-urlencode subject_token@token.jwt` sends the line end of the file.
test('one line end behind the token is dropped, and nothing else', async () => {
  const { post } = createWorld();
  const token = freshToken();
  const ask = async (subject_token) => (await post('/token', form({ subject_token }))).body.code ?? 200;
  assert.deepEqual([await ask(`${freshToken({ jti: 'lf' })}\n`), await ask(`${freshToken({ jti: 'crlf' })}\r\n`)], [200, 200]);
  for (const wrong of [`${token}\n\n`, ` ${token}`, `"${token}"`, `Bearer ${token}`]) assert.match(String(await ask(wrong)), /^token_/, wrong.slice(0, 9));
});

test('scope and audience are those that are asked for, and never beyond the grant', async () => {
  const { post } = createWorld();
  const ask = async (changes) => {
    const { status, body } = await post('/token', form(changes));
    return status === 200 ? body.scope : `${status} ${body.error} ${body.code}`;
  };
  assert.equal(await ask({ scope: 'deploy:read' }), 'deploy:read');
  assert.equal(await ask({ audience: API, resource: [API, API] }), 'deploy:write deploy:read');
  assert.equal(await ask({ audience: '', scope: '', resource: '' }), 'deploy:write deploy:read');
  for (const scope of ['admin', 'deploy:read admin', 'deploy:read  deploy:write', ' deploy:read']) assert.equal(await ask({ scope }), '400 invalid_scope scope_not_granted');
  for (const target of [{ audience: 'https://other.example' }, { audience: [API, 'x'] }, { resource: `${API}/other` }, { resource: 'api' }, { resource: `${API}#x` }]) {
    assert.equal(await ask(target), '400 invalid_target audience_not_granted');
  }
  // Of a role without a scope there is none to tell of.
  const policy = structuredClone(POLICY);
  delete policy.roles.deploy.grant.scope;
  const { body } = await createWorld({ policy }).post('/token', form());
  assert.ok(body.access_token && !('scope' in body));
  assert.ok(!('scope' in JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url'))));
});

test('what is wrong with a request is told by the errors of the RFCs, with a code, and where to read on', async () => {
  const { post, send } = createWorld();
  const other = `${TYPES}refresh_token`;
  const cases = [
    [{ grant_type: undefined }, 'invalid_request', 'request_malformed', /^`grant_type` is missing$/],
    [{ grant_type: 'client_credentials' }, 'unsupported_grant_type', 'grant_type_unsupported', /must be `urn:ietf:params:oauth:grant-type:token-exchange`$/],
    [{ subject_token: undefined }, 'invalid_request', 'request_malformed', /^`subject_token` is missing$/],
    [{ subject_token: '' }, 'invalid_request', 'request_malformed', /^`subject_token` is missing$/],
    [{ subject_token_type: undefined }, 'invalid_request', 'request_malformed', /^`subject_token_type` is missing$/],
    [{ subject_token_type: other }, 'invalid_request', 'token_type_unsupported', /id_token` or `.*:jwt`$/],
    [{ requested_token_type: other }, 'invalid_request', 'token_type_unsupported', /access_token`, or left out$/],
    [{ role: undefined }, 'invalid_request', 'request_malformed', /^`role` is missing$/],
    [{ role: 'deplo' }, 'invalid_request', 'role_unknown', /^the policy has no role `deplo`$/],
    [{ role: '__proto__' }, 'invalid_request', 'role_unknown', /no role `__proto__`/],
    [{ role: 'gate' }, 'invalid_request', 'grant_missing', /has no `grant`/],
    [{ actor_token: 'x', actor_token_type: other }, 'invalid_request', 'request_malformed', /^a job acts for itself/],
    [{ grant_type: ['a', 'a'] }, 'invalid_request', 'request_malformed', /^`grant_type` is there more than once$/],
    [{ role: ['deploy', 'deploy'] }, 'invalid_request', 'request_malformed', /^`role` is there more than once$/],
    [{ subject_token: ['a.b.c', 'a.b.c'] }, 'invalid_request', 'request_malformed', /more than once$/],
    [{ scope: ['deploy:read', 'deploy:write'] }, 'invalid_request', 'request_malformed', /^`scope` is there more than once$/],
    [{ role: 'a\0b' }, 'invalid_request', 'role_unknown', /^the policy has no role `a\/0b`$/],
    [{ subject_token: 'a.b' }, 'invalid_request', 'token_segments', /2 segments/],
    [{ subject_token: 'a'.repeat(16_385) }, 'invalid_request', 'token_too_large', /16384/],
    [{ claims: { exp: now() - 400, iat: now() - 700 } }, 'invalid_request', 'token_expired', /^the token expired at/],
    [{ claims: { nbf: now() + 400 } }, 'invalid_request', 'token_not_yet_valid', /./],
    [{ claims: { iat: now() + 400 } }, 'invalid_request', 'token_issued_in_future', /./],
    [{ claims: { aud: 'https://other.example' } }, 'invalid_request', 'audience_mismatch', /./],
    [{ claims: { event_name: 'pull_request' } }, 'invalid_request', 'rule_denies', /`event_name` is `pull_request`/],
    [{ claims: { environment: 'staging', sub: 'repo:octo-org/octo-repo:environment:staging' } }, 'invalid_request', 'no_rule_matches', /`environment` is `staging`/],
  ];
  for (const [changes, error, code, says] of cases) {
    const { status, headers, body } = await post('/token', form(changes));
    assert.deepEqual([status, body.error, body.code], [400, error, code], JSON.stringify(changes).slice(0, 200));
    assert.match(body.error_description, says);
    assert.match(body.error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    assert.match(body.error_uri, /^https:\/\/docs\.rs\/claimgate\/latest\/claimgate\/enum\.Code\.html#variant\.[A-Z]\w+$/);
    assert.deepEqual([headers.get('cache-control'), headers.get('pragma'), headers.get('content-type')], ['no-store', 'no-cache', 'application/json']);
  }
  // Unknown parameters are ignored, and so is a client that says who it is.
  assert.equal((await post('/token', form({ client_id: 'a', later: ['b', 'c'] }))).status, 200);

  const body = String(encode(form()));
  const type = 'application/x-www-form-urlencoded';
  const raw = async (init, path = '/token') => {
    const answer = await send(path, { method: 'POST', headers: { 'content-type': type }, body, ...init });
    return [answer.status, answer.body.error, answer.body.code];
  };
  const malformed = [400, 'invalid_request', 'request_malformed'];
  for (const wrong of ['application/json', 'multipart/form-data; boundary=x', 'text/plain', '', 'application/x-www-form-urlencodedx']) {
    assert.deepEqual(await raw({ headers: { 'content-type': wrong } }), malformed, wrong);
  }
  for (const wrong of ['role=%', 'role=%zz', 'x=%', '%ff', 'role=é', 'role=a\nb', '\0']) assert.deepEqual(await raw({ body: `${body}&${wrong}` }), malformed, wrong);
  assert.deepEqual(await raw({ body: body.replace('role=deploy', 'role=%ff') }), malformed);
  assert.deepEqual(await raw({ body: undefined }), malformed);
  assert.deepEqual(await raw({ body: `role=deploy` }, `/token?${body}`), malformed, 'in the address');
  assert.deepEqual(await raw({ headers: { 'content-type': `${type.toUpperCase()}; charset=UTF-8` } }, '/token?x=1'), [200, undefined, undefined]);
  const tooLarge = [413, 'invalid_request', 'request_too_large'];
  const most = 32 * 1024;
  for (const [bytes, expected] of [[most - 1, [200, undefined, undefined]], [most, [200, undefined, undefined]], [most + 1, tooLarge]]) {
    const padded = () => `${encode(form())}&pad=`.padEnd(bytes, 'x');
    assert.deepEqual(await raw({ body: padded() }), expected, `${bytes} bytes`);
    assert.deepEqual(await raw({ body: new Blob([padded()]).stream(), duplex: 'half' }), expected, `${bytes} bytes, a stream`);
  }
  assert.deepEqual(await raw({ headers: { 'content-type': type, 'content-length': '1000000000000' } }), tooLarge);
  let sent = 0;
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array((sent += 1024, 1024)).fill(97)) });
  assert.deepEqual(await raw({ body: endless, duplex: 'half' }), tooLarge);
  assert.ok(sent < 64 * 1024, `${sent} bytes were read`);
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
  assert.deepEqual(await raw({ body: broken, duplex: 'half' }), malformed);
});

test('a denial shows the job’s own claims, and what the policy expects only if that is to be told', async () => {
  const elsewhere = { claims: { environment: 'Prod', sub: 'repo:octo-org/octo-repo:environment:Prod' } };
  const told = async (explain) => (await createWorld({ explain }).post('/token', form(elsewhere))).body;
  for (const explain of [undefined, 'claims']) {
    const { explanation, error_description: says } = await told(explain);
    const condition = explanation.find(({ rule }) => rule === 'allow[0]').conditions.find(({ claim }) => claim === 'environment');
    assert.deepEqual([condition.matched, condition.found, condition.expected, condition.nearest], [false, 'Prod', null, null]);
    assert.doesNotMatch(says, /`prod`/);
  }
  const { explanation, error_description: says } = await told('full');
  const condition = explanation.find(({ rule }) => rule === 'allow[0]').conditions.find(({ claim }) => claim === 'environment');
  assert.deepEqual([condition.expected, condition.nearest.kind], [['prod'], 'case']);
  assert.match(says, /`environment` must be `prod`, not `Prod` \(the values differ in case only/);
});

test('a gate and an exchange that share a store share the tokens', async () => {
  const replay = memoryReplay();
  const { post } = createWorld({ replay });
  const guard = createGuard({ policy: POLICY, keys: { github: jwks('rsa') }, role: 'gate', replay });
  const ask = (token) => guard({ headers: { authorization: `Bearer ${token}` } }).then(() => true, () => false);
  const [first, second] = [form({ claims: { jti: 'ünïcode \u{1f600} "' } }), form()];
  assert.deepEqual([await ask(first.subject_token), (await post('/token', first)).body.code], [true, 'token_used']);
  assert.deepEqual([(await post('/token', second)).status, await ask(second.subject_token)], [200, false]);
});

test('a token is used once, and is not used up by a request that is refused', async () => {
  const { post } = createWorld();
  const token = freshToken({ jti: 'once' });
  assert.equal((await post('/token', form({ subject_token: token, scope: 'admin' }))).body.error, 'invalid_scope');
  assert.equal((await post('/token', form({ subject_token: token, role: 'gate' }))).body.code, 'grant_missing');
  assert.equal((await post('/token', form({ subject_token: token }))).status, 200);
  const { status, body } = await post('/token', form({ subject_token: token, scope: 'deploy:read' }));
  assert.deepEqual([status, body.error, body.code, body.claim], [400, 'invalid_request', 'token_used', 'jti']);
});
