// What a test has started ends with it, however it ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { spawn, temporaryFolder } from './ending.mjs';
import { until } from './until.mjs';

const ENDING = import.meta.resolve('./ending.mjs');
/** Starts a child and makes a folder, says which, and does `rest`. */
const program = (rest) => `
  import { spawn, temporaryFolder } from '${ENDING}';
  const { folder } = temporaryFolder();
  const { pid } = spawn('sleep', ['3200'], { stdio: 'ignore' });
  console.log(JSON.stringify({ folder, pid }));
  ${rest}`;

/** Whether a process is there. */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function start(rest) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(rest)], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ended, started: JSON.parse(line) };
}

async function checkGone({ folder, pid }) {
  await until(() => !isRunning(pid), 'the child has ended');
  assert.equal(existsSync(folder), false);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  test(`a process that gets ${signal} ends its children and removes its folders`, async () => {
    const { child, ended, started } = await start('setInterval(() => {}, 1000);');
    assert.ok(isRunning(started.pid) && existsSync(started.folder));
    child.kill(signal);
    await ended;
    await checkGone(started);
  });
}

test('a process that fails ends its children and removes its folders', async () => {
  const { ended, started } = await start("throw new Error('an assertion');");
  const [code] = await ended;
  assert.equal(code, 1);
  await checkGone(started);
});

test('a process whose parent was killed ends by itself', async () => {
  const middle = `
    import { spawn } from 'node:child_process';
    spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(program('setInterval(() => {}, 1000);'))}], { stdio: 'inherit' });
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', middle], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  parent.kill('SIGKILL');
  await checkGone(JSON.parse(line));
});

test('a test file whose assertion failed ends, though its server is open', async () => {
  const { folder, dispose } = temporaryFolder();
  try {
    writeFileSync(join(folder, 'open.test.mjs'), `
      import { createServer } from 'node:http';
      import { test } from 'node:test';
      test('fails', async () => {
        createServer().listen(0, '127.0.0.1');
        throw new Error('an assertion');
      });`);
    // As `xtask` starts it.
    const child = spawn(process.execPath, ['--test', '--test-timeout=60000', '--test-force-exit', join(folder, 'open.test.mjs')], { stdio: 'ignore', env: { PATH: process.env.PATH } });
    assert.deepEqual(await once(child, 'exit'), [1, null]);
  } finally {
    dispose();
  }
});
