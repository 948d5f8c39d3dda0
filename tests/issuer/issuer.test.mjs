// The local issuer, seen from outside: by GitHub's toolkit, by curl, by a JWT library, by a shell.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { startIssuer } from 'claimgate/issuer';
import { spawn } from '../lib/ending.mjs';

const AUDIENCE = 'https://deploy.example.com';
const DOCUMENTED_CURL =
  'curl -sS -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=https://deploy.example.com"';
const TOOLKIT = `import { getIDToken } from '@actions/core'; console.log(await getIDToken('${AUDIENCE}'));`;
const PACKAGE = new URL('../../', import.meta.resolve('claimgate/issuer'));
const CLI = fileURLToPath(new URL('js/cli/main.js', PACKAGE));

/** Starts an issuer that ends with the test. */
async function issuerFor(t, options) {
  const issuer = await startIssuer(options);
  t.after(() => issuer.close());
  return issuer;
}

/** Starts a program where the test's own packages can be imported; collects what it says. */
function start(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (said[name] += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  /** Waits until standard output or error matches. */
  const says = async (pattern) => {
    const gone = ended.then(() => 'gone');
    for (;;) {
      const match = pattern.exec(said.stdout) ?? pattern.exec(said.stderr);
      if (match) return match;
      const next = await Promise.race([gone, once(child.stdout, 'data'), once(child.stderr, 'data')]);
      assert.notEqual(next, 'gone', `ended without saying ${pattern}: ${JSON.stringify(said)}`);
    }
  };
  return { child, ended, says };
}

const claimgate = (...args) => start(process.execPath, [CLI, ...args]);

/** Verifies a token knowing the issuer's URL only, as a relying party does. */
async function verifyByDiscovery(url, token, options = {}) {
  const discovery = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
  const keys = createRemoteJWKSet(new URL(discovery.jwks_uri));
  return jwtVerify(token, keys, { issuer: discovery.issuer, algorithms: ['RS256'], ...options });
}

const kids = async (url) => (await (await fetch(`${url}/.well-known/jwks`)).json()).keys.map(({ kid }) => kid);
const lines = (text) => text.trim().split('\n');

test("GitHub's toolkit and the documentation's curl get a token that a JWT library accepts", async (t) => {
  const issuer = await issuerFor(t);
  const { env } = issuer.job();
  const toolkit = await start(process.execPath, ['--input-type=module', '-e', TOOLKIT], env).ended;
  const curl = await start('bash', ['-c', DOCUMENTED_CURL], env).ended;
  assert.equal(toolkit.code, 0, toolkit.stderr);
  assert.equal(curl.code, 0, curl.stderr);
  const answer = JSON.parse(curl.stdout);
  assert.equal(answer.count, answer.value.length);
  const ids = new Set();
  for (const token of [lines(toolkit.stdout).at(-1), answer.value]) {
    const { payload } = await verifyByDiscovery(issuer.url, token, { audience: AUDIENCE });
    assert.equal(payload.sub, 'repo:octo-org/octo-repo:environment:prod');
    ids.add(payload.jti);
  }
  assert.equal(ids.size, 2, 'each token has its own `jti`');
});

test('the default job is the sample of the documentation', async (t) => {
  const issuer = await issuerFor(t, { clock: () => 1632493567.9 });
  const job = issuer.job();
  const token = await job.token();
  const header = decodeProtectedHeader(token);
  assert.deepEqual(header, { typ: 'JWT', alg: 'RS256', kid: header.kid });
  assert.match(header.kid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const { aud, iat, nbf, exp, jti, ...rest } = decodeJwt(token);
  assert.deepEqual([aud, nbf, iat, exp], ['https://github.com/octo-org', 1632493267, 1632493567, 1632493867]);
  assert.deepEqual(rest, job.claims);
  assert.ok(Object.values(rest).every((value) => typeof value === 'string'));
  const sample = {
    iss: issuer.url, sub: 'repo:octo-org/octo-repo:environment:prod', environment: 'prod', ref: 'refs/heads/main',
    repository: 'octo-org/octo-repo', repository_id: '74', repository_owner: 'octo-org', repository_owner_id: '65',
    repository_visibility: 'private', actor: 'octocat', actor_id: '12', run_number: '10', run_attempt: '2',
    runner_environment: 'github-hosted', workflow: 'example-workflow', head_ref: '', base_ref: '', ref_type: 'branch',
    event_name: 'workflow_dispatch', ref_protected: 'true',
    job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
    workflow_ref: 'octo-org/octo-repo/.github/workflows/example-workflow.yml@refs/heads/main',
  };
  for (const [name, value] of Object.entries(sample)) assert.equal(rest[name], value, name);

  const set = await (await fetch(`${issuer.url}/.well-known/jwks`)).json();
  assert.deepEqual(set, { keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: header.kid, n: set.keys[0].n, e: 'AQAB' }] });
  assert.equal(Buffer.from(set.keys[0].n, 'base64url').length, 256);

  const old = decodeJwt(await issuer.job({ issuedAt: 1000, lifetime: 21600 }).token(AUDIENCE));
  assert.deepEqual([old.aud, old.nbf, old.iat, old.exp], [AUDIENCE, 700, 1000, 22600]);
});

