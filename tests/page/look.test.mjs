// How the page looks, to be looked at: `target/page/pictures`; what Lighthouse says; and how fast it is, to be read: nothing is
// asserted of times.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import lighthouse from 'lighthouse';
import { servePage } from '../../xtask/js/serve.mjs';
import { launchBrowser } from '../lib/browsers.mjs';
import { SAMPLE, jwks, signToken } from '../lib/tokens.mjs';
import { TARGET } from '../lib/target.mjs';
import { FOLDER, click, ready } from './page.mjs';

const PICTURES = join(TARGET, 'page/pictures');
const WIDTHS = [320, 390, 820, 1440];
const THEMES = { light: 1, dark: 0 };

/** Runs `work` with a page in a browser of its own. */
async function withPage(name, preferences, work) {
  const { url, close } = await servePage(FOLDER);
  const browser = await launchBrowser(name, preferences);
  try {
    return await work(await browser.newPage(), url);
  } finally {
    await browser.close();
    await close();
  }
}

for (const name of ['chrome', 'firefox']) {
  for (const [theme, override] of Object.entries(THEMES)) {
    test(`${name}, ${theme}: it fits at every width, empty and with the sample`, () =>
      withPage(name, { 'layout.css.prefers-color-scheme.content-override': override }, async (page, url) => {
        mkdirSync(PICTURES, { recursive: true });
        if (name === 'chrome') await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
        for (const width of WIDTHS) {
          await page.setViewport({ width, height: 900 });
          await page.goto(url);
          await ready(page);
          await page.screenshot({ path: join(PICTURES, `${name}-${theme}-${width}-empty.png`) });
          await click(page, '#sample');
          await page.waitForSelector('#policy-card.bad .unmet');
          await page.screenshot({ path: join(PICTURES, `${name}-${theme}-${width}.png`), fullPage: true });
          const beyond = await page.$$eval('*', (all) => all.filter((element) => !element.closest('.unseen, .skip') && element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1).map(({ outerHTML }) => outerHTML.slice(0, 90)));
          assert.deepEqual(beyond, [], `wider than ${width} pixels`);
        }
      }));
  }

  test(`${name}: how fast it is`, (context) =>
    withPage(name, {}, async (page, url) => {
      const opening = { 'a token and keys are pasted': { token: signToken({ ...SAMPLE, exp: Math.ceil(Date.now() / 1000) + 300 }), keys: JSON.stringify(jwks('rsa')) }, 'the sample is made': null };
      for (const [what, given] of Object.entries(opening)) {
        const opened = await page.browser().newPage();
        // As soon as there is something to press, as fast as anybody could.
        await opened.evaluateOnNewDocument(useAtOnce, given);
        for (const visit of ['first', 'second', 'third']) {
          await opened.goto(url);
          await opened.waitForFunction(() => performance.getEntriesByName('claimgate-good').length > 0);
          const [verified, ready] = await opened.evaluate(() => ['good', 'ready'].map((state) => performance.getEntriesByName(`claimgate-${state}`)[0].startTime));
          context.diagnostic(`${visit} visit, ${what}: ready ${ready.toFixed(0)} ms after opening, verified after ${verified.toFixed(0)} ms`);
        }
        await opened.close();
      }
      await page.goto(url);
      await ready(page);
      await click(page, '#sample');
      await page.waitForSelector('#signature-card.good');
      const figures = await page.evaluate(measureInteractions);
      for (const [what, { work, painted }] of Object.entries(figures)) {
        context.diagnostic(`${what}: ${work.toFixed(1)} ms of work, painted after ${painted.toFixed(1)} ms (medians of 15)`);
      }
    }));
}

// Firefox measures no shifts.
test('nothing moves while the page loads, whatever it is opened with', () =>
  withPage('chrome', {}, async (page, url) => {
    await page.evaluateOnNewDocument(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => globalThis.shifts.push(...list.getEntries().map(({ value, startTime }) => ({ value, startTime })))).observe({ type: 'layout-shift', buffered: true });
    });
    const token = signToken({ ...SAMPLE, exp: Math.ceil(Date.now() / 1000) + 300 });
    for (const width of WIDTHS) {
      for (const address of ['', '#documentation', `#${token}`]) {
        await page.setViewport({ width, height: 900 });
        // Only another page is loaded anew: another fragment is not one.
        await page.goto('about:blank');
        await page.goto(`${url}${address}`);
        await ready(page);
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
        const shifts = await page.evaluate(() => globalThis.shifts);
        const sum = shifts.reduce((sum, { value }) => sum + value, 0);
        assert.ok(sum < 0.02, `${width} pixels, ${address.slice(0, 20)}: ${JSON.stringify(shifts)}`);
      }
    }
  }));

/** In the page, before it is there: waits for it, and gives it a token and keys, or presses the sample's button. */
function useAtOnce(given) {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('#app:not([inert])')) return;
    observer.disconnect();
    if (given === null) return document.querySelector('#sample').click();
    for (const [id, text] of Object.entries(given)) {
      document.getElementById(id).value = text;
      document.getElementById(id).dispatchEvent(new Event('input', { bubbles: true }));
    }
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
}

/** In the page: how long each interaction takes until the answer is drawn, and until it is on the screen. */
async function measureInteractions() {
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const field = (id) => document.getElementById(id);
  const [token, policy] = [field('token').value, field('policy').value];
  const interactions = {
    'a token is pasted': (turn) => [field('token'), turn % 2 ? token : `${token.slice(0, -2)}AA`, 'input'],
    'a letter of the policy is typed': (turn) => [field('policy'), `${policy}${' '.repeat(turn)}`, 'input'],
    'another role is chosen': (turn) => [field('role'), turn % 2 ? 'deploy-production' : 'read-staging', 'change'],
  };
  const figures = {};
  for (const [what, interaction] of Object.entries(interactions)) {
    const [work, painted] = [[], []];
    for (let turn = 0; turn < 15; turn += 1) {
      await new Promise((rest) => setTimeout(rest, 30));
      const [element, value, type] = interaction(turn);
      performance.clearMarks();
      const started = performance.now();
      element.value = value;
      element.dispatchEvent(new Event(type, { bubbles: true }));
      while (performance.getEntriesByType('mark').length === 0) await new Promise((next) => queueMicrotask(next));
      work.push(performance.getEntriesByType('mark')[0].startTime - started);
      await new Promise((frame) => requestAnimationFrame(() => setTimeout(frame, 0)));
      painted.push(performance.now() - started);
    }
    figures[what] = { work: median(work), painted: median(painted) };
  }
  return figures;
}

test('Lighthouse: accessibility and best practices', (context) =>
  withPage('chrome', {}, async (page, url) => {
    const flags = { onlyCategories: ['accessibility', 'best-practices'], logLevel: 'error', output: 'json' };
    const { lhr } = await lighthouse(url, flags, undefined, page);
    assert.equal(lhr.runtimeError, undefined);
    for (const { id, score, auditRefs } of Object.values(lhr.categories)) {
      const failed = auditRefs.map(({ id }) => lhr.audits[id]).filter(({ score, scoreDisplayMode: mode }) => (mode === 'binary' || mode === 'numeric') && score < 1);
      context.diagnostic(`${id}: ${score * 100}`);
      assert.deepEqual([score, failed.map(({ id, title }) => `${id}: ${title}`)], [1, []], id);
    }
  }));
