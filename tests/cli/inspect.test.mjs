// `claimgate inspect`: what a token says, and how sure that is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIssuer } from 'claimgate/issuer';
import { PROFILES } from '../node_modules/claimgate/js/issuer/profiles.js';
import { GITHUB, claimgate, claimgateJson, files, token } from './claimgate.mjs';
import { SAMPLE, signToken } from '../lib/tokens.mjs';

const AT = ['--at', '1632493600'];

test('a token is shown with what its claims mean, and said not to be verified', async () => {
  const { code, stdout, stderr } = await claimgate(['inspect', ...AT], { stdin: signToken({ ...SAMPLE, repo_property_team: 'web', later: { a: [1] } }) });
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^NOT VERIFIED: anyone could have written it; `--keys` or `--fetch` verifies it\n/);
  for (const pattern of [
    /\n  exp +1632493867 = 2021-09-24T14:31:07Z, in 4 min 27 s\n +When the token ends\.\n/,
    /\n  iss +\S+\n +Who issued the token\. It names github\.com\.\n/,
    /\nactor and run\n  actor +octocat\n +The account that started the run\.\n/,
    /\n  head_ref +""\n/,
    /\ncustom properties\n  repo_property_team +web\n/,
    /\nother\n  later +\{"a":\[1\]\}\n +Not a claim of GitHub's\.\n/,
    /\nsub, compared with the other claims: it agrees\n  repo +octo-org\/octo-repo\n  environment +prod\n +classic/,
  ]) assert.match(stdout, pattern);
  assert.ok(stdout.split('\n').every((line) => line.length <= 80), 'it fits into 80 columns');
});

test('verified, refused and not verified cannot be taken for each other', async (t) => {
  const { keys } = await files(t);
  const verdicts = {
    'NOT VERIFIED': [[], token(), 0, 'not_verified'],
    VERIFIED: [['--keys', keys], token(), 0, 'verified'],
    REFUSED: [['--keys', keys], token({}, { key: 'rsa-other', header: { kid: 'rsa' } }), 1, 'refused'],
  };
  for (const [word, [args, stdin, code, verdict]] of Object.entries(verdicts)) {
    const people = await claimgate(['inspect', ...args], { stdin });
    assert.equal(people.code, code);
    assert.ok(people.stdout.startsWith(`${word}: `), people.stdout);
    const machine = await claimgateJson(['inspect', ...args], { stdin });
    assert.deepEqual([machine.code, machine.verdict], [code, verdict]);
    // Never the signature, nor the token as a whole.
    for (const part of [stdin, stdin.split('.')[2]]) assert.ok(!`${people.stdout}${JSON.stringify(machine)}`.includes(part));
  }
  const none = await claimgateJson(['inspect', '--keys', keys], { stdin: token({ iss: 'https://evil.example' }) });
  assert.deepEqual([none.code, none.verdict, none.error.code], [1, 'refused', 'issuer_mismatch']);
});

// Row E11.
test('the verdict is the first and the last line, so that it is seen wherever the reader looks', async (t) => {
  const { keys } = await files(t);
  for (const args of [[], ['--keys', keys]]) {
    const { stdout } = await claimgate(['inspect', ...args], { stdin: token() });
    const lines = stdout.trimEnd().split('\n');
    const last = lines.findLastIndex((line) => !line.startsWith(' '));
    const length = lines.length - last;
    assert.match(lines[0], /^(NOT )?VERIFIED: /);
    assert.deepEqual(lines.slice(last), lines.slice(0, length));
  }
});

