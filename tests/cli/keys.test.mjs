// `claimgate keys`: the keys that sign access tokens, and that none of them is ever told where it should not be.
import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { claimgate, files } from './claimgate.mjs';

const DAY = 86_400;
const now = () => Math.floor(Date.now() / 1000);
const kids = (keys) => keys.map(({ kid }) => kid);

const TOO_SOON = 'claimgate keys rotate: the last rotation was less than a day ago: verifiers may not know the key yet that signs now\n';

/** Runs a command that succeeds, without a word but to warn of a rotation that comes too soon, and prints one line of JSON. */
async function keys(args, document) {
  const { code, stdout, stderr } = await claimgate(['keys', ...args], { stdin: JSON.stringify(document) });
  const isTooSoon = args[0] === 'rotate' && (document.retired ?? []).some(({ exp }) => exp > now());
  assert.deepEqual({ code, stderr }, { code: 0, stderr: isTooSoon ? TOO_SOON : '' });
  assert.match(stdout, /^[^\n]+\n$/);
  return JSON.parse(stdout);
}

/** That a key is what RFC 8037 or 7518 says, and that what it signs is verified by a published key. */
function assertSigns(key, published) {
  const { d, ...publicKey } = key;
  assert.equal(Buffer.from(d, 'base64url').length, 32);
  assert.deepEqual(published.find(({ kid }) => kid === key.kid), publicKey);
  const isEd25519 = key.kty === 'OKP';
  assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'd', 'kid', 'kty', 'use', 'x', ...(isEd25519 ? [] : ['y'])]);
  assert.deepEqual([key.crv, key.alg, key.use], isEd25519 ? ['Ed25519', 'EdDSA', 'sig'] : ['P-256', 'ES256', 'sig']);
  const members = isEd25519 ? ['crv', 'kty', 'x'] : ['crv', 'kty', 'x', 'y'];
  const thumbprint = `{${members.map((name) => `"${name}":"${key[name]}"`).join()}}`;
  assert.equal(key.kid, createHash('sha256').update(thumbprint).digest('base64url'));
  const [hash, message] = [isEd25519 ? null : 'sha256', Buffer.from('a.b')];
  const signature = sign(hash, message, createPrivateKey({ key, format: 'jwk' }));
  assert.ok(verify(hash, message, createPublicKey({ key: publicKey, format: 'jwk' }), signature));
}

test('new keys sign what their public part verifies, and are never the same', async () => {
  for (const [args, alg] of [[[], 'EdDSA'], [['--alg', 'EdDSA'], 'EdDSA'], [['--alg=ES256'], 'ES256']]) {
    const document = await keys(['new', ...args]);
    const other = await keys(['new', ...args]);
    assert.deepEqual(Object.keys(document), ['current', 'next', 'retired']);
    assert.deepEqual([document.current.alg, document.next.alg, document.retired], [alg, alg, []]);
    const made = [document.current, document.next, other.current, other.next];
    for (const name of ['kid', 'x', 'd']) assert.equal(new Set(made.map((key) => key[name])).size, 4);
    const published = await keys(['public', '-'], document);
    assert.deepEqual(Object.keys(published), ['keys']);
    assert.deepEqual(kids(published.keys), kids([document.current, document.next]));
    for (const key of [document.current, document.next]) assertSigns(key, published.keys);
  }
});

test('the kid is the thumbprint of RFC 8037, and a key made elsewhere may leave out what its curve says', async () => {
  // Appendices A.1 to A.3.
  const [d, x] = ['nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'];
  const kid = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
  const published = await keys(['public'], { current: { kty: 'OKP', crv: 'Ed25519', d, x, kid } });
  assert.deepEqual(published.keys, [{ kty: 'OKP', crv: 'Ed25519', kid, alg: 'EdDSA', use: 'sig', x }]);
  assertSigns({ ...published.keys[0], d }, published.keys);
});

