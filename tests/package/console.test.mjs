// E5: jobs and errors can be read in consoles and logs, and show what their readers may see.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { ClaimgateError, createGuard, createVerifier, decodeUnverified } from 'claimgate';
import { launchBrowser } from '../lib/browsers.mjs';
import { temporaryFolder } from '../lib/ending.mjs';
import { serveBundle } from '../lib/miniflare.mjs';
import { newestNode, programOf } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';
import { freshToken, jwks, SAMPLE } from '../lib/tokens.mjs';
import { until } from '../lib/until.mjs';
import { servePackage } from '../runtime/runtimes/bundles.mjs';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
/** A value of the policy that only its owner may know. */
const HIDDEN = 'hidden-environment';
const policy = {
  version: 1,
  audience: SAMPLE.aud,
  issuers: { github: { kind: 'github' } },
  roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74', environment: [HIDDEN, 'prod'] }], deny: [{ environment: HIDDEN }] } },
};
const keys = { github: jwks('rsa') };
const authorize = `createVerifier(${JSON.stringify({ policy, keys })}).authorize(${JSON.stringify(freshToken())}, { role: 'deploy', explain: 'claims' })`;
const PROGRAM = `
import { createVerifier } from 'claimgate';
console.log(await ${authorize});
`;

function checkPrinted(printed) {
  assert.match(printed, /^Authorized \{/m);
  for (const member of [/role: ['"]deploy['"]/, /rule: ['"]allow\[0\]['"]/, /repository: ['"]octo-org\/octo-repo['"]/, /check: ['"]consistent['"]/]) assert.match(printed, member);
  assert.ok(!printed.includes(HIDDEN), printed);
}

for (const [name, program, ...args] of [['Node', process.execPath], ['the newest Node', newestNode()], ['Deno', programOf('deno'), 'run', '--allow-all'], ['Bun', programOf('bun')]]) {
  test(`${name} prints a job with what it says`, async () => {
    const { folder, dispose } = temporaryFolder(join(TESTS, '.example-'));
    try {
      await writeFile(join(folder, 'program.mjs'), PROGRAM);
      checkPrinted(await run(program, [...args, join(folder, 'program.mjs')]));
    } finally {
      dispose();
    }
  });
}

test('workerd prints a job with what it says', async () => {
  const worker = `import { createVerifier } from 'claimgate';\nexport default { async fetch() { console.log(await ${authorize}); return new Response(); } };`;
  let printed = '';
  const { url, close } = await serveBundle({ files: { 'worker.mjs': worker }, flags: [], print: (data) => (printed += data) });
  try {
    await fetch(url);
    await until(() => printed.includes('explanation'), 'the Worker prints');
    checkPrinted(printed);
  } finally {
    await close();
  }
});

test('browsers show the role and the issuer of a job', async () => {
  const { url, close } = await servePackage();
  try {
    for (const name of ['chrome', 'firefox']) {
      const browser = await launchBrowser(name);
      try {
        const page = await browser.newPage();
        await page.goto(url);
        await page.waitForFunction(() => typeof globalThis.run === 'function');
        const printed = once(page, 'console');
        await page.evaluate(`import('claimgate').then(async ({ createVerifier }) => console.log(await ${authorize}))`);
        const [message] = await printed;
        assert.deepEqual(await message.args()[0].jsonValue(), { role: 'deploy', issuer: SAMPLE.iss }, name);
      } finally {
        await browser.close();
      }
    }
  } finally {
    await close();
  }
});

// B4
test('the JSON of an admitted job under `explain: "claims"` has no value of the policy', async () => {
  const verifier = createVerifier({ policy, keys });
  const [closed, full] = await Promise.all(['claims', 'full'].map((explain) => verifier.authorize(freshToken(), { role: 'deploy', explain })));
  assert.equal(JSON.parse(JSON.stringify(closed)).claims.repository_id, '74');
  assert.ok(!JSON.stringify(closed).includes(HIDDEN) && !inspect(closed, { depth: null }).includes(HIDDEN));
  assert.ok(JSON.stringify(full).includes(HIDDEN));
});

test('a job cannot be changed, and no other object reads as one', async () => {
  const job = await createVerifier({ policy, keys }).authorize(freshToken(), { role: 'deploy' });
  for (const change of [() => (job.role = 'admin'), () => (job.issuer = 'x'), () => (job.extra = 1), () => (job.claims.actor = 'x')]) assert.throws(change, TypeError);
  assert.throws(() => new job.constructor(Symbol(), { role: 'admin' }), TypeError);
  const forged = Object.create(Object.getPrototypeOf(job), { role: { value: 'admin' } });
  assert.throws(() => forged.claims, TypeError);
});

const SECRET = 'ghp_0123456789abcdefABCDEF0123456789abcd';

test('the JSON of an error has its name, message, code and details, and neither cause nor stack', async () => {
  const details = { claim: 'ref', place: 'payload', offset: 7, suggestion: 'refs/heads/main', explanation: [], omittedRules: 2, retryAfter: 5 };
  const error = new ClaimgateError('option_invalid', `the token \`${SECRET}\` is wrong`, { cause: new Error(SECRET), ...details });
  assert.deepEqual(JSON.parse(JSON.stringify(error)), { name: 'ClaimgateError', message: 'the token `[redacted]` is wrong', code: 'option_invalid', ...details });
  assert.throws(() => decodeUnverified('a.b'), (error) => {
    assert.deepEqual(JSON.parse(JSON.stringify(error)), { name: 'ClaimgateError', message: error.message, code: 'token_segments' });
    return /2 segments/.test(error.message);
  });
});

test('the JSON of a guard’s error has the status, too, and hides what the guard hides', async () => {
  const guard = createGuard({ policy, keys, role: 'deploy' });
  const refusal = await guard({ headers: { authorization: `Bearer ${freshToken({ environment: 'staging', sub: 'repo:octo-org/octo-repo:environment:staging' })}` } }).catch((error) => error);
  const { explanation, ...rest } = JSON.parse(JSON.stringify(refusal));
  assert.deepEqual(rest, { name: 'GuardError', message: refusal.message, code: 'no_rule_matches', status: 403 });
  assert.equal(explanation.find(({ rule }) => rule === 'allow[0]').conditions.length, 2);
  assert.ok(!JSON.stringify(refusal).includes(HIDDEN));

  const failing = createGuard({ policy, keys, role: 'deploy', replay: { use: () => Promise.reject(new Error(SECRET)) }, onError: () => {} });
  const unavailable = await failing({ headers: { authorization: `Bearer ${freshToken()}` } }).catch((error) => error);
  const { message, ...others } = JSON.parse(JSON.stringify(unavailable));
  assert.deepEqual(others, { name: 'GuardError', code: 'replay_unavailable', retryAfter: unavailable.retryAfter, status: 503 });
  assert.ok(!JSON.stringify(unavailable).includes(SECRET));
});
