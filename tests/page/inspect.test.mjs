// A token is pasted, dropped or opened, and explained.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inspectUnverified } from 'claimgate';
import { temporaryFolder } from '../lib/ending.mjs';
import { SAMPLE, freshToken as fresh, now, signToken } from '../lib/tokens.mjs';
import { PATIENCE } from '../lib/until.mjs';
import { FOLDER, MODULES, inBrowsers } from './page.mjs';

const { JOB_CLAIMS } = await import(pathToFileURL(join(MODULES, '../claimgate/js/issuer/claims.js')).href);

const TOKEN = signToken(SAMPLE);

test('the page documents every claim of the core, in its words and its order', () => {
  const html = readFileSync(join(FOLDER, 'index.html'), 'utf8');
  const text = (markup) => markup.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const entries = [...html.matchAll(/<div id="claim-(\w+)">\s*<dt>.*?<\/dt>\s*<dd class="what">(.*?)<\/dd>\s*<dd class="from">(.*?)<\/dd>\s*<dd class="pin \w+"><strong>.*?<\/strong>(.*?)<\/dd>/gs)];
  const documented = entries.map(([, name, what]) => ({ name, description: text(what) }));
  for (const [, name, , from, pin] of entries) assert.ok(from.length > 10 && pin.length > 10, name);
  // Of an enterprise, with an environment and a custom property: every claim that there is.
  const claims = Object.fromEntries([...JOB_CLAIMS, 'iss', 'sub', 'aud', 'jti', 'repo_property_'].map((name) => [name === 'repo_property_' ? 'repo_property_x' : name, 'x']));
  const { described } = inspectUnverified(signToken({ ...claims, iat: 1, nbf: 1, exp: 1 }));
  const expected = described.map(({ name, description }) => ({ name: name.replace(/^repo_property_.*/, 'repo_property_'), description: description.replaceAll('`', '') }));
  assert.deepEqual(documented, expected);
});