test('each rotation keeps every key published that a token may be signed with', async () => {
  const first = await keys(['new']);
  const before = now();
  const second = await keys(['rotate'], first);
  const third = await keys(['rotate', '-'], second);
  assert.deepEqual([second.current, third.current], [first.next, second.next]);
  assert.equal(new Set(kids([first.current, first.next, second.next, third.next])).size, 4);
  assert.deepEqual(kids(third.retired), kids([first.current, second.current]));
  for (const { exp, d, ...key } of third.retired) {
    assert.ok(exp >= before + DAY && exp <= now() + DAY, String(exp));
    assert.equal(d, undefined);
    assert.deepEqual(Object.keys(key), ['kty', 'crv', 'kid', 'alg', 'use', 'x']);
  }
  // Who signs now was published before, and who signed before is published now.
  const published = [];
  for (const document of [first, second, third]) published.push((await keys(['public'], document)).keys);
  for (const [index, document] of [first, second, third].entries()) {
    for (const set of published.slice(Math.max(index - 1, 0))) assertSigns(document.current, set);
    assert.doesNotMatch(JSON.stringify(published[index]), /"(d|exp)"/);
  }
  assert.deepEqual(kids(published[2]), kids([third.current, third.next, first.current, second.current]));

  // A day later.
  const [past, future] = [now() - 1, now() + 100];
  const later = { ...third, retired: [{ ...third.retired[0], exp: past }, { ...third.retired[1], exp: future }] };
  assert.deepEqual(kids((await keys(['public'], later)).keys), kids([third.current, third.next, second.current]));
  const { retired } = await keys(['rotate'], later);
  assert.deepEqual(kids(retired), kids([second.current, third.current]));
  assert.equal(retired[0].exp, future);
});

test('a document without `next` gets a new current key; a change of the algorithm stays', async () => {
  const { current } = await keys(['new']);
  const rotated = await keys(['rotate'], { current });
  assert.deepEqual(kids(rotated.retired), [current.kid]);
  assert.equal(new Set(kids([current, rotated.current, rotated.next])).size, 3);
  const { keys: published } = await keys(['public'], rotated);
  for (const key of [rotated.current, rotated.next]) assertSigns(key, published);
  assert.deepEqual(kids((await keys(['public'], { current })).keys), [current.kid]);

  const changed = await keys(['rotate', '--alg', 'ES256'], rotated);
  assert.deepEqual([changed.current.alg, changed.next.alg], ['EdDSA', 'ES256']);
  const again = await keys(['rotate'], changed);
  assert.deepEqual([again.current.alg, again.next.alg], ['ES256', 'ES256']);
  const mixed = (await keys(['public'], again)).keys;
  for (const key of [again.current, again.next]) assertSigns(key, mixed);
});

