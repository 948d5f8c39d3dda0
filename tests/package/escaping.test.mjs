// Which characters are escaped: one set, in the messages of the core and in those of JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVerifier } from 'claimgate';
import { safe } from '../node_modules/claimgate/js/explain/text.js';

const POLICY = { version: 1, audience: 'a', issuers: { github: { kind: 'github' } }, roles: { r: { issuer: 'github', allow: [{ repository_id: '74' }] } } };

/** As many characters as a message repeats. */
const QUOTED = 100;

/** What the core makes of a text in a message. */
function escapedByCore(text) {
  try {
    createVerifier({ policy: POLICY, algorithms: [text] });
  } catch ({ message }) {
    return /^the algorithm `(.*)` is not supported/su.exec(message)?.[1];
  }
}

test('every character is escaped by both or by neither', () => {
  const differ = [];
  for (let start = 0; start <= 0x10ffff; start += QUOTED) {
    const codes = Array.from({ length: QUOTED }, (_, index) => start + index).filter((code) => code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff));
    // A space around each, so that nothing is joined; and what only the core escapes is left out.
    const characters = codes.map((code) => String.fromCodePoint(code)).filter((character) => !'`\\'.includes(character) && character !== '\0');
    const text = characters.join('');
    const [core, own] = [escapedByCore(text), safe(text)];
    if (core === own) continue;
    for (const character of characters) {
      // What an older engine does not know yet is unassigned to it, and escaped.
      if (escapedByCore(character) !== safe(character) && !/\p{Cn}/u.test(character)) differ.push(character.codePointAt(0).toString(16));
    }
  }
  assert.deepEqual(differ, []);
});

test('marks that combine, such as Hebrew accents, are escaped', () => {
  for (const text of ['a\u0591', 'a\u0301', 'a\u0c00', 'a\u{1e023}']) {
    assert.match(safe(text), /^a\\u\{[\da-f]+\}$/);
    assert.equal(escapedByCore(text), safe(text));
  }
});
