// What is hostile is shown harmlessly and visibly; nothing is stored, and nobody is asked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SAMPLE, freshToken as fresh, jwks, signToken } from '../lib/tokens.mjs';
import { FOLDER, inBrowsers } from './page.mjs';

const MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script><style>*{display:none}</style>';
const csp = (text) => new Map(text.split(';').map((directive) => [directive.trim().split(' ')[0], directive.trim()]));

test('the policy in the page is that of the headers, but for what works in headers alone', () => {
  const [, header] = /Content-Security-Policy: (.*)/.exec(readFileSync(join(FOLDER, '_headers'), 'utf8'));
  const [, meta] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(readFileSync(join(FOLDER, 'index.html'), 'utf8'));
  const expected = csp(header);
  assert.equal(expected.get('frame-ancestors'), "frame-ancestors 'none'");
  expected.delete('frame-ancestors');
  assert.deepEqual([...csp(meta).values()].sort(), [...expected.values()].sort());
  assert.equal(expected.get('script-src'), "script-src 'self' 'wasm-unsafe-eval'");
  assert.equal(expected.get('require-trusted-types-for'), "require-trusted-types-for 'script'");
});

inBrowsers((open, context) => {
  test('markup in a token, a policy or a file’s name is text', async () => {
    const { page, paste, shows, count } = await open();
    await paste('token', fresh({ actor: MARKUP, workflow: MARKUP, [MARKUP]: MARKUP }, { header: { kid: MARKUP } }));
    await shows('#reading-result', /<img src=x onerror="alert\(1\)">/);
    await paste('policy', JSON.stringify({ version: 1, audience: MARKUP, issuers: { [MARKUP]: { kind: 'github' } }, roles: { [MARKUP]: { issuer: MARKUP, allow: [{ repository: MARKUP }] } } }));
    await shows('#policy-card', /<script>alert\(2\)<\/script>/);
    await paste('keys', JSON.stringify({ keys: [{ kty: MARKUP, kid: MARKUP }] }));
    await paste('other', fresh({ actor: 'octocat' }));
    await shows('#compare-result', /<style>/);
    assert.equal(await count('#app img, #app script, #app style'), 0);
    assert.ok(await page.$eval('h1', (heading) => heading.checkVisibility()));
  });

  test('names that every object has are names like others', async () => {
    const { paste, shows } = await open();
    const names = ['toString', 'constructor', 'valueOf', 'hasOwnProperty'];
    await paste('token', fresh(Object.fromEntries(names.map((name) => [name, 'claimed'])), { header: Object.fromEntries(names.map((name) => [name, 'headed'])) }));
    await shows('#reading-result', /toStringheaded.*hasOwnPropertyheaded.*toStringclaimed/);
    await paste('token', fresh({}, { header: { jku: 'https://evil.example/' } }));
    await shows('#reading-result', /jkuhttps:\/\/evil\.example\/A key that the token brings along\. It is never used/);
  });

  test('a mistake of the page leaves no answer behind', async () => {
    const { page, paste, shows, isHidden, text, click } = await open();
    await click('#sample');
    await shows('#policy-card', /Denied/);
    // As nothing that people can give makes one, one is made here.
    await page.evaluate(() => (Element.prototype.replaceChildren = ((own) => function (...nodes) {
      if (this.id === 'signature-card') throw new Error('made for a test');
      return own.apply(this, nodes);
    })(Element.prototype.replaceChildren)));
    await paste('token', fresh());
    await shows('#trouble', /could not be decided, because this page failed.*made for a test/);
    assert.ok(await isHidden('#answer'));
    for (const place of ['#policy-result', '#reading-result', '#keys-result', '#compare-result']) assert.equal(await text(place), '', place);
  });

  // Row D9.
  test('after a trap the token could not be decided, and it is not refused', async () => {
    const { page, ready, paste, shows, isHidden, text } = await open();
    await page.evaluateOnNewDocument(() => {
      const { Instance } = WebAssembly;
      WebAssembly.Instance = class extends Instance {
        constructor(...given) {
          super(...given);
          globalThis.wasm = this.exports;
        }
      };
    });
    await page.reload();
    await ready();
    await paste('keys', JSON.stringify(jwks('rsa')));
    await page.evaluate(() => {
      // All memory that there is: the next call traps.
      for (let size = 2 ** 30; size >= 1; size /= 2) {
        try {
          for (;;) globalThis.wasm.__wbindgen_malloc(size, 1);
        } catch {}
      }
    });
    await paste('token', fresh());
    await shows('#trouble', /could not be decided, because this page failed: the core failed/i);
    assert.ok(await isHidden('#answer'));
    assert.doesNotMatch(await text('body'), /Refused/);
    // Another instance takes its place.
    await paste('token', fresh());
    await shows('#signature-card', /Verified/);
  });

  test('a token that is dropped beside the fields is no address to go to', async () => {
    const { page, shows } = await open();
    const prevented = await page.$eval('h1', (heading, token) => {
      const data = new DataTransfer();
      data.setData('text/plain', token);
      return !heading.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, fresh());
    assert.equal(prevented, true);
    await shows('.issuer', /github\.com/);
  });

  test('whatever looks like a token is removed from the address, and a link within the page is none', async () => {
    for (const fragment of ['#Bearer%20TOKEN', '#/TOKEN', '#TOKEN&x=1', '#Token=TOKEN', '#jwt=TOKEN', '#token=&id_token=TOKEN', '?jwt=TOKEN', '?TOKEN',
      '#jwt=ENCODED', '#jwt=TWICE', '#jwt=BROKEN', '?x=1#BROKEN']) {
      const broken = ['\n{"alg":"RS256","kid":"rsa"}', JSON.stringify({ ...SAMPLE })].map((part) => Buffer.from(part).toString('base64url')).join('.');
      const forms = { TOKEN: fresh(), ENCODED: fresh().replaceAll('.', '%2E'), TWICE: fresh().replaceAll('.', '%252E'), BROKEN: `${broken}.${'A'.repeat(342)}` };
      const { page, shows, close } = await open(fragment.replace(/[A-Z]{5,}/, (form) => forms[form]));
      await shows('.issuer', /github\.com/);
      assert.equal(await page.evaluate(() => location.href), context.url, fragment);
      await close();
    }
    const { page, paste, value, settled } = await open();
    await paste('token', fresh());
    await page.$eval('.skip', (link) => link.click());
    // The page's own listener was there first.
    await page.evaluate(() => new Promise((changed) => (addEventListener('hashchange', changed, { once: true }), (location.hash = 'policy'))));
    await settled();
    assert.match(await value('token'), /^ey/);
  });

  test('clearing ends what is under way', async () => {
    const { page, shows, value, settled } = await open();
    await page.evaluate((token) => {
      document.querySelector('#build button[type=submit]').click();
      document.querySelector('#sample').click();
      const data = new DataTransfer();
      data.items.add(new File([token], 'token.jwt'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      document.querySelector('#clear').click();
    }, fresh());
    await settled();
    assert.deepEqual([await value('token'), await value('keys'), await value('policy')], ['', '', '']);
    await shows('#reading-result', /Paste a token/);
  });

  test('what would hide or reorder text is drawn as its code point', async () => {
    const { page, paste, shows } = await open();
    await paste('token', fresh({ workflow: 'deploy\u202Egpj.exe\u200B\u0000\n', environment: 'a\u0301b', sub: 'repo:octo-org/octo-repo:environment:a\u0301b' }));
    await shows('#reading-result', /deployU\+202Egpj\.exeU\+200BU\+0000U\+000A/);
    await shows('#reading-result', /U\+0301/);
    assert.ok(!(await page.$eval('#reading-result', ({ textContent }) => /[\u202e\u200b\u0000\u0301]/.test(textContent))));
    await shows('#reading details', /\\u202e/);
    await paste('token', fresh({ environment: 'prod\u202Egnp', sub: 'repo:octo-org/octo-repo:environment:prod\u202Egnp' }));
    await shows('#tight-text', /"environment": "prod\\u202egnp"/);
  });

  test('letters that imitate others are marked, where GitHub has ASCII alone', async () => {
    const { page, paste, shows } = await open();
    await paste('token', fresh({ iss: 'https://token.actions.githubusercontent.c\u043em', repository_owner: '\u043ecto-org' }));
    await shows('.issuer', /nobody that is known here.*c\u043e U\+043Em/);
    await shows('#warnings', /look-alike/);
    const marked = await page.$$eval('.claims .odd', (marks) => marks.map(({ textContent }) => textContent));
    assert.ok(marked.filter((text) => text === '\u043e U+043E').length >= 2, marked.join());
  });

  test('backticks in what is quoted do not end the quotation', async () => {
    const { page, paste, shows } = await open();
    await paste('token', fresh({}, { header: { kid: 'x` and its issuer was checked: `y' } }));
    await paste('keys', JSON.stringify(jwks('rsa')));
    await shows('#signature-card', /Refused/);
    const outside = await page.$eval('#signature-card', (card) => {
      for (const code of card.querySelectorAll('code')) code.remove();
      return card.textContent;
    });
    assert.ok(!outside.includes('was checked'), outside);
  });

  test('a megabyte is refused, and is not drawn', async () => {
    const { page, paste, shows, text } = await open();
    const large = 'ey'.repeat(2 ** 19);
    const inputs = [...['token', 'keys', 'policy', 'other'].map((id) => [id, large]), ['token', '.'.repeat(2 ** 20)], ['token', 'ey'.repeat(2 ** 15)], ['token', 'ey\n'.repeat(21_845)], ['token', large]];
    for (const [id, large] of inputs) await paste(id, large);
    await shows('#signature-card', /Refused/);
    await shows('#keys-result', /Not usable/);
    await shows('#policy-result', /Not loaded/);
    assert.equal(await text('#token-colours'), '');
    assert.ok((await page.$eval('main', ({ innerText }) => innerText.length)) < 60_000);
    await paste('token', fresh({ workflow: 'w'.repeat(9000) }));
    await shows('#reading-result', /… and 7,000 more characters/);
  });

  test('a token that is not one of a job, or nested deeply, is shown all the same', async () => {
    const { paste, shows } = await open();
    await paste('token', signToken({ iss: 'https://accounts.example', sub: 1, aud: [], list: [[[[1]]]], __proto__: null }));
    await shows('#reading-result', /nobody that is known here.*list.*\[\[\[\[1\]\]\]\]/);
    await paste('token', signToken({}));
    await shows('#reading-result', /no `?iss|no iss/);
    await paste('token', signToken('{"__proto__":{"iss":"x"},"constructor":1,"toString":"y"}'));
    await shows('#reading-result', /__proto__/);
  });

  test('nothing is stored, and no address has a token', async () => {
    const { page, paste, shows, click } = await open();
    await click('#sample');
    await shows('#signature-card', /Verified/);
    await paste('other', fresh());
    const stored = await page.evaluate(async () => {
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)));
      return { local: localStorage.length, session: sessionStorage.length, cookie: document.cookie, databases: (await indexedDB.databases()).length, requests: requests.flat(), address: location.href, state: history.state };
    });
    const { requests, ...rest } = stored;
    assert.deepEqual(rest, { local: 0, session: 0, cookie: '', databases: 0, address: context.url, state: null });
    assert.ok(requests.every((url) => url.startsWith(context.url) && !/ey[\w-]{20}/.test(url)));
  });

  test('fields are kept from spelling services, from completion and from translation', async () => {
    const { page } = await open();
    const fields = await page.$$eval('#app textarea, #app input:not([type=radio], [type=checkbox], [type=number])', (fields) => fields.map((field) => [field.id, field.spellcheck, field.autocomplete, field.closest('[translate=no]') !== null]));
    assert.ok(fields.length > 20);
    for (const [id, spellcheck, autocomplete, isKept] of fields) assert.deepEqual([spellcheck, autocomplete, isKept], [false, 'off', true], id);
  });

  test('scripts of others do not run, and strings are not made into scripts', async () => {
    const { page, expectComplaint } = await open();
    const tried = await page.evaluate(async () => {
      const attempt = async (work) => {
        try {
          return await work();
        } catch (error) {
          return error.name;
        }
      };
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = true';
      document.body.append(script);
      return {
        script: globalThis.ran === true,
        html: await attempt(() => (document.createElement('div').innerHTML = '<b>x</b>')),
        request: await attempt(() => fetch('https://elsewhere.example/')),
        frame: window.top === window,
      };
    }).catch((error) => ({ error: String(error) }));
    assert.equal(tried.script ?? false, false);
    if (context.name === 'chrome') assert.ok(tried.error !== undefined || tried.html === 'TypeError', JSON.stringify(tried));
    assert.ok(tried.error !== undefined || tried.request === 'TypeError', JSON.stringify(tried));
    expectComplaint(/Content.Security.Policy|TrustedHTML|TrustedScript|trusted types/i);
  });
});