test('files are for their owner alone, never overwritten, and replaced as a whole', async (t) => {
  const { folder } = await files(t);
  const path = (name) => join(folder, name);
  const read = async (name) => JSON.parse(await readFile(path(name), 'utf8'));
  const mode = async (name) => ((await stat(path(name))).mode & 0o777).toString(8);
  const run = async (...args) => {
    const { code, stdout, stderr } = await claimgate(['keys', ...args]);
    assert.equal(stdout, '');
    return { code, stderr };
  };
  const silent = { code: 0, stderr: '' };

  assert.deepEqual(await run('new', '--out', path('a')), silent);
  const first = await read('a');
  assert.equal(await mode('a'), '600');
  assert.deepEqual(await run('rotate', path('a'), '--out', path('b')), silent);
  assert.equal(await mode('b'), '600');
  assert.deepEqual((await read('b')).current, first.next);

  for (const args of [['new', '--out', path('a')], ['rotate', path('b'), '--out', path('a')]]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 2);
    assert.match(stderr, /^claimgate keys \w+: `\S+a` exists and is not overwritten: give a new name \(option_invalid\)\n$/);
  }
  assert.deepEqual(await read('a'), first);

  // A link remains one, and a file that all could read is for its owner alone.
  await symlink(path('a'), path('link'));
  await chmod(path('a'), 0o644);
  const { ino } = await stat(path('a'));
  assert.deepEqual(await run('rotate', '--in-place', path('link')), silent);
  assert.deepEqual((await read('a')).current, first.next);
  assert.deepEqual((await read('link')).retired[0].kid, first.current.kid);
  assert.equal(await mode('a'), '600');
  assert.notEqual((await stat(path('a'))).ino, ino, 'another file, under the same name');

  await writeFile(path('wrong'), '{"current"');
  assert.equal((await run('rotate', '--in-place', path('wrong'))).code, 2);
  assert.equal(await readFile(path('wrong'), 'utf8'), '{"current"');
  assert.match((await run('new', '--out', path('none/a'))).stderr, /none\/a` cannot be written: ENOENT/);
  assert.deepEqual((await readdir(folder)).sort(), ['a', 'b', 'keys.json', 'link', 'policy.json', 'wrong'], 'nothing is left beside');
});

test('whoever lets private keys be printed to a terminal is told what they are', async (t) => {
  const { folder } = await files(t);
  const env = { NODE_OPTIONS: '--import data:text/javascript,process.stdout.isTTY=true' };
  const made = await claimgate(['keys', 'new'], { env });
  const rotated = await claimgate(['keys', 'rotate'], { env, stdin: made.stdout });
  for (const { code, stdout, stderr } of [made, rotated]) {
    assert.equal(code, 0);
    assert.match(stderr, /^claimgate keys (new|rotate): these are private keys, [^\n]*\n$/);
    assert.ok(JSON.parse(stdout).current.d);
  }
  assert.equal((await claimgate(['keys', 'public'], { env, stdin: made.stdout })).stderr, '');
  assert.equal((await claimgate(['keys', 'new', '--out', join(folder, 'a')], { env })).stderr, '');
});

test('what is wrong is one line that says what to do, exit code 2, and no part of a key', async (t) => {
  const { current, next, retired: [old], ...rest } = await keys(['rotate'], await keys(['new']));
  const ec = (await keys(['new', '--alg', 'ES256'])).current;
  const good = { ...rest, current, next, retired: [old] };
  const text = JSON.stringify(good);
  const { d, ...withoutD } = current;
  const pasted = `x${d}`; // without a dash at its start, which would make it an option
  const { kid, ...withoutKid } = current;
  const { exp, ...withoutExp } = old;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const { folder, plain, bad } = await files(t, { plain: 'x', bad: `${text},` });
  await mkdir(join(folder, 'folder'));
  const latin = join(folder, 'latin');
  await writeFile(latin, Buffer.concat([Buffer.from(text), Buffer.from([0xff])]));

  const documents = [
    ['', /^the signing keys are not an object of strict json, at byte 0: make them with `npx claimgate keys`/],
    [text.slice(0, -1), /at byte \d+/],
    [d, /at byte \d+/],
    [`${text}${d}`, /at byte \d+/],
    [text.replace(`"${d}"`, d), /at byte \d+/],
    [text.replace('"crv"', '"kty":"OKP","crv"'), /at byte \d+/],
    [text.replace('"kty"', `"${d}"`), /^`current`: the signing key has no `kty`/],
    [JSON.stringify(d), /not an object/],
    [[current], /not an object/],
    [{ keys: [current] }, /^the signing keys may have the members `current`, `next` and `retired` alone: a single key belongs into `current` \(/],
    [{ ...good, [d]: 1 }, /may have the members/],
    [{ next, retired: [] }, /^the signing keys have no `current`, which signs: make them/],
    [{ current: d }, /^`current` of the signing keys must be a jwk/],
    [{ current, next: null }, /^`next` of the signing keys must be a jwk/],
    [{ ...good, retired: old }, /^`retired` of the signing keys must be a list of jwks/],
    [{ ...good, retired: [null] }, /^`retired\[0\]` of the signing keys must be a jwk/],
    [{ current: { ...rsa, kid } }, /^`current`: the signing key is of a kind that does not sign here: `kty` `OKP` with/],
    [{ current: { ...current, crv: d } }, /^`current`: the signing key is of a kind that does not sign here/],
    [{ current: { ...current, kty: 'EC' } }, /^`current`: the signing key is of a kind/],
    [{ current: withoutKid }, /^`current`: the signing key has no `kid`/],
    [{ current: { ...current, kid: d.repeat(9) } }, /^`current`: `kid` of the signing key is malformed/],
    [{ current: { ...current, alg: 'ES256' } }, /^`current`: `alg` of the signing key must be `EdDSA`/],
    [{ current: { ...current, alg: d } }, /^`current`: `alg` of the signing key must be/],
    [{ current: { ...current, use: d } }, /^`current`: `use` of the signing key is malformed/],
    [{ current: withoutD }, /^`current`: the signing key has no `d`: it is a public key, and the private one is needed/],
    [{ current, next: withoutExp }, /^`next`: the signing key has no `d`/],
    [{ current: { ...current, x: undefined } }, /^`current`: the signing key has no `x`/],
    ...[`${d}=`, ` ${d}`, `${d.slice(0, -1)}B`, 7].map((wrong) =>
      [{ current: { ...current, d: wrong } }, /^`current`: `d` of the signing key is malformed/]),
    ...[d.slice(4), `${d.slice(0, -1)}AAAA`, next.d].map((wrong) =>
      [{ current: { ...current, d: wrong } }, /^`current`: the signing key is none, or its public part is not that of its private one/]),
    [{ current: { ...ec, d } }, /^`current`: the signing key is none, or its public part/],
    [{ current: { ...ec, d: 'A'.repeat(43) } }, /^`current`: the signing key is none, or its public part/],
    [{ current: { ...ec, y: d } }, /^`current`: the signing key is none/],
    [{ current: { ...ec, y: undefined } }, /^`current`: the signing key has no `y`/],
    [{ current, next: current }, /^two of the signing keys have the same `kid`/],
    [{ ...good, retired: [{ ...old, kid }] }, /have the same `kid`/],
    ...[String(exp), exp * 1000, 1.5, -1, d].map((wrong) =>
      [{ current, retired: [{ ...old, exp: wrong }] }, /^`retired\[0\]`: `exp` of the signing key is malformed/]),
  ];
  const json = (document) => (typeof document === 'string' ? document : JSON.stringify(document));
  const wrong = documents.map(([document, line]) => [['public'], line, json(document)]);
  const brimful = await claimgate(['keys', 'public'], { stdin: text.padEnd(1024 * 1024) });
  assert.deepEqual([brimful.code, brimful.stderr], [0, '']);
  for (const [args, line, stdin = text] of [
    ...wrong,
    [['rotate'], /^the signing keys are not an object/, text.slice(1)],
    [['rotate', bad], /^the signing keys are not an object/],
    [['rotate', `${bad}x`], /^the file of keys `\S+bad\.jsonx` does not exist/],
    [['public', join(folder, 'folder')], /folder` is a directory, give a file/],
    [['public', latin], /latin` is not UTF-8/],
    [['public'], /^standard input is longer than 1048576 bytes, which is no document/, text.padEnd(1024 * 1024 + 1)],
    // Keys where none belong.
    [[text], /^unknown command, expected `new`, `rotate`, `public` \(/],
    [['rotat'], /^unknown command `keys rotat`, did you mean `rotate`\?/],
    [[pasted], /^unknown command, /],
    [['public', text], /^the file of keys must be the name of a file, and what is given looks like a token, a key or JSON/],
    [['rotate', `x/${next.d}`], /what is given looks like a token, a key or JSON/],
    [['rotate', ...text.split(',')], /takes one argument, not \d+/],
    [['new', text], /takes no argument, not 1/],
    [['new', '--alg', pasted], /^`--alg` must be `EdDSA` or `ES256` \(/],
    [['rotate', '--alg', 'ES265'], /not `ES265`, did you mean `ES256`\?/],
    [['new', '--alg', 'RS256'], /`--alg` must be `EdDSA` or `ES256`/],
    [['new', '--out', `${plain}/${d}`], /^`\S*\[redacted\]` cannot be written: ENOTDIR/],
    [['new', '--in-place'], /^unknown option `--in-place`/],
    [['rotate', '--in-place'], /^`--in-place` needs the file/],
    [['rotate', '--in-place', '-'], /`--in-place` needs the file/],
    [['rotate', '--in-place', '--out', plain, plain], /^give `--out` or `--in-place`, but not both/],
    [['--jsno'], /unknown option `--jsno`/],
    [['new', `--${d}`], /^unknown option `\[redacted\]`; see/],
  ]) {
    const { code, stdout, stderr } = await claimgate(['keys', ...args], { stdin });
    const found = stderr.match(/^claimgate keys(?: new| rotate| public)?: ([^\n]+ \((?:option|signing_keys)_invalid\))\n$/);
    assert.deepEqual([code, stdout, found !== null], [2, '', true], stderr);
    assert.match(found[1], line);
    for (const key of [current, next, old, ec, rsa]) {
      for (const name of ['d', 'x', 'y', 'kid', 'n', 'p'].filter((member) => key[member] !== undefined)) {
        // Not even a part that is short: eight letters are no coincidence.
        for (let at = 0; at + 8 <= key[name].length; at += 1) assert.ok(!stderr.includes(key[name].slice(at, at + 8)), stderr);
      }
    }
  }
});

test('keys where a command belongs are not repeated', async () => {
  const { stdout: text } = await claimgate(['keys', 'new']);
  const { code, stderr } = await claimgate([text]);
  assert.deepEqual([code, stderr], [2, 'claimgate: unknown command, expected `inspect`, `verify`, `policy`, `issuer`, `keys`, `completion`, `help` (option_invalid)\n']);
  for (const args of [['policy', 'check', text], ['verify', '--keys', text, '--audience', 'x', 'a.b.c']]) {
    const { code, stderr } = await claimgate(args);
    assert.equal(code, 2);
    assert.match(stderr, /must be the name of a file, and what is given looks like a token, a key or JSON \(option_invalid\)\n$/);
  }
});
