// What people ask for last is what the page shows, in whichever order the answers come (D17).
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { closeServer } from '../lib/ending.mjs';
import { freshToken as fresh, jwks } from '../lib/tokens.mjs';
import { until } from '../lib/until.mjs';
import { inBrowsers } from './page.mjs';

const KEYS = JSON.stringify(jwks('rsa'));
const OTHER_KEYS = JSON.stringify(jwks('rsa-other'));
const [jwk] = jwks('rsa').keys;
/** Read by WebCrypto, and so later than a JWK Set. */
const PEM = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' });

/** Starts an issuer that answers with its keys when the test says so: `answers` has a function for each request. */
async function startIssuer(t) {
  const answers = [];
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (!request.url.endsWith('/jwks')) return response.end(JSON.stringify({ issuer: iss, jwks_uri: `${iss}/.well-known/jwks` }));
    answers.push((keys) => response.end(keys));
  });
  t.after(() => closeServer(server));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const iss = `http://127.0.0.1:${server.address().port}`;
  const asked = (count) => until(() => answers.length >= count, `request ${count} for keys`);
  return { iss, answers, asked };
}

inBrowsers((open) => {
  /** The page with a token of the issuer. */
  const openWith = async ({ iss }) => {
    const inspector = await open();
    inspector.allow(iss);
    await inspector.paste('token', fresh({ iss }));
    const press = (selector) => inspector.page.$eval(selector, (element) => element.click());
    /** Fetches keys, after the page has asked whether the issuer is the person's own. It asks once for each issuer. */
    const confirm = async () => {
      await inspector.page.waitForSelector('#fetch-keys:not(:disabled)');
      await press('#fetch-keys');
      await inspector.page.waitForSelector('#fetch-named');
      await press('#fetch-named');
    };
    return { ...inspector, press, confirm };
  };

  test('keys are pasted and others fetched at once: what became of the fetch stays', async (t) => {
    const server = createServer((request, response) => response.end('{}'));
    t.after(() => closeServer(server));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { page, settled, text, press, confirm, expectComplaint } = await openWith({ iss: `http://127.0.0.1:${server.address().port}` });
    expectComplaint(/CORS|Cross-Origin|Failed to load resource|ERR_FAILED/);
    await confirm();
    await settled();
    // The answer to what was pasted comes late, and after the one that the issuer gives to no other page.
    await page.evaluate(() => {
      const { importKey } = SubtleCrypto.prototype;
      SubtleCrypto.prototype.importKey = async function (...request) {
        await new Promise((rest) => setTimeout(rest, 500));
        return importKey.apply(this, request);
      };
    });
    await page.$eval('#keys', (field, pem) => {
      field.value = pem;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      document.getElementById('fetch-keys').click();
    }, PEM);
    await settled();
    assert.match(await text('#keys-result'), /^Not fetched; the keys in the field are still those that are used\. .*\(CORS\)/);
    // Nor does an answer to something else take it away.
    await press('input[value="issued"]');
    await settled();
    assert.match(await text('#keys-result'), /^Not fetched/);
  });

  test('of two fetches the second one counts, also if the first one is answered last', async (t) => {
    const issuer = await startIssuer(t);
    const { settled, press, confirm, value } = await openWith(issuer);
    for (const count of [1, 2]) {
      await (count === 1 ? confirm() : press('#fetch-keys'));
      await issuer.asked(count);
    }
    issuer.answers[1](KEYS);
    await until(() => value('keys'), 'the second answer');
    issuer.answers[0](OTHER_KEYS);
    await settled();
    assert.equal(await value('keys'), KEYS);
  });

  test('what is given while the issuer is asked stays', async (t) => {
    const issuer = await startIssuer(t);
    const { page, settled, press, confirm, value, shows } = await openWith(issuer);
    const give = {
      pasted: () => page.$eval('#keys', (field, text) => ((field.value = text), field.dispatchEvent(new Event('input', { bubbles: true }))), OTHER_KEYS),
      dropped: () =>
        page.$eval('#keys', (field, text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], 'jwks.json'));
          field.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }, OTHER_KEYS),
    };
    for (const [index, how] of Object.keys(give).entries()) {
      await (index === 0 ? confirm() : press('#fetch-keys'));
      await issuer.asked(index + 1);
      await give[how]();
      await until(async () => (await value('keys')) === OTHER_KEYS, how);
      issuer.answers[index](KEYS);
      await settled();
      assert.equal(await value('keys'), OTHER_KEYS, how);
      await shows('#signature-card', /Refused/);
      await page.$eval('#keys', (field) => (field.value = ''));
    }
  });

  test('a fetch goes to the issuer of the token that was pasted last', async (t) => {
    const [first, second] = [await startIssuer(t), await startIssuer(t)];
    const { page, allow, paste, press, settled } = await openWith(first);
    allow(second.iss);
    await paste('keys', PEM);
    await page.$eval('#token', (field, token) => {
      field.value = token;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      document.getElementById('fetch-keys').click();
    }, fresh({ iss: second.iss }));
    await page.waitForSelector('#fetch-named');
    await press('#fetch-named');
    await second.asked(1);
    second.answers[0](KEYS);
    await settled();
    assert.equal(first.answers.length, 0);
  });

  test('a button that is pressed twice says what became of the second time', async () => {
    const { page, paste, press, shows } = await openWith({ iss: 'http://127.0.0.1:1' });
    await paste('keys', '');
    await page.evaluate(() => {
      const ends = [];
      navigator.clipboard.writeText = () => new Promise((resolve, reject) => ends.push({ resolve, reject }));
      globalThis.ends = ends;
    });
    await press('#tight-copy');
    await press('#tight-copy');
    await page.evaluate(() => globalThis.ends[1].resolve());
    await shows('#tight-copy', /Copied/);
    await page.evaluate(() => globalThis.ends[0].reject(new Error('late')));
    await page.evaluate(() => new Promise((rest) => setTimeout(rest, 0)));
    await shows('#status', /^Copied$/);
    await shows('#tight-copy', /Copied/);
    await shows('#tight-copy', /Copy it/);
  });
});