test('--brief shows the verdict, the warnings, the pinned claims and `sub` on a screen of 24 lines', async (t) => {
  const { keys } = await files(t);
  const ordinary = await claimgate(['inspect', '--brief'], { stdin: signToken({ ...SAMPLE, iat: 1632493567 }) });
  const lines = ordinary.stdout.trimEnd().split('\n');
  assert.ok(lines.length < 24, `${lines.length} lines`);
  assert.ok(lines.every((line) => line.length <= 80), ordinary.stdout);
  for (const pattern of [
    /^NOT VERIFIED: /, /\n  !  the token expired /, /\n  !  `aud` is the default/, /\n  !  `sub` names the repository without ids/,
    /\n  repository {8}octo-org\/octo-repo\n  repository_id {5}74\n/, /\n  environment {7}prod\n/,
    /\n  sub {15}repo:octo-org\/octo-repo:environment:prod\n {20}It agrees with the other claims\.\n$/,
  ]) assert.match(ordinary.stdout, pattern);
  const verified = await claimgate(['inspect', '--brief', '--keys', keys], { stdin: token({ environment: undefined, sub: 'repo:octo-org/octo-repo:ref:refs/heads/main' }) });
  assert.match(verified.stdout, /^VERIFIED: /);
  assert.doesNotMatch(verified.stdout, /environment/);
  const forged = await claimgate(['inspect', '--brief', '--keys', keys], { stdin: token({}, { key: 'rsa-other', header: { kid: 'rsa' } }) });
  assert.deepEqual([forged.code, /^REFUSED: [^\n]*\(signature_invalid\)\n/.test(forged.stdout)], [1, true]);
  assert.match((await claimgate(['inspect', '--brief', '--json'], { stdin: token() })).stderr, /`--brief` or `--json`, but not both/);
});

test('--brief fits on a screen for each kind of run, and repeats the verdict where it does not', async () => {
  const issuer = createIssuer();
  for (const profile of Object.keys(PROFILES)) {
    const { stdout } = await claimgate(['inspect', '--brief'], { stdin: await issuer.job({ profile }).token() });
    assert.ok(stdout.trimEnd().split('\n').length < 24, stdout);
    assert.doesNotMatch(stdout, /\n\nNOT VERIFIED/);
  }
  // Many warnings, and long values.
  const name = `${'a'.repeat(39)}/${'b'.repeat(100)}`;
  const long = { repository: name, repository_owner: 'a'.repeat(39), job_workflow_ref: `${name}/.github/workflows/x.yml@refs/heads/${'c'.repeat(200)}`, ref: `refs/heads/gh-readonly-queue/${'d'.repeat(200)}` };
  const all = { ...long, event_name: 'pull_request_target', environment: undefined, runner_environment: 'self-hosted', aud: `https://github.com/${long.repository_owner}`, sub: `repo:${name}:ref:${long.ref}`, iat: 1, nbf: 1, exp: 40_000 };
  const { stdout } = await claimgate(['inspect', '--brief'], { stdin: token(all) });
  const lines = stdout.trimEnd().split('\n');
  assert.ok(lines.length >= 24 && lines.length < 40, stdout);
  assert.match(lines[0], /^NOT VERIFIED: /);
  assert.equal(lines.at(-1), lines[0]);
  assert.match(stdout, /\n  ref {15}refs\/heads\/gh-readonly-queue\/\n? *d+…d+\n/);
});

test('the shape for machines', async () => {
  const inspected = await claimgateJson(['inspect', ...AT], { stdin: signToken(SAMPLE) });
  const { code, stderr, ...shape } = inspected;
  assert.deepEqual(Object.keys(shape), ['verdict', 'error', 'warnings', 'header', 'issuer', 'claims', 'described', 'subject', 'defaultAudience', 'times']);
  assert.deepEqual(shape.issuer, { issuer: GITHUB, discovery: `${GITHUB}/.well-known/openid-configuration`, policy: { kind: 'github' }, name: 'github.com' });
  assert.deepEqual(shape.claims, SAMPLE);
  assert.deepEqual(shape.described[0], { name: 'iss', group: 'registered', description: 'Who issued the token.' });
  assert.deepEqual(shape.times.exp, { seconds: 1632493867, utc: '2021-09-24T14:31:07Z', relative: 'in 4 min 27 s' });
  assert.deepEqual(shape.warnings.map((warning) => warning.code), ['default_audience', 'classic_subject']);
});

