// `claimgate policy explain` for policies of other systems.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { claimgate, claimgateJson, files, token } from './claimgate.mjs';

const vectors = async (system) => JSON.parse(await readFile(new URL(`../vectors/policies/${system}.json`, import.meta.url), 'utf8'));

/** A file with the document of a vector, and the vector's claims. */
async function pasted(t, system, name) {
  const { document, claims } = (await vectors(system)).find((vector) => vector.name === name);
  const { folder } = await files(t);
  const file = join(folder, 'policy.txt');
  await writeFile(file, typeof document === 'string' ? document : JSON.stringify(document, null, 2));
  return { file, stdin: JSON.stringify(claims) };
}

test('a denial names the condition, its place, and both values', async (t) => {
  const { file, stdin } = await pasted(t, 'aws', 'exact branch, another branch');
  const { code, stdout } = await claimgate(['policy', 'explain', '--policy', file], { stdin });
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `DENY: aws would refuse this token; the token is not verified

  ✗ 13:11 sub (StringEquals)
      expected  repo:octo-org/octo-repo:ref:refs/heads/main
      found     repo:octo-org/octo-repo:ref:refs/heads/dev
`,
  );
});

test('what a template does not hold can be given', async (t) => {
  const { file, stdin } = await pasted(t, 'aws', 'Terraform data source, formatlist, owner fits');
  const unknown = await claimgateJson(['policy', 'explain', '--policy', file], { stdin });
  assert.deepEqual([unknown.code, unknown.verdict, unknown.system, unknown.format], [0, 'unknown', 'aws', 'hcl']);
  assert.deepEqual(unknown.holes.map(({ name }) => name), ['var.repos']);
  const given = async (value) => (await claimgateJson(['policy', 'explain', '--policy', file, '--input', `var.repos=${value}`], { stdin })).verdict;
  assert.equal(await given('["other", "octo-repo"]'), 'allow');
  assert.equal(await given('other'), 'deny');
});

test('a token can be given in place of claims', async (t) => {
  const { file } = await pasted(t, 'aws', 'StringLike, every repository of the owner');
  const { code, verdict, verified } = await claimgateJson(['policy', 'explain', '--policy', file, '--system', 'aws'], { stdin: token() });
  assert.deepEqual([code, verdict, verified], [0, 'deny', false]);
});

test('what cannot be read is wrong at its line and column', async (t) => {
  const { folder } = await files(t);
  const file = join(folder, 'trust.json');
  await writeFile(file, '{\n  "Version": "2012-10-17", // the only one\n}');
  const { code, stderr } = await claimgate(['policy', 'explain', '--policy', file], { stdin: '{}' });
  assert.equal(code, 2);
  assert.match(stderr, /JSON has no comments: remove this one, in line 2, column 28 \(document_syntax\)/);
  const misspelt = await claimgate(['policy', 'explain', '--policy', file, '--system', 'awz'], { stdin: '{}' });
  assert.match(misspelt.stderr, /unknown system `awz`.*did you mean `aws`/);
  const both = await claimgate(['policy', 'explain', '--policy', file, '--role', 'deploy', '--system', 'aws'], { stdin: '{}' });
  assert.match(both.stderr, /`--system` and `--role` exclude each other/);
});
