// The Action as it is built, run as the runner runs it: against the real exchange, and against services that mean ill.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createExchange } from 'claimgate/exchange';
import { startIssuer } from 'claimgate/issuer';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { newestNode } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';
import { runAction } from '../lib/action.mjs';

const CLI = fileURLToPath(new URL('../node_modules/claimgate/js/cli/main.js', import.meta.url));
const API = 'https://api.example.com';
const SECRET = 'a-secret-of-at-least-22-characters';
const HURRY = { wait: 50 };

let issuer;
let signer;
before(async () => {
  issuer = await startIssuer();
  signer = await run(process.execPath, [CLI, 'keys', 'new']);
});
after(() => issuer.close());

/** Serves until the test ends; the handler may be made once the address is known. */
async function serve(t, makeHandler) {
  const server = createServer((request, response) => handler(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  const handler = makeHandler(url);
  return url;
}

const policy = (audience) => ({
  version: 1,
  audience,
  issuers: { local: { kind: 'loopback', port: Number(new URL(issuer.url).port) } },
  roles: {
    deploy: {
      issuer: 'local',
      allow: [{ repository_id: '74', environment: 'prod', ref: { glob: 'refs/heads/*' } }, { repository: 'octo-org/octo-tools' }],
      deny: [{ event_name: 'pull_request_target' }],
      grant: { audience: API, scope: ['deploy:read', 'deploy:write'], ttl: 600 },
    },
  },
});

/** A real exchange; the job's tokens are for itself unless told otherwise. */
const exchange = (url, { audience = url, ...options } = {}) =>
  getRequestListener(createExchange({ policy: policy(audience), issuer: url, signer, ...options }));

const step = (url, { inputs, claims, ...options } = {}) =>
  runAction({ inputs: { url, role: 'deploy', ...inputs }, job: issuer.job({ claims }), ...options });

const end = (state, options) => runAction({ state, inputs: { url: 'https://not-this-one.example.com', role: 'deploy' }, ...options });

/** Answers whatever is asked, and counts. */
function scripted(t, answer) {
  const asked = [];
  return serve(t, (url) => async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ path: request.url, form: Object.fromEntries(new URLSearchParams(body)) });
    answer(response, { asked, url });
  }).then((url) => ({ url, asked }));
}

const json = (response, status, body, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));

for (const [name, node] of [['this Node', process.execPath], ['the newest Node', newestNode()]]) {
  test(`a job gets an access token, and loses it when it ends, in ${name}`, async (t) => {
    const lines = [];
    const audit = (line) => lines.push(JSON.parse(line));
    const url = await serve(t, (url) => exchange(url, { resourceServers: { api: { secret: SECRET, audience: API } }, audit }));
    const isActive = async (token) => {
      const headers = { authorization: `Basic ${btoa(`api:${SECRET}`)}` };
      const answer = await fetch(`${url}/introspect`, { method: 'POST', headers, body: new URLSearchParams({ token }) });
      return (await answer.json()).active;
    };

    // A slash at the end is no other service, and no other audience.
    const { code, log, masked, outputs, exported, state } = await step(`${url}/`, { node });
    assert.equal(code, 0, log);
    assert.equal(log, 'the job has the role `deploy` for 600 s, with the scope `deploy:read deploy:write`');
    const { token } = outputs;
    assert.deepEqual(outputs, { token, 'expires-in': '600' });
    assert.deepEqual(exported, {}, 'later steps get the token only from the output');
    assert.deepEqual(state, { isPost: 'true', url, token });
    assert.equal(masked.length, 2, 'the ID token and the access token');
    assert.equal(masked[1], token);

    const metadata = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwks_uri)), { issuer: url, audience: API, typ: 'at+jwt' });
    assert.equal(payload.role, 'deploy');
    assert.equal(payload.repository, 'octo-org/octo-repo');

    assert.equal(await isActive(token), true);
    const ended = await end(state, { node });
    assert.deepEqual([ended.code, ended.log, ended.outputs, ended.state], [0, 'the access token is revoked', {}, {}]);
    assert.equal(await isActive(token), false);
    assert.deepEqual(lines.map(({ event }) => event), ['token_exchange', 'revocation']);
  });
}

test('the token is masked, and kept for its revocation, before anything else is done with it', async (t) => {
  const url = await serve(t, exchange);
  const { code, log, masked, state, exported } = await step(url, { env: { GITHUB_OUTPUT: '/nowhere/output' } });
  assert.equal(code, 1);
  assert.match(log, /^error: .*\/nowhere\/output/);
  assert.equal(masked[1], state.token);
  assert.deepEqual(exported, {});
  assert.equal((await end(state)).log, 'the access token is revoked');
});

