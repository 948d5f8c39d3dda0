// `claimgate policy from-token`: the policy that it prints admits the job of the token.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createVerifier, inspectUnverified } from 'claimgate';
import { createIssuer, startIssuer } from 'claimgate/issuer';
import { tightPolicy } from '../node_modules/claimgate/js/explain/tight-policy.js';
import { PROFILES } from '../node_modules/claimgate/js/issuer/profiles.js';
import { AUDIENCE, claimgate, files, token } from './claimgate.mjs';

const COMMAND = ['policy', 'from-token'];

/** How the warnings begin that a kind of run has. */
const WARNINGS = {
  'pull-request': ['the job runs for a pull request'],
  'merge-queue': ['`ref` is a branch of a merge queue'],
  dependabot: ['GitHub started the run itself'],
  copilot: ['GitHub started the run itself'],
};

test('the policy of each kind of run loads, admits its job, and no other repository', async (t) => {
  const issuer = await startIssuer();
  t.after(() => issuer.close());
  for (const profile of [undefined, ...Object.keys(PROFILES)]) {
    const job = issuer.job({ profile });
    const made = await claimgate([...COMMAND, '--fetch', '--issuer', issuer.url, '--role', 'release'], { stdin: await job.token(AUDIENCE) });
    assert.equal(made.code, 0, made.stderr);
    const warnings = WARNINGS[profile] ?? [];
    assert.equal(made.stderr.split('\n').length - 1, warnings.length + 1, made.stderr);
    for (const warning of ['a local issuer is for development', ...warnings]) assert.ok(made.stderr.includes(`claimgate policy from-token: warning: ${warning}`), made.stderr);
    const verifier = createVerifier({ policy: made.stdout });
    assert.deepEqual(verifier.policyWarnings().warnings, []);
    const admitted = await verifier.authorize(await job.token(AUDIENCE), { role: 'release' });
    assert.equal(admitted.rule, 'allow[0]', profile);
    const other = await issuer.job({ profile, claims: { repository_id: '75' } }).token(AUDIENCE);
    await assert.rejects(verifier.authorize(other, { role: 'release' }), { code: 'no_rule_matches' }, profile);
  }
});

test('the output of one command is the input of the next', async (t) => {
  const { keys, folder } = await files(t);
  const stdin = token();
  const { code, stdout } = await claimgate([...COMMAND, '--keys', keys], { stdin });
  assert.equal(code, 0);
  const policy = join(folder, 'made.json');
  await writeFile(policy, stdout);
  const verified = await claimgate(['verify', '--policy', policy, '--role', 'deploy', '--keys', keys], { stdin });
  assert.match(verified.stdout, /^VERIFIED: the job is admitted, it has the role deploy by allow\[0\]\n/);
});

test('--out writes a new file, and leaves an existing one as it is', async (t) => {
  const { folder } = await files(t);
  const out = join(folder, 'new.json');
  const refused = await claimgate([...COMMAND, '--out', out], { stdin: 'a.b' });
  assert.equal(refused.code, 1);
  await assert.rejects(readFile(out), { code: 'ENOENT' });
  const written = await claimgate([...COMMAND, '--out', out], { stdin: token() });
  assert.deepEqual([written.code, written.stdout], [0, '']);
  const text = await readFile(out, 'utf8');
  assert.equal(text, (await claimgate(COMMAND, { stdin: token() })).stdout);
  const again = await claimgate([...COMMAND, '--out', out, '--role', 'other'], { stdin: token() });
  assert.equal(again.code, 2);
  assert.match(again.stderr, /`\S+new\.json` exists and is not overwritten: give a new name \(option_invalid\)\n$/);
  assert.equal(await readFile(out, 'utf8'), text);
});

test('a token that is not verified is said not to be, on standard error', async () => {
  const { code, stdout, stderr } = await claimgate(COMMAND, { stdin: token() });
  assert.equal(code, 0);
  assert.match(stderr, /^claimgate policy from-token: the token is NOT VERIFIED: anyone could have written it; [^\n]*\n$/);
  const { roles, audience, issuers } = JSON.parse(stdout);
  assert.deepEqual([audience, issuers], [AUDIENCE, { github: { kind: 'github' } }]);
  assert.deepEqual(roles.deploy.allow, [{
    repository: 'octo-org/octo-repo', repository_id: '74', repository_owner_id: '65', environment: 'prod',
    job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main', event_name: 'workflow_dispatch', runner_environment: 'github-hosted',
  }]);
  assert.deepEqual(roles.deploy.deny, [{ event_name: ['pull_request_target', 'workflow_run'] }]);

  const ownAudience = await claimgate([...COMMAND, '--audience', 'https://other.example'], { stdin: token({ aud: 'https://github.com/octo-org' }) });
  assert.equal(JSON.parse(ownAudience.stdout).audience, 'https://other.example');
  assert.doesNotMatch(ownAudience.stderr, /--audience/);
  assert.match((await claimgate(COMMAND, { stdin: token({ aud: 'https://github.com/octo-org' }) })).stderr, /\n[^\n]*warning: the audience is the default, [^\n]* `--audience`\n$/);
});