inBrowsers((open, context) => {
  test('without a token nothing is claimed', async () => {
    const { isHidden, shows } = await open();
    assert.ok(await isHidden('#answer'));
    await shows('#reading-result', /Paste a token/);
  });

  test('the three parts are coloured in place, over the same characters', async () => {
    const { page, paste, text } = await open();
    await paste('token', TOKEN);
    await page.waitForSelector('#token-colours .part-2');
    const parts = await page.$$eval('#token-colours [class^=part]', (parts) => parts.map(({ textContent }) => textContent));
    assert.deepEqual(parts, TOKEN.split('.'));
    assert.equal(await text('#token-colours'), TOKEN);
    const colours = await page.$$eval('#token-colours [class^=part]', (parts) => new Set(parts.map((part) => getComputedStyle(part).color)).size);
    assert.equal(colours, 3);
    // The colours lie exactly behind the text: same box, same font, same breaks.
    const boxes = await page.$$eval('.token-field > *', (layers) => layers.map((layer) => [layer.getBoundingClientRect().width, layer.scrollHeight, getComputedStyle(layer).font].join()));
    assert.equal(boxes[0], boxes[1]);
  });

  test('white space around a token, and `Bearer`, are no part of it', async () => {
    const { paste, shows } = await open();
    await paste('token', `\n  Bearer ${TOKEN}\r\n`);
    await shows('#reading-result', /github\.com/);
  });

  test('header and claims are explained one by one: what, where from, what to pin', async () => {
    const { page, paste } = await open();
    await paste('token', fresh({ workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main', repo_property_team: 'deploy' }));
    await page.waitForSelector('.claims');
    const rows = await page.$$eval('.claims > div', (rows) => rows.map((row) => row.textContent));
    const row = (name) => rows.find((text) => text.startsWith(name));
    for (const name of ['typ', 'alg', 'kid', ...Object.keys(SAMPLE), 'repo_property_team']) assert.ok(row(name), `${name} is not explained`);
    assert.match(row('repository_owner_id'), /65.*GitHub, when the account is created.*Pin it with others\./s);
    assert.match(row('workflow_ref'), /caller.*Pin it with others\./s);
  });

  test('explanations can be left out, as they are at first on a phone', async () => {
    const { page, paste, click } = await open();
    await paste('token', TOKEN);
    await page.waitForSelector('.claims .pin');
    const isSeen = () => page.$eval('.claims .pin', (pin) => pin.checkVisibility());
    assert.equal(await isSeen(), true);
    await click('#explained');
    assert.equal(await isSeen(), false);
    await paste('token', fresh());
    assert.equal(await isSeen(), false, 'for the next token, too');
    await page.setViewport({ width: 390, height: 800 });
    await page.reload();
    await page.waitForSelector('#app:not([inert])');
    await paste('token', TOKEN);
    await page.waitForSelector('.claims .pin');
    assert.equal(await isSeen(), false);
    await click('#explained');
    assert.equal(await isSeen(), true);
  });

  test('ids stand beside the names that they outlive', async () => {
    const { page, paste } = await open();
    await paste('token', TOKEN);
    await page.waitForSelector('.claims .id');
    assert.deepEqual(await page.$$eval('.claims .id', (ids) => ids.map(({ textContent }) => textContent)), ['id 12', 'id 74', 'id 65']);
  });

  test('`sub` is taken apart and matched to its claims', async () => {
    const { paste, page, shows } = await open();
    await paste('token', TOKEN);
    await shows('.subject', /repo:octo-org\/octo-repo/);
    assert.deepEqual(await page.$$eval('.segments li', (parts) => parts.map(({ textContent }) => textContent)), [
      'repo:octo-org/octo-repoagrees with repository',
      'environment:prodagrees with environment',
    ]);
    await paste('token', fresh({ sub: 'repo:octo-org@65/octo-repo@74:environment:prod' }));
    await shows('.subject', /repository, repository_owner_id, repository_id.*Immutable/);
    await paste('token', fresh({ sub: 'repo:evil-org/octo-repo:environment:prod' }));
    await shows('.subject', /It contradicts the claims/);
    await paste('token', fresh({ sub: 'whatever:octo:ref:x' }));
    await shows('.subject', /Not compared\. From `?whatever/);
  });

  test('the times are drawn on a line, with now and the leeway on it', async () => {
    const { page, paste, shows } = await open();
    await paste('token', fresh());
    await shows('.times', /issued.*valid from.*expires.* in [45] min.*now/);
    assert.match(await page.$eval('.timeline', (line) => line.getAttribute('aria-label')), /^Now the token is valid: issued .*leeway 60 seconds/);
    const place = (selector) => page.$eval(selector, (mark) => Number.parseFloat(mark.style.left));
    const [first, , last] = await page.$$eval('.band', (bands) => bands.map((band) => Number.parseFloat(band.style.left) + Number.parseFloat(band.style.width)));
    assert.ok((await place('.point.now')) > first && (await place('.point.now')) < last);
    await paste('leeway', '300');
    await shows('.timeline + .times + .hint', /300 s/);
    await paste('token', TOKEN);
    await shows('.timeline', /now →/);
    await page.waitForSelector('.point.now.out');
  });

  test('times that make no sense are drawn as what they are', async () => {
    const { page, paste, shows } = await open();
    const spoken = (pattern) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector('.timeline')?.getAttribute('aria-label')), { timeout: PATIENCE }, pattern);
    await paste('token', fresh({ nbf: now() + 900, exp: now() + 300 }));
    await spoken('never valid: it ends before it begins');
    await shows('#warnings', /ends before it begins, so it is never valid/);
    await paste('token', fresh({ iat: now() + 3600, exp: now() + 7200 }));
    await spoken('issued in the future, and refused');
    await paste('token', fresh({ exp: now() + 50 * 31_557_600 }));
    await shows('#warnings', /lives for 50 years/);
    await paste('token', fresh({ iat: -5, nbf: 'soon' }));
    await shows('.times', /issuednot a time.*valid fromnot a time/);
    assert.equal(await page.$eval('input[value=issued]', ({ disabled }) => disabled), true);
    await paste('token', fresh({ exp: 'never' }));
    await shows('#reading-result', /Without a time in exp there is no line/);
  });

  test('what is selected of the times stays selected', async () => {
    const { page, paste } = await open();
    await paste('token', fresh());
    await page.waitForSelector('.times time');
    const selected = () => page.evaluate(() => getSelection().toString());
    await page.evaluate(() => getSelection().selectAllChildren(document.querySelectorAll('.times time')[2]));
    const before = await selected();
    await new Promise((rest) => setTimeout(rest, 2200));
    assert.match(before, /^\d{4}-.*Z$/);
    assert.equal(await selected(), before);
  });

  test('now moves on by itself, and what passes is judged anew', async () => {
    const { page, paste, shows } = await open();
    await paste('leeway', '0');
    await paste('token', signToken({ ...SAMPLE, iat: now(), nbf: now(), exp: now() + 8 }));
    await shows('.times', /expires\S* in [1-8] s/);
    await shows('#warnings', /The token expired/);
    await page.waitForSelector('.point.now.out');
  });

  test('the issuer is named, each kind of it', async () => {
    const { paste, shows } = await open();
    const issuers = {
      'https://token.actions.githubusercontent.com': /issued by github\.com\./,
      'https://token.actions.githubusercontent.com/acme': /issued by the enterprise acme of github\.com\./,
      'https://github.example.com/_services/token': /issued by the Enterprise Server github\.example\.com\..*is it yours/,
      'https://token.actions.octocorp.ghe.com': /issued by octocorp\.ghe\.com \(data residency\)\./,
      'http://127.0.0.1:8788': /issued by a local issuer/,
      'https://token.actions.githubusercontent.com/': /issued by nobody that is known here\./,
    };
    for (const [iss, expected] of Object.entries(issuers)) {
      await paste('token', fresh({ iss }));
      await shows('.issuer', expected);
    }
  });

  test('warnings come first, above all that the token says', async () => {
    const { page, paste, shows } = await open();
    await paste('token', fresh({ event_name: 'pull_request_target', aud: 'https://github.com/octo-org' }));
    await shows('#warnings', /default.*pull_request_target/);
    const above = await page.evaluate(() => document.querySelector('#warnings').compareDocumentPosition(document.querySelector('#reading')) & Node.DOCUMENT_POSITION_FOLLOWING);
    assert.ok(above);
  });

  test('a malformed token shows where it breaks, with the character marked', async () => {
    const { page, paste, shows, text } = await open();
    await paste('token', `${TOKEN.slice(0, 200)}!${TOKEN.slice(200)}`);
    await shows('#break', /Malformed\. .*in the claims: …/);
    assert.deepEqual(await page.$$eval('mark', (marks) => marks.map(({ textContent }) => textContent)), ['!', '!']);
    assert.equal((await text('#token-colours')).indexOf('!'), 200);
    await shows('#signature-card', /Refused/);

    const [header, , signature] = TOKEN.split('.');
    await paste('token', `${header}.${Buffer.from('{"iss":"x","iss":"y"}').toString('base64url')}.${signature}`);
    await shows('#break', /duplicate|twice/i);
    await paste('token', TOKEN.slice(0, TOKEN.lastIndexOf('.')));
    await shows('#break', /its signature is missing/);
    await paste('token', `ghs_${'A1b2'.repeat(9)}`);
    await shows('#break', /a GITHUB_TOKEN or another installation token, which is secret, not an ID token: request one/);
    await paste('token', TOKEN);
    await shows('#break', /^$/);
  });

  test('a pasted text gives its token, and anything else is named', async () => {
    const { page, paste, shows, value, click } = await open();
    const { token, cases } = JSON.parse(readFileSync(new URL('../vectors/inputs.json', import.meta.url), 'utf8'));
    for (const { name, text, kind, taken, utf16 } of cases) {
      if (utf16 || text.trim() === '') continue; // A browser decodes what it is given.
      await paste('token', text);
      await page.waitForFunction((isTaken) => (document.querySelector('.issuer') !== null) === isTaken, { timeout: PATIENCE }, taken === true || /request_token|runner_credential/.test(kind)).catch(() => assert.fail(name));
      if (!taken) await page.waitForFunction(() => ['break', 'warnings'].some((id) => document.getElementById(id).textContent.trim() !== ''), { timeout: PATIENCE }).catch(() => assert.fail(name));
    }
    await paste('token', `Authorization: Bearer ${token}`);
    await shows('#break', /found in a longer text/);
    await click('#break button');
    await shows('#break', /^$/);
    assert.equal(await value('token'), token);
    await paste('token', token.replace(/.{76}/g, '$&\n'));
    await shows('.issuer', /github\.com/);
  });

  test('of a malformed token as much is shown as can be read', async () => {
    const { paste, shows } = await open();
    await paste('token', TOKEN.split('.').slice(0, 2).join('.'));
    await shows('#reading-result', /malformed, so nothing of it counts.*"alg":"RS256".*"repository":"octo-org\/octo-repo"/);
  });

  test('JSON of header and claims, to copy', async () => {
    const { page, paste } = await open();
    await paste('token', TOKEN);
    await page.waitForSelector('details pre');
    const [header, claims] = await page.$$eval('#reading details pre', (blocks) => blocks.map(({ textContent }) => textContent));
    assert.deepEqual(JSON.parse(claims), SAMPLE);
    assert.equal(JSON.parse(header).alg, 'RS256');
  });

  test('a token in the fragment is taken, and removed from the address at once', async () => {
    for (const fragment of [`#token=${TOKEN}`, `#${TOKEN}`, `#id_token=${TOKEN}&state=1`, `#access_token=${TOKEN}`, `#state=1&value=${TOKEN}`]) {
      const { page, shows, close } = await open(fragment);
      await shows('.issuer', /github\.com/);
      assert.equal(await page.evaluate(() => location.href), context.url);
      await close();
    }
    const sent = await open(`?token=${TOKEN}`);
    await sent.shows('#trouble', /the server of this page has seen/);
    assert.equal(await sent.page.evaluate(() => location.href), context.url);
    // A query without a token has sent none.
    const tagged = await open(`?utm_source=x#token=${TOKEN}`);
    await tagged.shows('.issuer', /github\.com/);
    assert.ok(await tagged.isHidden('#trouble'));
    const { page, shows } = await open();
    await page.evaluate((token) => (location.hash = `token=${token}`), TOKEN);
    await shows('.issuer', /github\.com/);
    assert.equal(await page.evaluate(() => location.hash), '');
  });

  test('a file is opened', async () => {
    const { page, shows, click } = await open();
    const { folder, dispose } = temporaryFolder();
    try {
      writeFileSync(join(folder, 'token.jwt'), TOKEN);
      for (const [field, place, pattern] of [['token', '.issuer', /github\.com/], ['keys', '#keys-result', /Not usable/], ['policy', '#policy-result', /Not loaded/], ['other', '#compare-result', /Nothing changed/]]) {
        const [chooser] = await Promise.all([page.waitForFileChooser(), click(`[data-open=${field}]`)]);
        await chooser.accept([join(folder, 'token.jwt')]);
        await shows(place, pattern);
      }
    } finally {
      dispose();
    }
  });

  test('a file that is dropped goes where it belongs', async () => {
    const { page, shows, value } = await open();
    const drop = (selector, name, content) =>
      page.$eval(selector, (target, name, content) => {
        const data = new DataTransfer();
        data.items.add(new File([content], name));
        target.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      }, name, content);
    await drop('body', 'token.jwt', `${TOKEN}\n`);
    await shows('.issuer', /github\.com/);
    await drop('body', 'policy.json', '{"version":1,"roles":{}}');
    await shows('#policy-result', /Not loaded/);
    await drop('body', 'jwks.json', '{"keys":[]}');
    await page.waitForFunction(() => document.querySelector('#keys').value !== '');
    await drop('#other', 'yesterday.jwt', TOKEN);
    await page.waitForFunction(() => document.querySelector('#other').value !== '');
    await drop('body', 'film.mp4', 'x'.repeat(2 ** 20 + 1));
    await shows('#trouble', /film\.mp4.*1048577 bytes/);
    assert.equal((await value('token')).trim(), TOKEN);
  });

  test('everything is cleared on demand', async () => {
    const { page, paste, click, shows, isHidden } = await open();
    for (const id of ['token', 'other', 'keys', 'policy']) await paste(id, TOKEN);
    await paste('build-repository', 'acme/secret');
    await shows('.issuer', /github\.com/);
    await page.$eval('body', (body) => {
      const data = new DataTransfer();
      data.items.add(new File(['x'.repeat(2 ** 20 + 1)], 'secret-name.jwt'));
      body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await shows('#trouble', /secret-name/);
    await click('#clear');
    assert.ok(await isHidden('#trouble'));
    await shows('#reading-result', /Paste a token/);
    assert.deepEqual(await page.$$eval('textarea', (fields) => fields.map(({ value }) => value)), ['', '', '', '', '']);
    assert.ok(await isHidden('#answer'));
    assert.ok(!(await page.content()).includes(TOKEN.slice(0, 40)));
    assert.equal(await page.$eval('#build-repository', ({ value }) => value), 'octo-org/octo-repo');
  });
});
