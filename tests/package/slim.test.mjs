// `claimgate/slim`, each time in a program of its own: what is started stays started.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../lib/run.mjs';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const PROLOGUE = `
import { readFileSync } from 'node:fs';
import * as slim from 'claimgate/slim';
const bytes = readFileSync(new URL(import.meta.resolve('claimgate/claimgate.wasm')));
const answers = () => slim.parseIssuer('https://token.actions.githubusercontent.com').name === 'github.com';
const failure = (call) => { try { call(); } catch (error) { return [error.name, error.code, error.message]; } };
const print = (value) => console.log(JSON.stringify(value));
`;

const program = async (source) => JSON.parse(await run(process.execPath, ['--input-type=module', '-e', PROLOGUE + source], { cwd: TESTS }));

test('before the start every call says what is missing', async () => {
  const calls = ["slim.createVerifier({ policy: '{}' })", "slim.decodeUnverified('a')", "slim.inspectUnverified('a')", "slim.parseIssuer('a')"];
  for (const call of calls) {
    const expected = ['ClaimgateError', 'not_started', 'the core has no wasm yet: call `start` of `claimgate/slim` first'];
    assert.deepEqual(await program(`print(failure(() => ${call}))`), expected, call);
  }
});

test('before the start it knows the codes of errors', async () => {
  assert.deepEqual(await program("print(slim.errorCodes().filter((code) => code.startsWith('not_')))"), ['not_started']);
});

test('it starts with bytes or with a module, and a second time does no harm', async () => {
  const starts = ['bytes', 'bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)', 'new WebAssembly.Module(bytes)'];
  for (const start of starts) {
    assert.ok(await program(`slim.start(${start}); slim.start(${start}); print(answers())`), start);
  }
});

test('it shares its core with `claimgate`, whichever is first', async () => {
  for (const [first, second] of [['slim.start(bytes)', "await import('claimgate')"], ["await import('claimgate')", 'slim.start(bytes)']]) {
    const same = await program(`${first}; ${second}; const full = await import('claimgate'); print(full.createVerifier === slim.createVerifier && answers())`);
    assert.equal(same, true, first);
  }
});

test('what is no module is refused, and can be tried again', async () => {
  for (const [wrong, message] of [
    ['"claimgate.wasm"', '`start` needs a `WebAssembly.Module`, or the bytes of `claimgate/claimgate.wasm`'],
    ['undefined', '`start` needs a `WebAssembly.Module`, or the bytes of `claimgate/claimgate.wasm`'],
    ['new Uint8Array(8)', 'the bytes given to `start` cannot be compiled here: pass those of `claimgate/claimgate.wasm`, or a `WebAssembly.Module`'],
  ]) {
    const expected = [['ClaimgateError', 'option_invalid', message], true];
    assert.deepEqual(await program(`print([failure(() => slim.start(${wrong})), (slim.start(bytes), answers())])`), expected, wrong);
  }
});

test('a runtime without WebAssembly is named as such', async () => {
  const source = "import('claimgate').catch(({ code, message }) => console.log(JSON.stringify([code, message])));";
  const printed = await run(process.execPath, ['--jitless', '--input-type=module', '-e', source], { cwd: TESTS });
  assert.deepEqual(JSON.parse(printed), ['option_invalid', 'this runtime has no WebAssembly, or it is turned off']);
});

test('CommonJS can require it, where Node lets modules be required', async () => {
  const source = "process.stdout.write(String(require('claimgate').errorCodes().length > 30))";
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) {
    assert.equal(await run(process.execPath, ['--input-type=commonjs', '-e', source], { cwd: TESTS }), 'true');
  } else {
    await assert.rejects(run(process.execPath, ['--input-type=commonjs', '-e', source], { cwd: TESTS }), /ERR_REQUIRE_ESM/);
  }
});
