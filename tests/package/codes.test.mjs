// The table of codes that the build makes of the core's, and a gate that answers by it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGuard, errorCodes } from 'claimgate';
import { ClaimgateError } from 'claimgate/errors';
import { isInputError, isRefusal, isTemporary } from '../node_modules/claimgate/js/refusals.js';
import { CODES } from '../node_modules/claimgate/wasm/codes.js';

const codesOf = (isWanted) => errorCodes().filter((code) => isWanted(CODES[code]));
const FAILURES = ['not_started', 'core_failed', 'internal_error'];

/** What a gate answers when the verifier throws this. */
async function answerOf(thrown) {
  const reported = [];
  const verifier = { issuersOf: () => [], authorize: () => Promise.reject(thrown) };
  const guard = createGuard({ role: 'deploy', verifier, onError: (error) => reported.push(error) });
  const error = await guard({ headers: { authorization: 'Bearer token' } }).catch((error) => error);
  const response = error.getResponse();
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body: await response.json(), reported };
}

test('a gate answers each code as the table has it', async () => {
  for (const code of codesOf(({ gate }) => gate)) {
    const { gate } = CODES[code];
    const thrown = new ClaimgateError(code, 'why');
    const { status, challenge, body, reported } = await answerOf(thrown);
    assert.deepEqual([status, body.code, body.status], [gate.status, code, gate.status], code);
    const expected = gate.error === undefined ? 'Bearer' : `Bearer error="${gate.error}", error_description="why"`;
    assert.equal(challenge, status === 503 ? null : expected, code);
    assert.deepEqual(reported, status === 503 ? [thrown] : [], code);
  }
});

test('a gate answers any other code, and what has none, with an internal error that is only for its operator', async () => {
  const others = codesOf(({ gate }) => !gate);
  for (const code of FAILURES) assert.ok(others.includes(code), code);
  const unknown = [new Error('why'), new ClaimgateError('toString', 'why'), undefined];
  for (const thrown of [...others.map((code) => new ClaimgateError(code, 'why')), ...unknown]) {
    const { status, challenge, body, reported } = await answerOf(thrown);
    assert.deepEqual([status, challenge, Object.keys(body), body.code], [500, null, ['type', 'title', 'status', 'code'], 'internal_error'], thrown?.code);
    assert.deepEqual(reported, [thrown]);
  }
});

test('an error is a refusal, about the input, temporary or a failure', () => {
  const kinds = Object.fromEntries(
    errorCodes().map((code) => {
      const error = new ClaimgateError(code, 'why');
      const is = { refusal: isRefusal(error), input: isInputError(error), temporary: isTemporary(error) };
      return [code, Object.keys(is).filter((kind) => is[kind])];
    }),
  );
  assert.deepEqual(Object.keys(kinds).filter((code) => kinds[code].length > 1), []);
  assert.deepEqual(Object.keys(kinds).filter((code) => kinds[code].length === 0), ['signing_failed', ...FAILURES]);
  assert.deepEqual([kinds.signature_invalid, kinds.role_unknown, kinds.policy_json, kinds.keys_unavailable], [['refusal'], ['input'], ['input'], ['temporary']]);
  for (const other of [new Error('why'), { code: 'token_expired' }, undefined]) assert.equal(isRefusal(other), false);
});
