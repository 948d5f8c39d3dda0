// The package's bill of materials: what is in its modules, held against Cargo, the crates themselves and the files beside it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv';
import { run } from '../lib/run.mjs';

const PACKAGE = new URL('../node_modules/claimgate/', import.meta.url);
const bill = JSON.parse(await readFile(new URL('sbom.cdx.json', PACKAGE), 'utf8'));
const crates = bill.components.filter(({ purl }) => purl?.startsWith('pkg:cargo/'));

const sha256 = async (path) => createHash('sha256').update(await readFile(path)).digest('hex');
const hash = ({ hashes: [{ alg, content }] }) => (assert.equal(alg, 'SHA-256'), content);

test('it is CycloneDX 1.6 by its own schema', async () => {
  const schemas = new URL('./res/schema/', `file://${createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')}`);
  const schema = async (name) => JSON.parse(await readFile(new URL(name, schemas), 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']) {
    ajv.addSchema(await schema(name), `http://cyclonedx.org/schema/${name}`); // as the other one refers to it
  }
  const validate = ajv.compile(await schema('bom-1.6.SNAPSHOT.schema.json'));
  assert.ok(validate(bill), JSON.stringify(validate.errors));
  assert.ok(!validate({ ...bill, components: [{ ...crates[0], type: 'crate' }] }), 'the schema looks into components');
});

test('it has every crate that Cargo compiles into a module, and no other', async () => {
  const shape = ['--target', 'wasm32-unknown-unknown', '--edges', 'normal,no-proc-macro', '--prefix', 'none', '--format', '{p}'];
  const tree = (crate, ...features) => run('cargo', ['tree', '--locked', '-p', crate, ...features, ...shape], { cwd: new URL('../..', import.meta.url) });
  const trees = await Promise.all([tree('claimgate-wasm', '--features', 'exchange'), tree('claimgate-inspect-wasm')]);
  const listed = [...trees.join('\n').matchAll(/^(\S+) v(\S+)/gm)].map(([, name, version]) => `${name}@${version}`);
  const expected = [...new Set(listed)].filter((crate) => !/^claimgate(-wasm|-inspect|-inspect-wasm)?@/.test(crate)).sort();
  assert.ok(expected.some((crate) => crate.startsWith('ring@')));
  assert.deepEqual(crates.map(({ name, version }) => `${name}@${version}`).sort(), expected);
});

test('its hashes are those of the crates as they were downloaded, and of the modules as they are shipped', async () => {
  const cache = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/cache');
  const files = await readdir(cache, { recursive: true });
  for (const crate of crates) {
    const file = files.find((path) => path.endsWith(`/${crate.name}-${crate.version}.crate`));
    assert.equal(hash(crate), await sha256(join(cache, file)), crate.name);
  }
  const { components: modules } = bill.metadata.component;
  const shipped = (await readdir(new URL('wasm', PACKAGE))).filter((name) => name.endsWith('.wasm')).map((name) => `wasm/${name}`);
  assert.deepEqual(modules.map(({ name }) => name).sort(), shipped.sort());
  for (const module of modules) assert.equal(hash(module), await sha256(new URL(module.name, PACKAGE)), module.name);
});

test('it names licences, and from the package on every component is reached', () => {
  for (const { name, licenses } of bill.components) assert.match(licenses[0].expression, /\b(MIT|Apache-2\.0|ISC)\b/, name);
  const edges = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const reached = new Set([bill.metadata.component['bom-ref']]);
  for (const ref of reached) for (const dependency of edges.get(ref)) reached.add(dependency);
  assert.deepEqual([...reached].slice(1).sort(), bill.components.map((component) => component['bom-ref']).sort());
});
