// What an exchange tells of: a line for each decision, counts, errors. And that no token, key or secret is in any of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createExchange } from 'claimgate/exchange';
import { SAMPLE, freshToken, jwks, signingKeys } from '../lib/tokens.mjs';
import { API, ISSUER, POLICY, SECRET, basic, createWorld, form, without } from './world.mjs';

const sha256 = async (text) => Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex');

test('each decision is one line: who, what, by which rule, and which token', async () => {
  const { post, lines, records } = createWorld();
  const [good, bad, forged] = [form(), form({ claims: { repository_id: '75' } }), form()];
  forged.subject_token = `${forged.subject_token.slice(0, -6)}AAAAAA`;
  const { access_token: token } = (await post('/token', good)).body;
  for (const [parameters, headers] of [[bad], [forged], [without(good, 'role')], [good, basic()]]) await post('/token', parameters, headers);
  await post('/revoke', { token });
  assert.ok(lines.every((line) => /^\{[\x20-\x7e]*\}$/.test(line)));
  const [issued, denied, invalid, malformed, used, revoked] = records();
  const job = { sub: SAMPLE.sub, repository: 'octo-org/octo-repo', repository_id: '74', repository_owner: 'octo-org', repository_owner_id: '65', environment: 'prod', event_name: 'workflow_dispatch', ref: 'refs/heads/main', sha: 'example-sha', actor: 'octocat', actor_id: '12', run_id: 'example-run-id', run_attempt: '2', job_workflow_ref: SAMPLE.job_workflow_ref };
  const subject = async ({ subject_token: token }, verified) => ({ issuer: SAMPLE.iss, jti: JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).jti, sha256: await sha256(token), verified });
  const { jti } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  const timeless = ({ time, ...record }) => (assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000), record);
  const access = { jti, scope: ['deploy:write', 'deploy:read'], lifetime: 600 };
  assert.deepEqual(timeless(issued), { event: 'token_exchange', verdict: 'issued', role: 'deploy', rule: 'allow[0]', access_token: access, subject_token: await subject(good, true), job });
  const { reason, ...rest } = timeless(denied);
  assert.match(reason, /`repository_id` is `75`/);
  assert.deepEqual(rest, { event: 'token_exchange', verdict: 'denied', code: 'no_rule_matches', role: 'deploy', subject_token: await subject(bad, true), job: { ...job, repository_id: '75' } });
  assert.deepEqual([invalid.code, invalid.subject_token.verified, invalid.job.repository], ['signature_invalid', false, 'octo-org/octo-repo']);
  assert.deepEqual([malformed.code, malformed.subject_token, malformed.reason], ['request_malformed', undefined, '`role` is missing']);
  assert.deepEqual([used.code, used.subject_token.verified, used.subject_token.sha256], ['token_used', true, issued.subject_token.sha256]);
  assert.deepEqual(timeless(revoked), { event: 'revocation', access_token: { jti }, role: 'deploy', job: { issuer: SAMPLE.iss, ...job } });
  await post('/revoke', { token });
  assert.equal(lines.length, 6, 'it is revoked once');
});

test('what a job says of itself cannot break, hide or forge a line', async () => {
  const { post, lines, records } = createWorld();
  const hostile = `a\n{"verdict":"issued"}\u202e\u001b[2J\u0085${'x'.repeat(2000)}`;
  await post('/token', form({ claims: { actor: hostile, environment: hostile, sub: undefined, repository: 7 } }));
  await post('/token', form({ role: hostile, scope: hostile }));
  assert.equal(lines.length, 2);
  assert.ok(lines.every((line) => /^\{[\x20-\x7e]*\}$/.test(line) && line.length < 8000), lines[0]);
  assert.equal(records()[0].job.actor, hostile.slice(0, 512));
});