test('anything unusual about a token is listed, the worst first', async () => {
  const immutable = { sub: 'repo:octo-org@65/octo-repo@74:environment:prod' };
  const at = (time) => ({ iat: time, nbf: time, exp: time + 600 });
  for (const [changes, expected] of [
    [immutable, []],
    [{}, ['classic_subject']],
    [{ ...immutable, aud: ['x', 'https://github.com/octo-org'] }, ['default_audience']],
    [{ ...immutable, ...at(1) }, ['token_expired']],
    [{ ...immutable, ...at(9_999_999_999) }, ['token_not_yet_valid', 'token_issued_in_future']],
    [{ ...immutable, event_name: 'pull_request_target' }, ['event']],
    [{ ...immutable, event_name: 'workflow_run' }, ['event']],
    [{ ...immutable, event_name: 'dynamic' }, ['event']],
    [{ ...immutable, event_name: 'merge_group', ref: 'refs/heads/gh-readonly-queue/main/pr-1-2b1d8d6f' }, ['merge_queue']],
    [{ ...immutable, environment: 'dev' }, ['subject_contradiction']],
    [{ sub: 'repo:octo-org@65/octo-repo@74:later:x' }, ['subject_unchecked']],
    [{ ...immutable, runner_environment: 'self-hosted' }, ['self_hosted']],
    [{ ...immutable, iss: 'https://github.example.com/_services/token' }, ['enterprise_server']],
    [{ ...immutable, iss: 'http://127.0.0.1:8788' }, ['local_issuer']],
    [{ ...immutable, jti: '' }, ['claim_malformed']],
    ...[`${GITHUB}/`, 'http://token.actions.githubusercontent.com', `${GITHUB}.evil.example`, 'https://evil.example', 7].map((iss) =>
      [{ ...immutable, iss }, iss === 7 ? ['unknown_issuer', 'claim_malformed'] : ['unknown_issuer']]),
  ]) {
    const { warnings } = await claimgateJson(['inspect'], { stdin: token(changes) });
    assert.deepEqual(warnings.map(({ code }) => code), expected, JSON.stringify(changes));
  }
  const { stdout } = await claimgate(['inspect'], { stdin: token({ iss: `${GITHUB}/` }) });
  assert.match(stdout.split('\n\n').at(-2), /is not\s+`https:\/\/token\.actions\.githubusercontent\.com`/);
});

test('a malformed token is marked where it breaks, its signature stays hidden', async () => {
  const [header, payload, signature] = token().split('.');
  const encoded = (text) => Buffer.from(text).toString('base64url');
  for (const [text, code, lines] of [
    [`${header.slice(0, 30)}!${header.slice(30)}.${payload}.${signature}`, 'token_encoding', [/^  header: …[\w-]{24}!/, /^ {11}\s{24}\^$/]],
    [`${header}.${payload}.${signature}==`, 'token_encoding', [/^  signature: …•{24}==$/, /^ {14}\s{24}\^$/]],
    [`${encoded('{"alg":"RS256","kid":"a",}')}.${payload}.${signature}`, 'token_json', [/"kid":"a",\}$/, /^ +\^$/]],
    [`${header}.${encoded('{"a":1,"a":2}')}.${signature}`, 'token_json', [/^  payload: \{"a":1,"a":2\}$/, /^ +\^$/]],
    [`${header}.${encoded('{"a\u001b[31m":01}')}.${signature}`, 'token_json', [/^  payload: \{"a\\u\{1b\}\[31m":01\}$/, /^ +\^{6}$/]],
  ]) {
    const { code: exit, stdout } = await claimgate(['inspect', text]);
    assert.equal(exit, 1);
    const printed = stdout.split('\n');
    assert.match(stdout, new RegExp(`^REFUSED: [^]*\\(${code}\\)`));
    const at = printed.findIndex((line) => lines[0].test(line));
    assert.ok(at > 0 && lines[1].test(printed[at + 1]), stdout);
    assert.ok(!stdout.includes(signature.slice(-24)));
    const { verdict, error } = await claimgateJson(['verify', '--audience', 'x', text]);
    assert.deepEqual([verdict, error.code, typeof error.offset], ['refused', code, 'number']);
  }
});
