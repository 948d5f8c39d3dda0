// Verified, refused and not checked: each in its own word, shape and colour.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { startIssuer } from 'claimgate/issuer';
import { closeServer } from '../lib/ending.mjs';
import { SAMPLE, freshToken as fresh, jwks, now, signToken } from '../lib/tokens.mjs';
import { inBrowsers } from './page.mjs';

const KEYS = JSON.stringify(jwks('rsa'));
const AUDIENCE = 'https://deploy.example.com';

inBrowsers((open) => {
  test('not checked, verified and refused differ in word, shape and colour', async () => {
    const { page, paste, shows } = await open();
    const look = () =>
      page.$eval('#signature-card', (card) => ({
        word: card.querySelector('strong').textContent,
        shape: card.querySelector('svg').innerHTML,
        colour: getComputedStyle(card.querySelector('.verdict')).color,
        border: getComputedStyle(card).borderTopStyle,
      }));
    await paste('token', fresh());
    await shows('#signature-card', /Not checked/);
    const open_ = await look();
    await paste('keys', KEYS);
    await shows('#signature-card', /Verified/);
    const verified = await look();
    await paste('token', `${fresh().slice(0, -4)}AAAA`);
    await shows('#signature-card', /Refused/);
    const refused = await look();
    for (const property of ['word', 'shape', 'colour', 'border']) {
      assert.equal(new Set([open_, verified, refused].map((look) => look[property])).size, 3, property);
    }
  });

  test('of keys that were pasted it is not said that they are the issuer’s', async () => {
    const { paste, shows } = await open();
    await paste('token', fresh());
    await paste('keys', KEYS);
    await shows('#signature-card', /Verified.*those that you gave; whether they are the keys of github\.com, you must know/);
  });

  test('a token that is expired is refused, and it is said that its signature holds', async () => {
    const { page, paste, shows, click } = await open();
    await paste('keys', KEYS);
    await paste('token', signToken(SAMPLE));
    await shows('#signature-card', /Refused.*expired.*The signature itself holds/);
    await click('#signature-card button');
    await shows('#signature-card', /Verified.*in its time as of when it was issued, 2021-09-24.*Now it would be refused: the token expired/);
    await shows('#warnings', /The token expired/);
    await page.waitForSelector('.point.now.out');
    await click('input[value="now"]');
    await shows('#signature-card', /Refused.*It expired \d+ years/);
  });

  test('the leeway is the verifier’s', async () => {
    const { paste, shows } = await open();
    await paste('keys', KEYS);
    await paste('token', fresh({ exp: now() - 30 }));
    await shows('#signature-card', /Verified/);
    await paste('leeway', '0');
    await shows('#signature-card', /Refused.*expired/);
    await paste('leeway', '900');
    await shows('#leeway-hint', /0 to 300 seconds; until then 60 is used/);
    await shows('#signature-card', /Verified/);
  });

  test('another key, another algorithm and another issuer are refused', async () => {
    const { paste, shows } = await open();
    await paste('token', fresh({}, { header: { kid: 'unheard-of' } }));
    await paste('keys', KEYS);
    await shows('#signature-card', /Refused.*unheard-of.*Keys are rotated/);
    await paste('token', fresh({}, { alg: 'ES256' }));
    await shows('#signature-card', /Refused/);
    await paste('token', fresh({ iss: 'https://token.actions.githubusercontent.com.evil.example' }));
    await shows('#signature-card', /Refused.*no issuer of GitHub's/);
  });

  test('keys are read as PEM, too, and what is not used is told', async () => {
    const { paste, shows } = await open();
    const [jwk] = jwks('rsa').keys;
    await paste('token', fresh());
    await paste('keys', createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' }));
    await shows('#signature-card', /Verified/);
    await shows('#keys-result', /1 usable key.*a PEM has no kid/i);
    await paste('keys', JSON.stringify({ keys: [jwk, { ...jwk, kid: 'weak', e: 'Aw' }] }));
    await shows('#keys-result', /1 usable key.*not used: weak/);
    await paste('keys', '-----BEGIN PRIVATE KEY-----');
    await shows('#keys-result', /Not usable\. This is a private key/);
    await shows('#signature-card', /Not checked/);
  });

  test('keys are fetched from the issuer’s discovery when asked, and only then', async () => {
    const issuer = await startIssuer();
    try {
      const { page, paste, shows, allow, click, value, settled } = await open();
      await paste('token', await issuer.job().token(AUDIENCE));
      await shows('#signature-card', /Not checked.*fetch the keys/);
      // Row C6: anyone can run an issuer on this machine, so the person confirms it. Asked before, it would be a complaint.
      await click('#fetch-keys');
      await shows('#keys-result', /Not fetched yet.*Anyone can run an issuer like http:\/\/127\.0\.0\.1:\d+.*only if it is yours/);
      await shows('#signature-card', /Not checked/);
      allow(new URL(issuer.url).origin);
      await click('#fetch-named');
      await shows('#signature-card', /Verified.*the key \S+ that a local issuer .* publishes/);
      // They are those of one issuer, and are not taken for another one's.
      await paste('token', fresh());
      await shows('#signature-card', /Not checked.*the keys are those of http:\/\/127\.0\.0\.1.*fetch or paste its own/i);
      assert.ok(await page.$('#fetch-keys:not(:disabled)'));

      // An answer that comes after everything was cleared is for nobody.
      await paste('token', await issuer.job().token(AUDIENCE));
      await shows('.issuer', /local issuer/);
      await page.evaluate(() => {
        document.getElementById('fetch-keys').click();
        document.getElementById('clear').click();
      });
      await settled();
      assert.equal(await value('keys'), '');
    } finally {
      await issuer.close();
    }
  });

  test('an issuer that lets no page read its keys is told from one that is down', async (t) => {
    const server = createServer((request, response) => response.end('{}')).listen(0, '127.0.0.1');
    t.after(() => closeServer(server));
    await once(server, 'listening');
    const iss = `http://127.0.0.1:${server.address().port}`;
    const { paste, shows, click, allow, expectComplaint } = await open();
    allow(iss);
    await paste('token', fresh({ iss }));
    await shows('.issuer', /local issuer/);
    await click('#fetch-keys');
    await shows('#keys-result', /Not fetched yet/);
    await click('#fetch-named');
    await shows('#keys-result', /Not fetched, so nothing is checked\. A local issuer.* allows no other page to read its keys \(CORS\)/);
    await shows('#keys-result', /paste it above.*curl http:\/\/127\.0\.0\.1:\d+\/\.well-known\/jwks/);
    await shows('#signature-card', /Not checked/);
    await paste('keys', KEYS);
    await click('#fetch-keys');
    await shows('#keys-result', /the keys in the field are still those that are used/);
    await closeServer(server);
    await click('#fetch-keys');
    await shows('#keys-result', /cannot be reached from here/);
    expectComplaint(/CORS|Cross-Origin|ERR_CONNECTION_REFUSED|Failed to load resource|ERR_FAILED/);
  });

  test('a host that the page may not ask is named, and how to get its keys', async () => {
    const { paste, shows, click, expectComplaint } = await open();
    await paste('token', fresh({ iss: 'https://github.example.com/_services/token' }));
    await shows('.issuer', /Enterprise Server/);
    await click('#fetch-keys');
    await shows('#keys-result', /Not fetched yet/);
    await click('#fetch-named');
    await shows('#keys-result', /this page may not ask https:\/\/github\.example\.com: its Content-Security-Policy/i);
    await shows('#keys-result', /curl https:\/\/github\.example\.com\/_services\/token\/\.well-known\/jwks/);
    expectComplaint(/Content.Security.Policy/i);
  });
});
