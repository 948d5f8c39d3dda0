// What the command line makes of each code: exit codes are for scripts, which must not take a failure for a refusal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from 'claimgate';
import { ClaimgateError } from 'claimgate/errors';
import { runCommand } from '../node_modules/claimgate/js/cli/command.js';
import { ROOT } from '../node_modules/claimgate/js/cli/commands/index.js';
import { findCommand } from '../node_modules/claimgate/js/cli/grammar.js';
import { CODES } from '../node_modules/claimgate/wasm/codes.js';

const { command } = findCommand(ROOT, ['inspect']);
const name = 'claimgate inspect';

test('whatever a command throws is wrong usage or a failure, and never a refusal', async (t) => {
  t.mock.method(console, 'error', () => {});
  for (const code of errorCodes()) {
    const exit = await runCommand(name, command, [], () => Promise.reject(new ClaimgateError(code, 'why')));
    assert.equal(exit, ['request', 'configuration'].includes(CODES[code].stage) ? 2 : 70, code);
  }
  for (const other of [new Error('why'), new ClaimgateError('toString', 'why')]) {
    assert.equal(await runCommand(name, command, [], () => Promise.reject(other)), 70);
  }
});
