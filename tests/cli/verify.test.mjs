// `claimgate verify`: each verdict with its exit code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startIssuer } from 'claimgate/issuer';
import { SAMPLE, signToken } from '../lib/tokens.mjs';
import { AUDIENCE, GITHUB, POLICY, claimgate, claimgateJson, files, token } from './claimgate.mjs';

test('a job with the role is admitted: exit code 0, the rule in the first line', async (t) => {
  const { policy, keys } = await files(t);
  const args = ['verify', '--policy', policy, '--role', 'deploy', '--keys', keys];
  for (const stdin of [token(), `${token()}\n`, `Bearer ${token()}\r\n`, `bearer ${token()}`]) {
    const { code, stdout, stderr } = await claimgate(args, { stdin });
    assert.deepEqual([code, stderr], [0, ''], stdout);
    assert.match(stdout, /^VERIFIED: the job is admitted, it has the role deploy by allow\[1\]\n/);
    assert.match(stdout, /grant +https:\/\/api\.example\.com, scope deploy:write, 900 s/);
  }
  const argument = await claimgateJson([...args, token()]);
  assert.deepEqual(Object.keys(argument), ['code', 'stderr', 'verdict', 'authorized', 'issuer', 'audience', 'claims', 'subject', 'role', 'rule', 'grant', 'explanation']);
  assert.deepEqual([argument.code, argument.verdict, argument.authorized, argument.rule], [0, 'verified', true, 'allow[1]']);
  assert.equal(argument.claims.repository, 'octo-org/octo-repo');
});

test('a refusal has exit code 1, and the failed condition before everything else', async (t) => {
  const { policy, keys } = await files(t);
  const args = ['verify', '--policy', policy, '--role', 'deploy', '--keys', keys];
  const capital = { environment: 'Prod', sub: 'repo:octo-org/octo-repo:environment:Prod' };
  const { code, stdout } = await claimgate(args, { stdin: token(capital) });
  assert.equal(code, 1);
  assert.equal(stdout.split('\n').slice(0, 9).join('\n'), `REFUSED: no rule gives this job the role \`deploy\` (no_rule_matches)

allow[1] does not match: 1 of 3 conditions not met (the nearest rule)
  ✗ environment
      expected  prod
      found     Prod
      nearest   the values differ in case only, and case counts
  ✓ repository_id          74
  ✓ ref                    refs/heads/main`);

  const denied = await claimgate(args, { stdin: token({ event_name: 'workflow_run' }) });
  assert.match(denied.stdout, /^REFUSED: [^]*\(rule_denies\)\n\ndeny\[0\] matches, and denies\n  ✓ event_name +workflow_run\n/);

  const refused = await claimgateJson(args, { stdin: token(capital) });
  assert.deepEqual([refused.code, refused.verdict, refused.error.code], [1, 'refused', 'no_rule_matches']);
  assert.deepEqual(refused.explanation[2].conditions[1], {
    claim: 'environment', matched: false, expected: ['prod'], found: 'Prod',
    nearest: { kind: 'case', hint: 'the values differ in case only, and case counts' },
  });
});

test('each check refuses with its code', async (t) => {
  const { policy, keys } = await files(t);
  const forged = token({}, { key: 'rsa-other', header: { kid: 'rsa' } });
  for (const [code, stdin] of [
    ['signature_invalid', forged],
    ['key_unknown', token({}, { key: 'rsa-other' })],
    ['audience_mismatch', token({ aud: 'https://other.example' })],
    ['issuer_mismatch', token({ iss: `${GITHUB}/acme` })],
    ['subject_contradiction', token({ environment: 'dev' })],
    ['token_expired', signToken({ ...SAMPLE, aud: AUDIENCE })],
  ]) {
    const refused = await claimgateJson(['verify', '--policy', policy, '--role', 'deploy', '--keys', keys], { stdin });
    assert.deepEqual([refused.code, refused.verdict, refused.error.code], [1, 'refused', code]);
  }
});

test('without a policy it says that it authorizes nothing', async (t) => {
  const { keys } = await files(t);
  const args = ['verify', '--audience', 'https://other.example', '--audience', AUDIENCE, '--keys', keys];
  const { code, stdout } = await claimgate(args, { stdin: token() });
  assert.equal(code, 0);
  assert.match(stdout, /^VERIFIED: [^\n]*\n  This is not an authorization: /);
  assert.doesNotMatch(stdout, /admitted|allow|role/);
  const { authorized, verdict, role } = await claimgateJson(args, { stdin: token() });
  assert.deepEqual([verdict, authorized, role], ['verified', false, undefined]);
  const enterprise = await claimgateJson([...args, '--issuer', `${GITHUB}/acme`], { stdin: token({ iss: `${GITHUB}/acme` }) });
  assert.equal(enterprise.verdict, 'verified');
  assert.equal((await claimgateJson([...args, '--issuer', `${GITHUB}/acme`], { stdin: token() })).error.code, 'issuer_mismatch');
});

test('an old token can be verified as of its time, and no leeway or age is taken too far', async (t) => {
  const { keys } = await files(t);
  const args = ['verify', '--audience', 'https://github.com/octo-org', '--keys', keys];
  const verdict = async (...more) => claimgate([...args, ...more], { stdin: signToken(SAMPLE) });
  assert.match((await verdict()).stdout, /--at/);
  assert.match((await verdict('--at', '1632493600')).stdout, /^VERIFIED: [^]*, as of\s+2021-09-24T14:26:40Z\n/);
  assert.equal((await verdict('--at', '1632493967')).code, 1);
  assert.equal((await verdict('--at', '1632493967', '--leeway', '120')).code, 0);
  assert.match((await verdict('--at', '1632493800', '--max-age', '60', '--leeway=0')).stdout, /\(token_too_old\)/);
  const tooMuch = await verdict('--leeway', '301');
  assert.deepEqual([tooMuch.code, tooMuch.stdout], [2, '']);
  assert.match(tooMuch.stderr, /^claimgate verify: a leeway of 301 s is too long.* \(option_invalid\)\n$/);
});

test('keys are fetched by discovery; if they cannot be, nothing is known: exit code 3', async (t) => {
  const issuer = await startIssuer();
  t.after(() => issuer.close());
  const { policy } = await files(t, {
    policy: { ...POLICY, issuers: { github: { kind: 'loopback', port: Number(new URL(issuer.url).port) } } },
  });
  const args = ['verify', '--policy', policy, '--role', 'deploy'];
  const stdin = await issuer.job().token(AUDIENCE);
  assert.equal((await claimgate(args, { stdin })).code, 0);
  assert.equal((await claimgate(['verify', '--audience', AUDIENCE, '--issuer', issuer.url], { stdin })).code, 0);
  assert.match((await claimgate(['inspect', '--fetch', '--issuer', issuer.url], { stdin })).stdout, /^VERIFIED: the signature is by a key of http:\/\/127/);
  await issuer.close();

  const { code, stdout, stderr } = await claimgate(args, { stdin });
  assert.deepEqual([code, stdout], [3, '']);
  assert.match(stderr, /^claimgate verify: the keys of `http:\/\/127\.0\.0\.1:\d+` cannot be fetched: .*\(ECONNREFUSED\) \(keys_unavailable\)\n$/);
  const undecided = await claimgateJson(args, { stdin });
  assert.deepEqual([undecided.code, undecided.verdict, undecided.error.code], [3, 'undecided', 'keys_unavailable']);
  const inspected = await claimgate(['inspect', '--fetch', '--issuer', issuer.url], { stdin });
  assert.equal(inspected.code, 3);
  assert.match(inspected.stdout, /^NOT VERIFIED: /);
});
