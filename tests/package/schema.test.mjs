// The JSON Schema against the documents that the core is tested with (`tests/core/policy.rs`).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createVerifier } from 'claimgate';
import Ajv from 'ajv/dist/2020.js';

const read = async (url) => JSON.parse(await readFile(url));
const schema = await read(new URL(import.meta.resolve('claimgate/policy.schema.json')));
const { base, cases } = await read(new URL('../vectors/policies.json', import.meta.url));
const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);

test('the schema accepts what loads, and refuses what does not but for what no schema can say', () => {
  assert.ok(cases.length > 50);
  for (const { name, changes, error, beyond_schema: beyondSchema = false } of cases) {
    const document = structuredClone(base);
    for (const [pointer, value] of Object.entries(changes)) set(document, pointer.split('/').slice(1), value);
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

function set(document, [member, ...rest], value) {
  if (rest.length > 0) set(document[member], rest, value);
  else if (value === null) delete document[member];
  else document[member] = value;
}