test('later steps get the token in their environment only if the workflow asks for that', async (t) => {
  const url = await serve(t, exchange);
  const { code, outputs, exported } = await step(url, { inputs: { 'export-token': 'true' } });
  assert.deepEqual([code, exported], [0, { CLAIMGATE_TOKEN: outputs.token }]);
  assert.deepEqual((await step(url, { inputs: { 'export-token': 'false' } })).exported, {});
  const wrong = await step(url, { inputs: { 'export-token': 'yes' } });
  assert.deepEqual([wrong.code, wrong.outputs], [1, {}]);
  assert.match(wrong.log, /^error: the input `export-token` must be `true` or `false`, not `yes`/);
});

test('the audience is that of the policy, and the scope what is asked for', async (t) => {
  const audience = 'https://deploy.example.com';
  const url = await serve(t, (url) => exchange(url, { audience }));
  const [narrow, beyond, other] = await Promise.all([
    step(url, { inputs: { audience, scope: ' deploy:read\n' } }),
    step(url, { inputs: { audience, scope: 'deploy:read\ndeploy:all' } }),
    step(url),
  ]);
  assert.equal(narrow.code, 0, narrow.log);
  assert.match(narrow.log, /with the scope `deploy:read`$/);
  assert.deepEqual([beyond.code, beyond.outputs], [1, {}]);
  assert.match(beyond.log, /^error: the token service says: .*`deploy:all`.* \(scope_not_granted\)$/);
  assert.deepEqual(other.log.split('\n'), [
    `error: the token service says: \`aud\` is \`${url}\`, which is not the expected audience (audience_mismatch)`,
    `  the ID token is for \`${url}\`: give the audience of the service's policy as the input \`audience\``,
  ]);
});

test('a job that is refused is told each condition that it does not meet', async (t) => {
  const [terse, full] = await Promise.all([serve(t, exchange), serve(t, (url) => exchange(url, { explain: 'full' }))]);
  const [hidden, shown, absent, denied, misnamed] = await Promise.all([
    step(terse, { claims: { environment: 'Prod' } }),
    step(full, { claims: { environment: 'Prod', ref: 'refs/tags/v1' } }),
    step(full, { claims: { environment: null } }),
    step(full, { claims: { event_name: 'pull_request_target', environment: 'prod' } }),
    step(full, { inputs: { role: 'deplo' } }),
  ]);
  for (const { code, outputs, exported, state } of [hidden, shown, absent, denied]) {
    assert.deepEqual([code, outputs, exported, state], [1, {}, {}, { isPost: 'true' }]);
  }
  assert.match(hidden.log, /^error: the token service says: no rule gives this job the role `deploy`, the nearest is allow\[0\].*\(no_rule_matches\)$/m);
  const conditions = ({ log }) => log.split('\n').slice(1);
  assert.deepEqual(conditions(hidden), [
    '  allow[0] does not match: 1 of 3 conditions not met (the nearest rule)',
    '    `environment` is `Prod`',
    '  allow[1] does not match: 1 of 1 condition not met',
    '    `repository` is `octo-org/octo-repo`',
  ]);
  const more = conditions(shown).map((line) => line.trim());
  for (const line of [
    '`environment` is `Prod`, expected `prod`: the values differ in case only, and case counts',
    '`ref` is `refs/tags/v1`, expected a match of `refs/heads/*`',
    '`repository` is `octo-org/octo-repo`, expected `octo-org/octo-tools`',
  ]) assert.ok(more.some((found) => found.startsWith(line)), `${line} in\n${shown.log}`);
  assert.match(absent.log, /^ {4}`environment` is absent, expected `prod`: .+$/m);
  assert.deepEqual(conditions(denied), ['  deny[0] matches, and denies', '    `event_name` is `pull_request_target`']);
  assert.match(misnamed.log, /^error: .*`deplo`, did you mean `deploy`\? \(role_unknown\)$/);
});

test('what the explanation leaves out is counted', async (t) => {
  const condition = { claim: 'ref', matched: false, expected: ['a'], omittedPatterns: 9999, found: 'b', nearest: null };
  const rule = { rule: 'allow[0]', effect: 'allow', matched: false, conditions: [condition], omittedConditions: 1 };
  const body = { error: 'invalid_request', error_description: 'no', code: 'no_rule_matches', explanation: [rule], omittedRules: 1200 };
  const { url } = await scripted(t, (response) => json(response, 400, body));
  const { log } = await step(url);
  assert.deepEqual(log.split('\n').slice(1), [
    '  allow[0] does not match: 1 or more of 2 conditions not met',
    '    `ref` is `b`, expected `a` … and 9,999 more patterns',
    '    … and 1 more condition',
    '  … and 1,200 more rules',
  ]);
});

