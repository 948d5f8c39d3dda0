// Many verifications in one instance: `node tests/instance/many.mjs 10000000` takes some minutes. Its memory must not grow.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createVerifier } from 'claimgate';
import { answerOfGithub } from '../lib/github.mjs';
import { exportsOf } from '../lib/instance.mjs';
import { SAMPLE, jwks, signToken } from '../lib/tokens.mjs';

const role = 'deploy';
const policy = {
  version: 1,
  audience: SAMPLE.aud,
  issuers: { github: { kind: 'github' } },
  roles: {
    [role]: {
      issuer: 'github',
      allow: [{ repository_id: '74', environment: 'prod', sub: { glob: 'repo:octo-org/*:environment:*' } }],
      deny: [{ event_name: 'pull_request' }],
    },
  },
};

const good = signToken(SAMPLE);
const long = signToken({ ...SAMPLE, padding: 'x'.repeat(8000) });
/** What is asked in turn, and the code of its refusal. */
const TOKENS = [
  [good],
  [good.replace(/..$/, 'AA'), 'signature_invalid'],
  [signToken({ ...SAMPLE, repository_id: '75' }), 'no_rule_matches'],
  [long],
  [signToken({ ...SAMPLE, event_name: 'pull_request' }), 'rule_denies'],
  [signToken({ ...SAMPLE, exp: 0 }), 'token_expired'],
  [signToken({ ...SAMPLE, aud: 'https://example.com' }), 'audience_mismatch'],
  [signToken({ ...SAMPLE, sub: 'repo:octo-org/other:environment:prod' }), 'subject_contradiction'],
  [signToken('{"exp":1,"exp":2}'), 'token_json'],
  [signToken(`${'['.repeat(4000)}`), 'token_json'],
  [signToken(SAMPLE, { header: { kid: 'another' } }), 'key_unknown'],
  [signToken(SAMPLE, { header: { crit: ['b64'] } }), 'token_header'],
  [`${good}.`, 'token_segments'],
  [`${good} `, 'token_encoding'],
  ['', 'token_segments'],
  ['x'.repeat(100_000), 'token_too_large'],
];

/**
 * Verifies so many tokens, and now and then replaces the keys. Yields the bytes of the instance's memory before and after; before is
 * when each token has had its turn.
 */
export async function verifyMany(count, { crypto = 'wasm', tell = () => {} } = {}) {
  let now = SAMPLE.iat;
  const fetch = async (url) => answerOfGithub(url, jwks('rsa', 'p256'));
  const verifier = createVerifier({ policy, crypto, clock: () => now, leeway: 300, remoteKeys: { fetch, cooldown: 1, maxFresh: 60 } });
  const current = await exportsOf();
  const { memory, __wbindgen_externrefs: table } = current();
  const sizes = () => ({ memory: memory.buffer.byteLength, references: table.length });

  async function verify(index) {
    const [token, code] = TOKENS[index % TOKENS.length];
    // Time goes to and fro, and so the keys are fetched anew.
    if (index % 997 === 0) now = SAMPLE.iat + (now === SAMPLE.iat ? 100 : 0);
    const found = await verifier.authorize(token, { role }).then(({ rule, claims }) => (claims.iss && rule ? undefined : 'nothing'), (error) => error.code);
    if (found !== code) assert.fail(`token ${index % TOKENS.length}: ${found}, not ${code}`);
  }

  for (let index = 0; index < 3000; index += 1) await verify(index);
  const before = sizes();
  for (let index = 0; index < count; index += 1) {
    await verify(index);
    if (index % 1_000_000 === 0) tell(`${index} of ${count}`, sizes());
  }
  // Nobody has replaced the instance meanwhile.
  assert.equal(current().memory, memory);
  return { before, after: sizes() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const count = Number(process.argv[2] ?? 1_000_000);
  const { before, after } = await verifyMany(count, { tell: console.log });
  console.log(`${count} verifications:`, before, after);
  assert.deepEqual(after, before);
}
