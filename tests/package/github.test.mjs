// `claimgate/github`: the same but for the algorithms. In a program of its own, because what is started stays started.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../lib/run.mjs';
import { freshToken, jwks } from '../lib/tokens.mjs';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const POLICY = {
  version: 1,
  audience: 'https://deploy.example.com',
  issuers: { github: { kind: 'github' } },
  roles: { deploy: { issuer: 'github', allow: [{ repository: 'octo-org/octo-repo' }] } },
};

test('it verifies RS256 in wasm, and names every other algorithm as one that it does not have', async () => {
  const options = { policy: POLICY, keys: { github: jwks('rsa') }, crypto: 'wasm' };
  const source = `
    import { createVerifier } from 'claimgate/github';
    const options = ${JSON.stringify(options)};
    const job = await createVerifier(options).authorize(${JSON.stringify(freshToken({ aud: POLICY.audience }))}, { role: 'deploy' });
    const refused = ['RS512', 'PS256', 'ES256', 'EdDSA'].map((name) => {
      try { createVerifier({ ...options, algorithms: [name] }); } catch (error) { return [error.code, error.message]; }
    });
    console.log(JSON.stringify({ rule: job.rule, refused }));`;
  const { rule, refused } = JSON.parse(await run(process.execPath, ['--input-type=module', '-e', source], { cwd: TESTS }));
  assert.equal(rule, 'allow[0]');
  for (const [code, message] of refused) {
    assert.equal(code, 'option_invalid');
    assert.match(message, /^the algorithm `\w+` is not supported/);
  }
});