test('mistakes in the workflow are told, and nothing is sent', async (t) => {
  const { url, asked } = await scripted(t, (response) => json(response, 500, {}));
  const folder = await mkdtemp(join(tmpdir(), 'claimgate-event-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const event = async (name, repo) => {
    const path = join(folder, `${name}.json`);
    await writeFile(path, JSON.stringify({ pull_request: { head: { repo } } }));
    return { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path, GITHUB_REPOSITORY: 'octo-org/octo-repo' };
  };
  const TARGET = { GITHUB_EVENT_NAME: 'pull_request_target' };
  const permission = /^error: this job may not ask for an ID token: add the line `id-token: write` to the `permissions:` of the job/;
  const fork = /^error: this is a pull request from the fork `mona\/octo-repo`.*\n {2}.*`if: github\.event_name != 'pull_request' \|\| .*`$/;
  const table = [
    [{ inputs: { url } }, permission],
    [{ inputs: { url }, env: await event('fork', { full_name: 'mona/octo-repo' }) }, fork],
    [{ inputs: { url }, env: await event('gone', null) }, /^error: this is a pull request from a fork that is gone/],
    [{ inputs: { url }, env: await event('here', { full_name: 'octo-org/octo-repo' }) }, permission],
    [{ inputs: { url }, env: { ...(await event('target', { full_name: 'mona/octo-repo' })), ...TARGET } }, permission],
    [{ inputs: {} }, /^error: the input `url` is missing: .*`https:\/\/tokens\.example\.com`$/],
    [{ inputs: { url, role: ' ' } }, /^error: the input `role` is missing: /],
    [{ inputs: { url: 'tokens.example.com' } }, /^error: the input `url` must be an `https` address.*`tokens\.example\.com`/],
    [{ inputs: { url: 'http://tokens.example.com' } }, /^error: the input `url` must be an `https` address/],
    [{ inputs: { url: 'http://127.0.0.1.example.com' } }, /^error: the input `url` must be an `https` address/],
    [{ inputs: { url: 'https://u:hunter2@tokens.example.com' } }, /^error: the input `url` must not have a user name(?!.*hunter2)/],
    [{ inputs: { url: 'https://tokens.example.com/?tenant=1' } }, /^error: the input `url` must have no query/],
  ];
  await Promise.all(
    table.map(async ([{ inputs, env }, says]) => {
      const { code, log, masked, outputs } = await runAction({ inputs: { role: 'deploy', ...inputs }, env });
      assert.deepEqual([code, masked, outputs], [1, [], {}], log);
      assert.match(log, says);
    }),
  );
  assert.equal(asked.length, 0);
});

test('what fails for now is tried again, with a new ID token each time', async (t) => {
  const url = await serve(t, (url) => {
    const real = exchange(url);
    let count = 0;
    return (request, response) => {
      count += 1;
      if (count === 1) return json(response, 503, { error: 'temporarily_unavailable' }, { 'retry-after': '7' });
      if (count === 2) return request.socket.destroy();
      return real(request, response);
    };
  });
  const { code, log, masked } = await step(url, { hurry: HURRY });
  assert.equal(code, 0, log);
  assert.equal(new Set(masked).size, 4, 'three ID tokens and the access token');
  const [first, second, third] = log.split('\n');
  assert.equal(first, 'the token service answers with 503; trying again in 7 s');
  assert.match(second, /cannot be reached: .*; trying again in 2 s$/);
  assert.match(third, /^the job has the role/);

  const later = { error: 'temporarily_unavailable', error_description: 'try again later', code: 'keys_unavailable' };
  const down = await scripted(t, (response) => json(response, 503, later, { 'retry-after': '3600' }));
  const given = await step(down.url, { hurry: HURRY });
  assert.equal(given.code, 1);
  assert.deepEqual(given.log.split('\n'), [
    ...Array(3).fill('the token service answers with 503; trying again in 10 s'),
    'error: the token service says: try again later (keys_unavailable)',
  ]);
  assert.equal(new Set(down.asked.map(({ form }) => form.subject_token)).size, 4);
  assert.deepEqual(down.asked[0].form, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: down.asked[0].form.subject_token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    role: 'deploy',
  });
});

/** What a service sends that would have the runner do something. */
const EVIL = 'no\r\n::add-path::/tmp/evil\n ::stop-commands::x\n##[add-mask]e%0A::warning::w\u202e\x1b[2J';
/** What has the shape of a token. */
const token = (letter) => Array(3).fill(letter.repeat(20)).join('.');
const issued = (token, lifetime = 1) => ({ access_token: token, token_type: 'Bearer', expires_in: lifetime });

const isCommand = /^error: the token service says: no\\r\\n:\\u\{3a\}add-path:\\u\{3a\}\/tmp/;
const isRedirected = /^error: .* answers with a redirect \(307\), which is not followed: correct the input `url`$/;
const isNoToken = /^error: the token service answers with something that is no access token/;