test('metrics are text of OpenMetrics, and what callers make up is no label', async () => {
  const { post, metrics } = createWorld();
  await post('/token', form());
  for (const role of ['a', 'b', 'c"\n']) await post('/token', form({ role }));
  await post('/token', form({ claims: { event_name: 'pull_request' } }));
  await post('/token', { role: 'made up' });
  const text = metrics.text();
  const samples = text.split('\n').filter((line) => line.startsWith('claimgate_token_exchanges_total'));
  assert.deepEqual(samples, [
    'claimgate_token_exchanges_total{verdict="issued",code="",role="deploy"} 1',
    'claimgate_token_exchanges_total{verdict="denied",code="role_unknown",role=""} 3',
    'claimgate_token_exchanges_total{verdict="denied",code="rule_denies",role="deploy"} 1',
    'claimgate_token_exchanges_total{verdict="denied",code="request_malformed",role=""} 1',
  ]);
  // The grammar of OpenMetrics 1.0, as far as it is used.
  const line = /^(# (TYPE|HELP|UNIT) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\[\\"n])*"(,(?=[a-z])|(?=\})))*\})? [0-9.e+-]+)$/;
  assert.ok(text.endsWith('# EOF\n'));
  for (const found of text.slice(0, -'# EOF\n'.length - 1).split('\n')) assert.match(found, line);
  assert.match(text, /claimgate_token_exchange_seconds_bucket\{le="\+Inf"\} 6\nclaimgate_token_exchange_seconds_count 6\n/);
});

test('no token, key or secret is in any log, error, metric, or answer that refuses', async (t) => {
  const told = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace']) t.mock.method(console, name, (...args) => told.push(inspect(args, { depth: 20 })));
  const tokens = [];
  const signer = { ...signingKeys(), retired: [{ ...signingKeys('ES256').current, kid: 'retired' }] };
  const keys = [signer.current, signer.next, signer.retired[0]];
  const failing = { use: async (id) => { throw new Error(`cannot keep ${id}`); }, has: async () => false };
  const worlds = [{}, { explain: 'full' }, { onError: undefined, replay: failing }, { clock: () => Date.now(), onError: undefined }, { audit: () => Promise.reject(new Error('full')) }];
  for (const options of worlds) {
    const world = createWorld({ signer, ...options });
    const { access_token: access = 'none' } = (await createWorld({ signer }).post('/token', form())).body;
    const id = form().subject_token;
    const mangled = `${id.slice(0, -4)}AAAA`;
    tokens.push(access, id, mangled, SECRET);
    const requests = [
      ['/token', form({ subject_token: id, role: access })],
      ['/token', form({ subject_token: id, scope: access, audience: id })],
      ['/token', form({ subject_token: id, role: `\n${access}`, scope: `x${access}`, audience: `Bearer${id}` })],
      ['/token', form({ subject_token: id, resource: `https://x.example/${access}` })],
      ['/token', form({ subject_token: id, subject_token_type: id })],
      ['/token', form({ subject_token: id, grant_type: id })],
      ['/token', form({ subject_token: mangled })],
      ['/token', form({ subject_token: access })],
      ['/token', form({ subject_token: `${id} ` })],
      ['/token', form({ claims: { actor: access, environment: id, sub: access }, hostile: '1' })],
      [`/token?subject_token=${id}`, form({ subject_token: id })],
      ['/token', form({ subject_token: [id, id] })],
      ['/revoke', { token: [access, access] }],
      ['/introspect', { token: access }, { authorization: `Bearer ${access}` }],
      ['/introspect', { token: access }, basic('api', `${SECRET}x`)],
      ['/introspect', { token: access }, basic('api', access)],
    ];
    for (const [path, parameters, headers] of requests) {
      const answer = await world.post(path, parameters, headers);
      assert.ok(answer.status >= 400, `${path} ${answer.text}`);
      // An explanation has the claims of the job's own token as data.
      if (!parameters.hostile) told.push(answer.text, inspect([...answer.headers]));
    }
    const used = await world.post('/token', form({ subject_token: id }));
    if (used.status === 200) tokens.push(used.body.access_token);
    told.push((await world.post('/token', form({ subject_token: id }))).text);
    told.push(...world.lines, world.metrics.text(), ...world.errors.flatMap((error) => [inspect(error, { depth: 20, showHidden: true }), error.stack]));
    for (const broken of [{ ...signer, next: { ...signer.next, y: 1, x: signer.current.x } }, { ...signer, current: { ...signer.current, kid: signer.next.kid } }, `${JSON.stringify(signer)}x`]) {
      assert.throws(
        () => createExchange({ policy: POLICY, keys: { github: jwks('rsa') }, issuer: ISSUER, signer: broken, resourceServers: { api: { secret: SECRET, audience: API } } }),
        (error) => told.push(inspect(error, { depth: 20, showHidden: true })) > 0,
      );
    }
  }
  const all = told.join('\n');
  assert.ok(all.length > 50_000 && all.includes('token_used'), String(all.length));
  const secrets = [...tokens.flatMap((token) => [token, ...token.split('.').slice(1).filter((part) => part.length > 20)]), ...keys.map(({ d }) => d)];
  for (const secret of new Set(secrets)) {
    const at = all.indexOf(secret);
    assert.equal(at, -1, all.slice(Math.max(0, at - 300), at + 40));
  }
});

// Row D12.
test('a secret in the wrong parameter is in no answer, audit line, metric or error', async () => {
  const { secret: secrets } = JSON.parse(await readFile(new URL('../vectors/secrets.json', import.meta.url), 'utf8'));
  for (const [what, secret] of Object.entries(secrets)) {
    const world = createWorld({ explain: 'full' });
    const told = [];
    const requests = [
      ...['grant_type', 'subject_token', 'subject_token_type', 'requested_token_type', 'scope', 'role', 'actor_token', 'actor_token_type', 'audience', 'resource', secret].map(
        (name) => ['/token', form({ [name]: secret })]),
      ['/token', form({ resource: `https://api.example.com/${secret}` })],
      ['/token', form({ role: `deploy ${secret}`, scope: `deploy:write ${secret}`, audience: [API, secret] })],
      ['/token', form({ claims: { actor: secret, ref: secret, event_name: 'pull_request' } })],
      ['/token', form({ claims: { aud: secret } })],
      [`/token?role=${encodeURIComponent(secret)}`, form()],
      [`/${encodeURIComponent(secret)}`, form()],
      ['/revoke', { token: secret, token_type_hint: secret }],
      ['/revoke', { token: [secret, secret] }],
      ['/introspect', { token: secret, token_type_hint: secret }, basic()],
      ['/introspect', { token: secret }, basic(secret, secret)],
    ];
    for (const [path, parameters, headers] of requests) told.push((await world.post(path, parameters, headers)).text);
    const all = [...told, ...world.lines, world.metrics.text(), ...world.errors.map((error) => inspect(error, { depth: 9 }))].join('\n');
    assert.ok(world.lines.length > 10 && /role_unknown/.test(all));
    for (const part of [secret.trim(), JSON.stringify(secret).slice(1, -1), ...secret.split(/[^\w+/-]+/).filter((word) => word.length >= 20 && !/^-|-$/.test(word))]) {
      assert.ok(!all.includes(part), `${what}: ${all.slice(Math.max(0, all.indexOf(part) - 200), all.indexOf(part) + 100)}`);
    }
  }
});
