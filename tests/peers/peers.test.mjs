// What each library says to each token. The answers of the others are kept in SECURITY.md with their versions, so that it shows if
// they change; Claimgate has to refuse each for its own reason.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { jwks } from '../lib/tokens.mjs';
import { cases } from './cases.mjs';
import { PEERS, claimgate } from './libraries.mjs';

const SECURITY = new URL('../../SECURITY.md', import.meta.url);
const TABLE = /^<!-- peers (\d{4}-\d\d-\d\d) -->\n([\s\S]*?)<!-- \/peers -->$/m;
const RENEW = 'CLAIMGATE_RENEW_PEERS';
const written = (table, date) => `As of ${date}:\n\n${table}`;

const [spare] = jwks('rsa-other').keys;

for (const crypto of ['host', 'webcrypto', 'wasm']) {
  test(`claimgate, ${crypto}: the good token is accepted, every other refused with its code`, async () => {
    const verify = claimgate(crypto, spare);
    assert.ok(cases.some(({ code }) => code === undefined));
    for (const { name, code, token, jwk } of cases) {
      const found = await verify(token, jwk).then(() => undefined, (error) => error.code ?? error);
      assert.equal(found, code, name);
    }
  });
}

const version = (name) => JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

const isAccepted = (verify, { token, jwk }) => verify(token, jwk).then(() => true, () => false);

/** A row for each case: A for accepted, r for refused. Claimgate's column is the one that is tested above. */
async function observe() {
  const rows = [];
  for (const it of cases) {
    const accepted = await Promise.all(Object.values(PEERS).map((verify) => isAccepted(verify, it)));
    rows.push([it.name, it.code === undefined ? 'A' : 'r', ...accepted.map((is) => (is ? 'A' : 'r'))]);
  }
  const heads = Object.keys(PEERS).map((name) => `${name} ${version(name)}`);
  return [['', 'claimgate', ...heads], ['---', ...heads.map(() => '---'), '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

test('the other libraries say to each token what SECURITY.md has of them', async () => {
  const table = await observe();
  console.log(table);
  const [, ...accepted] = table.split('\n').find((line) => line.startsWith('| an ordinary token |')).split(/ ?\| ?/).slice(1, -1);
  assert.deepEqual([...new Set(accepted)], ['A'], 'a library refuses the ordinary token, so its answers to the others say nothing');
  const text = readFileSync(SECURITY, 'utf8');
  if (process.env[RENEW]) {
    const today = new Date().toISOString().slice(0, 10);
    writeFileSync(SECURITY, text.replace(TABLE, () => `<!-- peers ${today} -->\n${written(table, today)}<!-- /peers -->`));
    return;
  }
  const [, date, kept] = TABLE.exec(text) ?? assert.fail('SECURITY.md has no table of peers');
  const lines = kept.split('\n');
  const changed = written(table, date).split('\n').filter((line) => !lines.includes(line));
  assert.deepEqual(changed, [], `SECURITY.md has these otherwise: look at what changed, and have the table written anew with \`${RENEW}=1\``);
  assert.equal(kept, written(table, date));
});
