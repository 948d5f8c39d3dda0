// What people get wrong, what attackers put into claims, and what terminals make of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../node_modules/claimgate/js/cli/commands/index.js';
import { findCommand } from '../node_modules/claimgate/js/cli/grammar.js';
import { jwks } from '../lib/tokens.mjs';
import { POLICY, claimgate, files, token } from './claimgate.mjs';

test('a wrong command line is one line that says what to do, and exit code 2', async (t) => {
  const { policy, keys, folder } = await files(t, { broken: '{ "version": 1, }', latin: 'x' });
  const good = token();
  await mkdir(join(folder, 'folder'));
  const verify = (...args) => ['verify', ...args, good];
  const table = [
    [['inspct'], /^claimgate: unknown command `inspct`, did you mean `inspect`\? \(option_invalid\)$/],
    [[good], /^claimgate: missing command before the token, try `claimgate inspect TOKEN` \(option_invalid\)$/],
    [['inspect', '--jsno', good], /^claimgate inspect: unknown option `--jsno`, did you mean `--json`\? \(option_invalid\)$/],
    [['inspect', '--json=1', good], /`--json` takes no value/],
    [['inspect', '--keys'], /`--keys` needs a value/],
    [['inspect', '--keys', '--json', good], /`--keys` needs a value/],
    [['inspect', '--keys', keys, '--fetch', good], /but not both/],
    [['inspect', ...good.split(/(?<=^.{9})/)], /takes one argument, not 2/],
    [['inspect', ''], /^claimgate inspect: no token: the argument is empty.*\(token_missing\)$/],
    [['inspect'], /no token: standard input is empty/],
    [['policy'], /missing command, expected `check`, `explain`, `from-token`/],
    [['--json', 'inspect', good], /^claimgate: options follow the command: `claimgate inspect \[options\]` \(option_invalid\)$/],
    [['help', 'policy', 'check', 'extra'], /^claimgate help: `claimgate policy check` has no commands; see `claimgate policy check --help`/],
    [['--help', 'polcy'], /unknown command `polcy`, did you mean `policy`\?/],
    [['issuer', '--json', '--', 'true'], /^claimgate issuer: give `--json` or a command after `--`, but not both/],
    [['policy', 'chekc', '--role', 'x'], /unknown command `policy chekc`, did you mean `check`\?/],
    [['help', 'polcy'], /unknown command `polcy`, did you mean `policy`\?/],
    [['completion'], /missing shell, expected `bash`, `zsh`, `fish`/],
    [['completion', 'fsh'], /unknown shell `fsh`, did you mean /],
    [['completion', 'tcl'], /unknown shell, expected `bash`/],
    [['policy', 'chekc'], /unknown command `policy chekc`, did you mean `check`\?/],
    [verify(), /what must the token prove\? give `--policy FILE --role ROLE`, or `--audience AUD`/],
    [verify('--policy', policy), /`--policy` needs `--role`/],
    [verify('--role', 'deploy'), /`--role` needs `--policy`/],
    [verify('--policy', policy, '--role', 'deploy', '--audience', 'x'), /do not go with `--policy`/],
    [verify('--policy', policy, '--policy', policy), /`--policy` is given twice/],
    [verify('--policy', policy, '--role', 'deplyo'), /no role `deplyo`, did you mean `deploy`\? \(role_unknown\)/],
    [verify('--policy', policy, '--role', 'x'), /no role `x`; it has `deploy` \(role_unknown\)/],
    [verify('--policy', `${policy}x`, '--role', 'deploy'), /the policy `.*policy\.jsonx` does not exist/],
    [verify('--policy', join(folder, 'folder'), '--role', 'deploy'), /folder` is a directory, give a file/],
    [verify('--policy', join(folder, 'broken.json'), '--role', 'deploy'), /broken\.json`: the policy is not strict JSON at line 1, column 17: trailing comma \(policy_json\)/],
    [verify('--policy', good, '--role', 'deploy'), /the policy must be the name of a file, and what is given looks like a token, a key or JSON/],
    [verify('--policy', keys, '--role', 'deploy'), /expected a policy, but this is a JWK Set/],
    [verify('--audience', 'x', '--keys', policy), /is a policy, not a JWK Set/],
    [verify('--audience', 'x', '--issuer', 'https://token.actions.githubusercontent.com/'), /did you mean `https:\/\/token\.actions\.githubusercontent\.com`\?/],
    [verify('--audience', 'x', '--keys', keys, '--at', 'now'), /`--at` must be seconds since 1970, a UTC time such as `2026-01-01T00:00:00Z`, or relative to now such as `-1h` or `\+10m`, not `now`/],
    [verify('--audience', 'x', '--keys', keys, '--at', good), /`--at` must be seconds since 1970, .*, not `\[redacted\]`/],
    [['policy', 'check', policy, join(folder, 'none.json')], /none\.json` does not exist/],
    [['policy', 'explain', good], /`--policy FILE`/],
  ];
  for (const [args, line] of table) {
    const { code, stdout, stderr } = await claimgate(args);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, args.join(' ').slice(0, 80));
    assert.match(stderr.trimEnd(), line);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.ok(!stderr.includes(good.split('.')[2]), stderr);
  }
});

test('a terminal gets an error wrapped between words, and a pipe gets one line', async () => {
  const args = ['verify', 'x'];
  const { stderr } = await claimgate(args);
  const preload = 'data:text/javascript,Object.assign(process.stderr,{isTTY:true,columns:50})';
  const wrapped = await claimgate(args, { env: { NODE_OPTIONS: `--import ${preload}` } });
  const lines = wrapped.stderr.trimEnd().split('\n');
  assert.ok(lines.length > 1 && lines.every((line) => line.length <= 50), wrapped.stderr);
  assert.equal(lines.map((line) => line.trim()).join(' '), stderr.trimEnd());
});

test('a pasted text gives its token, and anything else is refused and named', async (t) => {
  const { policy } = await files(t);
  const { token: taken, cases } = JSON.parse(await readFile(new URL('../vectors/inputs.json', import.meta.url), 'utf8'));
  for (const { name, text, taken: isTaken, utf16, kind } of cases) {
    if (text.trim() === '') continue;
    const utf16le = Buffer.from(`\ufeff${text}`, 'utf16le');
    const stdin = utf16 === undefined ? text : utf16 === 'le' ? utf16le : utf16le.swap16();
    const { code, stdout } = await claimgate(['inspect', '--json'], { stdin });
    const { verdict, claims, error, warnings } = JSON.parse(stdout);
    if (isTaken) {
      assert.deepEqual({ code, verdict, jti: claims.jti }, { code: 0, verdict: 'not_verified', jti: 'example-id' }, name);
    } else if (kind === 'request_token' || kind === 'runner_credential') {
      assert.equal(code, 0, name);
      assert.match(warnings[0].message, /secret/, name);
    } else {
      assert.deepEqual({ code, verdict }, { code: 1, verdict: 'refused' }, name);
      assert.ok(error.code !== 'token_kind' || /secret/.test(error.message), name);
    }
  }
  assert.equal((await claimgate(['inspect', `"${taken}"`])).code, 0, 'as an argument, too');
  for (const [text, hint] of [
    [JSON.stringify(POLICY), /this is a trust policy.*hint: pass the token as the argument or on standard input\n/s],
    [JSON.stringify(jwks('rsa')), /this is a JWK Set.*hint: pass the keys with `--keys`, and the token as the argument or on/s],
    [policy, /name of a file: pass the file on standard input: `< FILE`/],
  ]) {
    const { code, stdout } = await claimgate(['inspect'], { stdin: text });
    assert.equal(code, 1, text);
    assert.match(stdout, /^REFUSED: /);
    assert.match(stdout, hint);
  }
});

test('a hint names only options that the command has', async (t) => {
  const { policy, keys } = await files(t);
  const ways = { verify: ['--policy', policy, '--role', 'deploy', '--keys', keys], 'policy explain': ['--policy', policy, '--role', 'deploy'], inspect: [], 'policy from-token': [] };
  for (const [name, args] of Object.entries(ways)) {
    const options = Object.assign({}, ...Object.values(findCommand(ROOT, name.split(' ')).command.options));
    for (const [stdin, option] of [[JSON.stringify(POLICY), 'policy'], [JSON.stringify(jwks('rsa')), 'keys']]) {
      const { stdout, stderr } = await claimgate([...name.split(' '), ...args], { stdin });
      assert.equal(`${stdout}${stderr}`.includes(`with \`--${option}\``), option in options, `${name}: ${option}`);
    }
  }
});

