// `action.yml` as GitHub reads it, compared with what the code reads and what the README says.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { programOf } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';

const FOLDER = new URL('../../examples/action/', import.meta.url);
const read = (name) => readFile(new URL(name, FOLDER), 'utf8');
// Bun has a YAML parser, and no other package of the tests has one.
const PARSE = 'console.log(JSON.stringify(Bun.YAML.parse(await Bun.file(process.argv.at(-1)).text())))';
const metadata = JSON.parse(await run(programOf('bun'), ['-e', PARSE, fileURLToPath(new URL('action.yml', FOLDER))], { timeout: 60_000 }));

/** The names that a source passes to one of the toolkit's functions. */
const namesIn = (source, called) => [...source.matchAll(new RegExp(`\\b${called}\\('([^']+)'`, 'g'))].map(([, name]) => name);

/** The rows of the README's table whose header begins with this word, as name and the other cells. */
async function tableOf(header) {
  const [, rows] = new RegExp(`^\\| ${header} \\|.*\n\\|[-|]+\\|\n((?:\\|.*\n)+)`, 'm').exec(await read('README.md'));
  return Object.fromEntries(rows.trim().split('\n').map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim())).map(([name, ...cells]) => [name.replaceAll('`', ''), cells]));
}

test('action.yml is valid YAML, and every input and output has a description', () => {
  assert.deepEqual(metadata.runs, { using: 'node24', main: 'index.cjs', post: 'index.cjs', 'post-if': 'always()' });
  for (const described of [metadata, ...Object.values(metadata.inputs), ...Object.values(metadata.outputs)]) assert.match(described.description, /^\S.*\S$/);
});

test('action.yml, the code and the README have the same inputs, with the same defaults', async () => {
  const table = await tableOf('input');
  assert.deepEqual(Object.keys(metadata.inputs), Object.keys(table));
  assert.deepEqual(Object.keys(table).sort(), namesIn(await read('src/inputs.js'), 'getInput').sort());
  for (const [name, { required = false, default: value, description }] of Object.entries(metadata.inputs)) {
    const [documented] = table[name];
    // A value that the code works out is in the description instead of `default`.
    const isDescribed = /Default: /.test(description);
    assert.equal(required, documented === '', name);
    assert.equal(value ?? (isDescribed ? 'described' : ''), /^`.*`$/.test(documented) ? documented.slice(1, -1) : documented && 'described', name);
  }
});

test('action.yml, the code and the README have the same outputs', async () => {
  const names = Object.keys(metadata.outputs);
  assert.deepEqual(names, Object.keys(await tableOf('output')));
  assert.deepEqual(names, namesIn(await read('src/index.js'), 'setOutput'));
});
