// Row D12: a secret that is given in the wrong place is not repeated, by any command.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { files, token } from './claimgate.mjs';

const VECTORS = JSON.parse(await readFile(new URL('../vectors/secrets.json', import.meta.url), 'utf8'));
const CODE = join(dirname(fileURLToPath(import.meta.resolve('claimgate/claimgate.wasm'))), '../js');
const { hasSecret } = await import(pathToFileURL(join(CODE, 'secrets.js')));

/** What must not be seen of a secret: its longest words. Those of a PEM's frame are none. */
const partsOf = (secret) => secret.split(/[^\w+/-]+/).filter((word) => word.length >= 20 && !/^-|-$/.test(word));

test('secrets are told from names, as the core tells them', () => {
  for (const [what, secret] of Object.entries(VECTORS.secret)) assert.ok(hasSecret(secret), what);
  for (const harmless of VECTORS.harmless) assert.ok(!hasSecret(harmless), harmless);
});

/** Every position of every command that takes a value. */
const positions = (secret, { policy, keys }) => [
  [secret],
  [`--${secret}`],
  ['inspect', `--${secret}`],
  ['inspect', '--keys', secret, 'x'],
  ['inspect', '--at', secret, 'x'],
  ['inspect', '--fetch', '--issuer', secret, token()],
  ['verify', '--policy', secret, '--role', 'x', 'x'],
  ['verify', '--policy', policy, '--role', secret, 'x'],
  ['verify', '--audience', secret, '--keys', keys, token()],
  ['verify', '--audience', 'x', '--issuer', secret, 'x'],
  ['verify', '--audience', 'x', '--keys', secret, 'x'],
  ['verify', '--audience', 'x', '--leeway', secret, 'x'],
  ['verify', '--audience', 'x', '--max-age', secret, 'x'],
  ['verify', '--audience', 'x', '--json', '--keys', keys, secret],
  ['verify', '--audience', 'x', '--keys', keys, secret],
  ['policy', secret],
  ['policy', 'check', secret],
  ['policy', 'explain', '--policy', policy, '--role', secret, token()],
  ['policy', 'explain', '--policy', policy, '--role', 'deploy', secret],
  ['policy', 'explain', '--policy', policy, '--role', 'deploy', '--at', secret, token()],
  ['policy', 'from-token', secret],
  ['policy', 'from-token', '--role', secret, token()],
  ['policy', 'from-token', '--audience', secret, token()],
  ['policy', 'from-token', '--keys', secret, token()],
  ['completion', secret],
  ['help', secret],
  ['keys', secret],
  ['keys', 'new', secret],
  ['keys', 'new', '--alg', secret],
  ['keys', 'new', '--out', `/dev/null/${secret}`],
  ['keys', 'rotate', secret],
  ['keys', 'public', secret],
  // The local issuer ends with the command that it cannot run.
  ...[
    [secret],
    [`--${secret}`],
    ...['port', 'kind', 'profile', 'host', 'subdomain', 'issued-at', 'lifetime', 'claim', 'subject-template'].map((name) => [`--${name}`, secret]),
    ['--kind', 'github', '--enterprise', secret],
    ['--kind', 'ghes', '--host', secret],
    ['--claim', `${secret}=x`],
  ].map((args) => ['issuer', ...args, '--', '/dev/null/x']),
  ['issuer', '--', secret],
];

/** Runs command lines one after the other in one process: starting Node for each would take minutes. */
const DRIVER = `
  const { argvs, main } = JSON.parse(await new Response(process.stdin).text());
  const results = [];
  for (const [index, argv] of argvs.entries()) {
    const written = [];
    const [stdout, stderr] = [process.stdout.write, process.stderr.write];
    process.stdout.write = process.stderr.write = (text) => written.push(String(text)) > 0;
    process.argv = [process.execPath, 'claimgate', ...argv];
    try {
      await import(main + '?' + index);
    } finally {
      Object.assign(process.stdout, { write: stdout });
      Object.assign(process.stderr, { write: stderr });
    }
    results.push({ code: process.exitCode, output: written.join('') });
  }
  process.exitCode = 0;
  process.stdout.write(JSON.stringify(results));
`;

async function runAll(argvs) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', DRIVER], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ argvs, main: pathToFileURL(join(CODE, 'cli/main.js')).href }));
  return JSON.parse(await text(child.stdout));
}

for (const [what, secret] of Object.entries(VECTORS.secret)) {
  test(`no command repeats a secret that is given in the wrong place: ${what}`, async (t) => {
    const argvs = positions(secret, await files(t));
    const results = await runAll(argvs);
    assert.equal(results.length, argvs.length);
    for (const [index, { code, output }] of results.entries()) {
      const where = `${argvs[index].map((argument) => argument.replaceAll(secret, 'SECRET').slice(0, 40)).join(' ')}: ${code} ${output}`;
      assert.ok(code !== 0 && code !== 70 && output !== '', where);
      assert.ok(!output.includes(secret.trim()), where);
      for (const part of partsOf(secret)) assert.ok(!output.includes(part), where);
    }
  });
}