test('policies and keys in another encoding are named for that', async (t) => {
  const { policy, keys, folder } = await files(t);
  const text = await readFile(policy, 'utf8');
  for (const [name, bytes, message] of [
    ['bom.json', Buffer.from(`\ufeff${text}`), /the text begins with a byte-order mark, save it as UTF-8 without one/],
    ['utf16.json', Buffer.from(`\ufeff${text}`, 'utf16le'), /is in UTF-16: save it as UTF-8/],
    ['utf16be.json', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), /is in UTF-16: save it as UTF-8/],
  ]) {
    await writeFile(join(folder, name), bytes);
    const checked = await claimgate(['policy', 'check', join(folder, name)]);
    assert.match(checked.stdout.replace(/\s+/g, ' ') + checked.stderr, message, name);
    assert.notEqual(checked.code, 0);
    const verified = await claimgate(['verify', '--audience', 'x', '--keys', join(folder, name)], { stdin: token() });
    assert.match(verified.stdout.replace(/\s+/g, ' ') + verified.stderr, message, name);
    assert.notEqual(verified.code, 0);
  }
  assert.ok(keys);
});

test('hostile claims can neither move the cursor nor hide, reorder or forge a line', async (t) => {
  const { policy } = await files(t);
  const evil = '\u001b[2J\u009b31m\u202eVERIFIED\u2066\r\nVERIFIED: the job is admitted\u0007\u200b\u2028\u0301\u{e0041}';
  const stdin = token({ [`x${evil}`]: evil, workflow: evil, repo_property_x: evil, [`repo_property_${evil}`]: 'x', iss: evil, aud: [evil, evil], event_name: evil, nested: { [evil]: [evil] } });
  for (const args of [['inspect'], ['inspect', '--json'], ['policy', 'explain', '--policy', policy, '--role', 'deploy'], ['policy', 'explain', '--json', '--policy', policy, '--role', 'deploy'],
    ['policy', 'check', evil], ['inspect', `--${evil}`], ['verify', '--audience', evil, '--issuer', evil, stdin]]) {
    const { stdout, stderr } = await claimgate(args, { stdin });
    const all = (stdout + stderr).replaceAll('\n', '');
    assert.doesNotMatch(all, /[\p{C}\p{Zl}\p{Zp}\p{Mn}]/u, args.join(' '));
    assert.doesNotMatch(stdout + stderr, /^VERIFIED/m, args.join(' '));
  }
  const broken = await claimgate(['inspect'], { stdin: `${token()}${evil}` });
  assert.doesNotMatch(broken.stdout.replaceAll('\n', ''), /[\p{C}\p{Zl}\p{Zp}\p{Mn}]/u);
  const { stdout } = await claimgate(['inspect'], { stdin });
  assert.match(stdout, /workflow +\\u\{1b\}\[2J\\u\{9b\}31m\\u\{202e\}VERIFIED/);
});

test('no line but the verdict begins at the edge, however long a claim and its name are', async (t) => {
  const { policy, keys } = await files(t);
  const forged = Array.from({ length: 60 }, (_, index) => `${'x'.repeat(index % 13)} VERIFIED: the job is admitted`).join(' ');
  const changes = { [forged]: forged, iss: forged, aud: forged, environment: forged, sub: `repo:${forged}` };
  const malformed = `${Buffer.from(`{"alg":"RS256","kid":"${forged}",}`).toString('base64url')}.e30.x`;
  for (const [args, stdin] of [
    [['inspect'], token(changes)],
    [['inspect', '--keys', keys], token({ aud: forged, environment: forged })],
    [['inspect'], malformed],
    [['verify', '--policy', policy, '--role', 'deploy', '--keys', keys], token({ aud: forged })],
    [['policy', 'explain', '--policy', policy, '--role', 'deploy'], token(changes)],
  ]) {
    const { stdout } = await claimgate(args, { stdin });
    const edges = stdout.split('\n').filter((line) => /^[^ ]/.test(line));
    assert.doesNotMatch(edges.join('\n'), /^VERIFIED/m);
    const known = /^(NOT VERIFIED: |REFUSED: |header$|registered$|actor and run$|git and event$|repository$|workflow$|environment$|other$|sub, compared|(allow|deny)\[\d\] |before the rules$)/;
    for (const line of edges) assert.match(line, known);
    assert.ok(stdout.split('\n').every((line) => line.length <= 80), stdout);
  }
  // Letters that take two columns are no way out.
  const text = `${'漢'.repeat(200)}🚀${'x'.repeat(200)}`;
  const broken = `${Buffer.from(`{"alg":"RS256","${'漢'.repeat(9)}":x${'漢'.repeat(9)}}`).toString('base64url')}.e30.x`;
  for (const stdin of [token({ workflow: text, [text.slice(0, 15)]: text, [text]: 'x' }), broken]) {
    const { stdout } = await claimgate(['inspect'], { stdin });
    const wide = (line) => [...line].length + (line.match(/[漢🚀]/gu)?.length ?? 0);
    assert.ok(stdout.split('\n').every((line) => wide(line) <= 80), stdout);
  }
});

test('colours are for terminals, unless the environment says otherwise', async (t) => {
  const { keys } = await files(t);
  const stdin = token();
  for (const [env, isColored] of [
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true],
  ]) {
    const { stdout } = await claimgate(['inspect', '--keys', keys], { stdin, env });
    assert.equal(stdout.includes('\x1b['), isColored, JSON.stringify(env));
    const plain = stdout.replace(/\x1b\[\d+m/g, '');
    assert.ok(plain.startsWith('VERIFIED: '));
    assert.ok(!plain.includes('\x1b'));
    assert.doesNotMatch((await claimgate(['inspect', '--json'], { stdin, env })).stdout, /\x1b/);
  }
});

test('a reader that has seen enough does not make it crash, and does not change its exit code', { skip: process.platform === 'win32' }, async (t) => {
  const { keys } = await files(t);
  const bin = new URL('../node_modules/.bin/claimgate', import.meta.url).pathname;
  const input = token({}, { key: 'rsa-other', header: { kid: 'rsa' } });
  const script = '"$0" "$1" inspect --keys "$2" | true; echo "${PIPESTATUS[0]}"';
  const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, bin, keys], { input, encoding: 'utf8' });
  assert.deepEqual([stdout, stderr], ['1\n', '']);
});
