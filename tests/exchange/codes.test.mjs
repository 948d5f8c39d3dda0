// The exchange answers by the table of codes that the build makes of the core's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from 'claimgate';
import { ClaimgateError } from 'claimgate/errors';
import { CODES } from '../node_modules/claimgate/wasm/codes.js';
import { createWorld, form } from './world.mjs';

/** What an exchange answers and records when this is thrown while it decides. */
async function answerOf(thrown) {
  const clock = () => {
    throw thrown;
  };
  const { post, records, errors } = createWorld({ clock });
  const { status, body } = await post('/token', form());
  const [record] = records().map(({ verdict, code, subject_token: subject }) => [verdict, code, subject.verified]);
  return { status, body, errors, record };
}

test('each code is answered and recorded as the table has it', async () => {
  for (const code of errorCodes()) {
    const { exchange, verified } = CODES[code];
    const { status, body, errors, record } = await answerOf(new ClaimgateError(code, 'why'));
    const { status: expected, error } = exchange ?? { status: 500, error: 'server_error' };
    assert.deepEqual([status, body.error, body.code], [expected, error, exchange && code], code);
    const isOperators = expected >= 500;
    assert.equal(errors.length, isOperators ? 1 : 0, code);
    // A sink that failed is not given another line.
    assert.deepEqual(record, code === 'audit_unavailable' ? undefined : [isOperators ? 'failed' : 'denied', code, verified], code);
  }
});

test('a core that failed or was not started is a failure, of which a job learns nothing', async () => {
  for (const thrown of [...['core_failed', 'not_started', 'internal_error'].map((code) => new ClaimgateError(code, 'why')), new Error('why')]) {
    const { status, body, errors, record } = await answerOf(thrown);
    assert.deepEqual([status, body], [500, { error: 'server_error', error_description: 'the exchange failed, and gave nothing' }]);
    assert.deepEqual([errors, record], [[thrown], ['failed', thrown.code, false]]);
  }
});
