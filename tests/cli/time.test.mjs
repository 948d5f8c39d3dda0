// Times as people write them: `--at` of every command that has it, and `--issued-at`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT } from '../node_modules/claimgate/js/cli/commands/index.js';
import { parseTime } from '../node_modules/claimgate/js/cli/time.js';
import { claimgate, claimgateJson, files, token } from './claimgate.mjs';
import { SAMPLE, signToken } from '../lib/tokens.mjs';

test('a time is seconds, UTC, or relative to now', () => {
  const now = 1_700_000_000;
  for (const [text, seconds] of [
    ['0', 0],
    ['1632493600', 1_632_493_600],
    ['253402300799', 253_402_300_799],
    ['2026-01-01T00:00:00Z', 1_767_225_600],
    ['2024-02-29T23:59:59Z', 1_709_251_199],
    ['-300', now - 300],
    ['+0', now],
    ['-45s', now - 45],
    ['+10m', now + 600],
    ['-1h', now - 3600],
    ['-2d', now - 172_800],
  ]) assert.equal(parseTime('--at', text, now).seconds, seconds, text);
});

test('what is not a time is one clear error', () => {
  const wrong = ['', 'now', '1h', '-', '-h', '-1w', '--1h', '-1.5h', '1e9', '1632493600000', '-999999999d', '+999999999d', '9999999999999',
    '2026-01-01', '2026-01-01T00:00:00', '2026-01-01 00:00:00Z', '2026-01-01T00:00:00+01:00', '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z'];
  const message = /^`--at` must be seconds since 1970, a UTC time such as `2026-01-01T00:00:00Z`, or relative to now such as `-1h` or `\+10m`, not `/;
  for (const text of wrong) assert.throws(() => parseTime('--at', text, 1_700_000_000), { code: 'option_invalid', message }, text);
});

test('every command with `--at` takes each form', async (t) => {
  const { policy, keys } = await files(t);
  const withAt = ['inspect', 'verify', 'policy explain', 'policy from-token'];
  const found = Object.entries(ROOT.commands).flatMap(([name, command]) =>
    Object.entries(command.commands ?? { '': command }).filter(([, { options }]) => Object.values(options ?? {}).some((group) => 'at' in group)).map(([inner]) => `${name} ${inner}`.trim()));
  assert.deepEqual(found, withAt);

  const old = signToken(SAMPLE);
  const verify = (at) => claimgate(['verify', '--audience', SAMPLE.aud, '--keys', keys, `--at=${at}`], { stdin: old });
  for (const at of ['1632493600', '2021-09-24T14:26:40Z']) assert.equal((await verify(at)).code, 0, at);
  const fresh = token();
  for (const [at, code] of [['-1m', 'ok'], ['+1h', 'token_expired'], ['-2d', 'token_not_yet_valid']]) {
    const { verdict, error } = await claimgateJson(['verify', '--audience', 'https://deploy.example.com', '--keys', keys, '--at', at], { stdin: fresh });
    assert.equal(verdict === 'verified' ? 'ok' : error.code, code, at);
  }
  const explain = await claimgateJson(['policy', 'explain', '--policy', policy, '--role', 'deploy', '--at', '+1h'], { stdin: fresh });
  assert.equal(explain.warnings[0].code, 'token_expired');
  const inspect = await claimgateJson(['inspect', '--at', '2026-01-01T00:00:00Z'], { stdin: old });
  assert.deepEqual(inspect.times.now, { seconds: 1_767_225_600, utc: '2026-01-01T00:00:00Z' });
  const made = await claimgate(['policy', 'from-token', '--keys', keys, '--at', '2021-09-24T14:26:40Z'], { stdin: old });
  assert.deepEqual([made.code, JSON.parse(made.stdout).audience], [0, SAMPLE.aud]);
});