const HOSTILE = [
  ['a huge answer', (response) => flood(response), /^error: .* answers with more than the 1048576 bytes that are read/],
  ['a redirect', (response, { url }) => response.writeHead(307, { location: `${url}/else` }).write('wait'), isRedirected],
  ['commands', (response, { asked }) => json(response, 400, evil(asked)), isCommand],
  ['a page', (response) => response.writeHead(404).end(EVIL), /^error: .* answers with 404, and not as a token service does/],
  ['nonsense', (response) => json(response, 400, { error: ['x'], explanation: 7 }), /^error: .* answers with 400, and not as/],
  ['odd shapes', (response) => json(response, 400, odd()), /^error: the token service says: x \(400\)$/m],
  ['a token of one letter', (response) => json(response, 200, issued('e')), isNoToken],
  ['a token with a line break', (response) => json(response, 200, issued(`${token('a')}\n::warning::x`)), isNoToken],
  ['a lifetime that is none', (response) => json(response, 200, issued(token('a'), EVIL)), isNoToken],
  ['null', (response) => json(response, 200, 'null'), isNoToken],
];

function flood(response) {
  response.writeHead(200, { 'content-type': 'application/json' });
  const megabyte = Buffer.alloc(1024 * 1024, ' ');
  const more = () => response.destroyed || response.write(megabyte, more);
  more();
}

/** Everywhere, with the job's own token. */
function evil(asked) {
  const text = `${EVIL} ${asked.at(-1).form.subject_token}`;
  const condition = { claim: text, matched: false, expected: [text, { glob: text }], found: text, nearest: { hint: text } };
  const rule = { rule: text, effect: 'allow', matched: false, conditions: [condition] };
  return { error: text, error_description: text, code: text, explanation: [rule] };
}

function odd() {
  const condition = { claim: 'ref', expected: [null, 1, { glob: 2 }], found: 3, nearest: 4 };
  const rule = { rule: 'allow[0]', effect: 'allow', conditions: [null, 5, {}, condition, condition] };
  const rules = [null, 'a', [], { rule: 1 }, { ...rule, conditions: {} }, ...Array(100).fill(rule)];
  return { error: 'x', error_description: {}, code: 6, explanation: rules };
}

test('a service that means ill gets nothing but a failed step', async (t) => {
  await Promise.all(
    HOSTILE.map(async ([name, answer, says]) => {
      const { url, asked } = await scripted(t, answer);
      // The limit of time is out of reach: what ends these is something else.
      const { code, log, masked, outputs, exported } = await step(url, { hurry: { timeout: 0.01 } });
      assert.match(log, says, name);
      assert.deepEqual([code, masked.length, outputs, exported], [1, 1, {}, {}], name);
      assert.deepEqual(asked.map(({ path }) => path), ['/token'], name);
      assert.ok(log.length < 50 * 650, name);
    }),
  );
});

test('a service that is silent, or never ends, is given up', async (t) => {
  const silent = await scripted(t, () => {});
  const dripping = await scripted(t, (response) => setInterval(() => response.write(' '), 20).unref());
  for (const { url, asked } of [silent, dripping]) {
    const { code, log } = await step(url, { hurry: { ...HURRY, timeout: 10 } });
    assert.equal(code, 1);
    assert.match(log, /^error: .* cannot be reached: no answer within 10 s$/m);
    assert.equal(asked.length, 4);
  }
});

test('the end of the job never fails it', async (t) => {
  const token = Array(3).fill('eyJhbGciOiJFZERTQSJ9').join('.');
  const failure = { error: 'server_error', error_description: `${EVIL} ${token}` };
  const { url, asked } = await scripted(t, (response) => json(response, 500, failure));
  const states = [{}, { url, token }, { url: 'http://127.0.0.1:1', token }];
  const [without, refused, gone] = await Promise.all(states.map((state) => end({ isPost: 'true', ...state })));
  assert.deepEqual([without.code, without.log], [0, '']);
  assert.equal(refused.code, 0);
  const soft = 'warning: the access token could not be revoked, and is valid until it expires: ';
  assert.ok(refused.log.startsWith(`${soft}the token service says: no\\r\\n`), refused.log);
  assert.equal(gone.code, 0);
  assert.ok(gone.log.startsWith(`${soft}\`http://127.0.0.1:1/revoke\` cannot be reached: `), gone.log);
  assert.deepEqual(asked, [{ path: '/revoke', form: { token, token_type_hint: 'access_token' } }]);
});

test('the proxy of the runner is used', async (t) => {
  const asked = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  t.after(() => proxy.close());
  const env = { https_proxy: `http://127.0.0.1:${proxy.address().port}` };
  const { code } = await step('https://tokens.example.com', { hurry: HURRY, env });
  assert.equal(code, 1);
  assert.deepEqual(asked, Array(4).fill('tokens.example.com:443'));
});
