// E8: Yarn's Plug'n'Play keeps packages in archives, from which Node cannot require modules. So the manifest asks to be unpacked.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../lib/ending.mjs';
import { newestNode } from '../lib/programs.mjs';
import { run } from '../lib/run.mjs';
import { TARBALL } from '../lib/worker.mjs';

const YARN = createRequire(import.meta.url).resolve('@yarnpkg/cli-dist/bin/yarn.js');

test('it can be imported and required with Yarn’s Plug’n’Play', async (t) => {
  const { folder, dispose } = temporaryFolder();
  t.after(dispose);
  const files = {
    'package.json': JSON.stringify({ name: 'project', private: true, dependencies: { claimgate: `file:${TARBALL}` } }),
    'yarn.lock': '',
    '.yarnrc.yml': 'nodeLinker: pnp\nenableGlobalCache: false\nenableNetwork: false\nenableTelemetry: false\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const env = { ...process.env, HOME: folder, CI: '' };
  const yarn = (...args) => run(newestNode(), [YARN, ...args], { cwd: folder, env });
  await yarn('install');
  for (const program of [['-e', "console.log(require('claimgate').errorCodes().length > 30)"], ['--input-type=module', '-e', "import { errorCodes } from 'claimgate'; console.log(errorCodes().length > 30)"]]) {
    assert.equal((await yarn('node', ...program)).trim(), 'true', program.at(-1));
  }
});