test('a claim that is given takes along the claims that follow from it', async (t) => {
  const issuer = await issuerFor(t);
  const derive = (claims) => issuer.job({ claims }).claims;
  const picked = (claims, names) => Object.fromEntries(names.map((name) => [name, derive(claims)[name]]));
  const table = [
    [{ repository: 'monalisa/app', ref: 'refs/tags/v1' }, {
      repository_owner: 'monalisa', repository_id: '74', ref_type: 'tag',
      workflow_ref: 'monalisa/app/.github/workflows/example-workflow.yml@refs/tags/v1',
    }],
    [{ ref: 'refs/tags/v1', ref_type: 'branch' }, { ref: 'refs/tags/v1', ref_type: 'branch' }],
    [{ repository: 'monalisa/app', repository_owner: 'octo-org' }, { repository_owner: 'octo-org' }],
    [{ event_name: 'pull_request' }, {
      ref: 'refs/pull/1/merge', ref_type: 'branch', head_ref: 'feature', base_ref: 'main', environment: undefined,
    }],
    [{ event_name: 'pull_request', environment: 'prod' }, { environment: 'prod' }],
    [{ event_name: 'pull_request_target', ref: 'refs/heads/release' }, { ref: 'refs/heads/release', base_ref: 'release', environment: 'prod' }],
    [{ environment: null, sha: 'abc' }, { environment: undefined, workflow_sha: 'abc' }],
    [{ repository: null, sub: 'x' }, { repository: undefined, repository_owner: undefined, workflow_ref: undefined, sub: 'x' }],
    [{ repo_property_team: 'edge', made_up: '1', iss: 'https://lookalike.example' }, { repo_property_team: 'edge', made_up: '1', iss: 'https://lookalike.example' }],
  ];
  for (const [claims, expected] of table) assert.deepEqual(picked(claims, Object.keys(expected)), expected);
  await assert.rejects(issuer.job({ claims: { repository_owner: null } }).token(), { code: 'option_invalid' });
});

test('`sub` follows the grammar', async (t) => {
  const issuer = await issuerFor(t);
  const immutable = { immutable: true };
  const template = (...keys) => ({ template: keys });
  const table = [
    [{}, {}, 'repo:octo-org/octo-repo:environment:prod'],
    [{ environment: null }, {}, 'repo:octo-org/octo-repo:ref:refs/heads/main'],
    [{ environment: null, ref: 'refs/tags/v1' }, {}, 'repo:octo-org/octo-repo:ref:refs/tags/v1'],
    [{ event_name: 'pull_request' }, {}, 'repo:octo-org/octo-repo:pull_request'],
    [{ event_name: 'pull_request', environment: 'prod' }, {}, 'repo:octo-org/octo-repo:environment:prod'],
    [{ event_name: 'pull_request_target', environment: null }, {}, 'repo:octo-org/octo-repo:ref:refs/heads/main'],
    [{ environment: 'Production:V1' }, {}, 'repo:octo-org/octo-repo:environment:Production%3AV1'],
    [{ environment: 'Production%3AV1' }, {}, 'repo:octo-org/octo-repo:environment:Production%3AV1'],
    [{}, immutable, 'repo:octo-org@65/octo-repo@74:environment:prod'],
    [{ environment: null, repository_id: '9' }, immutable, 'repo:octo-org@65/octo-repo@9:ref:refs/heads/main'],
    [{ event_name: 'pull_request' }, immutable, 'repo:octo-org@65/octo-repo@74:pull_request'],
    [{}, template('repo', 'context', 'job_workflow_ref'), 'repo:octo-org/octo-repo:environment:prod:job_workflow_ref:octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main'],
    [{}, { ...immutable, ...template('repo', 'actor') }, 'repo:octo-org@65/octo-repo@74:actor:octocat'],
    [{ repository_owner: 'monalisa' }, template('repository_owner', 'repository_visibility'), 'repository_owner:monalisa:repository_visibility:private'],
    [{ environment: 'production:eastus' }, template('environment', 'repository_owner'), 'environment:production%3Aeastus:repository_owner:octo-org'],
    [{ repo_property_workspace_id: 'ws-abc123' }, template('repo_property_workspace_id'), 'repo_property_workspace_id:ws-abc123'],
    [{ event_name: 'pull_request' }, template('context', 'repository_id'), 'pull_request:repository_id:74'],
    [{ sub: 'repo:octo-org/other:environment:prod' }, {}, 'repo:octo-org/other:environment:prod'],
    [{ sub: null }, {}, undefined],
  ];
  for (const [claims, subject, expected] of table) assert.equal(issuer.job({ claims, subject }).claims.sub, expected);
});