test('a claim that cannot be pinned is a refusal that names it, and an empty ref is pinned', async () => {
  const inEnvironment = (environment) => token({ environment, sub: `repo:octo-org/octo-repo:environment:${environment}` });
  for (const [stdin, message] of [
    [inEnvironment('prod*'), '`environment` cannot be pinned: it is `prod*`, and a policy cannot match a `*` exactly; use the token of a job whose `environment` has none (claim_malformed)'],
    [inEnvironment(''), '`environment` cannot be pinned: it is empty; use the token of a job that has one (claim_malformed)'],
    [token({ aud: '' }), '`aud` is empty, and a policy needs an audience: request the token for the audience of your service (claim_malformed)'],
  ]) {
    const { code, stdout, stderr } = await claimgate(COMMAND, { stdin });
    assert.deepEqual([code, stdout, stderr], [1, '', `claimgate policy from-token: ${message}\n`]);
  }
  const chosen = await claimgate([...COMMAND, '--audience', AUDIENCE], { stdin: token({ aud: '' }) });
  assert.deepEqual([chosen.code, JSON.parse(chosen.stdout).audience], [0, AUDIENCE]);

  const bare = await createIssuer().job({ profile: 'deployment-of-a-commit' }).token(AUDIENCE);
  const made = await claimgate(COMMAND, { stdin: bare });
  assert.equal(JSON.parse(made.stdout).roles.deploy.allow[0].ref, '');
});

test('the function refuses each claim that cannot be pinned, and writes nothing for an unknown issuer', () => {
  const inspected = (changes) => {
    const { claims, issuer } = inspectUnverified(token());
    return { issuer, claims: { ...claims, ...changes } };
  };
  for (const [changes, claim, code] of [
    [{ environment: undefined, ref: 'refs/heads/*' }, 'ref', 'claim_malformed'],
    [{ environment: undefined, ref: undefined }, 'ref', 'claim_missing'],
    [{ environment: null }, 'environment', 'claim_malformed'],
    [{ job_workflow_ref: 'o/r/.github/workflows/*.yml@refs/heads/main' }, 'job_workflow_ref', 'claim_malformed'],
    [{ repository_owner_id: '' }, 'repository_owner_id', 'claim_malformed'],
    [{ aud: ['', ''] }, 'aud', 'claim_malformed'],
  ]) assert.throws(() => tightPolicy(inspected(changes)), { name: 'ClaimgateError', code, claim }, JSON.stringify(changes));
  assert.deepEqual(tightPolicy(inspected({ aud: ['', AUDIENCE] })).audience, [AUDIENCE]);
  assert.equal(tightPolicy({ ...inspected({}), issuer: null }), undefined);
});

test('a token that is refused makes no policy', async (t) => {
  const { keys } = await files(t);
  const forged = token({}, { key: 'rsa-other', header: { kid: 'rsa' } });
  for (const [args, stdin, code, line] of [
    [['--keys', keys], forged, 1, /\(signature_invalid\)/],
    [['--keys', keys], token({ exp: 1, nbf: 0, iat: 0 }), 1, /\(token_expired\)/],
    [[], 'a.b', 1, /\(token_segments\)/],
    [[], token({ iss: 'https://evil.example' }), 1, /`iss` is not an issuer of GitHub's: `https:\/\/evil\.example` \(issuer_mismatch\)/],
    [[], token({ repository: undefined, repository_id: undefined, sub: 'x' }), 1, /names no repository.* \(claim_missing\)/],
    [[], token({ environment: 'dev' }), 1, /\(subject_contradiction\)/],
    [[], token({ event_name: 'made_up' }), 2, /event_name.*\(policy_\w+\)/],
    [['--fetch'], token({ iss: 'http://127.0.0.1:9' }), 3, /`--issuer http:\/\/127\.0\.0\.1:9`/],
    [['--issuer', 'http://127.0.0.1:9'], token(), 2, /`--issuer` needs `--fetch` or `--keys`/],
    [['--role', ''], token(), 2, /`--role` needs a value/],
    [['--at', '-1h'], token(), 2, /`--at` needs `--fetch` or `--keys`, which verify the token/],
  ]) {
    const made = await claimgate([...COMMAND, ...args], { stdin });
    assert.deepEqual([made.code, made.stdout], [code, ''], made.stderr);
    assert.match(made.stderr, line);
    assert.match(made.stderr, /^claimgate policy from-token: [^\n]*\n$/);
  }
});
