// `claimgate policy check` and `claimgate policy explain`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUDIENCE, GITHUB, POLICY, claimgate, claimgateJson, files, token } from './claimgate.mjs';

test('a policy that can be loaded shows what it has', async (t) => {
  const { policy } = await files(t);
  const { code, stdout } = await claimgate(['policy', 'check', policy]);
  assert.equal(code, 0);
  assert.equal(stdout, `OK ${policy}
  audience  ${AUDIENCE}
  issuer    ghes: https://github.example.com/_services/token
  issuer    github: ${GITHUB}
  role      deploy, of github: 2 allow, 1 deny
`);
  const checked = await claimgateJson(['policy', 'check'], { stdin: JSON.stringify(POLICY) });
  assert.deepEqual([checked.code, checked.file, checked.valid], [0, 'standard input', true]);
  assert.deepEqual(checked.roles, [{ name: 'deploy', issuers: ['github'], allow: 2, deny: 1 }]);
});

test('one that cannot is wrong at its line and column', async (t) => {
  const text = `{
  "version": 1,
  "audience": "https://deploy.example.com",
  "issuers": { "git.hub": { "kind": "github" } },
  "roles": {
    "a.b": { "issuer": "git.hub", "allow": [ { "repository_id": "74" }, { "é": 1, "repositry": "x" } ] }
  }
}`;
  const wrong = [
    [text, 'policy_member_unknown', 6, 75],
    [text.replace('"é": 1, ', ''), 'policy_member_unknown', 6, 75, 'repository'],
    [text.replace('"é": 1, "repositry": "x"', '"environment": "prod"'), 'policy_unscoped', 6, 73],
    [text.replace('"version": 1,\n', ''), 'policy_member_missing', 1, 1],
    [text.replace('"kind": "github"', ''), 'policy_member_missing', 4, 16],
    [text.replace('"version": 1', '"version": 2'), 'policy_value', 2, 3],
    [text.replace('1,', '1,,'), 'policy_json', 2, 16],
    [`${text}}`, 'policy_json', 8, 2],
    ['', 'policy_json', 1, 1],
  ];
  for (const [stdin, code, line, column, suggestion] of wrong) {
    const { code: exit, valid, error } = await claimgateJson(['policy', 'check'], { stdin });
    assert.deepEqual([exit, valid, error.code, error.line, error.column], [1, false, code, line, column], error.message);
    if (suggestion) assert.equal(error.suggestion, suggestion);
  }
  const paths = await files(t, { bad: text.replace('"é": 1, ', '') });
  const { code, stdout } = await claimgate(['policy', 'check', paths.policy, paths.bad]);
  assert.equal(code, 1);
  assert.match(stdout, /^OK [^]*\nWRONG \S+bad\.json:6:75\n  `roles\.a\.b\.allow\[1\]\.repositry`: [^]*did you mean\s+`repository`\?\s+\(policy_member_unknown\)\n$/);
});

// A4b
test('what is legal and hardly meant is a warning, on which --strict fails', async () => {
  const policy = structuredClone(POLICY);
  policy.roles.deploy.deny = [{ ref: ['refs/heads/{release-1,main}', 'refs/heads/x$'] }, { ref: { glob: 'refs/heads/release-.*' } }];
  const stdin = JSON.stringify(policy);
  const checked = await claimgateJson(['policy', 'check'], { stdin });
  const places = checked.warnings.map(({ code, place }) => `${code} ${place}`);
  assert.deepEqual(places, [0, 0, 1].map((rule) => `other_pattern_language roles.deploy.deny[${rule}].ref`));
  assert.deepEqual([checked.code, checked.valid, checked.omittedWarnings], [0, true, 0]);
  const { code, stdout } = await claimgate(['policy', 'check', '--strict'], { stdin });
  assert.equal(code, 1);
  assert.match(stdout, /^OK [^]*\n  warning +roles\.deploy\.deny\[0\]\.ref: `refs\/heads\/\{release-1,main\}`/);
  assert.equal((await claimgate(['policy', 'check', '--strict'], { stdin: JSON.stringify(POLICY) })).code, 0);
  const many = { ...policy, roles: { deploy: { ...policy.roles.deploy, deny: Array.from({ length: 150 }, (_, n) => ({ environment: `a${n}?` })) } } };
  const { warnings, omittedWarnings } = await claimgateJson(['policy', 'check'], { stdin: JSON.stringify(many) });
  assert.deepEqual([warnings.length, omittedWarnings], [100, 50]);
});

test('a role is explained for a token that nobody verified, and says so', async (t) => {
  const { policy } = await files(t);
  const args = ['policy', 'explain', '--policy', policy, '--role', 'deploy'];
  const forged = `${token({ environment: 'Prod', aud: `${AUDIENCE}/` }).split('.').slice(0, 2).join('.')}.`;
  const { code, stdout } = await claimgate([...args, '--token', '-'], { stdin: forged });
  assert.equal(code, 0);
  assert.match(stdout, /^NOT VERIFIED: anyone could have written this token; if it is genuine, the\s+rules would not give the role deploy\n/);
  assert.match(stdout, /\nallow\[1\] does not match: 1 of 3 conditions not met \(the nearest rule\)\n  ✗ environment\n      expected  prod\n      found     Prod\n/);
  assert.match(stdout, /\n  ✓ issuer +https[^\n]*\n  ✗ audience\n      expected  https:\/\/deploy\.example\.com\n      found     https:\/\/deploy\.example\.com\/\n/);

  const explained = await claimgateJson([...args, '--token', token()]);
  const { code: exit, stderr, ...shape } = explained;
  assert.equal(exit, 0);
  assert.deepEqual(Object.keys(shape), ['verdict', 'role', 'issuer', 'audience', 'rule', 'rulesAdmit', 'explanation', 'warnings']);
  assert.deepEqual([shape.verdict, shape.rulesAdmit, shape.rule], ['not_verified', true, 'allow[1]']);
  assert.deepEqual(shape.issuer, { matched: true, expected: [GITHUB], found: GITHUB });
  assert.equal(shape.explanation.length, 3);

  // A claim that says so is not absent.
  const absent = (changes) => claimgate([...args, token(changes)]);
  assert.match((await absent({ environment: undefined })).stdout, /expected  prod\n      found     \(absent\)\n/);
  assert.match((await absent({ environment: '(absent)' })).stdout, /expected  prod\n      found     "\(absent\)"\n/);

  const refused = await claimgateJson([...args, token({ jti: 7 })]);
  assert.deepEqual([refused.code, refused.verdict, refused.error.code], [1, 'refused', 'claim_malformed']);
});
