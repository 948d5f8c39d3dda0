// E12: `claimgate/errors` has the error classes of all other entries, without their wasm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as claimgate from 'claimgate';
import { createGuard, createVerifier } from 'claimgate';
import { ClaimgateError, GuardError, errorCodes } from 'claimgate/errors';
import { createExchange } from 'claimgate/exchange';
import { memoryReplay } from 'claimgate/replay';
import * as slim from 'claimgate/slim';
import { build } from 'esbuild';

const TESTS = fileURLToPath(new URL('..', import.meta.url));

test('a bundle of it is at most 2 kB for browsers, gzipped', async () => {
  const stdin = { contents: "import { ClaimgateError, GuardError } from 'claimgate/errors'; console.log(ClaimgateError, GuardError);", resolveDir: TESTS };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: 'esm', write: false });
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  assert.ok(size <= 2000, `${size} bytes`);
});

test('it knows every code', () => {
  assert.equal(errorCodes, claimgate.errorCodes);
  assert.ok(errorCodes().includes('token_expired'));
});

test('errors of every entry are instances of its classes', async () => {
  const policy = { version: 1, audience: 'a', issuers: { github: { kind: 'github' } }, roles: { deploy: { issuer: 'github', allow: [{ repository_id: '74' }] } } };
  const guard = createGuard({ policy, role: 'deploy' });
  const failures = {
    claimgate: () => createVerifier({}),
    'claimgate/slim': () => slim.createVerifier({}),
    'claimgate/exchange': () => createExchange({}),
    'claimgate/replay': () => memoryReplay({ capacity: 0 }),
    'a guard': () => guard({ headers: {} }),
  };
  for (const [name, fail] of Object.entries(failures)) {
    const error = await Promise.resolve().then(fail).then(() => undefined, (error) => error);
    assert.ok(error instanceof ClaimgateError, name);
    assert.equal(error instanceof GuardError, name === 'a guard', name);
  }
});
