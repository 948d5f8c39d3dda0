// For everybody: keyboard alone, screen readers, both themes, reduced motion, no JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { SAMPLE, freshToken as fresh, jwks } from '../lib/tokens.mjs';
import { inBrowsers } from './page.mjs';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const theme of ['light', 'dark']) {
  // For Firefox: 0 is dark, 1 is light.
  const preferences = { 'layout.css.prefers-color-scheme.content-override': theme === 'dark' ? 0 : 1 };
  inBrowsers((open, { name }) => {
    test(`axe finds nothing at WCAG 2.2 AA, ${theme}: empty, admitted, denied, malformed, compared`, async () => {
      const { page, paste, shows, click } = await open();
      if (name === 'chrome') await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
      assert.equal(await page.evaluate((theme) => matchMedia(`(prefers-color-scheme: ${theme})`).matches, theme), true);
      const audit = async (state) => {
        await page.evaluate(`${axe.source}; 0`);
        const { violations, passes } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), WCAG);
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`), [], state);
        assert.ok(passes.length > 20);
      };
      await audit('empty');
      await click('#sample');
      await shows('#policy-card', /Denied/);
      await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
      await audit('denied');
      await click('#tight-use');
      await shows('#policy-card', /Admitted/);
      await click('#remember');
      await paste('keys', '');
      await paste('token', fresh({ event_name: 'pull_request_target', workflow: 'a\u202eb', aud: 'https://github.com/octo-org' }));
      await shows('#compare-result', /What changed/);
      await shows('#signature-card', /Not checked/);
      await audit('not checked, compared');
      await paste('token', `${fresh().slice(0, 90)}!`);
      await paste('policy', '{');
      await paste('keys', '{');
      await shows('#break', /Malformed/);
      await audit('malformed');
    });
  }, { preferences });
}

inBrowsers((open, { name }) => {
  /** Presses Tab until the focus is there, and sees to it that the focus shows. */
  const tabTo = async (page, selector) => {
    for (let presses = 0; presses < 150; presses += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate((selector) => {
        const focused = document.activeElement;
        const shown = focused.closest('.token-field') ?? focused;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        const { top, bottom } = focused.getBoundingClientRect();
        return { arrived: focused.matches(selector), name: focused.outerHTML.slice(0, 80), isMarked: outlineStyle !== 'none' && outlineWidth !== '0px', isSeen: bottom > 0 && top < innerHeight };
      }, selector);
      assert.ok(at.isMarked && at.isSeen, `the focus does not show on ${at.name}`);
      if (at.arrived) return;
    }
    assert.fail(`${selector} is not reached by Tab`);
  };
  const type = async (page, selector, text) => {
    await tabTo(page, selector);
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
    await page.evaluate((text) => document.execCommand('insertText', false, text), text);
  };

  test('with the keyboard alone: the sample, and clearing it', async () => {
    const { page, shows } = await open();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the token');
    await tabTo(page, '#sample');
    await page.keyboard.press('Enter');
    await shows('#policy-card', /Denied/);
    await tabTo(page, '#clear');
    await page.keyboard.press(' ');
    await shows('#reading-result', /Paste a token/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'token');
  });

  test('with the keyboard alone: token, keys, policy, role, tight policy', async () => {
    const { page, shows, value } = await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.id === 'token');
    await page.evaluate((text) => document.execCommand('insertText', false, text), fresh());
    await shows('#signature-card', /Not checked/);
    await type(page, '#keys', JSON.stringify(jwks('rsa')));
    await shows('#signature-card', /Verified/);
    await tabTo(page, 'input[name=as-of]');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.$eval('input[value=issued]', ({ checked }) => checked), true);
    const roles = { a: { issuer: 'github', allow: [{ repository_id: '1' }] }, b: { issuer: 'github', allow: [{ repository_id: '74' }] } };
    await type(page, '#policy', JSON.stringify({ version: 1, audience: SAMPLE.aud, issuers: { github: { kind: 'github' } }, roles }));
    await shows('#policy-card', /Denied/);
    await tabTo(page, '#role');
    await page.keyboard.type('b');
    await shows('#policy-card', /Admitted/);
    await tabTo(page, '#tight-text');
    await tabTo(page, '#tight-use');
    await page.keyboard.press('Enter');
    await shows('#policy-card', /Admitted.*the role deploy/i);
    assert.match(await value('policy'), /"repository_id": "74"/);
  });

  test('with the keyboard alone: building and comparing', async () => {
    const { page, shows, value } = await open();
    await tabTo(page, '#build-preset');
    await page.keyboard.type('a pull');
    await page.waitForFunction(() => document.querySelector('#build-sub').value.endsWith(':pull_request'));
    await type(page, '#build-actor, #build-runner_environment', 'self-hosted');
    await page.keyboard.press('Enter');
    await shows('#signature-card', /Verified/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'token');
    await tabTo(page, '#remember');
    await page.keyboard.press('Enter');
    await shows('#compare-result', /Nothing changed/);
    assert.equal(await value('other'), await value('token'));
  });

  test('the answer is told to screen readers, once it stands', async () => {
    const { page, paste, shows, click } = await open();
    assert.equal(await page.$eval('#status', (status) => status.getAttribute('role')), 'status');
    await paste('token', fresh());
    await shows('#status', /^Signature: Not checked\. Anybody can have written this.*Policy: Not decided\..*2 warnings\.$/);
    await paste('keys', JSON.stringify(jwks('rsa')));
    await shows('#status', /^Signature: Verified\./);
    const roles = { a: { issuer: 'github', allow: [{ repository_id: '74', environment: 'Prod' }] } };
    await paste('policy', JSON.stringify({ version: 1, audience: SAMPLE.aud, issuers: { github: { kind: 'github' } }, roles }));
    await shows('#status', /Policy: Denied\. No rule gives this job the role a.*environment: expected Prod, found prod\./);
    await click('#clear');
    await shows('#status', /Everything is cleared/);
  });

  test('headings, landmarks and names say what is where', async () => {
    const { page, click } = await open();
    await click('#sample');
    await page.waitForSelector('.rule');
    const levels = await page.$$eval('h1, h2, h3, h4', (headings) => headings.filter((heading) => heading.checkVisibility()).map(({ tagName }) => Number(tagName[1])));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    for (const [at, level] of levels.entries()) assert.ok(level <= (levels[at - 1] ?? 0) + 1, `h${level} after h${levels[at - 1]}`);
    const nameless = await page.$$eval('section', (sections) => sections.filter((section) => section.closest('main') && !section.getAttribute('aria-labelledby') && !section.matches('.rule, .claim-group')).length);
    assert.equal(nameless, 0);
  });

  if (name === 'chrome') {
    test('where it cannot start it says so, and documents every claim', async () => {
      const { page, expectComplaint } = await open();
      expectComplaint(/WebAssembly|claimgate\.wasm|ERR_FAILED|Failed to/);
      await page.evaluateOnNewDocument(() => (WebAssembly.compile = () => Promise.reject(new Error('WebAssembly is forbidden'))));
      await page.reload();
      await page.waitForSelector('#failed:not([hidden])');
      assert.match(await page.$eval('main', ({ innerText }) => innerText), /could not start.*repository_owner_id/s);
    });

    test('without JavaScript it says what it is, and documents every claim', async () => {
      const { page } = await open();
      await page.setJavaScriptEnabled(false);
      await page.reload();
      const text = await page.$eval('main', ({ innerText }) => innerText);
      assert.match(text, /This page needs JavaScript/);
      for (const claim of Object.keys(SAMPLE)) assert.ok(text.includes(claim), claim);
      assert.ok(!text.includes('Try a sample'), 'nothing is shown that would not work');
    });

    test('nothing moves by itself, so those who want no motion have none', async () => {
      const { page } = await open();
      assert.equal(await page.$eval('html', (html) => getComputedStyle(html).scrollBehavior), 'auto');
      const moving = await page.$$eval('*', (all) => all.filter((element) => getComputedStyle(element).animationName !== 'none' || getComputedStyle(element).transitionDuration !== '0s').length);
      assert.equal(moving, 0);
    });
  }
});
