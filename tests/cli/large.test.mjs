// Policies of which nobody would read each rule, nor wait for without a word.
import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createVerifier } from 'claimgate';
import { withProgress } from '../node_modules/claimgate/js/cli/progress.js';
import { POLICY, claimgate, claimgateJson, files, token } from './claimgate.mjs';

/** A role with rules of so many repositories, of which none is the sample's. */
function large(count) {
  const allow = Array.from({ length: count }, (_, at) => ({ repository_id: `${1000 + at}`, environment: 'prod', ref: 'refs/heads/main' }));
  return { ...POLICY, roles: { deploy: { issuer: 'github', allow } } };
}

test('of many rules the nearest are listed, and the others counted', async (t) => {
  const { policy } = await files(t, { policy: large(1150) });
  const args = ['policy', 'explain', '--policy', policy, '--role', 'deploy'];
  const { stdout } = await claimgate(args, { stdin: token() });
  assert.match(stdout, /\n\n… and 1,050 more rules, which decide nothing here\n/);
  const explained = await claimgateJson(args, { stdin: token() });
  assert.deepEqual([explained.explanation.length, explained.omittedRules], [100, 1050]);
  const few = await files(t, { policy: large(100) });
  const all = await claimgateJson([...args.slice(0, 3), few.policy, ...args.slice(4)], { stdin: token() });
  assert.deepEqual([all.explanation.length, 'omittedRules' in all], [100, false]);
});

test('of a long list some patterns are shown, and the others counted', async (t) => {
  const environment = Array.from({ length: 10_000 }, (_, at) => `environment-${at}`);
  const { policy } = await files(t, { policy: { ...POLICY, roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74', environment }] } } } });
  const { stdout } = await claimgate(['policy', 'explain', '--policy', policy, '--role', 'deploy'], { stdin: token() });
  assert.match(stdout.replace(/\s+/g, ' '), / expected environment-0 or .* or environment-15 … and 9,984 more patterns found prod /);
});

test('a mistake in a policy of 100 MB is found at its line and column', async (t) => {
  const { folder } = await files(t);
  const path = join(folder, 'large.json');
  const rule = (at) => `        { "repository_id": "${1_000_000 + at}", "environment": "prod", "ref": "refs/heads/main", "event_name": "push" },\n`;
  const head = `{\n  "version": 1, "audience": "a", "issuers": { "github": { "kind": "github" } },\n  "roles": { "deploy": { "issuer": "github", "allow": [\n`;
  const count = 950_000;
  const file = await open(path, 'w');
  await file.write(head);
  for (let at = 0; at < count; at += 10_000) await file.write(Array.from({ length: 10_000 }, (_, index) => rule(at + index)).join(''));
  await file.write('        { "repository_id": "1", "enviroment": "prod" }\n  ] } }\n}\n');
  t.diagnostic(`${((await file.stat()).size / 1e6).toFixed(0)} MB`);
  await file.close();
  const begun = performance.now();
  const { code, stdout, stderr } = await claimgate(['policy', 'check', path]);
  t.diagnostic(`${((performance.now() - begun) / 1000).toFixed(1)} s`);
  assert.deepEqual([code, stderr], [1, '']);
  assert.match(stdout, /^WRONG \S+large\.json:950004:33\n  `roles\.deploy\.allow\[950000\]\.enviroment`: unknown claim `enviroment`/);
});

test('a terminal is told how far a large policy is read, and nobody else', async (t) => {
  const text = JSON.stringify(large(120_000));
  const { policy } = await files(t, { policy: JSON.parse(text) });
  const { code, stderr } = await claimgate(['policy', 'check', policy]);
  assert.deepEqual([code, stderr], [0, '']);

  const read = (/** @type {boolean} */ isTTY, /** @type {string} */ policy) => {
    let written = '';
    const stream = { isTTY, write: (/** @type {string} */ part) => (written += part) };
    withProgress(policy, (onProgress) => createVerifier({ policy, onProgress }), stream);
    return written;
  };
  assert.match(read(true, text), /^\r\x1b\[Kreading the policy: 0 of \d MB, 0 %\r\x1b\[Kreading the policy: 4 of \d MB, \d\d %.*\r\x1b\[K$/s);
  assert.equal(read(false, text), '');
  assert.equal(read(true, JSON.stringify(POLICY)), '');
});

test('what progress throws is told, and does not get in the way', async () => {
  const errors = [];
  const onProgress = () => {
    throw new Error('no');
  };
  createVerifier({ policy: large(120_000), onProgress, onError: (error) => errors.push(String(error)) });
  assert.ok(errors.length > 0 && errors.every((error) => error === 'Error: no'), String(errors));
});