test('each kind has its issuer, its path and its owners', async (t) => {
  const table = [
    [{ kind: 'github' }, 'https://token.actions.githubusercontent.com', '', 'https://github.com/octo-org', undefined],
    [{ kind: 'github', enterprise: 'acme' }, 'https://token.actions.githubusercontent.com/acme', '/acme', 'https://github.com/octo-org', 'acme'],
    [{ kind: 'ghes', host: 'github.example.com' }, 'https://github.example.com/_services/token', '/_services/token', 'https://github.example.com/octo-org', undefined],
    [{ kind: 'ghe.com', subdomain: 'octocorp' }, 'https://token.actions.octocorp.ghe.com', '', 'https://octocorp.ghe.com/octo-org', 'octocorp'],
    [{ kind: 'ghe.com', subdomain: 'octocorp', enterprise: true }, 'https://token.actions.octocorp.ghe.com/octocorp', '/octocorp', 'https://octocorp.ghe.com/octo-org', 'octocorp'],
  ];
  for (const [options, iss, path, aud, enterprise] of table) {
    const issuer = await issuerFor(t, options);
    assert.equal(issuer.issuer, iss);
    const discovery = await (await fetch(`${issuer.url}${path}/.well-known/openid-configuration`)).json();
    assert.equal(discovery.issuer, iss);
    assert.equal(discovery.jwks_uri, `${iss}/.well-known/jwks`);
    assert.deepEqual(discovery.id_token_signing_alg_values_supported, ['RS256']);
    assert.ok(discovery.claims_supported.includes('job_workflow_ref'));
    assert.equal((await kids(issuer.url + path)).length, 1);
    if (path) assert.equal((await fetch(`${issuer.url}/.well-known/openid-configuration`)).status, 404);
    const payload = decodeJwt(await issuer.job().token());
    assert.deepEqual([payload.iss, payload.aud, payload.enterprise], [iss, aud, enterprise]);
    assert.equal(payload.enterprise_id === undefined, enterprise === undefined);
  }
});

