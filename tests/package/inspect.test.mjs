// `claimgate/inspect`: policies of other systems.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { evaluate, readPolicy } from 'claimgate/inspect';

const FOLDER = new URL('../vectors/policies/', import.meta.url);

test('every vector has its verdict', async () => {
  const wrong = [];
  let count = 0;
  for (const file of await readdir(FOLDER)) {
    if (file === 're2.json') continue;
    const system = file.replace('.json', '');
    for (const { name, document, claims, expect, kind } of JSON.parse(await readFile(new URL(file, FOLDER), 'utf8'))) {
      const text = typeof document === 'string' ? document : JSON.stringify(document);
      const { verdict, ...rest } = await evaluate(text, { claims, ...(kind && { kind }) });
      if (verdict !== expect || rest.system !== system) wrong.push(`${system}: ${name}: ${verdict} of ${rest.system}, expected ${expect}`);
      count += 1;
    }
  }
  assert.ok(count > 200);
  assert.deepEqual(wrong, []);
});

test('a policy can be read without a token', async () => {
  const text = `resource "vault_jwt_auth_backend_role" "ci" {
    role_type       = "jwt"
    user_claim      = "actor"
    bound_audiences = ["https://github.com/acme"]
    bound_claims    = { repository = var.repository }
  }`;
  const { system, format, holes } = await readPolicy(text);
  assert.deepEqual([system, format, holes.map(({ name }) => name)], ['vault', 'hcl', ['var.repository']]);
});

test('options that cannot be honoured are refused', async () => {
  const refused = (options, message) => assert.rejects(evaluate('{}', options), { code: 'option_invalid', message });
  await refused({}, /`claims` is missing/);
  await refused({ claims: {}, sytem: 'aws' }, /did you mean `system`/);
  await refused({ claims: {}, system: 'awz' }, /did you mean `aws`/);
  await refused({ claims: { a: undefined } }, /`claims.a` is `undefined`/);
  await assert.rejects(evaluate('{ "a": 1, }', { claims: {} }), { code: 'document_syntax', line: 1, column: 11 });
  await assert.rejects(evaluate('{}', { claims: {} }), { code: 'document_unknown' });
});
