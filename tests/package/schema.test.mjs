// The JSON Schema against the documents that the core is tested with (`tests/core/policy.rs`).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createVerifier } from 'claimgate';
import Ajv from 'ajv/dist/2020.js';
import { POLICIES } from '../lib/policies.mjs';

const read = async (url) => JSON.parse(await readFile(url));
const schema = await read(new URL(import.meta.resolve('claimgate/policy.schema.json')));
const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);

test('the schema accepts what loads, and refuses what does not but for what no schema can say', () => {
  assert.ok(POLICIES.length > 50);
  for (const { name, document, error, beyondSchema } of POLICIES) {
    assert.equal(validate(document), error === undefined || beyondSchema, `${name}: ${JSON.stringify(validate.errors)}`);
    if (error === undefined) createVerifier({ policy: document });
    else assert.throws(() => createVerifier({ policy: document }), { code: error.code, place: error.place }, name);
  }
});

test("the example's policy is valid", async () => {
  const policy = await read(new URL('../../examples/deploy-gate/policy.json', import.meta.url));
  assert.ok(validate(policy), JSON.stringify(validate.errors));
});

test("the README's policy is valid, and loads", async () => {
  const [, policy] = /```json\n(.*?)```/s.exec(await readFile(new URL('../../README.md', import.meta.url), 'utf8'));
  assert.ok(validate(JSON.parse(policy)), JSON.stringify(validate.errors));
  createVerifier({ policy });
});