test('keys are rotated, and withdrawn when asked', async (t) => {
  const issuer = await issuerFor(t);
  const job = issuer.job();
  const first = await job.token();
  const post = async (query) => {
    const response = await fetch(`${issuer.url}/rotate${query}`, {
      method: 'POST',
      headers: { authorization: `bearer ${job.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
    });
    return { status: response.status, ...(await response.json()) };
  };

  const { kid } = await issuer.rotate();
  const second = await job.token();
  assert.equal(decodeProtectedHeader(second).kid, kid);
  assert.deepEqual(await kids(issuer.url), [decodeProtectedHeader(first).kid, kid]);
  for (const token of [first, second]) await verifyByDiscovery(issuer.url, token);

  const kept = await post('');
  assert.equal((await kids(issuer.url)).length, 3);
  const withdrawn = await post('?keep-old=false');
  assert.deepEqual([kept.status, withdrawn.status], [200, 200]);
  assert.deepEqual(await kids(issuer.url), [withdrawn.kid]);
  await assert.rejects(verifyByDiscovery(issuer.url, second), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  await verifyByDiscovery(issuer.url, await job.token());
  assert.equal((await post('?keep-old=maybe')).status, 400);
});

test('only the holder of a bearer token gets a token, each for its own job', async (t) => {
  const issuer = await issuerFor(t);
  const [one, two] = ['one', 'two'].map((environment) => issuer.job({ claims: { environment } }));
  const ask = async (authorization, url = one.env.ACTIONS_ID_TOKEN_REQUEST_URL, init = {}) => {
    const response = await fetch(url, { ...init, headers: authorization === undefined ? {} : { authorization } });
    return { status: response.status, headers: response.headers, ...(await response.json()) };
  };
  for (const [job, scheme] of [[one, 'Bearer'], [two, 'bEARER']]) {
    const { value } = await ask(`${scheme} ${job.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`);
    assert.equal(decodeJwt(value).environment, job.claims.environment);
  }
  const secret = one.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  for (const wrong of [undefined, '', 'bearer', 'bearer wrong', `basic ${secret}`, `bearer ${secret}x`, secret]) {
    const { status, message, headers } = await ask(wrong);
    assert.equal(status, 401, wrong);
    assert.equal(headers.get('www-authenticate'), 'Bearer');
    assert.match(message, /ACTIONS_ID_TOKEN_REQUEST_TOKEN/);
    assert.ok(!message.includes(secret));
  }
  const right = `bearer ${secret}`;
  assert.equal((await ask(right, `${issuer.url}/token/`)).status, 404);
  assert.equal((await ask(right, `${issuer.url}/rotate`)).headers.get('allow'), 'POST');
  const posted = await ask(right, undefined, { method: 'POST' });
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD']);
  assert.equal((await ask(right, `${issuer.url}/rotate`, { method: 'POST', body: 'x' })).status, 413);
});

test('garbage on the wire does not stop it', async (t) => {
  const issuer = await issuerFor(t);
  const { port } = new URL(issuer.url);
  const requests = ['\0\xff\r\n\r\n', 'GET // HTTP/1.1\r\nHost: x\r\n\r\n', 'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /token?audience=%ff%zz HTTP/1.1\r\nHost: x\r\nAuthorization: bearer \xff\r\n\r\n', 'CONNECT x:1 HTTP/1.1\r\n\r\n',
    `GET /token HTTP/1.1\r\nHost: x\r\nAuthorization: bearer ${'x'.repeat(100_000)}\r\n\r\n`];
  for (const request of requests) {
    const socket = connect(Number(port), '127.0.0.1', () => socket.end(request, 'latin1'));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text) => (answer += text)).on('error', () => {});
    await new Promise((resolve) => socket.once('close', resolve)); // `once` of events would throw what resets it
    assert.match(answer, /^(HTTP\/1\.1 4\d\d |$)/, request);
  }
  assert.equal((await kids(issuer.url)).length, 1);
  await issuer.close();
  await issuer.close();
  await assert.rejects(fetch(issuer.url));
});

test('options that cannot be honoured are errors that say what to do', async (t) => {
  const start = [
    [{ kind: 'githb' }, /unknown kind `githb`, did you mean `github`\?/],
    [{ kind: 'ghes' }, /needs the `host`/],
    [{ kind: 'ghes', host: 'https://github.example.com' }, /without scheme/],
    [{ kind: 'ghe.com' }, /needs the `subdomain`/],
    [{ kind: 'ghe.com', subdomain: 'octocorp', enterprise: 'acme' }, /without a name/],
    [{ kind: 'github', enterprise: 'acme/../other' }, /must be the slug of an enterprise/],
    [{ kind: 'github', host: 'github.example.com' }, /`host` does not go with kind `github`; it goes with `ghes`/],
    [{ enterprise: 'acme' }, /does not go with kind `loopback`/],
    [{ prot: 1 }, /no member `prot`, did you mean `port`\?/],
    [{ port: 70000 }, /from 0 to 65535, not `70000`/],
    [null, /must be an object/],
  ];
  for (const [options, message] of start) {
    await assert.rejects(startIssuer(options), { name: 'ClaimgateError', code: 'option_invalid', message });
  }
  const issuer = await issuerFor(t, { kind: 'ghes', host: 'github.example.com' });
  const job = [
    [{ claims: { repository_id: 74 } }, /must be a string.*`"74"`/],
    [{ claims: { aud: AUDIENCE } }, /ask for the audience with the token/],
    [{ subject: { immutable: true } }, /`ghes` has no immutable subjects/],
    [{ subject: { template: ['repo', 'job_workflow_rf'] } }, /did you mean `job_workflow_ref`\?/],
    [{ subject: { template: [] } }, /must be a list/],
    [{ subject: { template: ['repo'] }, claims: { sub: 'x' } }, /not both/],
    [{ subject: { template: ['environment'] }, claims: { environment: null } }, /needs the claim `environment`/],
    [{ lifetime: 0 }, /at least 1/],
    [{ claim: {} }, /did you mean `claims`\?/],
  ];
  for (const [options, message] of job) {
    assert.throws(() => issuer.job(options), { name: 'ClaimgateError', code: 'option_invalid', message });
  }
});

test('what the command prints can be pasted, and signals rotate and stop it', async () => {
  const { child, ended, says } = claimgate('issuer');
  try {
    await says(/\/rotate\n$/);
    const [text] = await says(/^[^]*$/);
    const url = /# issuer +(\S+)/.exec(text)[1];
    const pasted = await start('bash', ['-c', text]).ended;
    const [minted, rotated] = pasted.stdout.split(/(?<=\})(?=\{)/).map((answer) => JSON.parse(answer));
    await verifyByDiscovery(url, minted.value, { audience: AUDIENCE });
    assert.equal((await kids(url)).at(-1), rotated.kid);
    child.kill('SIGHUP');
    const [, kid] = await says(/signs with key (\S+) now/);
    assert.deepEqual((await kids(url)).slice(1), [rotated.kid, kid]);
  } finally {
    child.kill('SIGTERM');
  }
  assert.equal((await ended).code, 0);
});

test('the command runs another as the job, and ends as that does', async () => {
  const script = `${TOOLKIT} process.exit(7)`;
  const job = await claimgate('issuer', '--kind', 'ghe.com', '--subdomain', 'octocorp', '--enterprise', '--issued-at', '-3600',
    '--repository', 'monalisa/app', '--event', 'push', '--no-environment', '--immutable', '--claim', 'repositry=x',
    '--', process.execPath, '--input-type=module', '-e', script).ended;
  assert.equal(job.code, 7, job.stderr);
  const payload = decodeJwt(lines(job.stdout).at(-1));
  assert.equal(payload.iss, 'https://token.actions.octocorp.ghe.com/octocorp');
  assert.equal(payload.sub, 'repo:monalisa@65/app@74:ref:refs/heads/main');
  assert.equal(payload.event_name, 'push');
  assert.ok(Math.abs(Date.now() / 1000 - 3600 - payload.iat) < 60);
  assert.equal(job.stderr, "claimgate issuer: warning: `repositry` is not a claim of GitHub's, did you mean `repository`?\n");

  const missing = await claimgate('issuer', '--', 'no-such-command').ended;
  assert.deepEqual([missing.code, missing.stderr], [127, 'claimgate issuer: no such command `no-such-command`\n']);
  assert.equal((await claimgate('issuer', '--', 'bash', '-c', 'kill -KILL $$').ended).code, 128 + 9);

  const trapped = claimgate('issuer', '--', 'bash', '-c', 'trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done');
  await trapped.says(/ready/);
  trapped.child.kill('SIGTERM');
  assert.equal((await trapped.ended).code, 9);
});

test('a wrong command line is one clear line and exit code 2', async (t) => {
  const table = [
    [['isuer'], 'claimgate: unknown command `isuer`, did you mean `issuer`? (option_invalid)'],
    [['issuer', '--prot', '1'], 'claimgate issuer: unknown option `--prot`, did you mean `--port`? (option_invalid)'],
    [['issuer', '--port', '--json'], 'claimgate issuer: `--port` needs a value: `--port=…` (option_invalid)'],
    [['issuer', '--kind', 'ghes'], 'claimgate issuer: kind `ghes` needs the `host` of the server, such as `github.example.com` (option_invalid)'],
    [['issuer', '--environment', 'prod', '--no-environment'], 'claimgate issuer: claim `environment` is given twice (option_invalid)'],
    [['issuer', 'deploy.js'], 'claimgate issuer: `claimgate issuer` takes no argument, not 1; a command to run comes after `--` (option_invalid)'],
  ];
  for (const [args, line] of table) {
    const { code, stdout, stderr } = await claimgate(...args).ended;
    assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: '', stderr: `${line}\n` });
  }
  const { port } = new URL((await issuerFor(t)).url);
  const taken = await claimgate('issuer', '--port', port).ended;
  assert.equal(taken.code, 2);
  assert.equal(taken.stderr, `claimgate issuer: port ${port} is in use; choose another, or 0 for any free one (option_invalid)\n`);
});

test('the command tells its version, its help, and JSON to programs', async () => {
  const { version } = JSON.parse(await readFile(new URL('package.json', PACKAGE), 'utf8'));
  assert.equal((await claimgate('--version').ended).stdout, `${version}\n`);
  assert.match((await claimgate('--help').ended).stdout, /issuer/);
  assert.match((await claimgate('issuer', '--help').ended).stdout, /--subject-template/);
  const { child, ended, says } = claimgate('issuer', '--json', '--kind', 'github');
  const { url, issuer, env } = JSON.parse((await says(/^.*\n/))[0]);
  child.kill('SIGINT');
  assert.equal(issuer, 'https://token.actions.githubusercontent.com');
  assert.equal(env.ACTIONS_ID_TOKEN_REQUEST_URL, `${url}/token?api-version=2`);
  assert.equal((await ended).code, 0);
});
